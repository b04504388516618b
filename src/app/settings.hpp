#pragma once
// The settings of an installation (jobs/sluice.conf, `name = value` lines): every limit that is not
// a job's own, with a sane default.
#include <cstdint>
#include <filesystem>
#include <string>

namespace app {

struct Settings {
    std::string installation = "sluice.example";  // origin of the journal, name in our certificates
    std::string time_zone = "Europe/Brussels";
    unsigned threads = 0;  // 0: one per core
    std::uint64_t memory_budget_bytes = 256ULL << 20;
    std::uint64_t slice_bytes = 4ULL << 20;
    std::uint64_t commit_bytes = 32ULL << 20;     // of input between two commits
    std::uint32_t batch_files_max = 500;          // small files that share a commit
    std::uint64_t batch_bytes_max = 32ULL << 20;  // input of the small files that share a commit
    bool record_digests = true;  // of each record's bytes, in what the journal commits to
    std::uint32_t half_set_hours_max = 24;  // age of a half-sent set before it is refused (130)
    std::uint32_t quiet_seconds =
        0;  // a member must not have changed for so long (0: GO is proof enough)
    std::uint64_t landing_names_max = 20'000;  // of a landing folder that is looked at whole
    std::uint64_t partner_waiting_files_max = 100'000;
    std::uint64_t partner_waiting_bytes_max = 200ULL << 30;
    std::uint64_t disk_reserve_bytes = 1ULL << 30;
    std::uint32_t open_files_max = 64;
    std::uint32_t certificate_warn_days = 60;
    std::uint32_t heartbeat_minutes_max = 15;      // silence that counts as absence of the engine
    bool status_pages = true;                      // for senders, after each run
    std::uint32_t status_page_days = 35;           // how far back they look
    std::uint32_t status_page_files_max = 500;     // the newest files shown on one
    std::uint32_t status_page_rows_max = 10'000;   // of examples and documents below them
    bool daily_list = true;                        // to senders, of all that they sent in a day
    std::uint64_t daily_list_files_max = 100'000;  // listed in one; all are counted
    std::string metrics_file = "metrics/sluice.prom";  // under spool; empty: none is written
    std::string alert_command;  // an alert as JSON on standard input; empty: none
    std::string mail_command;   // a mail with its headers on standard input; empty: none
    std::string mail_from = "sluice@localhost";
    std::uint32_t alert_history_days = 35;    // a sender's own past that a day is held against
    double alert_count_factor = 4;            // so many times more or less than usual is told
    double alert_rejected_share_more = 0.10;  // above the usual share of rejected records
    std::string flash_folder;                 // where the daily report is dropped; empty: nowhere
    std::string flash_mail;                   // to whom it is mailed; blank separated
    std::uint64_t signature_bytes_max = 256ULL << 10;
    std::uint64_t status_request_bytes_max = 1ULL << 20;
    std::uint64_t acknowledgement_bytes_max = 1ULL << 20;  // of a recipient's own receipt
    std::string time_stamp = "off";  // off, wanted (go without when there is none), required
    std::string time_stamp_command;  // .tsq on standard input, .tsr on standard output
    std::string time_stamp_policy;   // dotted OID; empty: whatever the authority gives
    std::uint32_t time_stamp_seconds_max = 10;
    std::uint32_t time_stamp_retry_seconds = 60;
    std::uint32_t unique_keys_max =
        250'000;  // keys held in memory by a uniqueness check; more are spilled
    std::uint64_t trace_memory_bytes = 64ULL << 20;      // sorting the traces of a segment
    std::uint64_t trace_segment_rows_max = 64ULL << 20;  // a segment of so many is never merged
    std::uint32_t trace_merge_segments = 16;             // so many of a like size become one
    std::uint32_t trace_years = 10;            // the least that traces are kept; jobs may say more
    std::uint64_t trace_hits_max = 1'000'000;  // of one person, in one answer
    double directory_change_share_max = 0.10;  // of an owner's rows; more is held
    std::uint64_t directory_change_rows_min = 20;  // so few changed rows are never held
    double directory_overlay_share_max = 0.05;     // mutations beside the base, of its rows
    std::uint32_t directory_base_keep_days = 365;  // between two bases that stay for history
    std::uint32_t directory_fast_versions_max = 8;
    std::uint32_t directory_findings_shown_max = 100;
    std::uint32_t channel_seconds_max = 30;          // silence of a partner's server
    std::uint32_t channel_retry_seconds = 60;        // doubled with each failure, up to ...
    std::uint32_t channel_retry_seconds_max = 3600;  // ... this
    std::uint32_t channel_failures_max = 5;          // then the partner's next channel is taken
    std::uint32_t channel_turn_seconds_max = 45;     // of a receive; a run takes all it needs
    std::uint64_t fetch_bytes_max = 20ULL << 30;     // of one set on a partner's server
    std::string fetch_taken_folder;                  // there, for what was fetched; empty: removed
    std::uint32_t unfetched_remind_days = 3;         // 0: nobody is reminded
    std::uint32_t unfetched_alert_days = 7;          // 0: nobody is told
    std::uint32_t unfetched_expire_days = 0;         // 0: as the job keeps payload
};

// A missing file gives the defaults; an unknown name or a bad value is a Fault (job) with its line.
Settings read_settings(const std::filesystem::path& file);
// Every name with its default and meaning, as a commented file that `init` writes.
std::string settings_template();

}  // namespace app

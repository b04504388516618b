#include "app/settings.hpp"

#include <boost/program_options.hpp>
#include <fstream>
#include <sstream>

#include "core/fault.hpp"

namespace app {

namespace po = boost::program_options;

template <class T>
static void add(po::options_description& options, const char* name, T& value, const char* meaning) {
    options.add_options()(name, po::value<T>(&value)->default_value(value), meaning);
}

// Shown as short as it can be read back: 0.1, not 0.10000000000000001.
static void add(po::options_description& options, const char* name, double& value,
                const char* meaning) {
    std::ostringstream text;
    text << value;
    options.add_options()(name, po::value(&value)->default_value(value, text.str()), meaning);
}

static void describe(po::options_description& options, Settings& s) {
    add(options, "installation", s.installation,
        "name of this installation in its certificates and its journal");
    add(options, "time-zone", s.time_zone, "zone of civil dates, deadlines and --until");
    add(options, "threads", s.threads, "workers; 0 is one per core");
    add(options, "memory-budget-bytes", s.memory_budget_bytes,
        "of memory that a reception or a run keeps to, whatever the size of the input and of its "
        "records; 128 MiB at least");
    add(options, "slice-bytes", s.slice_bytes,
        "input of one unit of parallel work at most; less where records are short");
    add(options, "commit-bytes", s.commit_bytes,
        "input between two commits of a large file at most; less where records are short");
    add(options, "batch-files-max", s.batch_files_max, "small files that share a commit");
    add(options, "batch-bytes-max", s.batch_bytes_max,
        "input of the small files that share a commit");
    add(options, "record-digests", s.record_digests,
        "the journal commits to the bytes of each record too, so that one can be shown alone");
    add(options, "half-set-hours-max", s.half_set_hours_max,
        "age at which a set without GO is refused (130)");
    add(options, "quiet-seconds", s.quiet_seconds,
        "a member must not have changed for so long before it is taken");
    add(options, "landing-names-max", s.landing_names_max,
        "names in a landing folder that is looked at whole; in a fuller one whole sets are taken, "
        "and the rest has its turn by and by");
    add(options, "partner-waiting-files-max", s.partner_waiting_files_max,
        "files that may wait in one partner's folder");
    add(options, "partner-waiting-bytes-max", s.partner_waiting_bytes_max,
        "bytes that may wait in one partner's folder");
    add(options, "disk-reserve-bytes", s.disk_reserve_bytes,
        "free space that no file may use up: it is held before it starts");
    add(options, "open-files-max", s.open_files_max, "drafts kept open at once");
    add(options, "certificate-warn-days", s.certificate_warn_days,
        "doctor warns of what expires within so many days");
    add(options, "heartbeat-minutes-max", s.heartbeat_minutes_max,
        "silence of the engine that counts as its absence (report availability)");
    add(options, "status-pages", s.status_pages,
        "after each run, every sender with news finds a status page in OUT");
    add(options, "status-page-days", s.status_page_days, "how far back a status page looks");
    add(options, "status-page-files-max", s.status_page_files_max,
        "newest files shown on one status page");
    add(options, "status-page-rows-max", s.status_page_rows_max,
        "examples and rejected documents shown on one status page; all are counted");
    add(options, "daily-list", s.daily_list,
        "at the first run of a day, senders get a signed list of what they sent the day before");
    add(options, "daily-list-files-max", s.daily_list_files_max, "files listed in a daily list");
    add(options, "metrics-file", s.metrics_file,
        "Prometheus text file written after each run, under spool; empty: none");
    add(options, "alert-command", s.alert_command,
        "shell command that gets each alert as JSON on standard input; empty: none");
    add(options, "mail-command", s.mail_command,
        "shell command that gets a mail with its headers on standard input, like sendmail -t");
    add(options, "mail-from", s.mail_from, "sender of these mails");
    add(options, "alert-history-days", s.alert_history_days,
        "a sender's own past, beside which a day is unusual");
    add(options, "alert-count-factor", s.alert_count_factor,
        "so many times more or less records than usual are an alert; 0: never");
    add(options, "alert-rejected-share-more", s.alert_rejected_share_more,
        "an alert where the share of rejected records is higher than usual by so much; 0: never");
    add(options, "flash-folder", s.flash_folder,
        "folder where the first run of a day drops the flash report of the day before");
    add(options, "flash-mail", s.flash_mail, "addresses that get it by mail-command");
    add(options, "signature-bytes-max", s.signature_bytes_max, "size of an FS file");
    add(options, "status-request-bytes-max", s.status_request_bytes_max,
        "size of a status request");
    add(options, "acknowledgement-bytes-max", s.acknowledgement_bytes_max,
        "size of a recipient's own receipt");
    add(options, "time-stamp", s.time_stamp,
        "RFC 3161 time-stamps in our signatures: off, wanted (none when the authority is silent) "
        "or "
        "required (nothing goes out without)");
    add(options, "time-stamp-command", s.time_stamp_command,
        "shell command that takes a query (.tsq) on standard input and gives the answer (.tsr)");
    add(options, "time-stamp-policy", s.time_stamp_policy,
        "policy (dotted OID) to ask for; empty: the authority's own");
    add(options, "time-stamp-seconds-max", s.time_stamp_seconds_max,
        "how long the authority may take for one");
    add(options, "time-stamp-retry-seconds", s.time_stamp_retry_seconds,
        "where wanted: how long it is not asked again after it failed");
    add(options, "directory-change-share-max", s.directory_change_share_max,
        "share of an owner's rows that a load may change before it is held");
    add(options, "directory-change-rows-min", s.directory_change_rows_min,
        "so few changed rows of an owner are never held");
    add(options, "directory-overlay-share-max", s.directory_overlay_share_max,
        "mutations since the directory's base, as a share of its rows, that make a new base");
    add(options, "directory-base-keep-days", s.directory_base_keep_days,
        "between two bases of the directory that are kept for its history");
    add(options, "directory-fast-versions-max", s.directory_fast_versions_max,
        "newest versions of the directory that are kept ready");
    add(options, "directory-findings-shown-max", s.directory_findings_shown_max,
        "findings of a load that are listed; all are counted");
    add(options, "unique-keys-max", s.unique_keys_max,
        "keys that a uniqueness check holds in memory; fewer where the budget is small");
    add(options, "trace-memory-bytes", s.trace_memory_bytes,
        "for sorting the traces of a segment of the privacy log; an eighth of the budget at most");
    add(options, "trace-segment-rows-max", s.trace_segment_rows_max,
        "a segment of the privacy log with so many traces is never merged");
    add(options, "trace-merge-segments", s.trace_merge_segments,
        "segments of a like size that are merged to one");
    add(options, "trace-years", s.trace_years,
        "years that traces are kept at least; a job's keep/trace-years may say more");
    add(options, "trace-hits-max", s.trace_hits_max, "traces of one person in one answer");
    add(options, "channel-seconds-max", s.channel_seconds_max,
        "a partner's server that is silent for so long is left");
    add(options, "channel-retry-seconds", s.channel_retry_seconds,
        "a channel that failed rests for so long, twice as long after each further failure");
    add(options, "channel-retry-seconds-max", s.channel_retry_seconds_max,
        "the longest rest of a channel that failed");
    add(options, "channel-failures-max", s.channel_failures_max,
        "failures in a row after which the partner's next channel is taken");
    add(options, "channel-turn-seconds-max", s.channel_turn_seconds_max,
        "how long one receive uploads and fetches; the next one goes on where it stopped");
    add(options, "fetch-bytes-max", s.fetch_bytes_max,
        "size of a set that is fetched from a partner's server");
    add(options, "fetch-taken-folder", s.fetch_taken_folder,
        "where fetched sets go on the partner's server, below its folder; empty: they are removed");
    add(options, "unfetched-remind-days", s.unfetched_remind_days,
        "a recipient is reminded of a parcel that lies in its OUT for so long; 0: never");
    add(options, "unfetched-alert-days", s.unfetched_alert_days,
        "operators are alerted of a parcel that lies in an OUT for so long; 0: never");
    add(options, "unfetched-expire-days", s.unfetched_expire_days,
        "a parcel that nobody took is taken out of OUT after so long; 0: payload-days of its job");
}

Settings read_settings(const std::filesystem::path& file) {
    Settings settings;
    std::ifstream in(file);
    if (!in) return settings;
    po::options_description options;
    describe(options, settings);
    try {
        po::variables_map values;
        po::store(po::parse_config_file(in, options), values);
        po::notify(values);
    } catch (const po::error& error) {
        throw core::Fault(core::FaultKind::job, "read the settings in", file.filename().string(),
                          error.what(),
                          "mend the line; the names stand in the file that `sluice init` writes");
    }
    return settings;
}

std::string settings_template() {
    Settings defaults;
    po::options_description options;
    describe(options, defaults);
    std::ostringstream text;
    text << "# Settings of this Sluice installation. Each line shows a default; remove the # to "
            "change it.\n";
    for (const auto& option : options.options()) {
        // format_parameter() is "arg (=VALUE)".
        const std::string parameter = option->format_parameter();
        const std::size_t from = parameter.find("(=");
        const std::string value = from == std::string::npos
                                      ? ""
                                      : parameter.substr(from + 2, parameter.size() - from - 3);
        text << "\n# " << option->description() << "\n#" << option->long_name() << " = " << value
             << '\n';
    }
    return text.str();
}

}  // namespace app

#pragma once
// Names of what goes out (FO FS GO CO VO VS . SUBJ . 999999 . DATE . SEQ5 . ENV) and the
// 13-character tickets. Numbers come from the ledger's counters; here they only get their shape.
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/file_name.hpp"
#include "core/instant.hpp"

namespace outbox {

inline constexpr std::string_view our_number = "999999";

// The subjects of what we write ourselves.
inline constexpr std::string_view receipt_subject = "ACRF";
inline constexpr std::string_view notification_subject = "NOTI";
inline constexpr std::string_view correction_subject = "CORR";
inline constexpr std::string_view status_subject = "STAT";
inline constexpr std::string_view evidence_subject = "EVID";

// Base 36: 1 -> "00001", 35 -> "0000Z", 36 -> "00010". Throws core::Fault (world) above the
// greatest; aborts at 0.
std::string sequence5(std::uint64_t counter);
std::optional<std::uint64_t> sequence_number(std::string_view sequence);
inline constexpr std::uint64_t sequence_max = 60'466'175;  // ZZZZZ

// SUBJ.999999.YYYYMMDD.SEQ5.ENV for a day of the home's civil calendar.
core::FileIdentity outgoing(std::string_view subject, core::Date day, std::uint64_t counter,
                            core::Environment environment);

// Members of one outgoing set. The voucher is `VO`, its signature `VS`.
enum class Member : unsigned char { data, zipped, signature, go, voucher, voucher_signature };
// `suffix` for a data member (see below).
std::string member_name(Member member, const core::FileIdentity& identity,
                        std::string_view suffix = {});

// What stands behind the identity in the name of a data member, outermost last: compressed,
// enveloped to its recipient.
inline constexpr std::string_view zstd_suffix = ".zst", envelope_suffix = ".p7m";
// The identity in the name of a data member, whatever its suffixes; none: it is no name of ours.
std::optional<core::FileIdentity> data_identity(std::string_view name);
// All names of the set whose data member bears this name, in the order of publishing.
std::vector<std::string> set_names(const std::string& data_name, bool with_voucher);

// "OUT", "OUTTEST", "OUTTEST-S"
std::string_view out_folder(core::Environment environment);

// Ticket: 2 letters of the kind ("FL" file, "DC" document), 9 characters base 36 of the counter and
// 2 check digits (the first 11 as a number of base 36, modulo 97): 13 characters A-Z 0-9. The
// counter is the ledger's and never repeats.
std::string ticket(std::string_view kind, std::uint64_t counter);
inline constexpr std::string_view file_ticket_kind = "FL";
inline constexpr std::string_view document_ticket_kind = "DC";
bool is_ticket(std::string_view text);  // 13 characters with right check digits

}  // namespace outbox

#pragma once
// The preventive check, deny by default. Path A: may the user or application act for this
// institution (A1a), may it have the message (A1b), is the message allowed for the institution in
// this quality (A2), does the institution hold this person (A3, per record). Path B: is the message
// allowed for this enterprise or institution under the legal framework (B1). Pure.
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/instant.hpp"
#include "job/job.hpp"
#include "job/partner.hpp"
#include "rules/directory_view.hpp"

namespace rules {

inline constexpr std::string_view no_directory_words = "no directory";
// In front of a register's name: the service that an authorisation to read it is for.
inline constexpr std::string_view register_prefix = "register:";

// One rule as it was asked, for people: which, whether it was met, by which row.
struct RuleStep {
    std::string rule;  // "A1a", "A1b", "A2", "A3", "B1"
    bool met = false;
    std::string row, deliberation;  // of the table, where one decided
    std::string words;
};

// What can be said of an institution without knowing the person. On the day of reception.
struct Clearance {
    bool allowed = false;
    std::string reason;      // where not allowed: stable words, with the row where one decided
    std::string ground;      // where allowed: the row's id, or those that together give the groups
    bool all_groups = true;  // else only `groups`
    std::vector<std::string> groups;  // sorted; those that rows name, whether all are given or not
    std::vector<RuleStep> steps;
};

enum class Side : unsigned char { sender, recipient };

// `institution` null: nobody of this number is in partners.xml.
Clearance clear(const DirectoryView& directory, const job::Authorise& rule,
                const job::Partner* institution, Side side, core::Date received);

// A quality code as the tables compare it: codes that are numbers by their value. Nothing: none was
// asked for, and any will do.
struct QualityAsked {
    explicit QualityAsked(std::string_view text);
    bool any = true;
    int number = -1;  // -1: not a code of the persons table
};

// A3: a row that names the partner itself, or that names no partner but its sector and type; in the
// quality asked for; both ends of its period included.
bool holds(const directory::Holding& row, const job::Partner& institution);
bool in_force(const directory::Holding& row, const QualityAsked& quality, core::Date at);
bool integrated(const Person& person, const job::Partner& institution, const QualityAsked& quality,
                core::Date at);

// A row names no partner of its own.
bool names_partner(const directory::Holding& row);

// Mandates: at the reference date and at reception.
enum class MandateVerdict : unsigned char {
    good,
    none,     // none, or lapsed: 155
    other,    // one in force for the employer, but not for this subject or capacity: 101
    unknown,  // no mandates are loaded
};
MandateVerdict check_mandate(const DirectoryView* directory, const job::Mandate& rule,
                             const job::Partner* sender, std::string_view employer,
                             std::optional<core::Date> reference, core::Date received);

// YYYY-MM-DD or YYYYMMDD.
std::optional<core::Date> read_date(std::string_view text);

}  // namespace rules

#pragma once
// One version of a reference directory: immutable, mapped, safe to ask from any number of threads.
// It knows who holds a file on whom, who has which data, who may get what, who may speak for whom,
// and what the registers say. It does not decide: that is rules. Nothing here allocates on a
// look-up that meets a number without mutations since its base. A damaged block is a Fault
// (integrity) at the first look-up that touches it.
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/instant.hpp"
#include "directory/row.hpp"
#include "directory/visit.hpp"

namespace directory {

// "This institution holds a file on that person." Texts live as long as the Version.
struct Holding {
    std::string_view partner;  // 6 digits
    std::uint16_t sector = 0, institution_type = 0, quality = 0;
    core::Date from, to;  // both included; open_end: no end
    bool covers(core::Date at) const { return from <= at && at <= to; }
};

// The dictionary that a row's code points into.
struct Holder {
    char partner[6];
    std::uint16_t sector, institution_type, quality;
    std::string_view number() const { return {partner, 6}; }
    bool operator==(const Holder&) const = default;
};

// All rows of one person, of every date, ordered by (partner, sector, type, quality) as the
// dictionary has them, then by date. Reuse one object: its buffer is kept. It points into the
// Version.
class Holdings {
  public:
    std::size_t size() const { return rows_.size(); }
    bool empty() const { return rows_.empty(); }
    Holding operator[](std::size_t index) const;
    // The number that was asked for has been replaced: these are the rows of the number that counts
    // now (ACRF has a code for it; say so). Empty text where it was not.
    bool replaced() const { return replaced_; }
    PersonKey person() const { return person_; }  // the number that counts now
    bool valid() const { return valid_; }         // the number asked for has good check digits

  private:
    friend class Version;
    friend class Chain;
    std::span<const Row> rows_;
    std::span<const Holder> holders_;
    std::vector<Row> merged_;  // used where a delta touches the person
    PersonKey person_;
    bool replaced_ = false, valid_ = false;
};

struct Availability {
    std::string data, quality, partner;  // quality "*" or empty: any
};

enum class SubjectKind : unsigned char { user, application, institution, framework };
std::string_view to_string(SubjectKind kind);
std::optional<SubjectKind> parse_subject_kind(std::string_view text);

// One row of the authorisations. Texts as in the table; "*" stands for any where the table has it.
struct Authorisation {
    std::string id;
    SubjectKind kind = SubjectKind::institution;
    std::string subject;  // user, application, partner number, sector:type, CBE number, framework
    std::string message;
    std::string quality;              // empty or "*": any
    std::vector<std::string> fields;  // field groups; empty: all (the table's list, split)
    core::Date from, to;
    std::string deliberation;  // empty: a row without a valid deliberation (report access)
    bool covers(core::Date at) const { return from <= at && at <= to; }
};

struct Mandate {
    std::string_view sender, capacity, employer;  // employer empty or "*": any
    std::string_view subjects;                    // as in the table
    core::Date from, to;
    bool covers(core::Date at) const { return from <= at && at <= to; }
    // Lists are separated by blanks, commas, semicolons, bars or plus signs; "*" and an empty list
    // mean every subject.
    bool names_subject(std::string_view subject) const;
};

struct Link {
    std::string_view country, key;
};

// One value that a register declares: a field of a group, in a period.
struct RegisterValue {
    std::string_view register_name, group, name, value;
    core::Date from, to;
    bool covers(core::Date at) const { return from <= at && at <= to; }
};

struct VersionCounts {
    std::uint64_t persons = 0, rows = 0, availability = 0, authorisations = 0, mandates = 0,
                  replaced = 0, links = 0, register_values = 0;
};

class Version {
  public:
    ~Version();
    Version(const Version&) = delete;
    Version& operator=(const Version&) = delete;

    const std::string& id() const;      // "2026-11-22.1"
    const std::string& digest() const;  // hex SHA-256 over all that the version consists of
    const VersionCounts& counts() const;

    // ---- persons ----
    // An unknown number has no rows; one whose check digits are bad is not valid() either.
    void find(std::string_view insz, Holdings& out) const;
    void find(PersonKey person, Holdings& out) const;
    // The same for many at once, with the memory fetched ahead: several times faster at random.
    // Both have the same length.
    void find(std::span<const PersonKey> persons, std::span<Holdings> out) const;
    // The rows under this very number, also where another counts now.
    void find_exact(PersonKey person, Holdings& out) const;
    // The number that counts now; the same where it was not replaced. `since` where it is given
    // gets the date of the replacement.
    PersonKey resolve(PersonKey person, core::Date* since = nullptr) const;
    // Rows of so many bytes more are from now on read by find of many, and no longer mapped:
    // slower, but what is mapped counts as the process's memory. How many it were; 0: there are no
    // more.
    std::uint64_t unmap_rows(std::uint64_t bytes) const;
    // Every row of every person in the order of keys (export, reports, tests).
    void each_row(const Visit<PersonKey, const Holding&>& visit) const;

    // ---- who has the data ----
    // All rows of this data class or message, ordered by quality, partner.
    std::span<const Availability> availability(std::string_view data) const;
    std::span<const Availability> availability() const;

    // ---- who may get what ----
    // All rows of one subject ordered by message; all rows, ordered by kind, subject, message, id.
    std::span<const Authorisation> authorisations(SubjectKind kind, std::string_view subject) const;
    std::span<const Authorisation> authorisations() const;
    const Authorisation* authorisation(std::string_view id) const;  // null: none of this id

    // ---- who may speak for whom ----
    // The mandates of a sender for an employer, and those it has for any employer.
    void mandates(std::string_view sender, std::string_view employer,
                  const Visit<const Mandate&>& visit) const;
    // All of a sender.
    void mandates(std::string_view sender, const Visit<const Mandate&>& visit) const;

    // ---- links and registers ----
    void links(std::string_view insz, const Visit<const Link&>& visit) const;
    void persons_of(std::string_view country, std::string_view key,
                    const Visit<std::string_view>& visit) const;
    // Of one register and key: every value of every period, ordered by group, name, from.
    void read_register(std::string_view register_name, std::string_view key,
                       const Visit<const RegisterValue&>& visit) const;
    // The national register, the struck-off and the Bis register ("rn", "radies", "bis") as one:
    // the first of them that knows the number; each value states its register.
    void read_person(std::string_view insz, const Visit<const RegisterValue&>& visit) const;

  private:
    friend class Store;
    struct Content;
    explicit Version(std::unique_ptr<Content> content);
    std::unique_ptr<Content> content_;
};

}  // namespace directory

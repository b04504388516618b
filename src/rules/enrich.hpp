#pragma once
// What is added to a record from the directory, for each recipient what it may know: who else holds
// a file on the person, what the registers say, foreign keys. A recipient gets it by an
// authorisation for register:NAME, and of a register the groups that the row names, GROUP as of the
// reference date, GROUP@N for N years of history, GROUP@* for all of it. Pure.
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "job/enrichment.hpp"
#include "rules/decide.hpp"

namespace rules {

// Of one record: in which distinct ways it is added to, and which recipient gets which.
struct Additions {
    std::vector<std::vector<std::string>> forms;  // one text for each <enrich>; empty: nothing
    std::vector<std::uint32_t> of_recipient;      // index in forms
};

class Enricher {
  public:
    // What it was made of must outlive it.
    Enricher(const Rules& rules, const schema::Schema& schema);

    bool empty() const { return sources_.empty(); }
    // The rows by which a recipient is given anything; "A+B", or empty.
    std::string ground(std::string_view recipient) const;
    // One for each record; `recipients` of each, as they were decided.
    std::vector<Additions> add(
        const Records& records,
        const std::vector<const std::vector<std::string>*>& recipients) const;
    // The record with these texts in their places; what its sender put there is left out.
    std::string inserted(std::string_view record, const std::vector<std::string>& texts) const;
    // For people: what a recipient may be given, and by which row.
    std::vector<RuleStep> explain(std::string_view recipient) const;

  private:
    // What one partner may read of one register.
    struct Grant {
        bool allowed = false, everything = false;
        std::map<std::string, int, std::less<>> years;  // by group; -1: all of them
        Clearance clearance;
        int years_of(std::string_view group) const;  // nothing: less than -1
    };
    struct Row {
        std::vector<std::string> values;  // as Enrich::values; a missing one is `absent`
        bool operator==(const Row&) const = default;
    };
    struct Source {
        const job::Enrich* enrich;
        job::EnrichPlace place;
        std::size_t key = 0;          // field
        std::uint32_t date = nobody;  // field
        std::vector<std::string> registers;
    };
    const Grant* grant(std::string_view recipient, const std::string& register_name) const;
    std::vector<Row> rows(const Source& source, std::string_view number, const Person& person,
                          std::string_view recipient, core::Date at) const;
    void holders(const Source& source, const Person& person, const Grant& grant, core::Date at,
                 std::vector<Row>& out) const;
    void links(const Source& source, std::string_view number, std::vector<Row>& out) const;
    void values(const Source& source, std::string_view number, std::string_view recipient,
                core::Date at, std::vector<Row>& out) const;
    std::string render(const Source& source, const std::vector<Row>& rows) const;

    const Rules& rules_;
    const DirectoryView* directory_;
    bool named_spaces_;  // the documents have a namespace, so that having none must be said
    std::vector<Source> sources_;
    std::unordered_map<std::string, std::map<std::string, Grant, std::less<>>> grants_;
};

// Puts an element behind the leading children of these local names, in place of one of its own
// name. An empty text takes that away alone.
std::string put_child(std::string_view record, const std::string& own,
                      const std::vector<std::string>& before, std::string_view text);

}  // namespace rules

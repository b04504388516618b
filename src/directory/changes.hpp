#pragma once
// Changes of the persons table tried one by one over one version, in order: each finds the rows as
// those before it left them. What can be done is kept as the lines of a mutations file
// (Store::apply). Memory grows with the persons that are touched.
#include <cstdint>
#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

#include "directory/mutation.hpp"
#include "directory/version.hpp"

namespace directory {

struct WantedChange {
    Action action = Action::insert;
    PersonKey person;
    Holder holder{};
    core::Date from, to = open_end;
};

class Changes {
  public:
    // Null: nothing was ever loaded.
    explicit Changes(std::shared_ptr<const Version> version);

    // Null: it can be done, and is kept; else a short stable word (mutation.hpp, or "date",
    // "period") and nothing changed.
    const char* take(const WantedChange& wanted);

    struct Counts {
        std::uint64_t inserted = 0, changed = 0, closed = 0;
        std::uint64_t all() const { return inserted + changed + closed; }
    };
    const Counts& counts() const { return counts_; }
    // As `directory apply` reads them, with their header.
    const std::string& csv() const { return csv_; }

  private:
    std::vector<Row>& rows_of(PersonKey person);
    std::uint32_t code_of(const Holder& holder);

    std::shared_ptr<const Version> version_;
    std::unordered_map<std::uint32_t, std::vector<Row>> rows_;  // by person
    std::unordered_map<std::string, std::uint32_t> codes_;
    Holdings holdings_;
    Counts counts_;
    std::string csv_;
};

}  // namespace directory

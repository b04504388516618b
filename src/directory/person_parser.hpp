#pragma once
// One CSV row of the persons table (or of its mutations) to a record, with a finding for each thing
// that is wrong with it.
#include <string_view>

#include "directory/csv.hpp"
#include "directory/dictionary.hpp"
#include "directory/findings.hpp"
#include "directory/sorting.hpp"

namespace directory {

class PersonParser {
  public:
    PersonParser(Dictionary& dictionary, FindingList& findings)
        : dictionary_(dictionary), findings_(findings) {}
    // The fields from `first` on. False: the row has findings.
    bool parse(const CsvReader& row, std::size_t first, Record& record);

  private:
    void error(const CsvReader& row, std::size_t field, const char* code, std::string text);
    void warn(const CsvReader& row, std::size_t field, const char* code, std::string text);
    bool parse_holder(const CsvReader& row, std::size_t first, std::uint32_t& code);
    bool check_holder(const CsvReader& row, std::size_t first, const Holder& holder);
    bool parse_period(const CsvReader& row, std::size_t first, std::uint32_t& from,
                      std::uint32_t& to);
    Dictionary& dictionary_;
    FindingList& findings_;
};

bool is_partner_number(std::string_view text);
// YYYY-MM-DD in the range of persons' periods.
std::optional<std::uint32_t> parse_day(std::string_view text);

}  // namespace directory

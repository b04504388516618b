#pragma once
// The findings of a slice: which record, document or file each belongs to, its place as delivered
// and its path; and the findings that are parse's own (check digits, required fields, limits).
#include <optional>
#include <vector>

#include "parse/outcome.hpp"
#include "parse/place.hpp"
#include "parse/scan.hpp"

namespace parse {

class FindingSorter {
  public:
    // Takes the findings of the scan. The outcome has its records and documents.
    FindingSorter(Outcome& outcome, const Plan& plan, Scan& scan);
    // The scan began in an assumed state: puts the true ancestors into the paths.
    void correct_paths();
    std::vector<core::Finding> of_record(std::size_t index, PlaceCounter& counter);
    // All that is outside records, to their documents or the file.
    void rest(PlaceCounter& counter);

  private:
    void complete(core::Finding& finding, std::uint64_t walked, PlaceCounter& counter) const;
    Outcome& outcome_;
    const Plan& plan_;
    std::vector<core::Finding> findings_;
    std::vector<std::uint32_t> record_of_;  // per finding, or none
    std::size_t next_ = 0;
};

// What is wrong with the value of the job's i-th field in this record; the code is complete.
std::optional<core::Finding> check_field(const Outcome& outcome, std::size_t record,
                                         std::size_t field);
// Has this fault been reported? One fault, one finding: the schema may know it under another code.
bool says_already(const std::vector<core::Finding>& said, const core::Finding& finding);
// Fields that stand outside the record are looked at once, where they stand; what is not there,
// with the first record that would see it. The findings go to the document or the file.
void check_context_fields(Outcome& outcome);

// The findings of a flat reader (offsets in bytes), to their records, documents or the file.
void add_reader_findings(Outcome& outcome, std::vector<core::Finding> findings);
// Those of documents and of the file in the order of their places, whoever made them.
void sort_findings(Outcome& outcome);

core::Finding limit_finding(const Outcome& outcome, std::size_t record, std::uint64_t most,
                            PlaceCounter& counter);
// Where the referee decides alone: its faults in our words, without values.
std::vector<core::Finding> referee_findings(const Outcome& outcome, std::size_t record,
                                            const std::vector<schema::RefereeFault>& faults);

}  // namespace parse

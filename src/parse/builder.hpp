#pragma once
// Makes the outcome of a slice from its bytes, its scan and its true entry: the fold, the findings
// with their places, check digits, required fields, and the referee's word on rejected records. One
// per worker.
#include <memory>
#include <optional>
#include <string>

#include "parse/enclosures.hpp"
#include "parse/fold.hpp"
#include "parse/outcome.hpp"
#include "parse/place.hpp"
#include "parse/reader.hpp"
#include "parse/scan.hpp"

namespace parse {

class Builder {
  public:
    // `enclosures`: beside the records; null: they are not looked at.
    explicit Builder(std::shared_ptr<const Plan> plan, const Enclosures* enclosures = nullptr);
    ~Builder();

    // `assumed`: the scan began in an assumed state of the same course as the entry's.
    enum class From : bool { true_state, assumed };
    std::unique_ptr<Outcome> build(Slice slice, const Entry& entry, Scan scan, From from);
    Scanner& scanner() { return scanner_; }

  private:
    void place_findings(Outcome& outcome, Scan& scan, From from);
    void take_record(Outcome& outcome, std::size_t index, std::vector<core::Finding> own,
                     PlaceCounter& counter);
    void check_fields(const Outcome& outcome, std::size_t index,
                      std::vector<core::Finding>& own) const;
    void ask_referee(const Outcome& outcome, std::size_t index, std::vector<core::Finding>& own,
                     bool& accepted);
    void declared(Outcome& outcome, PlaceCounter& counter) const;

    std::shared_ptr<const Plan> plan_;
    const Enclosures* enclosures_;
    Scanner scanner_;
    std::optional<schema::Referee> referee_;
};

}  // namespace parse

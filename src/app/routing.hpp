#pragma once
// Runs the rules over the records of a slice on the worker that parsed it: distinct routes, which
// one each record takes, of whom it is, and what the reference directory finds wrong.
#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include "app/directories.hpp"
#include "app/rendering.hpp"
#include "ledger/facts.hpp"
#include "parse/pipeline.hpp"
#include "rules/decide.hpp"
#include "rules/enrich.hpp"
#include "traces/pseudonym.hpp"

namespace app {

struct Routed : parse::Product {
    const rules::Enricher* enricher = nullptr;  // that `additions` are of; lives with the Ruling
    std::vector<ledger::Route> routes;          // distinct
    std::vector<std::uint32_t> of_record;       // index in routes, one for each record
    std::vector<std::uint64_t> persons;         // pseudonyms, one for each record
    std::vector<ledger::RecordBytes> bytes;     // one for each record, or none
    // Where the job has groups: of each route and recipient, the groups it is not given (bits).
    std::vector<std::vector<std::uint64_t>> hidden;
    // Where the job enriches: what is added to each record, for each recipient of its route.
    std::vector<rules::Additions> additions;
    // What the directory finds about records, in their order; B rejects.
    std::vector<std::pair<std::uint32_t, core::Finding>> findings;
    // Documents without a mandate: index in Outcome::documents, in their order.
    std::vector<std::pair<std::uint32_t, core::Finding>> mandates;
};

class Ruling;

// How a file was decided before; holds the partners of then.
struct EarlierRuling {
    std::shared_ptr<const job::Partners> partners;
    std::unique_ptr<const Ruling> ruling;
};

// The rules of one file, with the versions it is pinned to; shared by its workers.
class Ruling {
  public:
    Ruling(std::shared_ptr<const parse::Plan> plan, const job::Partners& partners,
           std::string sender, core::Date received, DirectoryPin pin,
           std::optional<traces::PersonKey> key);
    Ruling(const Ruling&) = delete;

    // From here on only what was withheld by all of these is decided (app/supplement.hpp); who may
    // send what, and of whom a record is, stays as the first of them has it.
    void reconsider(std::vector<EarlierRuling> earlier) { earlier_ = std::move(earlier); }

    std::unique_ptr<Routed> route(const parse::Outcome& outcome) const;
    // One record, for people. After reconsider(): what is decided of it now.
    std::vector<rules::Told> explain(const parse::Outcome& outcome, std::size_t record) const;
    const rules::Rules& rules() const { return *rules_; }
    const DirectoryPin& pin() const { return pin_; }
    // Null: the job adds nothing.
    const rules::Enricher* enricher() const { return enricher_.get(); }

  private:
    class OutcomeRecords;
    std::uint64_t pseudonym(const parse::Outcome& outcome, std::size_t record) const;
    std::vector<std::uint32_t> decide(const OutcomeRecords& records,
                                      std::vector<ledger::Route>& routes) const;
    void supplement(const OutcomeRecords& records, Routed& routed) const;
    void enrich(const OutcomeRecords& records, Routed& routed) const;
    void add_findings(const parse::Outcome& outcome, std::size_t record,
                      const rules::Verdict& verdict, Routed& routed) const;

    // Takes recipients out of whose form a record does not fit.
    void withhold_unfit(const parse::Outcome& outcome, Routed& routed) const;

    std::shared_ptr<const parse::Plan> plan_;
    RenditionTable renditions_;
    DirectoryPin pin_;
    std::optional<traces::PersonKey> key_;
    std::unique_ptr<rules::Rules> rules_;
    std::unique_ptr<rules::Enricher> enricher_;
    std::vector<EarlierRuling> earlier_;  // oldest first
    std::vector<std::uint32_t> slots_;    // of the conditions: queries of the plan
    std::uint32_t person_ = parse::none, employer_ = parse::none;  // fields
};

}  // namespace app

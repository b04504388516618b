#include "app/routing.hpp"

#include <map>

namespace app {

namespace {

class OutcomeRecord : public rules::RecordView {
  public:
    OutcomeRecord(const parse::Outcome& outcome, std::size_t record)
        : outcome_(outcome), record_(record) {}
    bool holds(const job::Condition& condition) const override {
        return outcome_.holds(record_, condition);
    }
    std::string_view field(std::string_view name) const override {
        const auto& fields = outcome_.plan->job->fields;
        for (std::size_t i = 0; i < fields.size(); ++i)
            if (fields[i].name == name) return outcome_.field(record_, i).text;
        return {};
    }

  private:
    const parse::Outcome& outcome_;
    std::size_t record_;
};

}  // namespace

std::unique_ptr<Routed> route_records(const parse::Outcome& outcome,
                                      const rules::DirectoryView* directory) {
    auto routed = std::make_unique<Routed>();
    std::map<ledger::Route, std::uint32_t> known;
    routed->of_record.reserve(outcome.records.size());
    for (std::size_t i = 0; i < outcome.records.size(); ++i) {
        rules::Decision decision =
            rules::decide(*outcome.plan->job, OutcomeRecord(outcome, i), directory);
        ledger::Route route;
        route.recipients = std::move(decision.recipients);
        for (rules::Withheld& one : decision.withheld)
            route.withheld.emplace_back(std::move(one.recipient), std::move(one.reason));
        const auto [at, fresh] =
            known.try_emplace(std::move(route), static_cast<std::uint32_t>(known.size()));
        if (fresh) routed->routes.push_back(at->first);
        routed->of_record.push_back(at->second);
    }
    return routed;
}

}  // namespace app

#pragma once
// Runs the rules over the records of a slice on the worker that parsed it: distinct routes, and
// which one each record takes.
#include <memory>
#include <vector>

#include "ledger/facts.hpp"
#include "parse/pipeline.hpp"
#include "rules/decide.hpp"

namespace app {

struct Routed : parse::Product {
    std::vector<ledger::Route> routes;     // distinct
    std::vector<std::uint32_t> of_record;  // index in routes, one for each record
};

std::unique_ptr<Routed> route_records(const parse::Outcome& outcome,
                                      const rules::DirectoryView* directory);

}  // namespace app

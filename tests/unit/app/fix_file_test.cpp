// What the skeleton of a correction says of itself.
#include "app/fix_file.hpp"

#include <doctest/doctest.h>

#include "ledger/facts.hpp"

namespace {

app::Folded slice(std::int64_t first, const std::vector<bool>& accepted) {
    ledger::SliceFacts facts;
    for (const bool one : accepted) facts.records.emplace_back().accepted = one;
    app::Folded folded;
    folded.slice.first_record = first;
    folded.slice.facts = facts.pack();
    return folded;
}

}  // namespace

TEST_CASE("There is more than fits only where more was rejected than fits") {
    app::FixFile fix(core::Language::en, 2);
    fix.take(slice(1, {false, true, false}));
    CHECK_FALSE(fix.is_full());
    fix.take(slice(4, {true, true}));
    CHECK_FALSE(fix.is_full());
    fix.take(slice(6, {true, false}));
    CHECK(fix.is_full());
}

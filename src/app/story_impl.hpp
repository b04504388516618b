#pragma once
// What the stories of files, documents and records (story*.cpp) have in common.
#include <string>
#include <string_view>
#include <vector>

#include "app/notified.hpp"
#include "app/story.hpp"
#include "app/supplement.hpp"
#include "ledger/facts.hpp"

namespace app {

// The kept findings that `wanted` picks, in the order of the file; at most `count_max`, the others
// are counted.
template <class Wanted>
std::vector<core::Finding> findings_of(const ledger::Ledger& book, const ledger::File& file,
                                       std::size_t count_max, std::size_t& left_out,
                                       const Wanted& wanted) {
    std::vector<core::Finding> findings;
    left_out = 0;
    book.each_slice(file.id, [&](const ledger::Slice& slice) {
        for (core::Finding& finding : ledger::unpack_findings(slice.findings)) {
            if (!wanted(finding)) continue;
            if (findings.size() < count_max)
                findings.push_back(std::move(finding));
            else
                ++left_out;
        }
        return true;
    });
    return findings;
}

// What recipients refuse of the file's parcels, also of those that were decided again, that
// `wanted` picks.
template <class Wanted>
std::vector<Refusal> refusals_that(const ledger::Ledger& book, const ledger::File& file,
                                   const Wanted& wanted) {
    std::vector<Refusal> refusals = refusals_of(book, file.id);
    for (const ledger::File& again : supplements_of(book, file))
        for (Refusal& one : refusals_of(book, again.id)) refusals.push_back(std::move(one));
    std::erase_if(refusals, [&](const Refusal& one) { return !wanted(one); });
    return refusals;
}
void print_refusals(const std::vector<Refusal>& refusals);
std::string refusals_json(const std::vector<Refusal>& refusals);

void print_findings(const std::vector<core::Finding>& findings, std::size_t left_out,
                    const Telling& telling);
std::string findings_json(const std::vector<core::Finding>& findings, const Telling& telling);

// A value behind its key; nothing where it is empty.
void line(std::string_view key, const std::string& value);

}  // namespace app

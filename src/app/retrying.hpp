#pragma once
// A refused file verified a second time, from its private copy: the checks of reception as they
// would come out today, judged at the instant of its reception.
#include <string>
#include <vector>

#include "app/home.hpp"
#include "ledger/types.hpp"

namespace app {

struct Verified {
    std::vector<int> codes;  // annex 30; empty: it passes
    std::string reason;      // of a signature fault, for operators
    const job::Job* job = nullptr;
};

// Empty where a second look can make a difference; else why it cannot, for people.
std::string why_not_verified_again(Home& home, const ledger::File& file);
Verified verify_again(Home& home, const ledger::File& file);
// Journals the attempt; where it passed, the file is verified from the commit on and its sender
// gets a receipt.
void record_retry(Home& home, ledger::File& file, const Verified& verdict, const std::string& body);

}  // namespace app

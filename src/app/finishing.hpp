#pragma once
// From "every record has its verdict" to "closed": parcels finished, the sender's answers written,
// all of it signed, published and archived. Works on many files at once; repeatable from any point
// after the decision was committed.
#include <memory>
#include <vector>

#include "app/fold.hpp"
#include "app/home.hpp"
#include "app/parallel.hpp"

namespace app {

struct Ending {
    ledger::File file;
    std::shared_ptr<const job::Job> job;                  // null: refused before a job was found
    std::shared_ptr<const parse::Plan> plan;              // null likewise
    std::unique_ptr<Fold> fold;                           // null likewise
    std::shared_ptr<const parse::Enclosures> enclosures;  // null: the job has none
};

// What the decision commits: the file's counts and state, the names and numbers of all that goes
// out. Inside the step of the last slices.
void decide(Home& home, ledger::Step& step, Ending& ending);

// Decided or refused files to their end. Returns the number of parcels and of answers that were
// published.
struct Finished {
    std::int64_t deliveries = 0, answers = 0;
};
// `beside`: work that goes on beside this, and waits while all threads sign.
Finished finish_files(Home& home, std::vector<Ending>& endings, Turnstile& beside);

}  // namespace app

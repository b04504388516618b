#pragma once
// Makes what is returned to an asker from the ledger's places of answers and the private copies
// that they lie in. A pure function of what the drawing of its name committed.
#include <memory>

#include "app/home.hpp"
#include "job/questions.hpp"
#include "ledger/questions.hpp"
#include "outbox/stage.hpp"

namespace app {

inline constexpr std::string_view first_part = "1", second_part = "2";  // Outgoing::detail

// The job that asked and the one in which its sources answer; a Fault where one is gone.
struct QuestionJobs {
    std::shared_ptr<const job::Job> asking, answering;
};
QuestionJobs jobs_of_questions(Home& home, const ledger::File& file);

// The merged file under its name in the staging folder. Memory is bounded by `window_bytes` of
// answers, with what is known of them, and a chunk of questions.
outbox::StagedFile write_answer_file(Home& home, const ledger::QuestionFile& questions,
                                     const ledger::Outgoing& row,
                                     std::uint64_t window_bytes = 64ULL << 20);

}  // namespace app

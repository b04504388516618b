#pragma once
// Makes what is returned to an asker from the ledger's places of answers and the private copies
// that they lie in. A pure function of what the drawing of its name committed.
#include "app/home.hpp"
#include "ledger/questions.hpp"
#include "outbox/stage.hpp"

namespace app {

inline constexpr std::string_view first_part = "1", second_part = "2";  // Outgoing::detail

// The merged file under its name in the staging folder. Memory is bounded by `window_bytes` of
// answers and a chunk of questions.
outbox::StagedFile write_answer_file(Home& home, const ledger::QuestionFile& questions,
                                     const ledger::Outgoing& row,
                                     std::uint64_t window_bytes = 64ULL << 20);

}  // namespace app

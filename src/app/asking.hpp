#pragma once
// What the decision of a file means for questions: those of an asker are put to their sources, the
// answers of a source are taken. Inside the step that decides.
#include <optional>

#include "app/finishing.hpp"

namespace app {

// The field that holds the reference of questions; nothing where the job asks none.
std::optional<std::size_t> reference_field(const job::Job& job);

// Of a file that is delivered and was not refused.
void ask_and_answer(Home& home, ledger::Step& step, const Ending& ending);

}  // namespace app

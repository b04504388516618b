#pragma once
// Built-in suppliers for acceptance: they take their parcel out of their folder and put answer
// files where the supplier would, made from a template and the questions alone. Of S only.
#include "app/home.hpp"
#include "job/questions.hpp"
#include "ledger/questions.hpp"

namespace app {

// What the stand-ins of this file of questions have to do at this moment. What they put into the
// landing zone comes in with the next reception.
void stand_in(Home& home, const ledger::File& file, const job::Job& job,
              const ledger::QuestionFile& questions);

// A partner that stands in for itself in S needs not have opted in to it.
bool is_stand_in(const job::Job& job, std::string_view partner, core::Environment environment);

}  // namespace app

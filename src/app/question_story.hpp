#pragma once
// How questions stand, said from outside: which source owes how many answers until when, and what
// became of one question.
#include <cstdint>
#include <string>

#include "app/home.hpp"

namespace app {

// One JSON object; empty where the file asks nothing.
std::string questions_json(Home& home, const ledger::File& file);
void print_questions(Home& home, const ledger::File& file);

// A list with one object for each source of a question; empty where the record is none.
std::string question_json(Home& home, const ledger::File& file, std::int64_t record);
void print_question(Home& home, const ledger::File& file, std::int64_t record);

}  // namespace app

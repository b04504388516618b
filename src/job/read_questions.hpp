#pragma once
// <questions> and <answers> of a job file: read, and held against the rest of the job. Internal to
// the room.
#include "job/definition.hpp"
#include "job/questions.hpp"

namespace job {

Asking read_asking(const xml::Element& element, Report& report);
Answering read_answering(const xml::Element& element, Report& report);

// What can be said of one job alone.
void check_asking(const Job& job, const xml::Element& element, Report& report);
void check_answering(const Job& job, const xml::Element& element, Report& report);

}  // namespace job

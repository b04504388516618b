#pragma once
// Reads where the far side of a <channel> of jobs/partners.xml is. Internal to the room.
#include "job/attributes.hpp"
#include "job/partner.hpp"

namespace job {

// `channel.kind` is known. What a kind needs and has not is reported.
void read_far_side(const Attributes& attributes, Report& report, Channel& channel);

}  // namespace job

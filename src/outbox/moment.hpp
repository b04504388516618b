#pragma once
// The date and the hour of an answer's header, by the wall clock of the home's zone.
#include <string>

#include "core/instant.hpp"
#include "io/zone.hpp"

namespace outbox {

struct Moment {
    std::string date;  // YYYY-MM-DD
    std::string hour;  // hh:mm:ss.mmm
};

Moment moment(core::Instant at, const io::Zone& zone);

}  // namespace outbox

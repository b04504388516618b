#pragma once
// The reminder to a recipient: which parcels lie in its OUT and were not taken. Grammar:
// xsd/answers/unfetched.xsd.
#include <cstdint>
#include <string>
#include <vector>

#include "core/file_name.hpp"
#include "core/instant.hpp"

namespace outbox {

struct UnfetchedParcel {
    std::string name, digest;  // digest: hex SHA-256
    std::int64_t number = 0, records = 0, bytes = 0;
    core::Instant published_at;
    core::Date expires;  // first day on which it may be gone
};

struct UnfetchedFacts {
    std::string recipient;
    core::Environment environment = core::Environment::R;
    core::Instant at;
    std::vector<UnfetchedParcel> parcels;
    std::size_t unlisted = 0;
};

std::string unfetched_list(const UnfetchedFacts& facts);

}  // namespace outbox

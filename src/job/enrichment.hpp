#pragma once
// Where an element that the engine adds stands in a record, and which values it can take, so that
// the record stays valid. Known from the schema alone, before any data is there.
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "job/job.hpp"

namespace schema {
class SimpleType;
}

namespace job {

struct EnrichPlace {
    std::vector<std::string> before;  // local names of the children that come before it
    std::uint64_t rows_max = 1, rows_min = 0;
    struct Value {
        std::shared_ptr<const schema::SimpleType> type;
        bool required = false;
        bool takes(std::string_view text) const;
    };
    std::vector<Value> values;  // as Enrich::values
};

// `fault`: one sentence where it cannot be done; empty where it can.
EnrichPlace place_of(const schema::Schema& schema, const Job& job, const Enrich& enrich,
                     std::string& fault);

}  // namespace job

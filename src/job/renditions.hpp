#pragma once
// Other forms in which a recipient may take its records: the same elements by the same names, as
// XML of another schema or as a flat file. What a partner prefers (<prefers format= schema=>)
// decides which one it gets; none that fits: it gets them as they came.
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "job/job.hpp"
#include "job/partner.hpp"

namespace dfdl {
struct Layout;
}

namespace job {

struct Rendition {
    std::string name;
    Format format = Format::xml;
    SchemaVersion schema;
    std::shared_ptr<const dfdl::Layout> layout;  // of a flat one
    std::string space;                           // of an XML one: target namespace
    bool qualified = false;                      // its local elements are in it, too
};

struct Renditions {
    std::vector<Rendition> list;
};

// Null: as the records came.
const Rendition* rendition_for(const Job& job, const Partner& partner);

}  // namespace job

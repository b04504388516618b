#include "schema/resolve.hpp"

#include "schema/resolve_impl.hpp"

namespace schema {

void resolve(const ReadSet& read, const LoadOptions& options, Report& report,
             Components& components, Drafts& drafts) {
    Resolver(read, options, report, components, drafts).run();
}

}  // namespace schema

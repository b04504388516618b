// A hostile XSD document: refused or compiled, within time and memory, and never more.
#include "schema/schema.hpp"
#include "core/fault.hpp"
#include "fuzz.hpp"
#include "schema/walker.hpp"

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    static const fuzz::Folder folder;
    schema::LoadOptions options;
    options.documents = {folder.put("a.xsd", fuzz::text(data, size))};
    options.ask_referee = false;
    options.states_max = 2'000;
    options.require_includes = false;
    schema::Loaded loaded;
    try {
        loaded = schema::load(options);
    } catch (const core::Fault&) {
        return 0;
    }
    fuzz::check(loaded.errors.empty() == (loaded.schema != nullptr), "neither schema nor errors");
    if (!loaded.schema) return 0;
    // It must also serve: any document will do.
    schema::Walker walker(loaded.schema, {}, {});
    walker.set_base(0, 1, 1);
    walker.walk(fuzz::text(data, size), true);
    return 0;
}

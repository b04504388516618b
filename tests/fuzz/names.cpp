// Names of files as partners write them.
#include "core/file_name.hpp"
#include "fuzz.hpp"

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view name = fuzz::text(data, size);
    const core::ParsedName parsed = core::parse_file_name(name);
    if (parsed.good())
        fuzz::check(parsed.name.text() == name, "a good name does not survive its parts");
    core::FileIdentity identity;
    if (core::parse_identity(name, identity)) {
        core::FileIdentity again;
        fuzz::check(core::parse_identity(identity.text(), again) && again == identity,
                    "an identity does not survive its text");
    }
    return 0;
}

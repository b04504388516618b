#pragma once
// Which registers the directory has: the checked content of jobs/registers.xml. Plain values.
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/identifiers.hpp"
#include "job/read.hpp"

namespace job {

struct Register {
    std::string name, text;
    std::optional<core::IdentifierKind> key;  // none: any text
    struct Group {
        std::string name;
        std::vector<std::string> fields;
    };
    std::vector<Group> groups;
};

struct Registers {
    bool given = false;  // false: there is no file, and any register can be loaded
    std::vector<Register> list;

    const Register* find(std::string_view name) const;
    // Why a row cannot be loaded: the column ("register", "key", "group", "name"); empty: it can.
    std::string_view fault(std::string_view name, std::string_view key, std::string_view group,
                           std::string_view field) const;
};

std::optional<Registers> read_registers(const std::filesystem::path& file,
                                        std::vector<Diagnostic>& diagnostics);

}  // namespace job

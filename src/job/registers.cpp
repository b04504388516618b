#include "job/registers.hpp"

#include <algorithm>
#include <sstream>

#include "job/attributes.hpp"
#include "job/files.hpp"

namespace job {

static constexpr std::string_view space = "urn:sluice:registers:1";

const Register* Registers::find(std::string_view name) const {
    const auto at = std::find_if(list.begin(), list.end(),
                                 [&](const Register& one) { return one.name == name; });
    return at == list.end() ? nullptr : &*at;
}

std::string_view Registers::fault(std::string_view name, std::string_view key,
                                  std::string_view group, std::string_view field) const {
    if (!given) return {};
    const Register* found = find(name);
    if (found == nullptr) return "register";
    if (found->key && core::check_identifier(*found->key, key) != core::IdentifierVerdict::good)
        return "key";
    for (const Register::Group& one : found->groups) {
        if (one.name != group) continue;
        const bool known =
            std::find(one.fields.begin(), one.fields.end(), field) != one.fields.end();
        return known ? "" : "name";
    }
    return "group";
}

static Register read_register(const xml::Element& element, Report& report) {
    const Attributes a(element, report);
    Register made;
    made.name = a.token("name");
    made.text = element.value_or("text", "");
    made.key = core::parse_identifier_kind(a.token("key"));
    for (const xml::Element* each : element.children) {
        if (!each->is(space, "group")) continue;
        const Attributes of_group(*each, report);
        Register::Group group;
        group.name = of_group.token("name");
        std::istringstream fields(of_group.token("fields"));
        for (std::string field; fields >> field;) group.fields.push_back(field);
        for (const Register::Group& other : made.groups)
            if (other.name == group.name)
                report.error(*each, "another group is already called '" + group.name + "'");
        made.groups.push_back(std::move(group));
    }
    return made;
}

std::optional<Registers> read_registers(const std::filesystem::path& file,
                                        std::vector<Diagnostic>& diagnostics) {
    std::error_code ignored;
    if (!std::filesystem::exists(file, ignored)) return Registers{};
    Report report(std::filesystem::absolute(file).lexically_normal(), diagnostics);
    const auto opened = open(Kind::registers, space, "registers", report);
    Registers registers;
    registers.given = true;
    if (opened) {
        for (const xml::Element* each : opened->document->root().children) {
            if (!each->is(space, "register")) continue;
            Register one = read_register(*each, report);
            if (registers.find(one.name) != nullptr)
                report.error(*each, "another register is already called '" + one.name + "'");
            registers.list.push_back(std::move(one));
        }
    }
    report.finish();
    if (report.has_errors()) return std::nullopt;
    return registers;
}

}  // namespace job

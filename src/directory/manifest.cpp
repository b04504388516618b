#include "directory/manifest.hpp"

#include <charconv>
#include <sstream>

#include "core/fault.hpp"

namespace directory {

namespace {

constexpr std::string_view first_line = "sluice directory version 1";
constexpr const char* forms[] = {"none", "same", "base", "delta"};

struct Number {
    const char* name;
    std::uint64_t* at;
};

std::vector<Number> numbers(Manifest& m) {
    VersionCounts& c = m.counts;
    return {{"persons-count", &c.persons},
            {"rows-count", &c.rows},
            {"availability-count", &c.availability},
            {"authorisations-count", &c.authorisations},
            {"mandates-count", &c.mandates},
            {"replaced-count", &c.replaced},
            {"links-count", &c.links},
            {"registers-count", &c.register_values},
            {"rows-added", &m.added},
            {"rows-removed", &m.removed},
            {"rows-changed", &m.changed},
            {"rows-sum-low", &m.rows_sum.low},
            {"rows-sum-high", &m.rows_sum.high}};
}

std::vector<std::pair<std::string, std::string*>> texts(Manifest& m) {
    std::vector<std::pair<std::string, std::string*>> list{{"id", &m.id},
                                                           {"parent", &m.parent},
                                                           {"parent-digest", &m.parent_digest},
                                                           {"origin", &m.origin},
                                                           {"persons-digest", &m.persons_digest},
                                                           {"owners-digest", &m.owners_digest}};
    for (std::size_t i = 1; i < table_count; ++i)
        list.emplace_back(std::string(to_string(static_cast<TableName>(i))) + "-digest",
                          &m.tables[i]);
    return list;
}

[[noreturn]] void fail(const std::string& shown, const std::string& what) {
    throw core::Fault(core::FaultKind::integrity, "read the manifest", shown, what,
                      "restore it from the backup, then: sluice directory verify");
}

}  // namespace

std::string Manifest::text() const {
    Manifest copy = *this;
    std::ostringstream out;
    out << first_line << '\n';
    for (const auto& [name, at] : texts(copy)) out << name << ' ' << *at << '\n';
    out << "made-at " << made_at.microseconds << '\n';
    out << "persons " << forms[static_cast<std::size_t>(persons)] << '\n';
    for (const Number& number : numbers(copy)) out << number.name << ' ' << *number.at << '\n';
    return out.str();
}

Manifest Manifest::parse(const std::string& text, const std::string& shown) {
    std::map<std::string, std::string> lines;
    std::istringstream in(text);
    std::string line;
    if (!std::getline(in, line) || line != first_line) fail(shown, "it is of another form");
    while (std::getline(in, line)) {
        const std::size_t blank = line.find(' ');
        if (blank == std::string::npos) fail(shown, "a line has no value");
        lines[line.substr(0, blank)] = line.substr(blank + 1);
    }
    Manifest manifest;
    const auto value = [&](const std::string& name) -> const std::string& {
        const auto at = lines.find(name);
        if (at == lines.end()) fail(shown, "it has no " + name);
        return at->second;
    };
    const auto number = [&](const std::string& name, auto& out) {
        const std::string& digits = value(name);
        const auto [end, error] =
            std::from_chars(digits.data(), digits.data() + digits.size(), out);
        if (error != std::errc() || end != digits.data() + digits.size())
            fail(shown, name + " is no number");
    };
    for (auto& [name, at] : texts(manifest)) *at = value(name);
    for (const Number& one : numbers(manifest)) number(one.name, *one.at);
    number("made-at", manifest.made_at.microseconds);
    bool known = false;
    for (std::size_t i = 0; i < 4; ++i)
        if (value("persons") == forms[i]) {
            manifest.persons = static_cast<PersonsForm>(i);
            known = true;
        }
    if (!known) fail(shown, "it has persons of another form");
    return manifest;
}

}  // namespace directory

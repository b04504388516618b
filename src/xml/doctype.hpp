#pragma once
// The internal subset of a DOCTYPE: entity declarations, and the form of everything else. Nothing
// external is ever opened.
#include <map>
#include <string>
#include <string_view>

namespace xml {

struct Entity {
    std::string text;       // replacement text, of internal ones
    bool external = false;  // declared with SYSTEM or PUBLIC
    bool unparsed = false;  // with NDATA
    bool open = false;      // being expanded
};

struct Doctype {
    std::map<std::string, Entity, std::less<>> entities;
    std::map<std::string, Entity, std::less<>> parameters;
    std::map<std::string, bool, std::less<>> notations;
    bool incomplete = false;  // an external subset or parameter entity was not read

    const Entity* find(std::string_view name) const {
        const auto found = entities.find(name);
        return found == entities.end() ? nullptr : &found->second;
    }
};

enum class DoctypeResult : unsigned char { whole, more, wrong };

// Reads "<!DOCTYPE ... >" at p. `wrong`: p is where and `expected` says what was expected.
// `doctype` is only changed when the result is `whole`.
DoctypeResult read_doctype(const char*& p, const char* end, Doctype& doctype,
                           std::string& expected);

}  // namespace xml

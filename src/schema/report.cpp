#include "schema/report.hpp"

namespace schema {

void Report::add(const std::filesystem::path& file, std::size_t line, std::size_t column,
                 std::string_view clause, std::string text) {
    if (full()) {
        return;
    }
    for (const Diagnostic& known : errors_) {
        if (known.line == line && known.column == column && known.text == text &&
            known.file == file) {
            return;
        }
    }
    errors_.push_back({file, line, column, std::move(text), std::string(clause)});
}

void Report::add(const Components& components, const Source& source, std::string_view clause,
                 std::string text) {
    const std::filesystem::path file = source.document < components.documents.size()
                                           ? components.documents[source.document]
                                           : std::filesystem::path();
    add(file, source.line, source.column, clause, std::move(text));
}

std::string shown(const ExpandedName& name) {
    return name.space.empty() ? "'" + name.local + "'"
                              : "'" + name.local + "' of namespace '" + name.space + "'";
}

}  // namespace schema

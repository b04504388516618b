#include "job/report.hpp"

#include <algorithm>
#include <tuple>

#include "core/ensure.hpp"

namespace job {

void Report::add(core::Place place, bool is_error, std::string text) {
    Diagnostic diagnostic;
    diagnostic.file = file_;
    diagnostic.line = place.line;
    diagnostic.column = place.column;
    diagnostic.error = is_error;
    diagnostic.text = std::move(text);
    if (is_error) ++errors_;
    diagnostics_.push_back(std::move(diagnostic));
}

void Report::error(const xml::Element& element, std::string text) {
    ENSURE(document_ != nullptr);
    add(document_->place(element), true, std::move(text));
}

// A place inside the value is only known where it stands as it is written.
void Report::error(const xml::Attribute& attribute, std::string text, std::size_t at) {
    ENSURE(document_ != nullptr);
    const bool literal = attribute.raw == attribute.value;
    add(document_->place(attribute.value_offset + (literal ? at : 0)), true, std::move(text));
}

void Report::advice(const xml::Element& element, std::string text) {
    ENSURE(document_ != nullptr);
    add(document_->place(element), false, std::move(text));
}

void Report::advice(const xml::Attribute& attribute, std::string text) {
    ENSURE(document_ != nullptr);
    add(document_->place(attribute.value_offset), false, std::move(text));
}

void Report::error_at(std::size_t line, std::size_t column, std::string text) {
    core::Place place;
    place.line = line;
    place.column = column;
    add(place, true, std::move(text));
}

void Report::finish() {
    const auto begin = diagnostics_.begin() + static_cast<std::ptrdiff_t>(begin_);
    const auto key = [](const Diagnostic& d) {
        return std::tie(d.file, d.line, d.column, d.text, d.error);
    };
    // Faults of other files (schemas) keep their place behind those of this one.
    std::stable_sort(begin, diagnostics_.end(), [&](const Diagnostic& a, const Diagnostic& b) {
        if ((a.file == file_) != (b.file == file_)) return a.file == file_;
        return a.file == file_ && std::tie(a.line, a.column) < std::tie(b.line, b.column);
    });
    diagnostics_.erase(
        std::unique(begin, diagnostics_.end(),
                    [&](const Diagnostic& a, const Diagnostic& b) { return key(a) == key(b); }),
        diagnostics_.end());
}

}  // namespace job

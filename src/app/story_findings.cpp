// The findings in a story, and its lines.
#include <iostream>

#include "app/json.hpp"
#include "app/story_impl.hpp"
#include "app/terminal.hpp"
#include "core/code_table.hpp"

namespace app {

static std::string value_of(const core::Finding& f, const Telling& telling) {
    return telling.reveal ? f.value : core::masked(f.value);
}

static std::string finding_json(const core::Finding& f, const Telling& telling) {
    return JsonObject()
        .text("code", f.code)
        .text("severity", core::to_string(f.severity))
        .number("part", f.part)
        .number("line", static_cast<std::int64_t>(f.place.line))
        .number("column", static_cast<std::int64_t>(f.place.column))
        .number("offset", static_cast<std::int64_t>(f.place.offset))
        .number("document", static_cast<std::int64_t>(f.document))
        .number("record", static_cast<std::int64_t>(f.record))
        .text("document_id", f.document_id)
        .text("path", f.path)
        .text("element", f.element)
        .text("value", value_of(f, telling))
        .text("message", core::sentence(f, core::Language::en))
        .str();
}

static void print_finding(const core::Finding& f, const Telling& telling) {
    std::cout << "  " << f.place.line << ':' << f.place.column << "  "
              << coloured(core::to_string(f.severity),
                          f.severity == core::Severity::B ? Colour::red : Colour::yellow)
              << "  " << f.code << "  " << core::sentence(f, core::Language::en);
    if (!f.value.empty()) std::cout << " [" << plain(value_of(f, telling)) << ']';
    if (!f.path.empty()) std::cout << "\n      " << f.path;
    if (f.record != 0) std::cout << "  (document " << f.document << ", record " << f.record << ')';
    std::cout << '\n';
}

void print_findings(const std::vector<core::Finding>& findings, std::size_t left_out,
                    const Telling& telling) {
    if (findings.empty() && left_out == 0) return;
    std::cout << "findings\n";
    for (const core::Finding& finding : findings) print_finding(finding, telling);
    if (left_out > 0) std::cout << "  and " << left_out << " more (--findings N lists them)\n";
}

std::string findings_json(const std::vector<core::Finding>& findings, const Telling& telling) {
    std::vector<std::string> items;
    for (const core::Finding& finding : findings) items.push_back(finding_json(finding, telling));
    return json_array(items);
}

// ---- what recipients refuse ----

static std::string place_of(const Refusal& one) {
    if (one.record > 0)
        return "record " + std::to_string(one.record) + " (document " +
               std::to_string(one.document) + ")";
    return one.document > 0 ? "document " + std::to_string(one.document) : "place not known";
}

void print_refusals(const std::vector<Refusal>& refusals) {
    if (refusals.empty()) return;
    TextTable table;
    for (const Refusal& one : refusals)
        table.row({{"  " + one.recipient}, {place_of(one)}, {one.code, Colour::red}, {one.parcel}});
    std::cout << "refused by recipients\n" << table.str();
}

std::string refusals_json(const std::vector<Refusal>& refusals) {
    std::vector<std::string> items;
    for (const Refusal& one : refusals)
        items.push_back(JsonObject()
                            .text("recipient", one.recipient)
                            .text("name", one.parcel)
                            .number("document", one.document)
                            .number("record", one.record)
                            .text_or_null("code", one.code)
                            .text("at", core::to_string(one.at))
                            .str());
    return json_array(items);
}

void line(std::string_view key, const std::string& value) {
    if (value.empty()) return;
    std::string padded(key);
    padded.resize(12, ' ');
    std::cout << "  " << padded << plain(value) << '\n';
}

}  // namespace app

#include "parse/outcome.hpp"

#include "core/ensure.hpp"
#include "parse/place.hpp"

namespace parse {

std::uint64_t map_offset(const std::vector<std::pair<std::uint64_t, std::uint64_t>>& map,
                         std::uint64_t offset);

std::string shortened(std::string_view text) {
    constexpr std::size_t code_points_max = 100;
    std::size_t seen = 0, at = 0;
    for (; at < text.size(); ++at)
        if ((text[at] & '\xC0') != '\x80' && ++seen > code_points_max) break;
    return std::string(text.substr(0, at));
}

namespace {

struct Row final : job::PathValues {
    Row(const Outcome& whole, std::size_t index) : outcome(whole), record(index) {}
    std::optional<std::string_view> find(const job::Path& path) const override {
        const std::uint32_t query = outcome.plan->query_of(path);
        ENSURE(query != none);
        const Value value = outcome.value(record, query);
        if (!value.present) return {};
        return value.text;
    }
    const Outcome& outcome;
    std::size_t record;
};

}  // namespace

std::uint64_t Outcome::mapped(std::uint64_t walked_offset) const {
    return map.empty() ? walked_offset : map_offset(map, walked_offset);
}

Value Outcome::value(std::size_t record, std::size_t query) const {
    const Cell& cell = cells[record * plan->queries.size() + query];
    return {cell.text, cell.present};
}

Value Outcome::field(std::size_t record, std::size_t index) const {
    return value(record, index);
}

bool Outcome::holds(std::size_t record, const job::Condition& condition) const {
    return job::holds(condition, Row(*this, record));
}

std::string_view Outcome::text(const Record& record) const {
    return std::string_view(bytes).substr(static_cast<std::size_t>(record.begin),
                                          static_cast<std::size_t>(record.end - record.begin));
}

PlaceCounter& Outcome::places() const {
    if (!counted) counted = std::make_shared<PlaceCounter>(entry, scale, bytes);
    return *counted;
}

core::Place Outcome::place(std::uint64_t offset) const {
    return places().at(offset);
}

std::string element_of(const Plan& plan, const Query& query) {
    if (query.path->attribute) return "@" + query.path->attribute->local;
    return query.path->steps.empty() ? plan.watch[query.target].local
                                     : query.path->steps.back().name.local;
}

core::Finding Outcome::finding_at(std::size_t record, std::size_t query_index, core::Reason reason,
                                  std::string_view ccc, core::Severity severity) const {
    const Query& query = plan->queries[query_index];
    const Cell& cell = cells[record * plan->queries.size() + query_index];
    const Origin& origin = origins[record];
    const Parent& parent = parents[origin.parent];
    const std::string_view walked_text = walked_bytes();
    core::Finding finding;
    finding.code = query.zone + "-" + std::string(ccc);
    finding.reason = reason;
    finding.severity = severity;
    finding.part = entry.part;
    finding.record = records[record].ordinal;
    finding.document = documents[records[record].document].ordinal;
    finding.document_id = documents[records[record].document].id;
    finding.element = element_of(*plan, query);
    if (cell.present) finding.value = shortened(cell.text);
    const std::string_view element = walked_text.substr(
        static_cast<std::size_t>(origin.tag), static_cast<std::size_t>(origin.end - origin.tag));
    if (cell.present && cell.before) {
        const ContextValue& value = entry.values[query_index];
        finding.place = {value.offset, value.line, value.column};
        finding.path = path_of_query(query, parent.path);
    } else {
        // A value that is not there is missing where its record ends, or before the record.
        const bool around = query.level < plan->record_level;
        const bool own = cell.present ? cell.begin >= origin.tag : !around;
        const std::size_t end_tag = around ? 0 : element.rfind('<');
        const std::uint64_t at =
            cell.present ? cell.begin : origin.tag + (end_tag == element.npos ? 0 : end_tag);
        finding.place = place(mapped(at));
        if (!own)
            finding.path = path_of_query(query, parent.path);
        else if (cell.present)
            finding.path = path_inside(element, at - origin.tag, parent.path, origin.position);
        else
            finding.path =
                path_of_query(query, path_inside(element, 0, parent.path, origin.position));
    }
    return finding;
}

std::uint64_t Outcome::weight() const {
    constexpr std::uint64_t text = 64;  // of a string, about
    const auto of = [](const auto& list) { return list.size() * sizeof(*list.data()); };
    std::uint64_t told = findings.size() + file_findings.size() + declared.size();
    for (const DocumentPart& part : documents) told += part.findings.size() + part.declared.size();
    return bytes.size() + walked.size() + of(map) + of(cells) + of(records) + of(pieces) +
           of(origins) + 2 * of(documents) + of(values_around) + values_around.size() * text +
           told * (sizeof(core::Finding) + 2 * text) + strings.size() * text;
}

void Outcome::keep_bytes() {
    SharedText kept = std::move(bytes);
    *this = Outcome{};
    bytes = std::move(kept);
}

}  // namespace parse

// What is wrong with the fields that a job names: required, types, check digits.
#include "parse/findings.hpp"

#include <algorithm>
#include <utility>

namespace parse {

std::optional<core::Finding> check_field(const Outcome& outcome, std::size_t record,
                                         std::size_t index) {
    const job::Field& field = outcome.plan->job->fields[index];
    const Value value = outcome.field(record, index);
    if (!value.present || value.text.empty()) {
        if (!field.required) return {};
        core::Finding missing =
            outcome.finding_at(record, index, core::Reason::element_missing, "001", field.severity);
        missing.details = {missing.element};
        return missing;
    }
    if (!field.type) return {};
    const std::string kind(core::to_string(*field.type));
    const auto found = [&](core::Reason reason, std::string_view ccc,
                           std::vector<std::string> details) {
        core::Finding finding = outcome.finding_at(record, index, reason, ccc, field.severity);
        finding.details = std::move(details);
        return finding;
    };
    switch (core::check_identifier(*field.type, value.text)) {
        case core::IdentifierVerdict::good:
            return {};
        case core::IdentifierVerdict::not_numeric:
            return found(core::Reason::not_numeric, "002", {});
        case core::IdentifierVerdict::wrong_length:
        case core::IdentifierVerdict::wrong_check_digits:
            break;
    }
    return found(core::Reason::check_digits, "004", {kind});
}

bool says_already(const std::vector<core::Finding>& said, const core::Finding& finding) {
    const auto above = [](std::string_view path) { return path.substr(0, path.rfind('/')); };
    const bool missing = finding.reason == core::Reason::element_missing;
    return std::any_of(said.begin(), said.end(), [&](const core::Finding& other) {
        if (!missing) return other.place.offset == finding.place.offset;
        // Missing, empty, at a wrong place, or under a name that the schema does not know.
        if (other.path == finding.path || finding.path.rfind(other.path + "/", 0) == 0)
            return other.reason == core::Reason::element_missing || other.path == finding.path;
        if (other.reason == core::Reason::element_unexpected)
            return above(other.path) == above(finding.path) &&
                   std::find(other.details.begin(), other.details.end(), finding.element) !=
                       other.details.end();
        return other.reason == core::Reason::element_unknown &&
               above(other.path) == above(finding.path);
    });
}

namespace {

// The part of a path that names the instance of a level.
std::string_view instance_in(std::string_view path, std::uint32_t level) {
    std::size_t end = 0;
    for (std::uint32_t i = 0; i <= level && end != std::string_view::npos; ++i)
        end = path.find('/', i == 0 ? 0 : end + 1);
    return path.substr(0, end);
}

// Has the open instance of a level had no record before the slice?
bool is_without_records(const Entry& entry, std::uint32_t level) {
    for (std::size_t i = level; i + 1 < entry.levels.size(); ++i)
        if (entry.levels[i].children > 1) return false;
    return entry.levels.back().children == 0;
}

// Is this the first record in its instance of a level, over all slices?
bool is_first_record(const Outcome& outcome, std::size_t record, std::uint32_t level) {
    const auto instance = [&](std::size_t index) {
        return instance_in(outcome.parents[outcome.origins[index].parent].path, level);
    };
    if (record > 0)
        return outcome.origins[record].parent != outcome.origins[record - 1].parent &&
               instance(record) != instance(record - 1);
    const Entry& entry = outcome.entry;
    return entry.levels.size() <= level || entry.levels[level].path != instance(record) ||
           is_without_records(entry, level);
}

}  // namespace

void check_context_fields(Outcome& outcome, std::size_t record) {
    const Plan& plan = *outcome.plan;
    for (std::size_t i = 0; i < plan.job->fields.size(); ++i) {
        const std::uint32_t level = plan.queries[i].level;
        if (level == plan.record_level) continue;
        const std::size_t queries = plan.queries.size();
        const Outcome::Cell& cell = outcome.cells[record * queries + i];
        DocumentPart& part = outcome.documents[outcome.records[record].document];
        if (!cell.present || cell.before) {
            if (!is_first_record(outcome, record, level)) continue;
        } else {
            const Outcome::Cell* above =
                record > 0 ? &outcome.cells[(record - 1) * queries + i] : nullptr;
            if (above != nullptr && above->present && !above->before && above->begin == cell.begin)
                continue;
        }
        std::optional<core::Finding> finding = check_field(outcome, record, i);
        if (!finding) continue;
        finding->record = 0;
        const auto& said = level < plan.document_level ? outcome.file_findings : part.findings;
        if (says_already(said, *finding)) continue;
        if (level < plan.document_level) {
            finding->document = 0;
            finding->document_id.clear();
            outcome.file_findings.push_back(std::move(*finding));
        } else {
            part.findings.push_back(std::move(*finding));
        }
    }
}

}  // namespace parse

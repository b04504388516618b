// What is wrong with the fields that a job names: required, types, check digits.
#include "parse/findings.hpp"

#include <algorithm>
#include <utility>

namespace parse {

namespace {

// What is wrong with a value, as a finding whose place, path and element are made by `found`.
template <typename Found>
std::optional<core::Finding> fault_of(const job::Field& field, std::string_view text,
                                      const Found& found) {
    if (text.empty()) {
        if (!field.required) return {};
        core::Finding missing = found(core::Reason::element_missing, "001");
        missing.details = {missing.element};
        return missing;
    }
    if (!field.type) return {};
    switch (core::check_identifier(*field.type, text)) {
        case core::IdentifierVerdict::good:
            return {};
        case core::IdentifierVerdict::not_numeric:
            return found(core::Reason::not_numeric, "002");
        case core::IdentifierVerdict::wrong_length:
        case core::IdentifierVerdict::wrong_check_digits:
            break;
    }
    core::Finding wrong = found(core::Reason::check_digits, "004");
    wrong.details = {std::string(core::to_string(*field.type))};
    return wrong;
}

}  // namespace

std::optional<core::Finding> check_field(const Outcome& outcome, std::size_t record,
                                         std::size_t index) {
    const job::Field& field = outcome.plan->job->fields[index];
    return fault_of(field, outcome.field(record, index).text,
                    [&](core::Reason reason, std::string_view ccc) {
                        return outcome.finding_at(record, index, reason, ccc, field.severity);
                    });
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
           is_without_records(entry.levels, level);
}

// To its document or the file, unless that was told already.
void tell(Outcome& outcome, std::uint32_t document, core::Finding finding) {
    if (document != none) finding.document = outcome.documents[document].ordinal;
    if (document != none) finding.document_id = outcome.documents[document].id;
    auto& said = document != none ? outcome.documents[document].findings : outcome.file_findings;
    if (!says_already(said, finding)) said.push_back(std::move(finding));
}

void check_around(Outcome& outcome, const Outcome::Around& around) {
    const job::Field& field = outcome.plan->job->fields[around.field];
    const auto found = [&](core::Reason reason, std::string_view ccc) {
        core::Finding finding;
        const Query& query = outcome.plan->queries[around.field];
        finding.code = query.zone + "-" + std::string(ccc);
        finding.reason = reason;
        finding.severity = field.severity;
        finding.part = outcome.entry.part;
        finding.path = around.path;
        finding.element = element_of(*outcome.plan, query);
        finding.value = shortened(around.cell.text);
        const ContextValue* const before =
            around.cell.before ? &outcome.entry.values[around.field] : nullptr;
        finding.place = before == nullptr
                            ? outcome.place(outcome.mapped(around.cell.begin))
                            : core::Place{before->offset, before->line, before->column};
        return finding;
    };
    if (auto finding = fault_of(field, around.cell.text, found))
        tell(outcome, around.document, std::move(*finding));
}

}  // namespace

void check_context_fields(Outcome& outcome) {
    const Plan& plan = *outcome.plan;
    for (const Outcome::Around& around : outcome.values_around) check_around(outcome, around);
    // What is not there is known to be missing at the first record that would see it.
    for (std::size_t i = 0; i < plan.job->fields.size(); ++i) {
        const std::uint32_t level = plan.queries[i].level;
        if (level == plan.record_level || !plan.job->fields[i].required) continue;
        for (std::size_t r = 0; r < outcome.records.size(); ++r) {
            if (outcome.field(r, i).present || !is_first_record(outcome, r, level)) continue;
            std::optional<core::Finding> finding = check_field(outcome, r, i);
            if (!finding) continue;
            finding->record = finding->document = 0;
            finding->document_id.clear();
            if (says_already(outcome.entry.said, *finding)) continue;
            tell(outcome, level < plan.document_level ? none : outcome.records[r].document,
                 std::move(*finding));
        }
    }
}

}  // namespace parse

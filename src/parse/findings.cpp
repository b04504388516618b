#include "parse/findings.hpp"

#include "parse/flat_layout.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

namespace parse {

namespace {

// Behind the first `components` components of a path.
std::string_view below(std::string_view path, std::size_t components) {
    std::size_t at = 0;
    for (std::size_t i = 0; i <= components; ++i) {
        at = path.find('/', i == 0 ? 0 : at + 1);
        if (at == std::string_view::npos) return {};
    }
    return path.substr(at);
}

core::Finding about_record(const Outcome& outcome, std::size_t index) {
    const Outcome::Origin& origin = outcome.origins[index];
    const DocumentPart& document = outcome.documents[outcome.records[index].document];
    core::Finding finding;
    finding.part = outcome.entry.part;
    finding.record = outcome.records[index].ordinal;
    finding.document = document.ordinal;
    finding.document_id = document.id;
    const std::string_view element =
        outcome.walked_bytes().substr(static_cast<std::size_t>(origin.tag));
    finding.path = path_inside(element, 0, outcome.parents[origin.parent].path, origin.position);
    const Plan& plan = *outcome.plan;
    finding.element = plan.watch[plan.record_node()].local;
    return finding;
}

// Without what stands between quotes: it may be a value.
std::string without_values(std::string_view text) {
    std::string out;
    bool quoted = false;
    for (char c : text) {
        if (c == '\'' || c == '"') {
            quoted = !quoted;
            if (quoted) out += "'...'";
        } else if (!quoted) {
            out.push_back(c);
        }
    }
    return out;
}

// The offset of a line and column (from 1, in code points) in a text.
std::uint64_t offset_of(std::string_view text, std::uint64_t line, std::uint64_t column) {
    std::size_t at = 0;
    for (; line > 1; --line) {
        const std::size_t end = text.find('\n', at);
        if (end == std::string_view::npos) break;
        at = end + 1;
    }
    for (; column > 1 && at < text.size(); --column) do
            ++at;
        while (at < text.size() && (text[at] & '\xC0') == '\x80');
    return at;
}

// Is it the last line of a group?
bool is_trailer(const flat::Layout& layout, std::string_view name) {
    for (const flat::Node& node : layout.nodes)
        if (!node.children.empty() && node.children.size() > 1 &&
            layout.nodes[node.children.back()].name == name &&
            layout.nodes[node.children.back()].is_line)
            return true;
    return false;
}

}  // namespace

FindingSorter::FindingSorter(Outcome& outcome, const Plan& plan, Scan& scan)
    : outcome_(outcome), plan_(plan), findings_(std::move(scan.findings)) {
    // What lies inside a record over the limit that began in an earlier slice is of no account.
    if (outcome.entry.oversize != 0) {
        std::uint64_t end = outcome.walked_bytes().size();
        for (const schema::Mark& mark : scan.marks)
            if (mark.node == plan.record_node() && mark.kind == schema::Mark::Kind::leave) {
                end = mark.end;
                break;
            }
        std::erase_if(findings_, [&](const core::Finding& finding) {
            return finding.place.offset < end && finding.code.rfind("ACRF-", 0) != 0;
        });
    }
    const auto& origins = outcome.origins;
    for (const core::Finding& finding : findings_) {
        const std::uint64_t offset = finding.place.offset;
        const auto behind = std::upper_bound(
            origins.begin(), origins.end(), offset,
            [](std::uint64_t value, const auto& origin) { return value < origin.tag; });
        std::uint32_t record = none;
        // What breaks the file off is the file's, wherever it is.
        const bool fatal = outcome.malformed && &finding == &findings_.back();
        if (behind != origins.begin() && offset < (behind - 1)->end && !fatal)
            record = static_cast<std::uint32_t>(behind - origins.begin() - 1);
        record_of_.push_back(record);
    }
}

void FindingSorter::correct_paths() {
    for (std::size_t i = 0; i < findings_.size(); ++i) {
        if (record_of_[i] == none) continue;
        const Outcome::Origin& origin = outcome_.origins[record_of_[i]];
        std::string& path = findings_[i].path;
        const std::string_view name =
            tag_name(outcome_.walked_bytes().substr(static_cast<std::size_t>(origin.tag)));
        std::string right = outcome_.parents[origin.parent].path;
        right += "/" + std::string(name) + "[" + std::to_string(origin.position) + "]";
        right += below(path, plan_.record_level);
        path = std::move(right);
    }
}

void FindingSorter::complete(core::Finding& finding, std::uint64_t walked,
                             PlaceCounter& counter) const {
    finding.place = counter.at(outcome_.mapped(walked));
    finding.part = outcome_.entry.part;
}

std::vector<core::Finding> FindingSorter::of_record(std::size_t index, PlaceCounter& counter) {
    std::vector<core::Finding> own;
    // In order of the data but for a few: look from the first that is not taken yet.
    while (next_ < findings_.size() && (record_of_[next_] == none || record_of_[next_] < index))
        ++next_;
    for (std::size_t i = next_; i < findings_.size(); ++i) {
        if (record_of_[i] == none) continue;
        if (record_of_[i] > index) break;
        if (record_of_[i] != index) continue;
        core::Finding finding = std::move(findings_[i]);
        complete(finding, finding.place.offset, counter);
        finding.record = outcome_.records[index].ordinal;
        const DocumentPart& document = outcome_.documents[outcome_.records[index].document];
        finding.document = document.ordinal;
        finding.document_id = document.id;
        own.push_back(std::move(finding));
    }
    return own;
}

// The document whose span holds an offset; null: none.
template <typename SpanOf>
static DocumentPart* document_at(Outcome& outcome, std::uint64_t offset, const SpanOf& span_of) {
    std::size_t from = 0, to = outcome.documents.size();
    while (from < to) {
        const std::size_t middle = from + (to - from) / 2;
        if (span_of(middle).first <= offset)
            from = middle + 1;
        else
            to = middle;
    }
    return from > 0 && offset < span_of(from - 1).second ? &outcome.documents[from - 1] : nullptr;
}

void FindingSorter::rest(PlaceCounter& counter) {
    for (std::size_t i = 0; i < findings_.size(); ++i) {
        if (record_of_[i] != none) continue;
        core::Finding& finding = findings_[i];
        const std::uint64_t at = finding.place.offset;
        complete(finding, finding.place.offset, counter);
        DocumentPart* const owner =
            document_at(outcome_, at, [&](std::size_t d) { return outcome_.document_spans[d]; });
        if (plan_.layout && finding.reason == core::Reason::element_missing &&
            is_trailer(*plan_.layout, finding.element)) {
            finding.reason = core::Reason::trailer_missing;
            finding.details.clear();
        }
        const bool fatal = outcome_.malformed && i + 1 == findings_.size();
        if (owner != nullptr) {
            finding.document = owner->ordinal;
            finding.document_id = owner->id;
        }
        auto& list = owner != nullptr && !fatal ? owner->findings : outcome_.file_findings;
        list.push_back(std::move(finding));
    }
}

namespace {

bool is_before(const core::Finding& a, const core::Finding& b) {
    return a.place.offset < b.place.offset;
}

// What the schema says of a record, beside what its reader said of values.
void add_others(const Outcome& outcome, const Record& record, std::size_t first,
                std::vector<core::Finding>& kept) {
    const std::size_t own = kept.size();
    const auto said = [&](const core::Finding& finding) {
        return std::any_of(
            kept.begin() + static_cast<std::ptrdiff_t>(first),
            kept.begin() + static_cast<std::ptrdiff_t>(own),
            [&](const core::Finding& other) { return other.place.offset == finding.place.offset; });
    };
    for (std::uint32_t i = 0; i < record.findings; ++i) {
        const core::Finding& finding = outcome.findings[record.first_finding + i];
        if (!said(finding)) kept.push_back(finding);
    }
    std::stable_sort(kept.begin() + static_cast<std::ptrdiff_t>(first), kept.end(), is_before);
}

}  // namespace

void add_reader_findings(Outcome& outcome, std::vector<core::Finding> findings) {
    for (const Piece& piece : outcome.pieces)
        if (piece.kind == Piece::Kind::too_large)
            std::erase_if(findings, [&](const core::Finding& finding) {
                return piece.begin <= finding.place.offset && finding.place.offset < piece.end;
            });
    std::vector<core::Finding> kept;
    PlaceCounter& counter = outcome.places();
    std::stable_sort(findings.begin(), findings.end(), is_before);
    std::vector<core::Finding> others;
    auto next = findings.begin();
    for (std::size_t i = 0; i < outcome.records.size(); ++i) {
        Record& record = outcome.records[i];
        const auto first = static_cast<std::uint32_t>(kept.size());
        bool whole = true;  // only values are wrong
        for (; next != findings.end() && next->place.offset < record.end; ++next) {
            if (next->place.offset < record.begin) {
                others.push_back(std::move(*next));
                continue;
            }
            core::Finding full = about_record(outcome, i);
            full.code = std::move(next->code);
            full.reason = next->reason;
            full.details = std::move(next->details);
            full.place = counter.at(next->place.offset);
            full.value = std::move(next->value);
            if (full.reason == core::Reason::datatype) {
                full.path += "/" + next->element;
                full.element = next->element;
            } else {
                whole = false;
            }
            kept.push_back(std::move(full));
        }
        // A line that is cut wrongly makes no sense field by field: that one finding says it.
        const bool none_of_its_own = kept.size() == first;
        if (!none_of_its_own && whole) add_others(outcome, record, first, kept);
        if (none_of_its_own)
            kept.insert(kept.end(), outcome.findings.begin() + record.first_finding,
                        outcome.findings.begin() + record.first_finding + record.findings);
        else
            record.accepted = false;
        record.first_finding = first;
        record.findings = static_cast<std::uint32_t>(kept.size()) - first;
    }
    outcome.findings = std::move(kept);
    others.insert(others.end(), std::make_move_iterator(next),
                  std::make_move_iterator(findings.end()));
    for (core::Finding& finding : others) {
        const std::uint64_t at = finding.place.offset;
        finding.part = outcome.entry.part;
        finding.place = counter.at(at);
        DocumentPart* const owner = document_at(outcome, at, [&](std::size_t d) {
            return std::make_pair(outcome.documents[d].begin, outcome.documents[d].end);
        });
        if (owner != nullptr) {
            finding.document = owner->ordinal;
            finding.document_id = owner->id;
        }
        (owner != nullptr ? owner->findings : outcome.file_findings).push_back(std::move(finding));
    }
}

void sort_findings(Outcome& outcome) {
    for (DocumentPart& part : outcome.documents)
        std::stable_sort(part.findings.begin(), part.findings.end(), is_before);
    // What makes the file malformed stays the last one.
    std::stable_sort(outcome.file_findings.begin(),
                     outcome.file_findings.end() - (outcome.malformed ? 1 : 0), is_before);
}

core::Finding limit_finding(const Outcome& outcome, std::size_t record, std::uint64_t most,
                            PlaceCounter& counter) {
    core::Finding finding = about_record(outcome, record);
    finding.code = "00000-093";
    finding.reason = core::Reason::limit;
    finding.details = {"record-bytes-max", std::to_string(most)};
    finding.place = counter.at(outcome.mapped(outcome.origins[record].tag));
    return finding;
}

std::vector<core::Finding> referee_findings(const Outcome& outcome, std::size_t record,
                                            const std::vector<schema::RefereeFault>& faults) {
    std::vector<core::Finding> findings;
    const Outcome::Origin& origin = outcome.origins[record];
    const std::string_view element = outcome.walked_bytes().substr(
        static_cast<std::size_t>(origin.tag), static_cast<std::size_t>(origin.end - origin.tag));
    const std::size_t most = outcome.plan->walk.limits.findings_per_element_max;
    PlaceCounter& counter = outcome.places();
    for (const schema::RefereeFault& fault : faults) {
        if (findings.size() >= most) break;
        core::Finding finding = about_record(outcome, record);
        const std::uint64_t at = offset_of(element, fault.line, fault.column);
        finding.code = "00000-008";
        finding.reason = core::Reason::referee;
        finding.details = {without_values(fault.text)};
        finding.place = counter.at(outcome.mapped(origin.tag + at));
        finding.path =
            path_inside(element, at, outcome.parents[origin.parent].path, origin.position);
        findings.push_back(std::move(finding));
    }
    return findings;
}

}  // namespace parse

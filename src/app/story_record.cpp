// The stories of one document and of one record.
#include <algorithm>
#include <iostream>

#include "app/answers.hpp"
#include "app/enclosures.hpp"
#include "app/json.hpp"
#include "app/story_impl.hpp"
#include "app/supplement.hpp"
#include "app/target.hpp"
#include "app/terminal.hpp"
#include "app/verdict.hpp"
#include "core/code_table.hpp"

namespace app {

using ledger::FileState;

// ---- a document ----

bool show_document(Home& home, const ledger::File& file, const std::string& document,
                   const Telling& telling) {
    const bool numeric =
        !document.empty() && document.size() <= 12 &&
        std::all_of(document.begin(), document.end(), [](char c) { return c >= '0' && c <= '9'; });
    // An id wins over an ordinal that looks the same.
    DocumentStory found;
    bool by_id = false;
    each_document(home.ledger(), file, [&](DocumentStory& story) {
        if (story.ordinal == 0 || by_id) return;
        if (story.id == document) {
            found = std::move(story);
            by_id = true;
        } else if (numeric && std::to_string(story.ordinal) == document) {
            found = std::move(story);
        }
    });
    if (found.ordinal == 0) return false;
    Grounds grounds;
    grounds.accepted = found.is_accepted();
    grounds.code = found.cause;
    std::vector<core::Finding> findings;
    each_finding(home.ledger(), file, found, [&](const core::Finding& finding) {
        if (grounds.code.empty() && finding.severity == core::Severity::B)
            grounds.code = finding.code;
        if (findings.size() < telling.findings_max) findings.push_back(finding);
    });
    grounds.goes_out = found.is_accepted();
    const Verdict verdict = verdict_of(home, file, grounds);
    const std::uint64_t left_out = found.findings - findings.size();
    const std::uint64_t accepted = found.cause.empty() ? found.accepted : 0;
    const auto refusals = refusals_that(home.ledger(), file, [&](const Refusal& one) {
        return one.document == static_cast<std::int64_t>(found.ordinal);
    });
    if (telling.json) {
        JsonObject object;
        object.text("file", file.identity.text())
            .number("document", static_cast<std::int64_t>(found.ordinal))
            .text_or_null("document_id", found.id)
            .boolean("accepted", found.is_accepted())
            .text_or_null("cause", found.cause)
            .number("records", static_cast<std::int64_t>(found.records))
            .number("records_accepted", static_cast<std::int64_t>(accepted))
            .raw("findings", findings_json(findings, telling))
            .number("findings_left_out", static_cast<std::int64_t>(left_out))
            .raw("refusals", refusals_json(refusals));
        add_verdict(object, verdict);
        std::cout << object.str() << '\n';
        return true;
    }
    std::cout << coloured(file.identity.text(), Colour::bold) << "  document " << found.ordinal
              << (found.is_accepted() ? "  accepted" : "  rejected") << '\n';
    line("id", found.id);
    if (!found.cause.empty())
        line("cause", found.cause + " " + core::label(found.cause, core::Language::en));
    line("records", std::to_string(found.records) + ", " + std::to_string(accepted) + " accepted");
    print_verdict(home, verdict);
    print_findings(findings, left_out, telling);
    print_refusals(refusals);
    return true;
}

// ---- a record ----

static std::string withheld_json(const ledger::Route& route) {
    std::vector<std::string> items;
    for (const auto& [recipient, reason] : route.withheld)
        items.push_back(JsonObject().text("recipient", recipient).text("reason", reason).str());
    return json_array(items);
}

// The route of a record in one attempt; nothing where the record was not accepted.
static ledger::Route route_of(const ledger::SliceFacts& facts, const ledger::RecordFact& fact) {
    return fact.accepted && fact.route < facts.routes.size() ? facts.routes[fact.route]
                                                             : ledger::Route{};
}

// Who was given it meanwhile, and who is still not by the newest word. Returns the attempt whose
// word that is.
static ledger::File decided_again(const ledger::Ledger& book, const ledger::File& file,
                                  std::int64_t record, ledger::Route& route) {
    ledger::File newest = file;
    for (ledger::File& one : supplements_of(book, file)) {
        const auto slice = book.slice_of_record(one.id, record);
        if (one.state != FileState::closed || !slice) continue;
        const auto facts = ledger::SliceFacts::unpack(slice->facts);
        const ledger::Route now = route_of(
            facts, facts.records.at(static_cast<std::size_t>(record - slice->first_record)));
        route.recipients.insert(route.recipients.end(), now.recipients.begin(),
                                now.recipients.end());
        route.withheld = now.withheld;
        newest = std::move(one);
    }
    return newest;
}

// The documents beside the record: their place in the set, and while they are kept their names.
struct Beside {
    std::int64_t place = 0, bytes = 0;
    std::string name;
};

static std::vector<Beside> beside(Home& home, const ledger::File& file,
                                  const ledger::SliceFacts& facts, std::size_t index,
                                  const Telling& telling) {
    std::vector<Beside> list;
    for (const auto& [record, enclosure] : facts.enclosed)
        if (record == index) list.push_back({enclosure, 0, {}});
    const auto kept = list.empty() ? nullptr : kept_enclosures(home, file);
    for (Beside& one : list) {
        const auto place = static_cast<std::uint32_t>(one.place++);
        if (!kept || place >= kept->size()) continue;
        const io::ZipEntry entry = kept->entry(place);
        one.name = telling.reveal ? entry.name : core::masked(entry.name);
        one.bytes = static_cast<std::int64_t>(entry.plain);
    }
    return list;
}

static std::string beside_json(const std::vector<Beside>& list) {
    std::vector<std::string> items;
    items.reserve(list.size());
    for (const Beside& one : list)
        items.push_back(JsonObject()
                            .number("place", one.place)
                            .text_or_null("name", one.name)
                            .number("bytes", one.bytes)
                            .str());
    return json_array(items);
}

bool show_record(Home& home, const ledger::File& file, std::int64_t record,
                 const Telling& telling) {
    const auto& book = home.ledger();
    const auto slice = book.slice_of_record(file.id, record);
    if (!slice) return false;
    const auto facts = ledger::SliceFacts::unpack(slice->facts);
    const auto index = static_cast<std::size_t>(record - slice->first_record);
    const auto& fact = facts.records.at(index);
    const auto enclosed = beside(home, file, facts, index, telling);
    const DocumentOfRecord document = document_of_record(book, file, record);
    const auto refused = book.refused_documents(file.id);
    const auto whole = refused.count(0) > 0 ? refused.find(0) : refused.find(document.ordinal);
    const std::string cause = whole == refused.end() ? "" : whole->second;
    const bool accepted = fact.accepted && cause.empty();
    ledger::Route route;
    if (accepted) route = route_of(facts, fact);
    const ledger::File judged =
        route.withheld.empty() ? file : decided_again(book, file, record, route);
    std::size_t left_out = 0;
    const auto findings =
        findings_of(book, file, 10'000, left_out, [&](const core::Finding& finding) {
            return static_cast<std::int64_t>(finding.record) == record;
        });
    // Its own, and those of its whole document.
    const auto refusals = refusals_that(book, file, [&](const Refusal& one) {
        return one.record > 0 ? one.record == record
                              : one.document > 0 && one.document == document.ordinal;
    });
    Grounds grounds;
    grounds.accepted = accepted;
    grounds.code = cause;
    for (const core::Finding& finding : findings)
        if (grounds.code.empty() && finding.severity == core::Severity::B)
            grounds.code = finding.code;
    if (!route.withheld.empty()) grounds.reason = route.withheld.front().second;
    grounds.goes_out = !route.recipients.empty();
    const Verdict verdict = verdict_of(home, judged, grounds);
    if (telling.json) {
        JsonObject object;
        object.text("file", file.identity.text())
            .number("record", record)
            .number("document", document.ordinal)
            .text_or_null("document_id", document.id)
            .boolean("accepted", accepted)
            .boolean("again", judged.id != file.id)
            .text_or_null("cause", cause)
            .number("part", slice->part)
            .number("offset", slice->begin + static_cast<std::int64_t>(fact.offset))
            .texts("recipients", route.recipients)
            .raw("withheld", withheld_json(route))
            .raw("enclosures", beside_json(enclosed))
            .raw("findings", findings_json(findings, telling))
            .raw("refusals", refusals_json(refusals));
        add_verdict(object, verdict);
        std::cout << object.str() << '\n';
        return true;
    }
    std::cout << coloured(file.identity.text(), Colour::bold) << "  record " << record
              << (accepted ? "  accepted" : "  rejected") << '\n';
    line("document",
         std::to_string(document.ordinal) + (document.id.empty() ? "" : " (" + document.id + ")"));
    if (!cause.empty()) line("cause", cause + " " + core::label(cause, core::Language::en));
    line("place", "part " + std::to_string(slice->part) + ", byte " +
                      std::to_string(slice->begin + static_cast<std::int64_t>(fact.offset)) +
                      " of its text");
    if (judged.id != file.id)
        line("decided", "again, on " + home.zone().to_string(*judged.closed_at));
    print_verdict(home, verdict);
    for (const std::string& recipient : route.recipients) line("went to", recipient);
    for (const auto& [recipient, reason] : route.withheld)
        line("withheld", recipient + ": " + reason);
    for (const Beside& one : enclosed)
        line("beside it", "document " + std::to_string(one.place) + " of the set" +
                              (one.name.empty() ? ", no longer kept"
                                                : ": " + one.name + ", " +
                                                      std::to_string(one.bytes) + " bytes"));
    print_findings(findings, left_out, telling);
    print_refusals(refusals);
    return true;
}

}  // namespace app

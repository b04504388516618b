#include "app/story.hpp"

#include <algorithm>
#include <iostream>

#include "app/answers.hpp"
#include "app/question_story.hpp"
#include "app/standing.hpp"
#include "app/target.hpp"
#include "app/terminal.hpp"
#include "app/verdict.hpp"
#include "core/code_table.hpp"
#include "ledger/facts.hpp"
#include "ledger/figures.hpp"

namespace app {

using ledger::OutgoingState;

// ---- findings ----

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
    if (!f.value.empty()) std::cout << " [" << value_of(f, telling) << ']';
    std::cout << "\n      " << f.path;
    if (f.record != 0) std::cout << "  (document " << f.document << ", record " << f.record << ')';
    std::cout << '\n';
}

// The kept findings that `wanted` picks, in the order of the file; at most `count_max`, the others
// are counted.
template <class Wanted>
static std::vector<core::Finding> findings_of(const ledger::Ledger& book, const ledger::File& file,
                                              std::size_t count_max, std::size_t& left_out,
                                              const Wanted& wanted) {
    std::vector<core::Finding> findings;
    left_out = 0;
    book.each_slice(file.id, [&](const ledger::Slice& slice) {
        for (core::Finding& finding : ledger::unpack_findings(slice.findings)) {
            if (!wanted(finding)) continue;
            if (findings.size() < count_max)
                findings.push_back(std::move(finding));
            else
                ++left_out;
        }
        return true;
    });
    return findings;
}

static void print_findings(const std::vector<core::Finding>& findings, std::size_t left_out,
                           const Telling& telling) {
    if (findings.empty() && left_out == 0) return;
    std::cout << "findings\n";
    for (const core::Finding& finding : findings) print_finding(finding, telling);
    if (left_out > 0) std::cout << "  and " << left_out << " more (--findings N lists them)\n";
}

static std::string findings_json(const std::vector<core::Finding>& findings,
                                 const Telling& telling) {
    std::vector<std::string> items;
    for (const core::Finding& finding : findings) items.push_back(finding_json(finding, telling));
    return json_array(items);
}

// ---- outgoing ----

static std::string outgoing_json(const ledger::Outgoing& row) {
    return JsonObject()
        .text("kind", to_string(row.kind))
        .text("recipient", row.recipient)
        .text_or_null("name", row.name)
        .text_or_null("folder", row.folder)
        .number("number", row.number)
        .number("records", row.records)
        .number("bytes", row.bytes)
        .text_or_null("sha256", row.digest)
        .text("state", to_string(row.state))
        .text_or_null("detail", row.detail)
        .text("at", core::to_string(row.at))
        .str();
}

static void print_outgoing(Home& home, const std::vector<ledger::Outgoing>& rows) {
    if (rows.empty()) return;
    TextTable table;
    for (const ledger::Outgoing& row : rows) {
        const bool stopped = row.state == OutgoingState::withheld ||
                             row.state == OutgoingState::held || row.state == OutgoingState::failed;
        table.row(
            {{"  " + std::string(to_string(row.kind))},
             {row.recipient},
             {std::string(to_string(row.state)), stopped ? Colour::yellow : Colour::green},
             {row.kind == ledger::OutgoingKind::parcel ? counted(row.records, "record", "records")
                                                       : "",
              Colour::none, true},
             {home.zone().to_string(row.at)},
             {row.name.empty() ? row.detail : row.folder + "/" + row.name}});
    }
    std::cout << "what went out\n" << table.str();
}

// ---- a file ----

static std::string parts_json(const std::vector<ledger::Part>& parts) {
    std::vector<std::string> items;
    for (const ledger::Part& part : parts)
        items.push_back(JsonObject()
                            .number("part", part.part)
                            .number("bytes", part.bytes)
                            .text("sha256", part.digest)
                            .text_or_null("signer", part.signer)
                            .boolean("signed", !part.signature_path.empty())
                            .str());
    return json_array(items);
}

static std::string entries_json(const std::vector<ledger::Entry>& entries) {
    std::vector<std::string> items;
    for (const ledger::Entry& entry : entries)
        items.push_back(JsonObject()
                            .number("index", entry.index)
                            .text("at", core::to_string(entry.at))
                            .text("kind", to_string(entry.kind))
                            .raw("body", entry.body.empty() ? "{}" : entry.body)
                            .str());
    return json_array(items);
}

static std::string tallies_json(const std::vector<ledger::Tally>& tallies) {
    std::vector<std::string> items;
    for (const ledger::Tally& tally : tallies)
        items.push_back(JsonObject()
                            .text("code", tally.code)
                            .text("severity", tally.severity)
                            .number("count", tally.count)
                            .str());
    return json_array(items);
}

static void file_as_json(Home& home, const ledger::File& file, const Telling& telling,
                         std::size_t attempt) {
    const auto& book = home.ledger();
    std::size_t left_out = 0;
    const auto findings = findings_of(book, file, telling.findings_max, left_out,
                                      [](const core::Finding&) { return true; });
    std::vector<std::string> outgoing;
    for (const ledger::Outgoing& row : book.outgoing(file.id))
        outgoing.push_back(outgoing_json(row));
    std::cout << standing_json(standing_of(home, file))
                     .number("attempt", static_cast<std::int64_t>(attempt))
                     .text("go_name", file.go_name)
                     .text_or_null("sha256", file.digest)
                     .text_or_null("held_reason", file.held_reason)
                     .raw("parts", parts_json(book.parts(file.id)))
                     .raw("entries", entries_json(book.entries(file.id)))
                     .raw("tallies", tallies_json(book.tallies(file.id)))
                     .raw("findings", findings_json(findings, telling))
                     .number("findings_left_out", static_cast<std::int64_t>(left_out))
                     .raw("outgoing", json_array(outgoing))
                     .str()
              << '\n';
}

static void line(std::string_view key, const std::string& value) {
    if (value.empty()) return;
    std::string padded(key);
    padded.resize(12, ' ');
    std::cout << "  " << padded << value << '\n';
}

// A story must be told also while jobs/partners.xml is broken.
static std::string sender_name(const Home& home, const std::string& number) {
    std::vector<job::Diagnostic> ignored;
    const auto partners = job::read_partners(home.folder() / "jobs" / "partners.xml", ignored);
    const job::Partner* partner = partners ? partners->find(number) : nullptr;
    return partner == nullptr ? number : number + " " + partner->name;
}

static void print_head(Home& home, const ledger::File& file) {
    const Standing standing = standing_of(home, file);
    const auto time = [&](const std::optional<core::Instant>& at) {
        return at ? home.zone().to_string(*at) : std::string();
    };
    std::cout << coloured(shown_name(file), Colour::bold) << "  " << to_string(file.state) << '\n';
    line("sender", sender_name(home, file.identity.sender));
    line("job", file.job);
    line("ticket", file.ticket);
    line("received", time(file.received_at));
    line("deadline", time(file.deadline_at));
    line("decided", time(file.decided_at));
    line("closed", time(file.closed_at));
    line("bytes", std::to_string(file.bytes));
    line("documents", std::to_string(file.documents.total) + ", " +
                          std::to_string(file.documents.accepted) + " accepted, " +
                          std::to_string(file.documents.rejected) + " rejected");
    line("records", std::to_string(file.records.total) + ", " +
                        std::to_string(file.records.accepted) + " accepted, " +
                        std::to_string(file.records.rejected) + " rejected");
    for (const std::string& code : file.codes)
        line("code", code + " " + core::label(code, core::Language::en));
    if (file.duplicate_of != 0)
        if (const auto first = home.ledger().find_file(file.duplicate_of))
            line("same as", first->identity.text() + ", received " + time(first->received_at));
    if (!standing.action.empty()) line("next", standing.actor + ": " + standing.action);
}

static constexpr std::size_t spoken_bytes_max = 300;

// "FO.X to 400001, FO.Y to 400002": what an entry about outgoing files lists.
static std::string sets_of(const ledger::Entry& entry) {
    std::string words;
    for (const char* list : {"files", "waiting"})
        for (const std::string_view one : ledger::body_items(entry.body, list)) {
            words += (words.empty() ? "" : ", ") + ledger::body_text(one, "name") + " to " +
                     ledger::body_text(one, "recipient");
            if (const std::string why = ledger::body_text(one, "why"); !why.empty())
                words += " waits: " + why;
        }
    return words.empty() ? "no " + ledger::body_text(entry.body, "of") : words;
}

static std::string told(const ledger::Entry& entry) {
    const bool sets =
        entry.kind == ledger::EntryKind::outgoing || entry.kind == ledger::EntryKind::published;
    return sets ? sets_of(entry) : spoken(entry.body);
}

static void print_entries(Home& home, const std::vector<ledger::Entry>& entries) {
    std::cout << "what happened\n";
    for (const ledger::Entry& entry : entries) {
        std::string words = told(entry);
        if (words.size() > spoken_bytes_max) words = words.substr(0, spoken_bytes_max) + " ...";
        std::cout << "  " << home.zone().to_string(entry.at) << "  #" << entry.index << "  "
                  << to_string(entry.kind) << (words.empty() ? "" : "  ") << words << '\n';
    }
}

static void file_as_text(Home& home, const ledger::File& file, const Telling& telling) {
    const auto& book = home.ledger();
    print_head(home, file);
    const auto parts = book.parts(file.id);
    if (!parts.empty()) std::cout << "parts\n";
    for (const ledger::Part& part : parts)
        std::cout << "  " << part.part << "  " << counted(part.bytes, "byte", "bytes")
                  << "  sha256 " << part.digest << "  "
                  << (part.signer.empty() ? "not signed" : "signed by certificate " + part.signer)
                  << '\n';
    print_questions(home, file);
    print_entries(home, book.entries(file.id));
    const auto tallies = book.tallies(file.id);
    if (!tallies.empty()) std::cout << "findings by code\n";
    for (const ledger::Tally& tally : tallies)
        std::cout << "  " << tally.count << "  " << tally.severity << "  " << tally.code << "  "
                  << core::label(tally.code, core::Language::en) << '\n';
    std::size_t left_out = 0;
    const auto findings = findings_of(book, file, telling.findings_max, left_out,
                                      [](const core::Finding&) { return true; });
    print_findings(findings, left_out, telling);
    print_outgoing(home, book.outgoing(file.id));
}

void show_file(Home& home, const std::vector<ledger::File>& attempts, const Telling& telling) {
    for (std::size_t i = 0; i < attempts.size(); ++i) {
        if (telling.json) {
            file_as_json(home, attempts[i], telling, i + 1);
            continue;
        }
        if (i > 0) std::cout << "\nagain under this name\n";
        file_as_text(home, attempts[i], telling);
    }
}

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
    for (const core::Finding& finding : found.findings)
        if (grounds.code.empty() && finding.severity == core::Severity::B)
            grounds.code = finding.code;
    grounds.goes_out = found.is_accepted();
    const Verdict verdict = verdict_of(home, file, grounds);
    const std::size_t left_out = found.findings.size() > telling.findings_max
                                     ? found.findings.size() - telling.findings_max
                                     : 0;
    found.findings.resize(found.findings.size() - left_out);
    const std::uint64_t accepted = found.cause.empty() ? found.accepted : 0;
    if (telling.json) {
        JsonObject object;
        object.text("file", file.identity.text())
            .number("document", static_cast<std::int64_t>(found.ordinal))
            .text_or_null("document_id", found.id)
            .boolean("accepted", found.is_accepted())
            .text_or_null("cause", found.cause)
            .number("records", static_cast<std::int64_t>(found.records))
            .number("records_accepted", static_cast<std::int64_t>(accepted))
            .raw("findings", findings_json(found.findings, telling))
            .number("findings_left_out", static_cast<std::int64_t>(left_out));
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
    print_findings(found.findings, left_out, telling);
    return true;
}

// ---- a record ----

static std::string withheld_json(const ledger::Route& route) {
    std::vector<std::string> items;
    for (const auto& [recipient, reason] : route.withheld)
        items.push_back(JsonObject().text("recipient", recipient).text("reason", reason).str());
    return json_array(items);
}

bool show_record(Home& home, const ledger::File& file, std::int64_t record,
                 const Telling& telling) {
    const auto& book = home.ledger();
    const auto slice = book.slice_of_record(file.id, record);
    if (!slice) return false;
    const auto facts = ledger::SliceFacts::unpack(slice->facts);
    const auto& fact = facts.records.at(static_cast<std::size_t>(record - slice->first_record));
    const DocumentOfRecord document = document_of_record(book, file, record);
    const auto refused = book.refused_documents(file.id);
    const auto whole = refused.count(0) > 0 ? refused.find(0) : refused.find(document.ordinal);
    const std::string cause = whole == refused.end() ? "" : whole->second;
    const bool accepted = fact.accepted && cause.empty();
    ledger::Route route;
    if (accepted && fact.route < facts.routes.size()) route = facts.routes[fact.route];
    std::size_t left_out = 0;
    const auto findings =
        findings_of(book, file, 10'000, left_out, [&](const core::Finding& finding) {
            return static_cast<std::int64_t>(finding.record) == record;
        });
    Grounds grounds;
    grounds.accepted = accepted;
    grounds.code = cause;
    for (const core::Finding& finding : findings)
        if (grounds.code.empty() && finding.severity == core::Severity::B)
            grounds.code = finding.code;
    if (!route.withheld.empty()) grounds.reason = route.withheld.front().second;
    grounds.goes_out = !route.recipients.empty();
    const Verdict verdict = verdict_of(home, file, grounds);
    if (telling.json) {
        JsonObject object;
        object.text("file", file.identity.text())
            .number("record", record)
            .number("document", document.ordinal)
            .text_or_null("document_id", document.id)
            .boolean("accepted", accepted)
            .text_or_null("cause", cause)
            .number("part", slice->part)
            .number("offset", slice->begin + static_cast<std::int64_t>(fact.offset))
            .texts("recipients", route.recipients)
            .raw("withheld", withheld_json(route))
            .raw("findings", findings_json(findings, telling));
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
    print_verdict(home, verdict);
    for (const std::string& recipient : route.recipients) line("went to", recipient);
    for (const auto& [recipient, reason] : route.withheld)
        line("withheld", recipient + ": " + reason);
    print_findings(findings, left_out, telling);
    return true;
}

}  // namespace app

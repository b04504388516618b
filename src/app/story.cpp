#include "app/story.hpp"

#include <iostream>

#include "app/journal.hpp"
#include "app/question_story.hpp"
#include "app/standing.hpp"
#include "app/story_impl.hpp"
#include "app/terminal.hpp"
#include "core/code_table.hpp"
#include "ledger/figures.hpp"

namespace app {

using ledger::OutgoingState;

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
    for (const ledger::Entry& entry : entries) items.push_back(entry_json(entry));
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
                     .raw("refusals", refusals_json(refusals_of(book, file.id)))
                     .raw("outgoing", json_array(outgoing))
                     .str()
              << '\n';
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
        if (words.size() > spoken_bytes_max)
            if (const std::size_t end = words.rfind(", ", spoken_bytes_max);
                end != std::string::npos)
                words = words.substr(0, end) + ", ...";
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
    print_refusals(refusals_of(book, file.id));
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

}  // namespace app

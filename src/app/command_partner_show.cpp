// sluice partner list, show: who takes part, and all that is known about one.
#include <algorithm>
#include <iostream>

#include "app/command_list.hpp"
#include "app/json.hpp"
#include "app/onboarding.hpp"
#include "app/partner_change.hpp"
#include "app/sshd_setup.hpp"
#include "app/terminal.hpp"
#include "core/fault.hpp"
#include "ledger/figures.hpp"
#include "seal/digest.hpp"

namespace app {

namespace {

std::string_view state_name(job::PartnerState state) {
    static constexpr std::string_view names[] = {"test", "active", "closed"};
    return names[static_cast<std::size_t>(state)];
}

std::string date_text(const std::optional<core::Date>& date) {
    return date ? core::to_string(*date) : std::string();
}

std::string joined(const std::vector<std::string>& words) {
    std::string text;
    for (const std::string& word : words) text += (text.empty() ? "" : ", ") + word;
    return text;
}

// "user@host:port/folder" of a server of its own, or a folder of this machine.
std::string place_of(const job::Channel& one) {
    if (one.host.empty()) return one.folder;
    return (one.user.empty() ? "" : one.user + "@") + one.host + ":" + std::to_string(one.port) +
           (one.folder.empty() ? "" : " " + one.folder);
}

std::string channels_json(const job::Partner& partner) {
    std::vector<std::string> items;
    for (const job::Channel& one : partner.channels)
        items.push_back(JsonObject()
                            .text("kind", one.kind)
                            .text_or_null("capacity", one.capacity)
                            .text_or_null("place", place_of(one))
                            .text_or_null("key", one.key.empty() ? "" : key_fingerprint(one.key))
                            .text_or_null("from", date_text(one.from))
                            .text_or_null("to", date_text(one.to))
                            .str());
    return json_array(items);
}

JsonObject onboarding_json(Home& home, const job::Partner& partner) {
    JsonObject object;
    if (partner.onboarding == nullptr) return object;
    const Conformance files = conformance_of(home, partner);
    object.text("requested", core::to_string(partner.onboarding->requested))
        .text("due", core::to_string(partner.onboarding->due));
    for (const job::OnboardingCheck check : job::onboarding_checks)
        object.text_or_null(
            to_string(check),
            date_text(partner.onboarding->passed.at(static_cast<std::size_t>(check))));
    object.text_or_null("waived", partner.onboarding->waived)
        .number("rehearsals", files.files)
        .number("rehearsals_passed", files.passed)
        .text_or_null("newest_rehearsal", files.newest)
        .texts("missing", missing_for_active(home, partner));
    return object;
}

JsonObject partner_json(Home& home, const job::Partner& partner) {
    JsonObject object;
    object.text("partner", partner.number)
        .text("name", partner.name)
        .text("state", state_name(partner.state))
        .text("language", core::to_string(partner.language))
        .text_or_null("capacity", partner.capacity)
        .text_or_null("sector", partner.sector)
        .text_or_null("institution", partner.institution)
        .text_or_null("cbe", partner.cbe)
        .boolean("acceptance", partner.acceptance)
        .raw("channels", channels_json(partner))
        .number("certificates", static_cast<std::int64_t>(partner.certificates.size()));
    if (partner.onboarding == nullptr)
        object.null("onboarding");
    else
        object.raw("onboarding", onboarding_json(home, partner).str());
    return object;
}

int run_list(const Arguments& arguments) {
    Home home(arguments);
    TextTable table;
    std::size_t count = 0;
    for (const job::Partner& partner : home.partners().list) {
        if (arguments.has("state") && arguments.get("state") != state_name(partner.state)) continue;
        if (arguments.has("json")) {
            std::cout << partner_json(home, partner).str() << '\n';
            continue;
        }
        if (count++ == 0)
            table.row({{"PARTNER", Colour::bold},
                       {"STATE", Colour::bold},
                       {"CAPACITY", Colour::bold},
                       {"CHANNELS", Colour::bold, true},
                       {"CERTIFICATES", Colour::bold, true},
                       {"NAME", Colour::bold},
                       {"MISSING", Colour::bold}});
        table.row({{partner.number},
                   {std::string(state_name(partner.state)),
                    partner.state == job::PartnerState::active ? Colour::green : Colour::yellow},
                   {partner.capacity.empty() ? "-" : partner.capacity},
                   {std::to_string(partner.channels.size()), Colour::none, true},
                   {std::to_string(partner.certificates.size()), Colour::none, true},
                   {partner.name},
                   {joined(missing_for_active(home, partner))}});
    }
    if (count > 0) std::cout << table.str();
    return 0;
}

void line(std::string_view key, const std::string& value) {
    if (value.empty()) return;
    std::string padded(key);
    padded.resize(14, ' ');
    std::cout << "  " << padded << value << '\n';
}

// Every version of its lines, as the entries name them: when, by whom, why.
std::vector<ledger::Entry> history_of(const ledger::Ledger& book, const std::string& number) {
    static constexpr std::int64_t page = 1'000;
    std::vector<ledger::Entry> list;
    for (std::int64_t from = 0;;) {
        const auto entries = book.entries_of(ledger::EntryKind::partner, from, page);
        for (const ledger::Entry& entry : entries) {
            from = entry.index + 1;
            if (ledger::body_text(entry.body, "partner") == number) list.push_back(entry);
        }
        if (entries.size() < static_cast<std::size_t>(page)) return list;
    }
}

void print_partner(Home& home, const job::Partner& partner) {
    std::cout << coloured(partner.number, Colour::bold) << "  " << partner.name << "  "
              << state_name(partner.state) << '\n';
    line("language", std::string(core::to_string(partner.language)));
    line("capacity", partner.capacity);
    if (!partner.sector.empty()) line("institution", partner.sector + ":" + partner.institution);
    line("enterprise", partner.cbe);
    for (const job::Channel& one : partner.channels)
        line("channel", one.kind + (one.capacity.empty() ? "" : " as " + one.capacity) +
                            (place_of(one).empty() ? "" : "  " + place_of(one)) +
                            (one.key.empty() ? "" : "  " + key_fingerprint(one.key)) +
                            (one.from ? "  from " + date_text(one.from) : "") +
                            (one.to ? "  to " + date_text(one.to) : ""));
    for (const job::Certificate& one : partner.certificates)
        line("certificate", one.file.filename().string() +
                                (one.from ? "  from " + date_text(one.from) : "") +
                                (one.to ? "  to " + date_text(one.to) : ""));
    if (partner.onboarding != nullptr) {
        line("onboarding", "requested " + core::to_string(partner.onboarding->requested) +
                               ", due " + core::to_string(partner.onboarding->due));
        for (const job::OnboardingCheck check : job::onboarding_checks) {
            const auto& on = partner.onboarding->passed.at(static_cast<std::size_t>(check));
            line("", std::string(to_string(check)) + (on ? " passed " + date_text(on) : " open"));
        }
        const Conformance files = conformance_of(home, partner);
        line("rehearsals", partner.onboarding->waived.empty()
                               ? std::to_string(files.files) + ", " + std::to_string(files.passed) +
                                     " passed" +
                                     (files.newest.empty() ? "" : ", newest " + files.newest)
                               : "waived: " + partner.onboarding->waived);
        line("missing", joined(missing_for_active(home, partner)));
    }
}

int run_show(const Arguments& arguments) {
    Home home(arguments);
    if (arguments.has("version")) {
        std::cout << home.ledger().configuration(arguments.get("version"));
        return 0;
    }
    const job::Partner* partner = home.partners().find(arguments.operand(0));
    if (partner == nullptr)
        throw core::Fault(core::FaultKind::usage, "find the partner", arguments.operand(0),
                          "jobs/partners.xml has none of this number", "see: sluice partner list");
    const auto history = history_of(home.ledger(), partner->number);
    if (arguments.has("json")) {
        std::vector<std::string> items;
        for (const ledger::Entry& entry : history)
            items.push_back(JsonObject()
                                .number("index", entry.index)
                                .text("at", core::to_string(entry.at))
                                .raw("body", entry.body)
                                .str());
        std::cout << partner_json(home, *partner).raw("history", json_array(items)).str() << '\n';
        return 0;
    }
    print_partner(home, *partner);
    if (!history.empty()) std::cout << "what was changed\n";
    for (const ledger::Entry& entry : history)
        std::cout << "  " << home.zone().to_string(entry.at) << "  #" << entry.index << "  "
                  << ledger::body_text(entry.body, "act") << "  by "
                  << ledger::body_text(entry.body, "operator") << ": "
                  << ledger::body_text(entry.body, "reason") << "  ("
                  << ledger::body_text(entry.body, "partners").substr(0, 12) << ")\n";
    return 0;
}

constexpr Option list_options[] = {
    {"state", "S", "only partners that are test, active or closed"},
    {"json", "", "one JSON object a line"},
};
constexpr Option show_options[] = {
    {"json", "", "the same as one JSON object"},
    {"version", "DIGEST", "print jobs/partners.xml as it was in the version of this digest"},
};

}  // namespace

const Command partner_list_command{
    "partner list",
    "",
    "list the partners, and what new ones still lack",
    "One line each: state, capacity, channels, certificates, and what its onboarding lacks.",
    "sluice partner list --state test",
    list_options,
    0,
    0,
    run_list};

const Command partner_show_command{
    "partner show",
    "NUMBER",
    "show a partner: channels, keys, onboarding, changes",
    "Keys are shown by their fingerprint. Each change names the digest of the version of\n"
    "jobs/partners.xml that it made; --version prints that version.",
    "sluice partner show 000123",
    show_options,
    1,
    1,
    run_show};

}  // namespace app

// sluice cert add, renew, remove, list: the certificates with which partners sign.
#include <algorithm>
#include <iostream>

#include "app/command_list.hpp"
#include "app/json.hpp"
#include "app/partner_change.hpp"
#include "app/terminal.hpp"
#include "core/fault.hpp"
#include "io/file.hpp"
#include "seal/certificate.hpp"

namespace app {

namespace fs = std::filesystem;

namespace {

constexpr std::int64_t day_microseconds = 86'400'000'000;

core::Fault usage(const std::string& command, const std::string& reason) {
    return {core::FaultKind::usage, "read the command line of", "sluice " + command, reason,
            "see: sluice help " + command};
}

// The facts of a registered file; none where it is gone or unreadable.
std::optional<seal::CertificateFacts> facts_of(const job::Certificate& one) {
    if (!io::facts(one.file)) return std::nullopt;
    try {
        return seal::read_certificates(one.file).front();
    } catch (const core::Fault&) {
        return std::nullopt;
    }
}

bool ended(const job::Certificate& one, core::Date day) {
    return one.to && *one.to < day;
}

// ---- add and renew ----

// Kept under its own fingerprint: a renewed one never takes the place of the old.
std::string place_of(const std::string& number, const seal::CertificateFacts& facts) {
    return "partners/" + number + "-" + facts.fingerprint.substr(0, 16) + ".pem";
}

std::string entry_of(const seal::CertificateFacts& facts) {
    return "\"serial\":" + json_quoted(facts.serial) +
           ",\"sha256\":" + json_quoted(facts.fingerprint) +
           ",\"until\":" + json_quoted(core::to_string(facts.not_after));
}

std::string why_not(const PartnerChange& change, const seal::CertificateFacts& facts,
                    core::Instant now) {
    if (facts.not_after < now)
        return "this certificate ended at " + core::to_string(facts.not_after);
    for (const job::Certificate& one : change.partner().certificates) {
        const auto known = facts_of(one);
        if (known && known->fingerprint == facts.fingerprint)
            return "this certificate is registered for it already";
    }
    return {};
}

int register_new(const Arguments& arguments, const std::string& command, bool renews) {
    PartnerChange change(arguments, command, arguments.operand(0));
    const job::Partner& partner = change.partner();
    const auto all = seal::read_certificates(arguments.operand(1));
    if (all.size() != 1) throw usage(command, "the file holds more than one certificate");
    const seal::CertificateFacts& facts = all.front();
    if (const std::string why = why_not(change, facts, change.home().now()); !why.empty())
        return change.refuse(why);
    const auto from = date_option(change.home(), arguments, "from");
    const auto to = date_option(change.home(), arguments, "to");
    const core::Date begin = from.value_or(change.home().today());
    std::string said = "register certificate " + facts.serial + " of partner " + change.number() +
                       ", good until " +
                       (to ? core::to_string(*to) : core::to_string(facts.not_after));
    std::string more = entry_of(facts);
    if (renews) {
        const core::Date end{begin.days +
                             static_cast<int>(arguments.number("overlap-days", 30, 0, 3'650))};
        std::size_t count = 0;
        for (const job::Certificate& one : partner.certificates) {
            if (ended(one, begin)) continue;
            ++count;
            if (!one.to || *one.to > end)
                change.edit().set_child(change.number(), "certificate", one.place, "to",
                                        core::to_string(end));
        }
        if (count == 0) return change.refuse("it has no certificate to renew: use sluice cert add");
        said += "; the old one ends on " + core::to_string(end);
        more += ",\"old_until\":" + json_quoted(core::to_string(end));
    }
    const std::string name = place_of(change.number(), facts);
    job::PartnersEdit::Values values{{"file", name}};
    if (from) values.emplace_back("from", core::to_string(*from));
    if (to) values.emplace_back("to", core::to_string(*to));
    change.edit().add_child(change.number(), "certificate", values);
    if (!change.plan()) {
        const fs::path path = change.home().folder() / "jobs" / "trust" / name;
        io::make_folders(path.parent_path(), 0755);
        io::write_file(path, seal::certificate_text(facts), io::Replace::yes, 0644);
    }
    return change.apply(renews ? "cert-renew" : "cert-add", said, more);
}

int run_add(const Arguments& arguments) {
    return register_new(arguments, "cert add", false);
}

int run_renew(const Arguments& arguments) {
    return register_new(arguments, "cert renew", true);
}

// ---- remove ----

// Named by its serial number, its fingerprint (or the beginning of either) or its file.
std::vector<std::size_t> places_of(const job::Partner& partner, const std::string& given) {
    std::vector<std::size_t> places;
    std::string wanted = given;
    std::transform(wanted.begin(), wanted.end(), wanted.begin(),
                   [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    for (std::size_t i = 0; i < partner.certificates.size(); ++i) {
        const job::Certificate& one = partner.certificates[i];
        const auto facts = facts_of(one);
        std::string serial = facts ? facts->serial : "";
        std::transform(serial.begin(), serial.end(), serial.begin(),
                       [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
        if (one.file.filename().string() == given ||
            (facts && wanted.size() >= 4 &&
             (serial.rfind(wanted, 0) == 0 || facts->fingerprint.rfind(wanted, 0) == 0)))
            places.push_back(i);
    }
    return places;
}

int run_remove(const Arguments& arguments) {
    PartnerChange change(arguments, "cert remove", arguments.operand(0));
    const auto places = places_of(change.partner(), arguments.operand(1));
    if (places.empty()) return change.refuse("it has no certificate " + arguments.operand(1));
    if (places.size() > 1)
        return change.refuse("several certificates begin with " + arguments.operand(1));
    const job::Certificate& one = change.partner().certificates[places.front()];
    const auto facts = facts_of(one);
    change.edit().remove_child(change.number(), "certificate", one.place);
    return change.apply(
        "cert-remove",
        "remove certificate " + (facts ? facts->serial : one.file.filename().string()) +
            " of partner " + change.number() + ": what it signed is refused from now on",
        facts ? entry_of(*facts) : "\"file\":" + json_quoted(one.file.filename().string()));
}

// ---- list ----

int run_list(const Arguments& arguments) {
    Home home(arguments);
    const bool json = arguments.has("json");
    const std::string only = arguments.operands().empty() ? "" : arguments.operand(0);
    TextTable table;
    std::size_t count = 0;
    for (const job::Partner& partner : home.partners().list) {
        if (!only.empty() && partner.number != only) continue;
        for (const job::Certificate& one : partner.certificates) {
            const auto facts = facts_of(one);
            std::optional<core::Instant> end;
            if (facts) end = facts->not_after;
            if (one.to) {
                const auto to = home.zone().start_of_day(core::Date{one.to->days + 1});
                end = end ? std::min(*end, to) : to;
            }
            const std::int64_t left = end ? end->microseconds - home.now().microseconds : 0;
            const std::string standing =
                !facts                                                            ? "not there"
                : left < 0                                                        ? "ended"
                : one.from && home.today() < *one.from                            ? "to come"
                : left < home.settings().certificate_warn_days * day_microseconds ? "renew"
                                                                                  : "good";
            if (json) {
                std::cout << JsonObject()
                                 .text("partner", partner.number)
                                 .text_or_null("serial", facts ? facts->serial : "")
                                 .text_or_null("sha256", facts ? facts->fingerprint : "")
                                 .text_or_null("subject", facts ? facts->subject : "")
                                 .text("file", one.file.filename().string())
                                 .text_or_null("from", one.from ? core::to_string(*one.from) : "")
                                 .text_or_null("until", end ? core::to_string(*end) : "")
                                 .text("standing", standing)
                                 .str()
                          << '\n';
                continue;
            }
            if (count++ == 0)
                table.row({{"PARTNER", Colour::bold},
                           {"SERIAL", Colour::bold},
                           {"SUBJECT", Colour::bold},
                           {"UNTIL", Colour::bold},
                           {"STANDING", Colour::bold}});
            table.row({{partner.number},
                       {facts ? facts->serial : one.file.filename().string()},
                       {facts ? facts->subject : "-"},
                       {end ? home.zone().to_string(*end).substr(0, 16) : "-"},
                       {standing, standing == "good" ? Colour::green : Colour::yellow}});
        }
    }
    if (count > 0) std::cout << table.str();
    return 0;
}

constexpr Option add_options[] = {
    {"from", "D", "first day on which it counts (default: as it says itself)"},
    {"to", "D", "last day on which it counts (default: as it says itself)"},
    change_options[0],
    change_options[1],
};
constexpr Option renew_options[] = {
    add_options[0],
    add_options[1],
    {"overlap-days", "N", "so long the old one counts beside the new one (30)"},
    change_options[0],
    change_options[1],
};
constexpr Option list_options[] = {
    {"json", "", "one JSON object a line"},
};

}  // namespace

const Command cert_list_command{
    "cert list",
    "[NUMBER]",
    "list the certificates of partners and when they end",
    "Of one partner, or of all. `renew` stands at those that end within certificate-warn-days.",
    "sluice cert list 000123",
    list_options,
    0,
    1,
    run_list};

const Command cert_add_command{
    "cert add",
    "NUMBER FILE",
    "register a certificate of a partner",
    "Copies the certificate (PEM or DER) to jobs/trust/partners and adds it to the partner, "
    "beside\n"
    "those that it has. What it signs is accepted from now on, or from --from.",
    "sluice cert add 000123 new.pem --reason \"second signer\"",
    add_options,
    2,
    2,
    run_add};

const Command cert_renew_command{
    "cert renew",
    "NUMBER FILE",
    "register the next certificate and let the old one end",
    "As `sluice cert add`; and the certificates that the partner has count for --overlap-days "
    "more.",
    "sluice cert renew 000123 new.pem --overlap-days 14 --reason \"yearly renewal\"",
    renew_options,
    2,
    2,
    run_renew};

const Command cert_remove_command{
    "cert remove",
    "NUMBER SERIAL",
    "take a certificate from a partner at once",
    "By its serial number or SHA-256 (the first digits are enough) or the name of its file. The\n"
    "file stays, for the signatures that were accepted with it. One that shall end later is\n"
    "renewed instead.",
    "sluice cert remove 000123 4f2a --reason \"key lost\"",
    change_options,
    2,
    2,
    run_remove};

}  // namespace app

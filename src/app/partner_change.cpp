#include "app/partner_change.hpp"

#include <algorithm>
#include <iostream>

#include "app/json.hpp"
#include "app/operate.hpp"
#include "core/fault.hpp"
#include "io/file.hpp"
#include "ledger/figures.hpp"
#include "seal/digest.hpp"

namespace app {

namespace fs = std::filesystem;
using ledger::EntryKind;

static fs::path partners_file(const Home& home) {
    return home.folder() / "jobs" / "partners.xml";
}

static std::string digest_of(std::string_view text) {
    return seal::hex(seal::sha256(text));
}

static std::string given_reason(const Arguments& arguments, const std::string& command,
                                const std::string& number) {
    std::string reason = arguments.get("reason");
    if (reason.find_first_not_of(" \t\r\n") == std::string::npos)
        throw core::Fault(core::FaultKind::usage, command, number, "no reason is given",
                          "add --reason with words that your successor will understand");
    return reason;
}

static io::Lock partners_lock(const Home& home, const std::string& command) {
    io::make_folders(home.work());
    return io::Lock::take(home.work() / "partners.lock", command, std::chrono::seconds(5));
}

PartnerChange::PartnerChange(const Arguments& arguments, std::string command, std::string number)
    : home_(arguments),
      command_(std::move(command)),
      number_(std::move(number)),
      reason_(given_reason(arguments, command_, number_)),
      plan_(arguments.has("plan")),
      lock_(partners_lock(home_, command_)),
      text_(io::read_file(partners_file(home_))),
      edit_(text_) {
    std::vector<job::Diagnostic> diagnostics;
    auto read = job::read_partners(partners_file(home_), diagnostics);
    if (!read) throw_diagnostics("read the partners in", "jobs/partners.xml", diagnostics);
    before_ = std::move(*read);
    for (const job::Diagnostic& one : diagnostics) advice_ += one.text + "\n";
}

const job::Partner& PartnerChange::partner() const {
    const job::Partner* found = before_.find(number_);
    if (found == nullptr)
        throw core::Fault(core::FaultKind::usage, "find the partner", number_,
                          "jobs/partners.xml has none of this number",
                          "see: sluice partner list; a new one begins with: sluice partner open");
    return *found;
}

int PartnerChange::refuse(const std::string& why) const {
    std::cerr << "sluice: " << command_ << " " << number_ << ": " << why << '\n';
    return 1;
}

// As it will be read: beside the old file, because certificates are sought from there.
void PartnerChange::check(const std::string& text, const std::string& said_before) const {
    const fs::path trial = home_.folder() / "jobs" / ".partners.xml.trial";
    io::write_file(trial, text);
    std::vector<job::Diagnostic> diagnostics;
    const auto read = job::read_partners(trial, diagnostics);
    io::remove_file(trial);
    if (!read) {
        std::string wrong;
        for (const job::Diagnostic& one : diagnostics)
            if (one.error) wrong += (wrong.empty() ? "" : "; ") + one.text;
        throw core::Fault(core::FaultKind::usage, "change the partner", number_,
                          "the file would not hold: " + wrong, "see: sluice help " + command_);
    }
    for (const job::Diagnostic& one : diagnostics)
        if (said_before.find(one.text + "\n") == std::string::npos)
            std::cerr << "sluice: " << command_ << " " << number_ << ": note: " << one.text << '\n';
}

static std::vector<std::string_view> lines_of(std::string_view text) {
    std::vector<std::string_view> lines;
    for (std::size_t at = 0; at < text.size();) {
        const std::size_t end = std::min(text.find('\n', at), text.size());
        lines.push_back(text.substr(at, end - at));
        at = end + 1;
    }
    return lines;
}

// One change touches one place, so what stands between the equal lines at both ends says it.
static void show_difference(std::string_view before, std::string_view after) {
    const auto old = lines_of(before), made = lines_of(after);
    std::size_t head = 0, tail = 0;
    const std::size_t least = std::min(old.size(), made.size());
    while (head < least && old[head] == made[head]) ++head;
    while (tail < least - head && old[old.size() - 1 - tail] == made[made.size() - 1 - tail])
        ++tail;
    for (std::size_t i = head; i < old.size() - tail; ++i) std::cout << "- " << old[i] << '\n';
    for (std::size_t i = head; i < made.size() - tail; ++i) std::cout << "+ " << made[i] << '\n';
}

std::string journalled_partners(const ledger::Ledger& book) {
    static constexpr std::int64_t page = 1'000;
    std::string digest;
    for (std::int64_t from = 0;;) {
        const auto entries = book.entries_of(EntryKind::partner, from, page);
        for (const ledger::Entry& entry : entries) {
            from = entry.index + 1;
            const std::string named = ledger::body_text(entry.body, "partners");
            if (!named.empty()) digest = named;
        }
        if (entries.size() < static_cast<std::size_t>(page)) return digest;
    }
}

// A version that somebody wrote by hand is entered too, so that the chain of versions has no gap.
void PartnerChange::enter(const std::string& act, const std::string& more) {
    const core::Instant now = home_.now();
    const std::string old = digest_of(text_), made = digest_of(edit_.text());
    const std::string known = journalled_partners(home_.ledger());
    auto step = home_.ledger().begin();
    if (known != old) {
        step->keep_configuration(old, "partners", "partners.xml", text_);
        JsonObject body;
        body.text("by", "engine").text("act", "found").text_or_null("before", known);
        step->append(EntryKind::partner, 0, now, body.text("partners", old).str());
    }
    step->keep_configuration(made, "partners", "partners.xml", edit_.text());
    step->append(
        EntryKind::partner, 0, now,
        operator_body(reason_,
                      "\"act\":" + json_quoted(act) + ",\"partner\":" + json_quoted(number_) +
                          (more.empty() ? "" : "," + more) + ",\"before\":" + json_quoted(old) +
                          ",\"partners\":" + json_quoted(made)));
    step->commit();
}

int PartnerChange::apply(const std::string& act, const std::string& what, const std::string& more) {
    if (edit_.text() == text_) return refuse("it is so already: nothing would change");
    check(edit_.text(), advice_);
    if (plan_) {
        std::cout << "would " << what << '\n';
        show_difference(text_, edit_.text());
        return 0;
    }
    enter(act, more);
    const auto facts = io::facts(partners_file(home_));
    io::write_file(partners_file(home_), edit_.text(), io::Replace::yes,
                   facts ? facts->mode : io::private_file_mode);
    std::cout << what << '\n';
    return 0;
}

std::optional<core::Date> date_option(const Home& home, const Arguments& arguments,
                                      std::string_view name) {
    if (!arguments.has(name)) return std::nullopt;
    const std::string text = arguments.get(name);
    if (text == "today") return home.today();
    const auto date = core::parse_date(text);
    if (!date)
        throw core::Fault(core::FaultKind::usage, "read the option", "--" + std::string(name),
                          "'" + text + "' is not a date", "write it like 2026-04-01, or today");
    return date;
}

}  // namespace app

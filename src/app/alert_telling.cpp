#include "app/alert_telling.hpp"

#include <algorithm>
#include <iostream>
#include <map>

#include "app/json.hpp"
#include "app/outside.hpp"

namespace app {

static constexpr OutsideLimits limits{30, 64 << 10};
static constexpr std::size_t mail_bytes_max = 30 << 10;  // what a command takes on its input

std::vector<LadderStep> ladder_of(Home& home, const Condition& what) {
    std::map<int, LadderStep> steps{{0, {}}};
    if (const auto* agreed = home.agreements().find(what.sender, what.job, home.today()))
        for (const job::Contact& one : agreed->contacts)
            if (one.role == "escalation") steps[one.after_minutes].contacts.push_back(one);
    std::vector<LadderStep> ladder;
    for (auto& [minutes, step] : steps) {
        step.after_minutes = minutes;
        ladder.push_back(std::move(step));
    }
    return ladder;
}

bool can_tell(const Home& home) {
    return !home.settings().alert_command.empty() || !home.settings().mail_command.empty();
}

static std::string json_of(const Home& home, const Alert& alert, const LadderStep& step,
                           std::int64_t number) {
    std::vector<std::string> contacts;
    for (const job::Contact& one : step.contacts)
        contacts.push_back(JsonObject()
                               .text("name", one.name)
                               .text("mail", one.mail)
                               .text("phone", one.phone)
                               .str());
    JsonObject json;
    json.number("alert", alert.number)
        .number("step", number)
        .text("rule", alert.what.rule)
        .text("what", alert.what.text)
        .text("raised_at", core::to_string(alert.raised_at))
        .text("at", core::to_string(home.now()))
        .text("installation", home.settings().installation)
        .text_or_null("job", alert.what.job)
        .text_or_null("sender", alert.what.sender)
        .texts("files", alert.what.files)
        .number("files_count", alert.what.files_count);
    if (alert.incident > 0)
        json.number("incident", alert.incident);
    else
        json.null("incident");
    return json.raw("contacts", json_array(contacts)).str() + '\n';
}

// A header is one line, and nothing of it may begin another one.
static std::string header(std::string text) {
    std::replace_if(
        text.begin(), text.end(), [](char c) { return static_cast<unsigned char>(c) < 0x20; }, ' ');
    return text;
}

std::string send_mail(const Home& home, const std::string& to, const std::string& subject,
                      const std::string& body, const std::string& content_type) {
    const std::string mail = "From: " + header(home.settings().mail_from) + "\nTo: " + header(to) +
                             "\nSubject: " + header(subject) +
                             "\nMIME-Version: 1.0\nContent-Type: " + content_type +
                             "; charset=utf-8\nContent-Transfer-Encoding: 8bit\n\n" + body;
    if (mail.size() > mail_bytes_max) return "the mail is too long";
    const OutsideResult result = run_outside(home.settings().mail_command, mail, limits);
    return result.good() ? "" : "mail-command: " + result.reason;
}

static std::string mail_body(const Alert& alert) {
    std::string body = alert.what.text + "\n\nalert " + std::to_string(alert.number) +
                       ", raised at " + core::to_string(alert.raised_at) + "\n";
    if (alert.incident > 0) body += "incident " + std::to_string(alert.incident) + "\n";
    for (const std::string& file : alert.what.files) body += "  " + file + '\n';
    if (alert.what.files_count > static_cast<std::int64_t>(alert.what.files.size()))
        body += "  ... " + std::to_string(alert.what.files_count) + " in all\n";
    return body + "\nWho looks at it says so: sluice alerts acknowledge " +
           std::to_string(alert.number) + " --reason TEXT\n";
}

std::string tell(const Home& home, const Alert& alert, const LadderStep& step,
                 std::int64_t number) {
    std::string problem;
    bool told = false;
    const auto note = [&](const std::string& failed) {
        told = told || failed.empty();
        if (problem.empty()) problem = failed;
    };
    if (!home.settings().alert_command.empty()) {
        const OutsideResult result =
            run_outside(home.settings().alert_command, json_of(home, alert, step, number), limits);
        note(result.good() ? std::string() : "alert-command: " + result.reason);
    }
    std::string to;
    for (const job::Contact& one : step.contacts)
        if (!one.mail.empty()) to += (to.empty() ? "" : ", ") + one.mail;
    if (to.empty() || home.settings().mail_command.empty()) return problem;
    const std::string subject =
        "[" + home.settings().installation + "] " + alert.what.rule + ": " +
        (alert.what.sender.empty() ? alert.what.text.substr(0, 60)
                                   : alert.what.sender + " " + alert.what.job);
    note(send_mail(home, to, subject, mail_body(alert), "text/plain"));
    if (!told || problem.empty()) return problem;
    // Told one way is told: whoever heard it is not called again because the other way is blocked.
    std::cerr << "sluice: alert " << alert.number << ": " << problem << '\n';
    return {};
}

}  // namespace app

// sluice job explain: the service sheet of a flow, for the partner who is to use it.
#include <algorithm>
#include <iostream>

#include "app/command_list.hpp"
#include "app/home.hpp"
#include "app/terminal.hpp"
#include "core/fault.hpp"
#include "job/attachments.hpp"

namespace app {

namespace {

void row(const std::string& name, const std::string& value) {
    std::cout << "| " << name << " | " << value << " |\n";
}

void head(const std::string& title, const std::string& left, const std::string& right) {
    std::cout << "\n## " << title << "\n\n| " << left << " | " << right << " |\n| --- | --- |\n";
}

std::string bytes(std::uint64_t count) {
    static constexpr std::pair<std::uint64_t, const char*> units[] = {
        {1ULL << 30, "GiB"}, {1ULL << 20, "MiB"}, {1ULL << 10, "KiB"}};
    for (const auto& [size, name] : units)
        if (count >= size && count % size == 0) return std::to_string(count / size) + " " + name;
    return std::to_string(count) + " bytes";
}

std::string period(const job::SchemaVersion& version) {
    std::string text;
    if (version.valid_from) text += "from " + core::to_string(*version.valid_from);
    if (version.valid_to) text += " to " + core::to_string(*version.valid_to);
    if (version.when) text += (text.empty() ? "" : ", ") + ("when " + version.when->text);
    return text.empty() ? "always" : text;
}

std::string scope(job::Scope within) {
    return within == job::Scope::file ? "file" : "document";
}

void print_input(const job::Job& job) {
    head("What to send", "", "");
    row("name of a file", "`FI." + job.subject + ".NNNNNN.YYYYMMDD.SEQ5.ENV`, with FS and GO");
    row("format", job.format == job::Format::flat ? "flat file" : "XML");
    row("document", "`" + job.document.text + "`");
    row("record", job.record.text.empty() ? "the document" : "`" + job.record.text + "`");
    if (job.document_id)
        row("identification of a document",
            "`" + job.document_id->text + "`" +
                (job.document_unique_in_sender ? ", never the same twice from one sender" : ""));
    for (const job::SchemaVersion& version : job.schemas)
        row("schema `" + version.base_name + "`", period(version));
}

void print_checks(const job::Job& job) {
    head("What is checked beyond the schema", "what", "severity");
    for (const job::Field& field : job.fields)
        if (field.type || field.required)
            row("`" + field.path.text + "`" +
                    (field.type
                         ? ": check digits (" + std::string(core::to_string(*field.type)) + ")"
                         : std::string()) +
                    (field.required ? ", must be there" : ""),
                std::string(core::to_string(field.severity)));
    for (const job::Unique& unique : job.uniques)
        row(unique.field + " once in a " + scope(unique.within),
            std::string(core::to_string(unique.severity)));
    for (const job::Total& total : job.totals)
        row("`" + total.path.text + "` equals the " +
                (total.of == job::Total::Of::sum       ? "sum of " + total.field
                 : total.of == job::Total::Of::records ? std::string("number of records")
                                                       : std::string("number of documents")) +
                " of the " + scope(total.within),
            std::string(core::to_string(total.severity)));
    if (job.authorise)
        row("access, path " + job.authorise->path + ": " + job.authorise->message +
                (job.authorise->quality.empty() ? "" : ", quality " + job.authorise->quality),
            "before any data leave");
}

void print_service(const job::Job& job) {
    static constexpr const char* units[] = {"record alone", "document as a whole",
                                            "file as a whole"};
    static constexpr const char* receipts[] = {"at reception", "after the decisions",
                                               "at reception and after the decisions"};
    static constexpr const char* contents[] = {"refused", "accepted with a warning", "accepted"};
    head("What comes back", "", "");
    row("receipt (ACRF)", receipts[static_cast<std::size_t>(job.receipt)]);
    row("notification (NOTI)", "one Form a document, in the language of " +
                                   (job.answer_language.empty() || job.answer_language == "sender"
                                        ? std::string("the sender")
                                        : job.answer_language));
    row("a blocking fault rejects", units[static_cast<std::size_t>(job.accept_unit)]);
    if (job.percent_errors) {
        std::string percent = std::to_string(*job.percent_errors);
        percent.erase(percent.find_last_not_of('0') + 1);
        if (percent.back() == '.') percent.pop_back();
        row("percentage faults (P) reject the document above", percent + " % of its records");
    }
    row("the same content under another name is",
        contents[static_cast<std::size_t>(job.duplicate_content)]);
    row("content is kept", counted(job.payload_days, "day", "days"));
    row("traces are kept", counted(job.trace_years, "year", "years"));
}

// Of this partner where one is named, else what holds for everybody.
void print_agreed(Home& home, const job::Job& job, const std::string& partner) {
    const job::Agreement* agreed = home.agreements().find(partner, job.name, home.today());
    const job::Deadline deadline = home.agreements().deadline(job, partner, home.today());
    head(partner.empty() ? "Deadline and contacts" : "What was agreed with " + partner, "", "");
    row("deadline",
        counted(deadline.days, "day", "days") + (deadline.working_days ? " (working days)" : "") +
            " from reception; the whole last day counts, in " + home.settings().time_zone);
    if (agreed == nullptr) return;
    if (agreed->records_expected > 0)
        row("expected volume", std::to_string(agreed->records_expected) + " records a day");
    if (agreed->days_between > 0)
        row("a file is expected", "every " + counted(agreed->days_between, "day", "days"));
    for (const std::string& reason : agreed->reasons)
        row("a longer delay may have the reason", reason);
    for (const job::Contact& contact : agreed->contacts)
        row("contact: " + contact.role, contact.name +
                                            (contact.mail.empty() ? "" : ", " + contact.mail) +
                                            (contact.phone.empty() ? "" : ", " + contact.phone));
}

void print_service_times(Home& home) {
    static constexpr const char* days[] = {"Monday", "Tuesday",  "Wednesday", "Thursday",
                                           "Friday", "Saturday", "Sunday"};
    if (home.calendar().periods.empty()) return;
    head("When the service is promised", "day", "hours");
    const auto clock = [](int seconds) {
        const std::string h = std::to_string(seconds / 3600), m = std::to_string(seconds / 60 % 60);
        return (h.size() < 2 ? "0" + h : h) + ":" + (m.size() < 2 ? "0" + m : m);
    };
    for (const job::ServicePeriod& one : home.calendar().periods)
        row(days[static_cast<std::size_t>(one.weekday % 7)],
            clock(one.from) + " to " + clock(one.to) + (one.holidays ? "" : ", not on holidays"));
}

void print_limits(const job::Job& job) {
    head("Limits", "", "");
    row("bytes of a file", bytes(job.limits.file_bytes_max));
    row("bytes of a record", bytes(job.limits.record_bytes_max));
    row("bytes of a text", bytes(job.limits.text_bytes_max));
    if (job::encloses(job)) {
        row("documents beside the records", std::to_string(job.limits.enclosures_max));
        row("bytes of these, unpacked", bytes(job.limits.enclosures_bytes_max));
    }
    row("depth", std::to_string(job.limits.depth_max));
    row("attributes of an element", std::to_string(job.limits.attributes_max));
    if (!job.recounts.empty())
        row("recounted numbers between records", std::to_string(job.limits.recounts_max));
    row("findings listed for a file", std::to_string(job.limits.findings_per_file_max));
    row("age of the date in a name", counted(job.limits.age_days_max, "day", "days"));
}

int run_job_explain(const Arguments& arguments) {
    Home home(arguments);
    std::vector<std::shared_ptr<const job::Job>> jobs;
    for (const std::string& name : arguments.operands()) {
        jobs.push_back(home.find_job(name));
        if (!jobs.back())
            throw core::Fault(core::FaultKind::usage, "explain the job", name,
                              "the home has none of this name", "see: sluice job check");
    }
    if (jobs.empty()) jobs = home.jobs();
    const std::string partner = arguments.get("partner");
    if (!partner.empty() && home.partners().find(partner) == nullptr)
        throw core::Fault(core::FaultKind::usage, "explain the job to", partner,
                          "jobs/partners.xml has no partner of this number",
                          "see: sluice partner list");
    for (const auto& one : jobs) {
        std::cout << (one == jobs.front() ? "" : "\n") << "# " << one->name
                  << (one->service.empty() ? "" : ": " + one->service) << '\n';
        print_input(*one);
        print_checks(*one);
        print_service(*one);
        print_agreed(home, *one, partner);
        print_service_times(home);
        print_limits(*one);
    }
    return 0;
}

}  // namespace

static constexpr Option explain_options[] = {
    {"partner", "N", "with what was agreed with this partner: deadline, volume, contacts"},
};

const Command job_explain_command{
    "job explain",
    "[JOB]...",
    "the service sheet of a flow, for its partners",
    "Writes what a partner must know to use a flow: names, schemas and their periods, what is\n"
    "checked, what comes back and when, deadlines, contacts, service times, limits. Markdown, "
    "made\n"
    "of the definitions themselves, so that it is always true. To whom records go is not told.",
    "sluice job explain dmfa",
    explain_options,
    0,
    1'000,
    run_job_explain};

}  // namespace app

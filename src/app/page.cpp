#include "app/page.hpp"

#include <algorithm>
#include <fstream>
#include <map>

#include "app/marker.hpp"
#include "app/standing.hpp"
#include "core/code_table.hpp"
#include "io/file.hpp"
#include "ledger/facts.hpp"
#include "ledger/figures.hpp"
#include "ledger/reading.hpp"
#include "outbox/names.hpp"
#include "pages/ical.hpp"

namespace app {

namespace fs = std::filesystem;
using ledger::FileState;
using ledger::OutgoingKind;

static constexpr std::int64_t slices_read_max = 64;  // of one file, for examples and documents
static constexpr std::size_t examples_max = 3;       // of one cause
static constexpr std::size_t documents_max = 200;    // rejected ones of one file
static constexpr std::int64_t absence_days_ahead = 60;
static constexpr const char* pages_marker = "pages.index";
static constexpr std::int64_t day_microseconds = 86'400'000'000;

static pages::Step step_of(const ledger::File& file) {
    switch (file.state) {
        case FileState::held:
        case FileState::quarantined:
            return pages::Step::operators;
        case FileState::refused:
            return pages::Step::mend_file;
        case FileState::closed:
            return file.records.rejected > 0 || file.documents.rejected > 0
                       ? pages::Step::mend_records
                       : pages::Step::done;
        case FileState::cancelled:
            return pages::Step::done;
        default:
            return pages::Step::engine;
    }
}

static std::string state_word(FileState state, core::Language language) {
    // The words begin with the states in the order of life, waiting first.
    for (const core::Word word : core::words())
        if (core::word(word, core::Language::en) == to_string(state))
            return std::string(core::word(word, language));
    return std::string(to_string(state));
}

namespace {

// What the slices of a file tell: examples of each cause, and documents with rejections.
class Looker {
  public:
    Looker(Home& home, const ledger::File& file, core::Language language, std::size_t& rows_left)
        : home_(home), file_(file), language_(language), rows_left_(rows_left) {}

    void fill(pages::PageFile& page) {
        // What refused the file stands there already; its place is told by the findings.
        for (std::size_t i = 0; i < page.causes.size(); ++i) index_[page.causes[i].code] = i;
        for (const ledger::Tally& tally : home_.ledger().tallies(file_.id)) {
            if (!index_.try_emplace(tally.code, page.causes.size()).second) continue;
            page.causes.push_back({tally.code,
                                   tally.severity,
                                   core::label(tally.code, language_),
                                   core::advice(tally.code, language_),
                                   tally.count,
                                   {}});
        }
        refused_ = home_.ledger().refused_documents(file_.id);
        std::int64_t read = 0;
        home_.ledger().each_slice(file_.id, [&](const ledger::Slice& slice) {
            examples(slice, page);
            documents(slice);
            return ++read < slices_read_max;
        });
        list_documents(page);
    }

  private:
    void examples(const ledger::Slice& slice, pages::PageFile& page) {
        for (const core::Finding& finding : ledger::unpack_findings(slice.findings)) {
            const auto at = index_.find(finding.code);
            if (at == index_.end()) continue;
            auto& list = page.causes[at->second].examples;
            if (list.size() >= examples_max || rows_left_ == 0) continue;
            --rows_left_;
            list.push_back({finding.document, finding.record, finding.place.line,
                            finding.place.column, finding.document_id, finding.path,
                            finding.value});
        }
    }
    void documents(const ledger::Slice& slice) {
        for (const ledger::DocumentFact& fact : ledger::documents_in(slice.facts)) {
            pages::RejectedDocument& one = documents_[fact.ordinal];
            one.ordinal = fact.ordinal;
            if (!fact.id.empty()) one.id = fact.id;
            one.records += fact.records;
            one.rejected += fact.records - fact.accepted;
        }
    }
    void list_documents(pages::PageFile& page) {
        const bool all = refused_.count(0) > 0;
        std::int64_t nothing_left = 0;  // listed ones of which no record was accepted
        for (auto& [ordinal, one] : documents_) {
            one.whole = all || refused_.count(static_cast<std::int64_t>(ordinal)) > 0;
            if (one.whole) one.rejected = one.records;
            if (!one.whole && one.rejected == 0) continue;
            if (page.rejected.size() >= documents_max || rows_left_ == 0) {
                ++page.rejected_left_out;
                continue;
            }
            --rows_left_;
            nothing_left += one.rejected == one.records ? 1 : 0;
            page.rejected.push_back(std::move(one));
        }
        page.rejected_left_out =
            std::max(page.rejected_left_out, file_.documents.rejected - nothing_left);
    }

    Home& home_;
    const ledger::File& file_;
    core::Language language_;
    std::size_t& rows_left_;  // on the whole page
    std::map<std::string, std::size_t> index_;
    std::map<std::uint64_t, pages::RejectedDocument> documents_;
    std::map<std::int64_t, std::string> refused_;
};

}  // namespace

// The channel's codes of a refusal stand first among the causes: they are why.
static void add_refusal(pages::PageFile& page, const ledger::File& file, core::Language language) {
    for (const std::string& code : file.codes)
        page.causes.push_back(
            {code, "B", core::label(code, language), core::advice(code, language), 1, {}});
    if (file.state == FileState::refused && !file.codes.empty())
        page.advice = core::advice(file.codes.front(), language);
}

static pages::PageFile page_of(Home& home, const ledger::File& file, core::Language language,
                               std::size_t& rows_left) {
    const auto people = [&](const std::optional<core::Instant>& at) {
        if (!at) return std::string();
        std::string text = home.zone().to_string(*at).substr(0, 16);
        text[10] = ' ';
        return text;
    };
    const auto programs = [](const std::optional<core::Instant>& at) {
        return at ? core::to_string(*at) : std::string();
    };
    pages::PageFile page;
    page.name = shown_name(file);
    page.state = to_string(file.state);
    page.state_word = state_word(file.state, language);
    page.ticket = file.ticket;
    page.final = ledger::is_final(file.state);
    page.step = step_of(file);
    page.received = people(file.received_at);
    page.received_at = programs(file.received_at);
    // Behind its last day: people count in days.
    page.deadline =
        file.deadline_at
            ? core::to_string(home.zone().date(core::Instant{file.deadline_at->microseconds - 1}))
            : "";
    page.deadline_at = programs(file.deadline_at);
    page.finished = people(file.closed_at);
    page.finished_at = programs(file.closed_at);
    page.documents = file.documents.total;
    page.documents_accepted = file.documents.accepted;
    page.documents_rejected = file.documents.rejected;
    page.records = file.records.total;
    page.records_accepted = file.records.accepted;
    page.records_rejected = file.records.rejected;
    add_refusal(page, file, language);
    // Before everything is decided nothing of it is said: a document may still be rejected whole.
    const bool decided =
        file.state == FileState::decided || file.state == FileState::delivered || page.final;
    if (decided && file.state != FileState::cancelled)
        Looker(home, file, language, rows_left).fill(page);
    for (const ledger::Outgoing& row : home.ledger().outgoing(file.id)) {
        const bool answer = row.kind == OutgoingKind::receipt ||
                            row.kind == OutgoingKind::notification ||
                            row.kind == OutgoingKind::correction;
        if (answer && row.state != ledger::OutgoingState::drawn) page.answers.push_back(row.name);
    }
    return page;
}

std::vector<pages::Absence> absences_ahead(Home& home, std::string_view partner,
                                           core::Language language) {
    std::vector<pages::Absence> absences;
    const core::Instant now = home.now();
    const core::Instant horizon{now.microseconds + absence_days_ahead * day_microseconds};
    const auto people = [&](core::Instant at) {
        std::string text = home.zone().to_string(at).substr(0, 16);
        text[10] = ' ';
        return text;
    };
    for (const job::Unavailability& one : home.calendar().unavailable) {
        if ((one.to && *one.to <= now) || one.from > horizon) continue;
        const bool partners = one.who == job::Unavailability::Who::partner;
        if (partners && one.name != partner) continue;
        pages::Absence absence;
        absence.who =
            one.who == job::Unavailability::Who::engine ? home.settings().installation : one.name;
        absence.from = people(one.from);
        absence.from_at = core::to_string(one.from);
        if (one.to) absence.until = people(*one.to);
        if (one.to) absence.until_at = core::to_string(*one.to);
        absence.text = one.texts.at(core::index_of(language));
        absence.planned = one.planned;
        absences.push_back(std::move(absence));
    }
    return absences;
}

pages::StatusPage status_page(Home& home, const job::Partner& partner,
                              core::Environment environment) {
    const core::Instant now = home.now();
    pages::StatusPage page;
    page.language = partner.language;
    page.installation = home.settings().installation;
    page.sender = partner.number;
    page.sender_name = partner.name;
    page.environment = static_cast<char>(environment);
    page.made_at = core::to_string(now);
    page.made = home.zone().to_string(now).substr(0, 16);
    page.made[10] = ' ';
    ledger::FileFilter filter;
    filter.sender = partner.number;
    filter.since = core::Instant{now.microseconds -
                                 std::int64_t{home.settings().status_page_days} * day_microseconds};
    std::size_t rows_left = home.settings().status_page_rows_max;
    for (const ledger::File& file : home.ledger().files(filter)) {
        page.journal_index = std::max(page.journal_index, file.journal_index);
        if (file.identity.environment != environment || is_answered_duplicate(file) ||
            file.identity.subject == outbox::status_subject)
            continue;
        if (page.files.size() >= home.settings().status_page_files_max)
            ++page.files_left_out;
        else
            page.files.push_back(page_of(home, file, partner.language, rows_left));
    }
    page.absences = absences_ahead(home, partner.number, partner.language);
    return page;
}

// ---- writing ----

// Made whole where partners do not see it, then renamed over the old one. What fails is tried again
// by the next run: a page is never worth a night.
static bool put(const Home& home, const fs::path& folder, const std::string& name,
                const std::string& text) {
    const fs::path made = home.work() / ("page." + folder.parent_path().filename().string() + "." +
                                         folder.filename().string() + "." + name);
    std::ofstream out(made, std::ios::binary | std::ios::trunc);
    out << text;
    out.close();
    std::error_code failed;
    if (out) {
        fs::permissions(made, fs::perms(0644), failed);
        if (!failed) fs::rename(made, folder / name, failed);
        if (!failed) return true;
    }
    fs::remove(made, failed);
    return false;
}

std::size_t write_status_pages(Home& home) {
    if (!home.settings().status_pages) return 0;
    const std::int64_t seen = read_marker(home, pages_marker);
    std::int64_t newest = seen;
    std::size_t written = 0;
    bool all = true;
    for (const auto& [sender, environment] :
         ledger::senders_with_news(home.ledger(), seen, newest)) {
        const job::Partner* partner = home.partners().find(sender);
        if (partner == nullptr || partner->state == job::PartnerState::closed) continue;
        if (partner->answers_enveloped) continue;  // a page would say the same in clear
        const fs::path folder = home.partner_folder(sender) / outbox::out_folder(environment);
        if (!io::facts(folder)) continue;
        const pages::StatusPage page = [&home, partner, environment = environment] {
            const ledger::Reading reading(home.ledger());
            return status_page(home, *partner, environment);
        }();
        const bool whole = put(home, folder, "STATUS.html", pages::html_of(page)) &&
                           put(home, folder, "STATUS.xml", pages::xml_of(page)) &&
                           put(home, folder, "STATUS.csv", pages::csv_of(page));
        written += whole ? 1 : 0;
        all = all && whole;
        if (!page.absences.empty())
            put(home, folder, "STATUS.ics",
                pages::ics_of(page.installation, page.made_at, page.absences, page.language));
    }
    if (all && newest != seen) write_marker(home, pages_marker, newest);
    return written;
}

}  // namespace app

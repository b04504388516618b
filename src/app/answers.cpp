#include "app/answers.hpp"

#include <algorithm>
#include <map>
#include <set>

#include "app/correction.hpp"
#include "app/parallel.hpp"
#include "app/stand_in.hpp"
#include "app/supplement.hpp"
#include "core/ensure.hpp"
#include "io/crash_point.hpp"
#include "io/file.hpp"
#include "job/attachments.hpp"
#include "job/renditions.hpp"
#include "ledger/facts.hpp"
#include "ledger/figures.hpp"
#include "ledger/reading.hpp"
#include "outbox/names.hpp"
#include "outbox/notification.hpp"

namespace app {

using ledger::OutgoingKind;
using ledger::OutgoingState;

// Of each file, while its answers are made; longer ones are written to disk.
static constexpr std::size_t notification_memory_bytes_max = 64 << 10;

std::vector<outbox::DraftRecipient> delivery_recipients(Home& home, const job::Job& job,
                                                        core::Environment environment) {
    std::set<std::string> numbers;
    const bool any = std::any_of(
        job.routes.begin(), job.routes.end(),
        [](const job::RouteTarget& t) { return t.select != job::RouteTarget::Select::partner; });
    for (const job::RouteTarget& target : job.routes)
        if (target.select == job::RouteTarget::Select::partner) numbers.insert(target.partner);
    std::vector<outbox::DraftRecipient> list;
    for (const job::Partner& partner : home.partners().list) {
        if (!any && numbers.count(partner.number) == 0) continue;
        // Acceptance reaches those alone that opted in (contract: S).
        if (environment == core::Environment::S && !partner.acceptance &&
            !is_stand_in(job, partner.number, environment))
            continue;
        // What is written in another form, or goes with documents, is packed when it is.
        const job::Rendition* rendition = job::rendition_for(job, partner);
        const bool later = rendition != nullptr || job::encloses(job);
        list.push_back({partner.number, later ? job::Compression::none : partner.compression,
                        rendition == nullptr ? std::string() : rendition->name});
    }
    return list;
}

static void add_findings(DocumentStory& story, std::vector<core::Finding>& findings,
                         std::int64_t slice) {
    if (story.findings <= first_findings_max) {
        story.rest_from = slice;
        story.before_rest = story.findings;
    }
    for (core::Finding& finding : findings)
        if (finding.document == story.ordinal && story.findings++ < first_findings_max)
            story.first_findings.push_back(std::move(finding));
}

void each_document(const ledger::Ledger& book, const ledger::File& file,
                   const std::function<void(DocumentStory&)>& visit) {
    const auto refused = book.refused_documents(file.id);
    const auto whole = refused.find(0);
    DocumentStory of_file, current;
    const auto flush = [&] {
        if (current.ordinal != 0) visit(current);
        current = {};
    };
    book.each_slice(file.id, [&](const ledger::Slice& slice) {
        auto findings = ledger::unpack_findings(slice.findings);
        for (const ledger::DocumentFact& fact : ledger::documents_in(slice.facts)) {
            if (fact.ordinal != current.ordinal) {
                flush();
                current.ordinal = fact.ordinal;
                const auto cause = refused.find(static_cast<std::int64_t>(fact.ordinal));
                if (whole != refused.end()) current.cause = whole->second;
                if (cause != refused.end()) current.cause = cause->second;
            }
            if (!fact.id.empty()) current.id = fact.id;
            current.records += fact.records;
            current.accepted += fact.accepted;
            add_findings(current, findings, slice.ordinal);
        }
        add_findings(of_file, findings, slice.ordinal);
        return true;
    });
    flush();
    if (of_file.findings > 0) visit(of_file);
}

void each_finding(const ledger::Ledger& book, const ledger::File& file, const DocumentStory& story,
                  const std::function<void(const core::Finding&)>& visit) {
    for (const core::Finding& finding : story.first_findings) visit(finding);
    if (story.findings == story.first_findings.size()) return;
    std::uint64_t seen = story.before_rest;
    book.each_slice_from(file.id, story.rest_from, [&](const ledger::Slice& slice) {
        for (const core::Finding& finding : ledger::unpack_findings(slice.findings))
            if (finding.document == story.ordinal && ++seen > story.first_findings.size())
                visit(finding);
        return seen < story.findings;
    });
}

// Totals say nothing of persons where both are large: each is told down to a multiple of the
// threshold, and neither where one of them stays below it.
static void tell_totals(const ledger::Ledger& book, const Ending& ending,
                        outbox::NotifiedFile& facts) {
    const std::uint64_t threshold = ending.job->disclosure_threshold;
    if (ending.job->disclosure != job::Disclosure::totals || threshold == 0) return;
    std::map<std::string, std::int64_t> drafted;  // a parcel that is not finished says no number
    for (const ledger::DraftLength& draft : book.drafts(ending.file.id))
        drafted[draft.recipient] = draft.records;
    std::uint64_t delivered = 0, withheld = 0;
    for (const ledger::Outgoing& row : book.outgoing(ending.file.id)) {
        const bool unfit = row.state == OutgoingState::failed && row.digest.empty();
        if (row.kind != OutgoingKind::parcel || unfit) continue;
        const bool open = row.state == OutgoingState::drawn;
        (row.state == OutgoingState::withheld ? withheld : delivered) +=
            static_cast<std::uint64_t>(open ? drafted[row.recipient] : row.records);
    }
    if (delivered < threshold || withheld < threshold) return;
    facts.delivered = delivered / threshold * threshold;
    facts.withheld = withheld / threshold * threshold;
}

// What the answers need of the decision. How many files a notification has depends on its language,
// so it stays the one in which their names were drawn.
struct Decided {
    std::uint64_t first_ticket = 1;
    std::optional<core::Language> language;  // none: of a program that did not say so yet
};

static Decided decided(const ledger::Ledger& book, ledger::FileId file) {
    for (const ledger::Entry& entry : book.entries(file)) {
        if (entry.kind != ledger::EntryKind::decided) continue;
        const std::size_t at = entry.body.find("\"first_ticket\":");
        if (at != std::string::npos)
            return {std::stoull(entry.body.substr(at + 15)),
                    core::parse_language(ledger::body_text(entry.body, "language"))};
    }
    return {};
}

static std::vector<outbox::NotificationDraft> write_notification(Home& home,
                                                                 const ledger::Ledger& book,
                                                                 const Ending& ending,
                                                                 const std::string& correction) {
    const ledger::File& file = ending.file;
    const Decided decision = decided(book, file.id);
    outbox::NotifiedFile facts;
    facts.go_name = file.go_name;
    facts.ticket = file.ticket;
    facts.sender = file.identity.sender;
    facts.at = *file.decided_at;
    facts.environment = file.identity.environment;
    facts.language = decision.language ? *decision.language : answer_language(home, ending);
    facts.correction = correction;
    if (ending.job) tell_totals(book, ending, facts);
    outbox::NotificationSettings settings;
    settings.forms_max = ending.job->limits.notification_forms_max;
    settings.bytes_max = ending.job->limits.notification_bytes_max;
    settings.memory_bytes_max = notification_memory_bytes_max;
    outbox::NotificationWriter writer(home.drafts(file.id) / "answers", facts, home.zone(),
                                      settings);
    const bool refused = ending.fold->refused();
    each_document(book, file, [&](DocumentStory& story) {
        // Of a refused file nothing is answered but the refusal.
        if (refused && story.ordinal != 0 && story.findings == 0) return;
        outbox::NotifiedDocument document;
        document.ordinal = story.ordinal;
        document.id = story.id;
        document.ticket = outbox::ticket(
            story.ordinal == 0 ? outbox::file_ticket_kind : outbox::document_ticket_kind,
            decision.first_ticket + (story.ordinal == 0 ? 0 : story.ordinal - 1));
        document.accepted = !refused && story.ordinal != 0 && story.is_accepted();
        document.records_accepted = !refused && story.cause.empty() ? story.accepted : 0;
        document.records_rejected = refused ? 0 : story.records - document.records_accepted;
        document.findings = story.findings;
        document.cause = refused ? ending.fold->refused_code() : story.cause;
        writer.begin_document(document);
        each_finding(book, file, story,
                     [&](const core::Finding& finding) { writer.finding(finding); });
        writer.end_document();
    });
    return writer.finish();
}

core::Language answer_language(Home& home, const Ending& ending) {
    if (ending.job)
        if (const auto fixed = core::parse_language(ending.job->answer_language)) return *fixed;
    const job::Partner* partner = home.partners().find(ending.file.identity.sender);
    return partner == nullptr ? core::Language::en : partner->language;
}

static core::FileIdentity identity_of(const ledger::Outgoing& row) {
    core::FileIdentity identity;
    ENSURE(core::parse_identity(row.name, identity));
    return identity;
}

// Rows that wait to be made; draws the names of notifications that have none: the first time after
// they were cut into files.
static std::vector<ledger::Outgoing> rows_to_make(
    Home& home, ledger::Step& step, const ledger::File& file,
    const std::vector<outbox::NotificationDraft>& notifications) {
    std::vector<ledger::Outgoing> rows;
    bool named = false;
    for (ledger::Outgoing& row : home.ledger().outgoing(file.id)) {
        named = named || row.kind == OutgoingKind::notification;
        const bool later = row.kind == OutgoingKind::parcel || row.kind == OutgoingKind::evidence;
        if (!later && row.state == OutgoingState::drawn) rows.push_back(std::move(row));
    }
    for (std::size_t n = 0; !named && n < notifications.size(); ++n)
        rows.push_back(draw_answer(home, step, file, OutgoingKind::notification, std::to_string(n),
                                   *file.decided_at));
    return rows;
}

// The correction's name stands in the notification, so it is drawn before.
static std::string correction_name(Home& home, ledger::Step& step, const Ending& ending) {
    if (is_supplement(ending.file) || ending.file.records.rejected == 0 || ending.fold->refused())
        return {};
    for (const ledger::Outgoing& row : home.ledger().outgoing(ending.file.id))
        if (row.kind == OutgoingKind::correction) return row.name;
    return draw_answer(home, step, ending.file, OutgoingKind::correction, {},
                       *ending.file.decided_at)
        .name;
}

// Which parcels their forms cannot hold is known when they are finished: no sooner is told how many
// went out.
static bool tells_totals(const Ending& ending) {
    return ending.job && ending.job->disclosure == job::Disclosure::totals &&
           ending.job->renditions != nullptr;
}

std::future<Notifications> begin_notifications(Home& home, const std::vector<Ending>& endings) {
    std::vector<std::string> corrections;
    {
        auto step = home.ledger().begin();
        for (const Ending& ending : endings)
            corrections.push_back(correction_name(home, *step, ending));
        step->commit();
    }
    home.partners();  // loaded here, on the thread that owns the home
    const auto write = [&home, &endings, corrections] {
        const ledger::Ledger book(home.spool() / "ledger", false, true);
        const ledger::Reading reading(book);
        Notifications written;
        for (std::size_t i = 0; i < endings.size(); ++i)
            if (!is_supplement(endings[i].file))
                written[endings[i].file.id] =
                    write_notification(home, book, endings[i], corrections[i]);
        io::crash_point("answers-written");
        return written;
    };
    const bool beside =
        home.threads() > 1 && std::none_of(endings.begin(), endings.end(), tells_totals);
    return std::async(beside ? std::launch::async : std::launch::deferred, write);
}

static Parting make_answer(Home& home, const Ending& ending,
                           std::vector<outbox::NotificationDraft>& notifications,
                           const ledger::Outgoing& row) {
    if (row.kind == OutgoingKind::receipt) return make_receipt(home, ending.file, row);
    if (row.kind == OutgoingKind::correction) {
        auto staged = write_correction(home, ending, row);
        ENSURE(staged.has_value());
        return {row, std::move(*staged), {}, {}};
    }
    outbox::NotificationDraft& draft = notifications.at(std::stoul(row.detail));
    if (draft.bytes <= outbox::zip_above_default)
        return {row, {}, std::move(draft.text), {}, std::move(draft.path)};
    return {row,
            outbox::stage(draft.path, staging_folder(home), identity_of(row),
                          outbox::zip_above_default, row.at),
            {},
            {}};
}

std::vector<Parting> make_answers(Home& home, const std::vector<Ending>& endings,
                                  Notifications notifications) {
    std::vector<std::vector<ledger::Outgoing>> rows;
    {
        auto step = home.ledger().begin();
        for (const Ending& ending : endings)
            rows.push_back(rows_to_make(home, *step, ending.file, notifications[ending.file.id]));
        step->commit();
    }
    std::vector<Parting> partings;
    for (std::size_t i = 0; i < endings.size(); ++i)
        for (const ledger::Outgoing& row : rows[i])
            partings.push_back(
                make_answer(home, endings[i], notifications[endings[i].file.id], row));
    return partings;
}

}  // namespace app

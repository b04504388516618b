#include "app/finishing_parcels.hpp"

#include <algorithm>
#include <map>

#include "app/answers.hpp"
#include "app/enclosures.hpp"
#include "app/enveloping.hpp"
#include "app/parallel.hpp"
#include "app/rendering.hpp"
#include "core/ensure.hpp"
#include "io/file.hpp"
#include "ledger/reading.hpp"
#include "outbox/names.hpp"
#include "outbox/voucher.hpp"

namespace app {

namespace fs = std::filesystem;
using ledger::OutgoingKind;
using ledger::OutgoingState;

struct ParcelWork {
    std::size_t ending = 0;
    ledger::Outgoing row;
    core::FileIdentity identity;
    std::string previous;  // the name of the parcel before it
    outbox::DraftSet::Finished done;
    std::string voucher;
    std::string unfit;           // why it cannot be written in the form that its recipient prefers
    std::vector<bool> enclosed;  // of the documents beside the records
};

static ParcelWork work_on(const ledger::Ledger& book, std::size_t ending, ledger::Outgoing row) {
    const auto identity = outbox::data_identity(row.name);
    ENSURE(identity.has_value());
    ParcelWork one;
    one.ending = ending;
    one.identity = *identity;
    if (row.number > 1)
        one.previous = book.parcel_name(row.recipient, identity->subject, identity->environment,
                                        row.number - 1);
    one.row = std::move(row);
    return one;
}

static std::string voucher_of(const Ending& ending, const ParcelWork& one) {
    const ledger::Outgoing& row = one.row;
    const outbox::DraftSet::Finished& done = one.done;
    outbox::VoucherFacts facts;
    facts.parcel = one.identity;
    facts.recipient = row.recipient;
    facts.subject = one.identity.subject;
    facts.number = static_cast<std::uint64_t>(row.number);
    if (const auto previous = outbox::data_identity(one.previous))
        facts.previous = previous->text();
    facts.source = ending.file.ticket;
    facts.job = ending.job->name;
    facts.documents = done.documents;
    facts.records = done.records;
    facts.data_name = done.file.name();
    facts.bytes = done.file.bytes;
    facts.digest = done.file.digest;
    facts.content_bytes = done.content_bytes;
    facts.at = row.at;
    facts.journal_index = static_cast<std::uint64_t>(ending.file.journal_index);
    return outbox::voucher(facts);
}

static const job::Rendition* rendition_of(Home& home, const Ending& ending, const ParcelWork& one) {
    const job::Partner* partner = home.partners().find(one.row.recipient);
    return partner == nullptr ? nullptr : job::rendition_for(*ending.job, *partner);
}

// What is written once more in another form, with documents, or enveloped, is not yet what is
// published.
static fs::path finishing_folder(Home& home, const Ending& ending, const ParcelWork& one) {
    const bool as_it_is = rendition_of(home, ending, one) == nullptr && !ending.enclosures;
    return as_it_is && !is_enveloped(home, one.row.recipient) ? staging_folder(home) : fs::path();
}

// One that was finished before a crash, while partners.xml said otherwise of envelopes, lies where
// it was to go then.
static outbox::DraftSet::Finished finish_draft(Home& home, const Ending& ending,
                                               const ParcelWork& one,
                                               outbox::RecipientIndex index) {
    outbox::DraftSet& drafts = *ending.fold->drafts();
    const fs::path into = finishing_folder(home, ending, one);
    return drafts.finish(index, one.identity, one.row.at, into,
                         into.empty() ? staging_folder(home) : drafts.folder());
}

// In the form that its recipient prefers, where that is not the one it came in.
static void render(Home& home, const Ending& ending, ParcelWork& one) {
    const job::Rendition* rendition = rendition_of(home, ending, one);
    if (rendition == nullptr) return;
    const auto packed = ending.enclosures ? job::Compression::none
                                          : home.partners().find(one.row.recipient)->compression;
    auto made =
        render_parcel(ending.plan, *rendition, one.done.file.path,
                      home.drafts(ending.file.id) / "rendered" / one.row.recipient, one.identity,
                      packed, one.row.at, outbox::DraftSettings{}.published_mode);
    if (auto* why = std::get_if<std::string>(&made)) {
        one.unfit = "not writable as " + rendition->name + ": " + *why;
        return;
    }
    auto& rendered = std::get<outbox::RenderedFile>(made);
    one.done.file = std::move(rendered.file);
    one.done.content_bytes = rendered.content_bytes;
    if (is_enveloped(home, one.row.recipient) || ending.enclosures) return;
    const fs::path to = staging_folder(home) / one.done.file.name();
    link_into(home, one.done.file.path, to);
    one.done.file.path = to;
}

static void find_enclosures(Home& home, const std::vector<Ending>& endings,
                            std::vector<ParcelWork>& work) {
    std::map<std::size_t, Enclosed> of_ending;
    for (ParcelWork& one : work) {
        const Ending& ending = endings[one.ending];
        if (!ending.enclosures) continue;
        auto [at, fresh] = of_ending.try_emplace(one.ending);
        if (fresh)
            at->second = enclosed_of(home.ledger(), ending.file.id, ending.enclosures->size());
        one.enclosed = std::move(at->second[one.row.recipient]);
    }
}

static void add_enclosures(Home& home, const parse::Enclosures& enclosures, ParcelWork& one) {
    const auto folder = is_enveloped(home, one.row.recipient) ? one.done.file.path.parent_path()
                                                              : staging_folder(home);
    one.done.file =
        enclose(enclosures, one.enclosed, one.row, one.done.file, folder, one.done.content_bytes);
}

// Visible for ever: the recipient's records are told as failed, with the reason.
static void note_unfit(Home& home, const std::vector<ParcelWork>& work) {
    const bool any = std::any_of(work.begin(), work.end(),
                                 [](const ParcelWork& one) { return !one.unfit.empty(); });
    if (!any) return;
    auto step = home.ledger().begin();
    for (const ParcelWork& one : work) {
        if (one.unfit.empty()) continue;
        ledger::Outgoing row = one.row;
        row.state = OutgoingState::failed;
        row.detail = one.unfit;
        step->update_outgoing(row);
    }
    step->commit();
}

std::vector<Parting> finish_parcels(Home& home, std::vector<Ending>& endings) {
    std::vector<ParcelWork> work;
    {
        const ledger::Reading reading(home.ledger());
        for (std::size_t i = 0; i < endings.size(); ++i)
            for (ledger::Outgoing& row : home.ledger().outgoing(endings[i].file.id))
                if (row.kind == OutgoingKind::parcel && row.state == OutgoingState::drawn)
                    work.push_back(work_on(home.ledger(), i, std::move(row)));
        find_enclosures(home, endings, work);
    }
    parallel_for(home.threads(), work.size(), [&](std::size_t i) {
        ParcelWork& one = work[i];
        const Ending& ending = endings[one.ending];
        const auto& recipients =
            delivery_recipients(home, *ending.job, ending.file.identity.environment);
        for (outbox::RecipientIndex index = 0; index < recipients.size(); ++index)
            if (recipients[index].number == one.row.recipient)
                one.done = finish_draft(home, ending, one, index);
        render(home, ending, one);
        if (one.unfit.empty() && ending.enclosures) add_enclosures(home, *ending.enclosures, one);
        if (one.unfit.empty() && is_enveloped(home, one.row.recipient))
            envelope_parcel(home, one.row.recipient, one.done.file);
        one.row.records = static_cast<std::int64_t>(one.done.records);
        if (one.unfit.empty()) one.voucher = voucher_of(ending, one);
    });
    note_unfit(home, work);
    std::vector<Parting> partings;
    for (ParcelWork& one : work)
        if (one.unfit.empty())
            partings.push_back(
                {std::move(one.row), std::move(one.done.file), {}, std::move(one.voucher)});
    return partings;
}

}  // namespace app

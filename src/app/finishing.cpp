#include "app/finishing.hpp"

#include <unistd.h>

#include <algorithm>
#include <map>
#include <optional>

#include "app/answers.hpp"
#include "app/conservation.hpp"
#include "app/dispatch.hpp"
#include "app/finishing_parcels.hpp"
#include "app/journal.hpp"
#include "app/json.hpp"
#include "app/parallel.hpp"
#include "app/sending.hpp"
#include "app/sending_turn.hpp"
#include "core/ensure.hpp"
#include "core/fault.hpp"
#include "io/crash_point.hpp"
#include "io/file.hpp"
#include "ledger/reading.hpp"

namespace app {

namespace fs = std::filesystem;
using ledger::EntryKind;
using ledger::FileState;
using ledger::OutgoingKind;
using ledger::OutgoingState;

// A file that was refused as a whole has no record that counts, and nothing that could be lost.
static bool counts(const Ending& ending) {
    return ending.fold != nullptr && !ending.fold->refused();
}

static std::vector<Sums> count_all(const ledger::Ledger& book, const std::vector<Ending>& endings,
                                   unsigned threads) {
    const ledger::Reading reading(book);
    std::vector<Sums> sums(endings.size());
    for (std::size_t i = 0; i < endings.size(); ++i)
        if (counts(endings[i])) sums[i] = count_decided(book, endings[i].file, threads);
    return sums;
}

namespace {

// What the ledger and the signed log have of decided files.
struct Accounts {
    FileProofs proofs;
    std::vector<Sums> sums;
};

}  // namespace

// Beside the work on their parcels, through a connection of its own. What was decided goes into the
// signed log first, so that each answer carries its proof.
static std::future<Accounts> begin_accounts(Home& home, const std::vector<Ending>& endings) {
    home.keys();  // loaded here, on the thread that owns the home
    const auto read = [&home, &endings] {
        const ledger::Ledger book(home.spool() / "ledger", false, true);
        std::vector<ledger::FileId> files;
        for (const Ending& ending : endings) files.push_back(ending.file.id);
        return Accounts{FileProofs(home, book, files), count_all(book, endings, home.threads())};
    };
    return std::async(home.threads() > 1 ? std::launch::async : std::launch::deferred, read);
}

static std::string imbalance_of(Home& home, const Ending& ending, const Sums& sums,
                                const std::map<std::int64_t, std::int64_t>& parcels) {
    const ledger::File& file = ending.file;
    auto rows = home.ledger().outgoing(file.id);
    for (ledger::Outgoing& row : rows)
        if (const auto made = parcels.find(row.id); made != parcels.end())
            row.records = made->second;
    std::vector<std::string> recipients;
    if (ending.fold->drafts() != nullptr)
        for (const auto& one : delivery_recipients(home, *ending.job, file.identity.environment))
            recipients.push_back(one.number);
    Sums due = sums;
    // What a rehearsal decides goes nowhere; its withheld records are said all the same.
    if (ending.fold->drafts() == nullptr) due.delivered.clear();
    return imbalance(due, file, rows, recipients);
}

// Nothing of a file whose sums do not balance goes out: it is held with words, the others go on,
// and the run ends with them. Returns what is wrong with the first.
static std::string hold_unbalanced(Home& home, std::vector<Ending>& endings,
                                   std::vector<Parting>& parcels, std::vector<Sums>& sums) {
    std::string first;
    std::map<std::int64_t, std::int64_t>
        records;  // of parcels that are finished, not yet in the ledger
    for (const Parting& one : parcels) records[one.row.id] = one.row.records;
    std::vector<std::string> problems(endings.size());
    {
        const ledger::Reading reading(home.ledger());
        for (std::size_t i = 0; i < endings.size(); ++i)
            if (counts(endings[i])) problems[i] = imbalance_of(home, endings[i], sums[i], records);
    }
    for (std::size_t i = 0; i < endings.size();) {
        const std::string problem = problems[i];
        if (problem.empty()) {
            ++i;
            continue;
        }
        ledger::File& file = endings[i].file;
        if (first.empty()) first = file.identity.text() + ": " + problem;
        file.held_reason = "its sums do not balance: " + problem;
        file.stopped_at = to_string(FileState::decided);
        auto step = home.ledger().begin();
        step->update_file(file);
        step->append(EntryKind::held, file.id, home.now(),
                     JsonObject().text("why", file.held_reason).str());
        step->commit();
        const auto of_file = [&](const Parting& one) { return one.row.file == file.id; };
        parcels.erase(std::remove_if(parcels.begin(), parcels.end(), of_file), parcels.end());
        const auto at = static_cast<std::ptrdiff_t>(i);
        problems.erase(problems.begin() + at);
        sums.erase(sums.begin() + at);
        endings.erase(endings.begin() + at);
    }
    return first;
}

static void close_files(Home& home, std::vector<Ending>& endings, const std::vector<Sums>& sums) {
    auto& book = home.ledger();
    struct Closing {
        Ending* ending;
        std::string body;
    };
    std::vector<Closing> done;
    const core::Instant now = home.now();
    {
        const ledger::Reading reading(book);
        for (std::size_t i = 0; i < endings.size(); ++i) {
            ledger::File& file = endings[i].file;
            const auto rows = book.outgoing(file.id);
            const bool drawn = std::any_of(rows.begin(), rows.end(), [](const auto& row) {
                return row.state == OutgoingState::drawn;
            });
            if (drawn) continue;
            file.closed_at = now;
            done.push_back({&endings[i], closing_body(sums[i], file, rows, book.tallies(file.id))});
        }
    }
    auto step = book.begin();
    for (const auto& [ending, body] : done) {
        ledger::File& file = ending->file;
        const bool refused = ending->fold && ending->fold->refused();
        step->update_file(file);
        if (!refused) step->append(EntryKind::delivered, file.id, now, "{}");
        step->append(refused ? EntryKind::refused : EntryKind::closed, file.id, now, body);
        file.state = refused ? FileState::refused : FileState::closed;
    }
    step->commit();
    io::crash_point("closed");
    parallel_for(home.threads(), done.size(), [&](std::size_t i) {
        done[i].ending->fold.reset();
        const fs::path drafts = home.drafts(done[i].ending->file.id);
        // Mostly all that was in it has gone out.
        if (::rmdir(drafts.c_str()) != 0) fs::remove_all(drafts);
    });
}

static bool with_evidence(const Ending& ending) {
    return ending.job && ending.job->evidence_of_delivery;
}

// Evidence is drawn when the parcels go out, and goes with the other answers, before notifications.
static void add_evidence(Home& home, const std::vector<Ending>& endings,
                         std::vector<SignedSet>& answers) {
    std::vector<Parting> partings;
    for (const Ending& ending : endings)
        if (with_evidence(ending))
            for (const ledger::Outgoing& row : home.ledger().outgoing(ending.file.id))
                if (row.kind == OutgoingKind::evidence && row.state == OutgoingState::drawn)
                    partings.push_back(make_evidence(home, ending.file, row));
    Signed evidence = sign(home, std::move(partings));
    stage(home, evidence);
    const auto notifications = std::stable_partition(
        answers.begin(), answers.end(),
        [](const SignedSet& set) { return set.row.kind != OutgoingKind::notification; });
    answers.insert(notifications, std::make_move_iterator(evidence.sets.begin()),
                   std::make_move_iterator(evidence.sets.end()));
}

// Signs parcels and answers together, and publishes the parcels first, so that a sender is never
// told of a delivery that is not there yet. What the ledger has to say of the one goes beside the
// renames of the other.
static Finished send_all(Home& home, const std::vector<Ending>& endings,
                         std::vector<Parting> partings, std::vector<Parting> answers,
                         FileProofs& proofs, Turnstile& beside) {
    Finished finished;
    const auto parcels = static_cast<std::ptrdiff_t>(partings.size());
    finished.deliveries = parcels;
    const io::Lock turn = sending_turn(home);
    {
        const ledger::Reading reading(home.ledger());
        for (Parting& one : answers)
            if (is_still_drawn(home, one.row)) partings.push_back(std::move(one));
    }
    Signed all = sign(home, std::move(partings), proofs, &beside);
    Signed rest{{std::make_move_iterator(all.sets.begin() + parcels),
                 std::make_move_iterator(all.sets.end())},
                all.checkpoint,
                all.at};
    all.sets.resize(static_cast<std::size_t>(parcels));
    std::vector<ledger::FileId> decided;
    for (const Ending& ending : endings)
        if (counts(ending)) decided.push_back(ending.file.id);
    stage(home, all, decided);
    Publishing first = begin_publishing(home, std::move(all.sets));
    stage(home, rest);
    std::optional<Publishing> second;
    if (std::none_of(endings.begin(), endings.end(), with_evidence)) {
        first.results.wait();
        second = begin_publishing(home, std::move(rest.sets));
    }
    end_publishing(home, std::move(first), decided);
    if (!second) {
        add_evidence(home, endings, rest.sets);
        second = begin_publishing(home, std::move(rest.sets));
    }
    finished.answers = static_cast<std::int64_t>(second->sets->size());
    end_publishing(home, *std::move(second));
    return finished;
}

Finished finish_files(Home& home, std::vector<Ending>& endings, Turnstile& beside) {
    io::make_folders(staging_folder(home));
    auto notifications = begin_notifications(home, endings);
    auto accounts = begin_accounts(home, endings);
    auto parcels = finish_parcels(home, endings);
    auto [proofs, sums] = accounts.get();
    Notifications written = notifications.get();
    const std::string unbalanced = hold_unbalanced(home, endings, parcels, sums);
    auto answers = make_answers(home, endings, std::move(written));
    const Finished finished =
        send_all(home, endings, std::move(parcels), std::move(answers), proofs, beside);
    close_files(home, endings, sums);
    if (!unbalanced.empty())
        throw core::Fault(core::FaultKind::integrity, "close",
                          unbalanced.substr(0, unbalanced.find(':')),
                          "its sums do not balance" + unbalanced.substr(unbalanced.find(':')),
                          "it is held and nothing of it was delivered; run sluice journal verify "
                          "and call somebody");
    return finished;
}

}  // namespace app

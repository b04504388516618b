// The ledger's rows against the entries that were signed.
#include <algorithm>
#include <functional>
#include <map>
#include <optional>
#include <set>

#include "app/backup.hpp"
#include "app/conservation.hpp"
#include "app/journal_check.hpp"
#include "app/journal_records.hpp"
#include "app/json.hpp"
#include "journal/record.hpp"
#include "ledger/facts.hpp"
#include "ledger/figures.hpp"
#include "seal/digest.hpp"

namespace app {

namespace {

using ledger::EntryKind;

// What became of sets that went out: 8 bytes for each.
using Keys = std::vector<std::size_t>;

// What entries say that are not of one file.
struct Taken {
    Keys keys;
    std::set<std::int64_t> restores;  // microseconds
};

std::size_t taken_key(std::string_view state, const std::string& name,
                      const std::string& recipient) {
    return std::hash<std::string>()(std::string(state) + ' ' + name + ' ' + recipient);
}

// What the entries of one file say of it.
struct Said {
    std::optional<ledger::Entry> arrival, started, decided, closing;
    std::map<std::int64_t, std::string> slices;  // ordinal -> member of `roots`
    std::map<std::string, std::string> out;      // name and recipient -> what was signed and when
    Keys taken;
    bool keeps_no_copies = false;  // it was there already, or another partner's
};

// Each object of an array of flat ones that begins with this member.
template <typename Take>
void each_object(std::string_view body, const std::string& first_member, const Take& take) {
    const std::string begin = "{\"" + first_member + "\":";
    for (std::size_t at = body.find(begin); at != std::string_view::npos;
         at = body.find(begin, at + 1))
        take(std::string(body.substr(at, body.find('}', at) - at + 1)));
}

std::string key_of(const std::string& name, const std::string& recipient) {
    return name + ' ' + recipient;
}

// A file that was held and released is where it was: what was said of it then still holds.
bool is_way_back(const ledger::Entry& entry) {
    return journal::member(entry.body, "by") == "operator";
}

Said said_of(const ledger::Ledger& book, ledger::FileId file) {
    Said said;
    for (ledger::Entry& entry : book.entries(file)) {
        if (entry.kind == EntryKind::acknowledged || entry.kind == EntryKind::failed ||
            entry.kind == EntryKind::expired)
            said.taken.push_back(taken_key(to_string(entry.kind),
                                           journal::member(entry.body, "name"),
                                           journal::member(entry.body, "recipient")));
        if (entry.kind == EntryKind::verified ||  // anew, after a retry
            entry.kind == EntryKind::cancelled) {
            said.slices.clear();
            said.started.reset();
            said.decided.reset();
            said.closing.reset();
        }
        if (entry.kind == EntryKind::duplicate ||
            (entry.kind == EntryKind::quarantined &&
             journal::member(entry.body, "duplicate_of") == "0"))
            said.keeps_no_copies = true;
        if (entry.kind == EntryKind::slice)
            each_object(entry.body, "slice", [&](const std::string& one) {
                said.slices[std::stoll(journal::member(one, "slice"))] = one;
            });
        if (entry.kind == EntryKind::outgoing)
            each_object(entry.body, "kind", [&](const std::string& one) {
                said.out[key_of(journal::member(one, "name"), journal::member(one, "recipient"))] =
                    one;
            });
        if (entry.kind == EntryKind::received && !said.arrival)
            said.arrival = std::move(entry);
        else if (entry.kind == EntryKind::started && !is_way_back(entry))
            said.started = std::move(entry);
        else if (entry.kind == EntryKind::decided && !is_way_back(entry))
            said.decided = std::move(entry);
        else if ((entry.kind == EntryKind::closed || entry.kind == EntryKind::refused) &&
                 entry.body.find("\"rejected_with_document\"") != std::string::npos)
            said.closing = std::move(entry);
    }
    return said;
}

bool says(const ledger::Entry& entry, const char* name, const std::string& value) {
    return journal::member(entry.body, name) == value;
}

bool says(const ledger::Entry& entry, const char* name, std::int64_t value) {
    return says(entry, name, std::to_string(value));
}

class FileCheck {
  public:
    FileCheck(Home& home, const Taken& taken, const ledger::File& file)
        : home_(home),
          book_(home.ledger()),
          taken_(taken),
          file_(file),
          said_(said_of(book_, file.id)) {}

    // The first thing that does not hold.
    std::string problem() {
        for (auto check : {&FileCheck::check_arrival, &FileCheck::check_verdict,
                           &FileCheck::check_slices, &FileCheck::check_out, &FileCheck::check_sums})
            if (std::string found = (this->*check)(); !found.empty()) return found;
        return {};
    }

  private:
    std::string of_file(const std::string& what) const {
        return what + " of " + file_.identity.text();
    }

    std::string check_arrival() {
        if (!said_.arrival) return {};
        const ledger::Entry& entry = *said_.arrival;
        if (!says(entry, "sha256", file_.digest) || !says(entry, "name", file_.go_name) ||
            file_.received_at != entry.at)
            return of_file("the name, digest or time of reception") +
                   " is not the one that was signed";
        std::size_t parts = 0;
        each_object(entry.body, "part", [&](const std::string&) { ++parts; });
        const auto kept = book_.parts(file_.id);
        if (said_.keeps_no_copies && kept.empty()) return {};
        bool same = kept.size() == parts;
        for (const ledger::Part& part : kept)
            same = same && entry.body.find(JsonObject()
                                               .number("part", part.part)
                                               .number("bytes", part.bytes)
                                               .text("sha256", part.digest)
                                               .text("signer", part.signer)
                                               .str()) != std::string::npos;
        return same ? "" : of_file("the parts") + " are not those that were signed";
    }

    std::string check_verdict() {
        if (said_.started && (!says(*said_.started, "job_sha256", file_.job_digest) ||
                              !says(*said_.started, "schema_sha256", file_.schema_digest) ||
                              !says(*said_.started, "directory", file_.directory_version)))
            return of_file("the job, schema or directory") + " is not the one that was signed";
        if (said_.decided &&
            (!says(*said_.decided, "ticket", file_.ticket) ||
             !says(*said_.decided, "documents", file_.documents.total) ||
             !says(*said_.decided, "documents_accepted", file_.documents.accepted) ||
             file_.decided_at != said_.decided->at))
            return of_file("the verdict") + " is not the one that was signed";
        return {};
    }

    std::string check_slices() {
        const std::string key =
            journal::file_key(home_.keys().journal_key(), file_.identity.text(), file_.id);
        std::string problem;
        book_.each_slice(file_.id, [&](const ledger::Slice& slice) {
            const auto at = said_.slices.find(slice.ordinal);
            if (at == said_.slices.end()) return true;  // of a time before there were commitments
            // Bytes that are not ours may not even be read.
            const auto differs = [&](const char* name, const std::string& bytes) {
                return journal::member(at->second, name) != seal::hex(seal::sha256(bytes));
            };
            if (differs("facts_sha256", slice.facts) ||
                differs("findings_sha256", slice.findings) ||
                at->second != slice_root(key, slice, ledger::unpack_findings(slice.findings)))
                problem = "the facts of slice " + std::to_string(slice.ordinal) + " of " +
                          file_.identity.text() + " are not those that were signed";
            said_.slices.erase(at);
            return problem.empty();
        });
        if (problem.empty() && !said_.slices.empty())
            problem = "slice " + std::to_string(said_.slices.begin()->first) + " of " +
                      file_.identity.text() + " is missing from the ledger";
        return problem;
    }

    // What ended there and was not signed; one that could not be made was never said to anybody.
    bool is_unsaid(const ledger::Outgoing& row) const {
        using ledger::OutgoingState;
        const std::size_t key = taken_key(to_string(row.state), row.name, row.recipient);
        if (row.state == OutgoingState::fetched || row.state == OutgoingState::transferred)
            return !std::binary_search(taken_.keys.begin(), taken_.keys.end(), key);
        if (row.state == OutgoingState::acknowledged || row.state == OutgoingState::expired ||
            (row.state == OutgoingState::failed && !row.digest.empty()))
            return std::find(said_.taken.begin(), said_.taken.end(), key) == said_.taken.end();
        return false;
    }

    std::string check_out() {
        for (const ledger::Outgoing& row : book_.outgoing(file_.id)) {
            if (row.name.empty()) continue;
            if (is_unsaid(row))
                return of_file(row.name) + " for " + row.recipient + " is " +
                       std::string(to_string(row.state)) + ", which no entry says";
            const auto at = said_.out.find(key_of(row.name, row.recipient));
            const bool known = at != said_.out.end();
            // Went out behind the backup's back, and was found when it was restored.
            const bool restored = row.detail.rfind(restored_detail, 0) == 0 ||
                                  taken_.restores.count(row.at.microseconds) > 0;
            if (!known && (row.digest.empty() || restored)) continue;
            const std::string now = JsonObject()
                                        .text("kind", to_string(row.kind))
                                        .text("name", row.name)
                                        .text("recipient", row.recipient)
                                        .number("number", row.number)
                                        .number("records", row.records)
                                        .number("bytes", row.bytes)
                                        .text("sha256", row.digest)
                                        .str();
            if (!known || at->second != now)
                return of_file(row.name) + " for " + row.recipient +
                       " is not what was signed when it went out";
            said_.out.erase(at);
        }
        if (said_.out.empty()) return {};
        return of_file(said_.out.begin()->first) + ", which went out, is missing from the ledger";
    }

    // The closing entry, made once more: sums of the facts, refused documents, findings by code.
    std::string check_sums() {
        if (!said_.closing) return {};
        if (file_.closed_at != said_.closing->at)
            return of_file("the time of closing") + " is not the one that was signed";
        const bool refused = said_.closing->kind == EntryKind::refused;
        const Sums counted =
            refused ? Sums{} : count_decided(home_.ledger(), file_, home_.threads());
        const std::string again = closing_body(counted, file_, {}, book_.tallies(file_.id));
        const std::string sums = again.substr(0, again.find(",\"recipients\":"));
        if (said_.closing->body.compare(0, sums.size(), sums) == 0) return {};
        return of_file("the counts") + " are not those it was closed with";
    }

    Home& home_;
    const ledger::Ledger& book_;
    const Taken& taken_;
    const ledger::File& file_;
    Said said_;
};

Taken taken_of(const ledger::Ledger& book) {
    constexpr std::int64_t at_once = 1'000;
    Taken taken;
    for (const EntryKind kind : {EntryKind::fetched, EntryKind::transferred, EntryKind::restored})
        for (std::int64_t next = 0;;) {
            const auto page = book.entries_of(kind, next, at_once);
            for (const ledger::Entry& entry : page) {
                if (kind == EntryKind::restored) taken.restores.insert(entry.at.microseconds);
                for (const std::string_view one : ledger::body_items(entry.body, "files"))
                    taken.keys.push_back(taken_key(to_string(kind), ledger::body_text(one, "name"),
                                                   ledger::body_text(one, "recipient")));
            }
            if (page.size() < static_cast<std::size_t>(at_once)) break;
            next = page.back().index + 1;
        }
    std::sort(taken.keys.begin(), taken.keys.end());
    return taken;
}

}  // namespace

std::string check_facts(Home& home) {
    const Taken taken = taken_of(home.ledger());
    ledger::FileFilter filter;
    filter.limit = 1'000;
    for (;;) {
        const auto files = home.ledger().files(filter);  // newest first
        for (const ledger::File& file : files) {
            filter.before = file.id;
            if (auto problem = FileCheck(home, taken, file).problem(); !problem.empty())
                return problem;
        }
        if (files.size() < static_cast<std::size_t>(filter.limit)) return {};
    }
}

}  // namespace app

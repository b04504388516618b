#include <doctest/doctest.h>
#include <stdlib.h>

#include <filesystem>

#include "core/fault.hpp"
#include "ledger/database.hpp"
#include "ledger/ledger.hpp"
#include "ledger/reading.hpp"

namespace {

struct Folder {
    std::filesystem::path path;
    Folder() {
        std::string name =
            (std::filesystem::temp_directory_path() / "sluice-ledger-XXXXXX").string();
        path = mkdtemp(name.data());
    }
    ~Folder() { std::filesystem::remove_all(path); }
};

ledger::File sample(const char* sequence) {
    ledger::File file;
    REQUIRE(core::parse_identity(std::string("DMFA.000123.20260401.") + sequence + ".R",
                                 file.identity));
    file.go_name = "GO." + file.identity.text() + ".1";
    file.received_at = core::Instant{1'000'000};
    file.digest = "aa";
    return file;
}

}  // namespace

TEST_CASE("A step that is dropped leaves no trace, a committed one does") {
    Folder folder;
    ledger::Ledger book(folder.path, true);
    {
        auto step = book.begin();
        auto file = sample("00001");
        step->add_file(file);
        step->append(ledger::EntryKind::received, file.id, file.received_at, "{}");
    }
    CHECK(book.files({}).empty());
    CHECK(book.entries_from(0, 10).empty());
    auto step = book.begin();
    auto file = sample("00001");
    step->add_file(file);
    CHECK(step->append(ledger::EntryKind::received, file.id, file.received_at, "{}") == 0);
    CHECK(step->append(ledger::EntryKind::verified, file.id, file.received_at, "{}") == 1);
    step->commit();
    const auto found = book.find_file(file.identity);
    REQUIRE(found.has_value());
    CHECK(found->state == ledger::FileState::verified);
    CHECK(found->journal_index == 1);
    CHECK(book.check_states().empty());
}

TEST_CASE("Within a step a file is read with all the entries that it has got") {
    Folder folder;
    ledger::Ledger book(folder.path, true);
    auto step = book.begin();
    auto file = sample("00001");
    step->add_file(file);
    step->append(ledger::EntryKind::received, file.id, file.received_at, "{}");
    step->append(ledger::EntryKind::verified, file.id, file.received_at, "{}");
    CHECK(book.state_of(file.id) == ledger::FileState::verified);
    CHECK(book.identity_of(file.id) == file.identity.text());
    CHECK(book.accepted_content(file.identity.sender, file.identity.environment, file.digest));
    step->append(ledger::EntryKind::started, file.id, file.received_at, "{}");
    step->append(ledger::EntryKind::outgoing, file.id, file.received_at, "{}");
    CHECK(book.find_file(file.id)->state == ledger::FileState::processing);
    CHECK(book.find_file(file.id)->journal_index == 3);
    step->append(ledger::EntryKind::decided, file.id, file.received_at, "{}");
    step.reset();  // dropped: nothing of it is written later
    CHECK(book.files({}).empty());
    CHECK_FALSE(book.state_of(file.id));
    CHECK(book.identity_of(file.id).empty());
}

TEST_CASE(
    "The first attempt owns the name under any subject; a refused one does not claim its content") {
    Folder folder;
    ledger::Ledger book(folder.path, true);
    auto step = book.begin();
    auto first = sample("00001");
    step->add_file(first);
    step->append(ledger::EntryKind::refused, first.id, first.received_at, "{}");
    auto again = sample("00001");
    again.identity.subject = "DIMN";
    step->add_file(again);
    step->append(ledger::EntryKind::duplicate, again.id, again.received_at, "{}");
    step->commit();
    CHECK(first.owns_name);
    CHECK_FALSE(again.owns_name);
    CHECK(book.owner_of_slot(first.identity.slot())->id == first.id);
    CHECK_FALSE(book.accepted_content("000123", core::Environment::R, "aa").has_value());
}

TEST_CASE("An accepted content is found again in its own environment alone") {
    Folder folder;
    ledger::Ledger book(folder.path, true);
    auto step = book.begin();
    auto file = sample("00001");
    step->add_file(file);
    step->append(ledger::EntryKind::verified, file.id, file.received_at, "{}");
    step->append(ledger::EntryKind::closed, file.id, file.received_at, "{}");
    step->commit();
    CHECK(book.accepted_content("000123", core::Environment::R, "aa")->id == file.id);
    CHECK_FALSE(book.accepted_content("000123", core::Environment::T, "aa").has_value());
    CHECK_FALSE(book.accepted_content("000124", core::Environment::R, "aa").has_value());
}

TEST_CASE("Counters have no gaps, and a dropped step gives its numbers back") {
    Folder folder;
    ledger::Ledger book(folder.path, true);
    {
        auto step = book.begin();
        CHECK(step->next("ticket") == 1);
        CHECK(step->next_many("ticket", 5) == 2);
        step->commit();
    }
    { CHECK(book.begin()->next("ticket") == 7); }
    CHECK(book.begin()->next("ticket") == 7);
}

TEST_CASE("A document id is claimed once by sender, environment and subject") {
    Folder folder;
    ledger::Ledger book(folder.path, true);
    auto step = book.begin();
    auto file = sample("00001");
    step->add_file(file);
    ledger::FileId taken_by = 0;
    CHECK(step->claim_document(file.identity, "A-1", file.id, 1, taken_by));
    CHECK_FALSE(step->claim_document(file.identity, "A-1", 99, 1, taken_by));
    CHECK(taken_by == file.id);
    step->release_documents(file.id);
    CHECK(step->claim_document(file.identity, "A-1", 99, 1, taken_by));
}

TEST_CASE("A record is found by its ordinal, and the newest slice says how to go on") {
    Folder folder;
    ledger::Ledger book(folder.path, true);
    auto step = book.begin();
    auto file = sample("00001");
    step->add_file(file);
    for (std::int64_t i = 0; i < 3; ++i) {
        ledger::Slice slice;
        slice.ordinal = i;
        slice.first_record = 1 + i * 10;
        slice.records = 10;
        slice.facts = "facts" + std::to_string(i);
        slice.resume = "resume" + std::to_string(i);
        step->add_slice(file.id, slice);
    }
    step->commit();
    CHECK(book.slice_of_record(file.id, 20)->facts == "facts1");
    CHECK(book.slice_of_record(file.id, 21)->facts == "facts2");
    CHECK_FALSE(book.slice_of_record(file.id, 31).has_value());
    CHECK(book.newest_slice(file.id)->resume == "resume2");
}

TEST_CASE("Missing sequence numbers of a day are reported as gaps") {
    Folder folder;
    ledger::Ledger book(folder.path, true);
    auto step = book.begin();
    for (const char* sequence : {"00001", "00002", "00005", "24AZG"}) {
        auto file = sample(sequence);
        step->add_file(file);
        step->append(ledger::EntryKind::received, file.id, file.received_at, "{}");
    }
    step->commit();
    const auto gaps = book.sequence_gaps("000123");
    REQUIRE(gaps.size() == 1);
    CHECK(gaps[0].first_missing == 3);
    CHECK(gaps[0].last_missing == 4);
    CHECK(book.sequence_gaps("").size() == 1);
    CHECK(book.sequence_gaps("000124").empty());
    CHECK(book.sequence_gaps("", core::Instant{1'000'000}).size() == 1);
    CHECK(book.sequence_gaps("000123", core::Instant{1'000'001}).empty());
}

TEST_CASE("Files since an instant are all of them, also those recorded out of their order") {
    Folder folder;
    ledger::Ledger book(folder.path, true);
    auto step = book.begin();
    for (const std::int64_t second : {50, 20, 40, 10, 30}) {
        auto file = sample(("0000" + std::to_string(second / 10)).c_str());
        file.received_at = core::Instant{second * 1'000'000};
        step->add_file(file);
        step->append(ledger::EntryKind::received, file.id, file.received_at, "{}");
    }
    step->commit();
    const auto since = [&](std::int64_t second, std::int64_t limit = 10, std::int64_t until = 0) {
        ledger::FileFilter filter;
        filter.since = core::Instant{second * 1'000'000};
        if (until > 0) filter.until = core::Instant{until * 1'000'000};
        filter.limit = limit;
        std::string found;
        for (const auto& file : book.files(filter)) found += file.identity.sequence.back();
        return found;
    };
    CHECK(since(0) == "31425");
    CHECK(since(30) == "345");
    CHECK(since(30, 2) == "34");
    CHECK(since(50) == "5");
    CHECK(since(51).empty());
    CHECK(since(20, 10, 50) == "342");
    CHECK(since(20, 2, 50) == "34");
    CHECK(since(20, 10, 20).empty());
}

TEST_CASE("Opening what is no ledger is a fault with words, not a new ledger") {
    Folder folder;
    CHECK_THROWS_AS(ledger::Ledger(folder.path, false), core::Fault);
    CHECK_FALSE(std::filesystem::exists(folder.path / "ledger.db"));
}

TEST_CASE("What waits is found through indexes, also in a ledger whose indexes were lists") {
    Folder folder;
    const auto plan = [](const ledger::Ledger& book, const std::string& query) {
        auto select = book.database().prepare("EXPLAIN QUERY PLAN " + query);
        return select.step() ? select.text(3) : std::string();
    };
    const std::string waiting = "SELECT * FROM outgoing WHERE state = 'staged' ORDER BY id";
    {
        const ledger::Ledger book(folder.path, true);
        CHECK(plan(book, waiting) == "SEARCH outgoing USING INDEX outgoing_open (state=?)");
        CHECK(plan(book, "SELECT * FROM entry WHERE kind = 'alert' AND idx >= 5 ORDER BY idx") ==
              "SEARCH entry USING INDEX entry_rare (kind=? AND idx>?)");
        book.database().execute(
            "DROP INDEX outgoing_open; CREATE INDEX outgoing_open ON outgoing(state) WHERE state "
            "IN ('drawn', 'staged', 'held', 'failed'); PRAGMA user_version = 3");
        CHECK(plan(book, waiting) == "SCAN outgoing");
    }
    CHECK_THROWS_AS(ledger::Ledger(folder.path, false, true), core::Fault);
    CHECK(plan(ledger::Ledger(folder.path, false), waiting) ==
          "SEARCH outgoing USING INDEX outgoing_open (state=?)");
    ledger::Ledger(folder.path, false, true);
}

TEST_CASE("A row keeps what an update does not change, and takes what it does") {
    Folder folder;
    ledger::Ledger book(folder.path, true);
    auto step = book.begin();
    auto file = sample("00001");
    step->add_file(file);
    ledger::Outgoing row;
    row.file = file.id;
    row.recipient = "100010";
    row.name = "FO.DMFA.999999.20260401.00001.R";
    step->add_outgoing(row);
    row.state = ledger::OutgoingState::staged;
    step->update_outgoing(row);
    file.job = "dmfa";
    file.digest = "bb";
    file.deadline_at = core::Instant{5};
    step->update_file(file);
    file.deadline_at.reset();
    file.ticket = "T";
    step->update_file(file);
    step->commit();
    CHECK(book.outgoing_in(ledger::OutgoingState::staged).size() == 1);
    step = book.begin();
    row.name += ".zst";
    row.state = ledger::OutgoingState::published;
    step->update_outgoing(row);
    step->commit();
    const ledger::Reading reading(book);
    const auto found = book.find_file(file.id);
    REQUIRE(found);
    CHECK(found->job == "dmfa");
    CHECK(found->digest == "bb");
    CHECK(found->ticket == "T");
    CHECK_FALSE(found->deadline_at.has_value());
    CHECK(book.outgoing_in(ledger::OutgoingState::staged).empty());
    REQUIRE(book.find_outgoing(row.name));
    CHECK(book.find_outgoing(row.name)->state == ledger::OutgoingState::published);
}

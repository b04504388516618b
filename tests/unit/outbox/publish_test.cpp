#include "outbox/publish.hpp"

#include <doctest/doctest.h>

#include <chrono>

#include "io/file.hpp"
#include "outbox/names.hpp"
#include "scratch.hpp"

namespace {

using namespace outbox;

core::FileIdentity identity(std::uint64_t number) {
    return outgoing("NOTI", core::date_of(2026, 11, 21), number, core::Environment::T);
}

Publication publication(const scratch::Place& place, std::uint64_t number, const std::string& out) {
    Publication made;
    made.recipient = "100010";
    made.out = place / out;
    made.from = place / "drafts";
    for (const Member member : {Member::data, Member::signature, Member::go}) {
        made.members.push_back(member_name(member, identity(number)));
        scratch::put(made.from / made.members.back(), member == Member::go ? "" : "text");
    }
    return made;
}

}  // namespace

TEST_CASE("A set is renamed into its folder, and publishing again changes nothing") {
    scratch::Place place;
    scratch::fs::create_directories(place / "drafts");
    scratch::fs::create_directories(place / "OUT");
    const Publication set = publication(place, 1, "OUT");
    const std::span<const Publication> batch(&set, 1);
    CHECK(publish(batch).front().outcome == Outcome::published);
    CHECK(scratch::content(place / "OUT" / "FO.NOTI.999999.20261121.00001.T") == "text");
    CHECK(scratch::fs::exists(place / "OUT" / "GO.NOTI.999999.20261121.00001.T"));
    CHECK(scratch::fs::is_empty(place / "drafts"));
    // The partner takes what it sees at once; a rerun must not fail, nor bring anything back.
    scratch::fs::remove(place / "OUT" / "FO.NOTI.999999.20261121.00001.T");
    CHECK(publish(batch).front().outcome == Outcome::published);
    CHECK_FALSE(scratch::fs::exists(place / "OUT" / "FO.NOTI.999999.20261121.00001.T"));
}

TEST_CASE("What stops one recipient is told, and the others go on") {
    scratch::Place place;
    for (const char* name : {"drafts", "good", "taken", "full"}) {
        scratch::fs::create_directories(place / name);
    }
    scratch::put(place / "a-file", "");
    scratch::fs::create_symlink(place / "good", place / "link");
    scratch::put(place / "taken" / "FS.NOTI.999999.20261121.00003.T", "planted");
    for (int i = 0; i < 5; ++i) scratch::put(place / "full" / std::to_string(i), "x");
    std::vector<Publication> batch;
    batch.push_back(publication(place, 1, "absent"));
    batch.push_back(publication(place, 2, "a-file"));
    batch.push_back(publication(place, 3, "taken"));
    batch.push_back(publication(place, 4, "full"));
    batch.push_back(publication(place, 5, "good"));
    batch.back().closed = true;
    batch.back().key = "first";
    batch.push_back(publication(place, 6, "good"));
    batch.back().after = "first";
    batch.push_back(publication(place, 7, "link"));
    batch.push_back(publication(place, 8, "good"));
    PublishSettings settings;
    settings.waiting_files_max = 6;
    const std::vector<PublishResult> results = publish(batch, settings);
    std::vector<Outcome> outcomes;
    for (const PublishResult& result : results) outcomes.push_back(result.outcome);
    CHECK(outcomes == std::vector<Outcome>{Outcome::folder_missing, Outcome::folder_missing,
                                           Outcome::name_taken, Outcome::full, Outcome::closed,
                                           Outcome::waits, Outcome::folder_missing,
                                           Outcome::published});
    CHECK(scratch::content(place / "taken" / "FS.NOTI.999999.20261121.00003.T") == "planted");
    CHECK_FALSE(scratch::fs::exists(place / "taken" / "GO.NOTI.999999.20261121.00003.T"));
    CHECK(scratch::fs::exists(place / "good" / "GO.NOTI.999999.20261121.00008.T"));
    CHECK_FALSE(scratch::fs::exists(place / "good" / "GO.NOTI.999999.20261121.00006.T"));
    for (const PublishResult& result : results) {
        CHECK(result.reason.empty() == (result.outcome == Outcome::published));
    }
}

TEST_CASE("The bytes of a set are believed where they are told") {
    scratch::Place place;
    scratch::fs::create_directories(place / "drafts");
    scratch::fs::create_directories(place / "OUT");
    PublishSettings settings;
    settings.waiting_bytes_max = 8;
    Publication set = publication(place, 1, "OUT");
    set.bytes = 9;
    const std::span<const Publication> batch(&set, 1);
    CHECK(publish(batch, settings).front().outcome == Outcome::full);
    set.bytes = 8;
    CHECK(publish(batch, settings).front().outcome == Outcome::published);
}

TEST_CASE("What waits is counted again when somebody changed the folder, or when it seems full") {
    scratch::Place place;
    scratch::fs::create_directories(place / "drafts");
    scratch::fs::create_directories(place / "OUT");
    PublishSettings settings;
    settings.waiting_files_max = 7;
    WaitingCounts counts;
    const auto send = [&](std::uint64_t number) {
        const Publication set = publication(place, number, "OUT");
        return publish(std::span<const Publication>(&set, 1), settings, counts).front().outcome;
    };
    const auto touch = [&](int seconds) {
        scratch::fs::last_write_time(place / "OUT", scratch::fs::file_time_type::clock::now() +
                                                        std::chrono::seconds(seconds));
    };
    CHECK(send(1) == Outcome::published);
    for (int i = 0; i < 2; ++i) scratch::put(place / "OUT" / std::to_string(i), "x");
    touch(5);
    CHECK(send(2) == Outcome::full);
    for (int i = 0; i < 2; ++i) scratch::fs::remove(place / "OUT" / std::to_string(i));
    touch(10);
    CHECK(send(2) == Outcome::published);
    // The partner took all of it, and the clock did not move on.
    auto& known = counts.folders.begin()->second;
    CHECK(known.files == 6);
    scratch::fs::remove_all(place / "OUT");
    scratch::fs::create_directories(place / "OUT");
    known.modified = core::Instant{io::facts(place / "OUT")->modified};
    CHECK(send(3) == Outcome::published);
    CHECK(known.files == 3);
}

TEST_CASE("Numbers and tickets have their shape and tell typing errors") {
    CHECK(sequence5(1) == "00001");
    CHECK(sequence5(36) == "00010");
    CHECK(sequence5(sequence_max) == "ZZZZZ");
    CHECK_THROWS(sequence5(sequence_max + 1));
    CHECK(sequence_number("0000Z") == 35);
    CHECK_FALSE(sequence_number("0000z").has_value());
    const std::string one = ticket(document_ticket_kind, 1);
    CHECK(one.size() == 13);
    CHECK(is_ticket(one));
    for (std::uint64_t i = 1; i < 2000; i += 7) {
        std::string text = ticket(file_ticket_kind, i);
        CHECK(is_ticket(text));
        text[10] = text[10] == '0' ? '1' : '0';
        CHECK_FALSE(is_ticket(text));
    }
    CHECK_FALSE(is_ticket("FL00000000001"));
    CHECK_FALSE(is_ticket(""));
    // What we name ourselves must be a name of the channel too.
    const core::ParsedName parsed =
        core::parse_file_name(member_name(Member::data, identity(4711)));
    CHECK(parsed.good());
    CHECK(parsed.name.identity == identity(4711));
    CHECK(out_folder(core::Environment::S) == "OUTTEST-S");
}

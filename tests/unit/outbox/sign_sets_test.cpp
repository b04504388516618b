#include <doctest/doctest.h>
#include <sys/stat.h>

#include <algorithm>

#include "../io/power_loss.hpp"
#include "core/fault.hpp"
#include "outbox/names.hpp"
#include "outbox/stage.hpp"
#include "outbox/voucher.hpp"
#include "scratch.hpp"
#include "seal/keys.hpp"

namespace {

using namespace outbox;

constexpr core::Instant at{1'795'000'000'000'000};

core::FileIdentity identity(std::uint64_t number) {
    return outgoing("NOTI", core::date_of(2026, 11, 21), number, core::Environment::T);
}

struct Signing {
    scratch::Place place;
    seal::Keys keys;

    Signing() : keys(made_keys(place)) { scratch::fs::create_directories(place / "drafts"); }

    std::vector<StagedSet> sign(const std::vector<SetToSign>& sets) const {
        SignSettings settings;
        settings.threads = 2;
        return sign_sets(place / "drafts", sets, keys.signer(), at, settings);
    }

  private:
    static seal::Keys made_keys(const scratch::Place& place) {
        seal::create_keys(place / "keys", {}, at);
        seal::Keys keys = seal::Keys::load(place / "keys");
        scratch::put(place / "chain.pem", keys.public_chain());
        return keys;
    }
};

void check_signature(const scratch::Place& place, const scratch::fs::path& content,
                     const scratch::fs::path& signature) {
    const std::string der = (place / "signature.der").string();
    REQUIRE(scratch::run("base64 -d " + signature.string() + " > " + der).status == 0);
    const scratch::Ran ran =
        scratch::run("openssl cms -verify -binary -purpose any -inform DER -in " + der +
                     " -content " + content.string() + " -CAfile " +
                     (place / "chain.pem").string() + " -no_check_time -out /dev/null");
    CHECK_MESSAGE(ran.status == 0, ran.output);
}

// A text and a draft by turns.
std::vector<SetToSign> sets_of(const scratch::Place& place, std::uint64_t count) {
    std::vector<SetToSign> sets(count);
    for (std::uint64_t i = 0; i < count; ++i) {
        sets[i].identity = identity(i + 1);
        const std::string text = "answer " + std::to_string(i);
        if (i % 2 == 0) {
            sets[i].text = text;
        } else {
            sets[i].draft = place / ("noti." + std::to_string(i));
            scratch::put(sets[i].draft, text);
        }
    }
    return sets;
}

}  // namespace

TEST_CASE("A signed set verifies with openssl, voucher too, also where a torn one was left") {
    const Signing signing;
    SetToSign set;
    set.identity = identity(9);
    set.text = "<answer/>";
    VoucherFacts facts;
    facts.parcel = set.identity;
    facts.recipient = "100010";
    facts.subject = "NOTI";
    facts.number = 1;
    facts.digest = seal::sha256(set.text);
    set.voucher = voucher(facts);
    for (const bool torn : {false, true}) {
        const StagedSet staged = signing.sign({set}).front();
        REQUIRE(staged.members.size() == 5);
        CHECK(staged.members.front().filename() == "FO.NOTI.999999.20261121.00009.T");
        CHECK(staged.members.back().filename() == "GO.NOTI.999999.20261121.00009.T");
        struct ::stat status {};
        REQUIRE(::stat(staged.members[1].c_str(), &status) == 0);
        CHECK((status.st_mode & 0777) == 0644);
        CHECK(scratch::content(staged.members[0]) == set.text);
        CHECK(staged.data.digest == facts.digest);
        check_signature(signing.place, staged.members[0], staged.members[1]);
        check_signature(signing.place, staged.members[2], staged.members[3]);
        if (torn) continue;
        scratch::put(staged.members[0], "<ans");
        scratch::put(staged.members[1], "");
        scratch::fs::remove(staged.members[3]);
    }
}

TEST_CASE("Sets are durable with a handful of flushes, however many there are") {
    for (const std::uint64_t count : {1U, 2U, 60U}) {
        const Signing signing;
        const scratch::Place after;
        power_loss::Scope scope(signing.place.path());
        const auto staged = signing.sign(sets_of(signing.place, count));
        REQUIRE(staged.size() == count);
        CHECK(power_loss::model().fsyncs + power_loss::model().syncfss <= 7);
        power_loss::after_power_loss(after.path());
        for (std::uint64_t i = 0; i < count; ++i) {
            REQUIRE(staged[i].identity == identity(i + 1));
            for (const auto& member : staged[i].members)
                REQUIRE(scratch::content(after / "drafts" / member.filename()) ==
                        scratch::content(member));
            REQUIRE(scratch::content(staged[i].members[0]) == "answer " + std::to_string(i));
            CHECK_FALSE(scratch::fs::exists(signing.place / ("noti." + std::to_string(i))));
        }
    }
}

TEST_CASE("Wherever signing fails, doing it again makes the sets whole") {
    for (int fail_at = 0; fail_at < 30; ++fail_at) {
        const Signing signing;
        power_loss::Scope scope(signing.place.path());
        power_loss::model().calls_left = fail_at;
        try {
            signing.sign(sets_of(signing.place, 3));
        } catch (const core::Fault&) {
        }
        power_loss::model().calls_left = -1;
        const auto staged = signing.sign(sets_of(signing.place, 3));
        for (std::uint64_t i = 0; i < 3; ++i) {
            REQUIRE(scratch::content(staged[i].members[0]) == "answer " + std::to_string(i));
            REQUIRE(scratch::content(staged[i].members[1]).size() > 100);
        }
    }
}

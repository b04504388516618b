// Rolling keys: what signed in its time still verifies, and a crash leaves one key or the other.
#include "seal/key_roll.hpp"

#include <doctest/doctest.h>

#include "core/fault.hpp"
#include "openssl_side.hpp"
#include "seal/cms_verify.hpp"
#include "seal/key_history.hpp"

namespace {

const core::Instant begin = *core::parse_instant("2026-01-01T00:00:00Z");
const core::Instant later = *core::parse_instant("2026-06-01T00:00:00Z");

struct House {
    TemporaryFolder folder;
    std::filesystem::path keys() const { return folder.path / "keys"; }
    House() { seal::create_keys(keys(), {}, begin); }
    seal::Keys load() const { return seal::Keys::load(keys()); }
    seal::Rolled roll(seal::KeyKind kind, const std::string& certificate = {}) const {
        const auto algorithm =
            kind == seal::KeyKind::log ? seal::KeyAlgorithm::ed25519 : seal::KeyAlgorithm::ec_p384;
        return seal::roll_key(keys(), kind, {}, certificate, algorithm, later);
    }
};

}  // namespace

TEST_CASE("a rolled log key follows the former one, and both signed the roll") {
    const House house;
    const auto former = house.load().log().verifier();
    const auto note = house.load().log().sign("an old checkpoint\n");
    const auto rolled = house.roll(seal::KeyKind::log);
    const auto active = house.load().log().verifier();
    CHECK(former.text() != active.text());
    CHECK(former.name == active.name);
    CHECK(seal::open_note(rolled.statement, {former}).has_value());
    CHECK(seal::open_note(rolled.statement, {active}).has_value());
    CHECK(rolled.statement.find("to " + active.text() + "\n") != std::string::npos);
    // Old notes are read with the keys there were.
    CHECK_FALSE(seal::open_note(note, {active}).has_value());
    CHECK(seal::open_note(note, seal::log_keys(house.keys())).has_value());
    CHECK(seal::log_keys(house.keys()).front().text() == active.text());
}

TEST_CASE("a rolled signing key has another algorithm, and the former chain is kept") {
    const House house;
    const std::string old_chain = house.load().public_chain();
    const auto rolled = house.roll(seal::KeyKind::signer);
    CHECK(rolled.former.algorithm == "EC P-256");
    CHECK(rolled.active.algorithm == "EC P-384");
    CHECK(rolled.former.to == later);
    const std::string all = seal::all_signer_chains(house.keys());
    CHECK(all.find(old_chain) != std::string::npos);
    CHECK(all.rfind(house.load().public_chain(), 0) == 0);
    const auto keys = seal::list_keys(house.keys());
    REQUIRE(keys.size() == 3);
    CHECK(keys[0].state == seal::KeyState::active);
    CHECK(keys[0].from == later);
    CHECK(keys[1].state == seal::KeyState::former);
    CHECK(keys[2].algorithm == "Ed25519");
}

TEST_CASE("a next key waits with its request until an authority outside has signed it") {
    NEEDS_OPENSSL();
    const House house;
    const std::string request =
        seal::create_next(house.keys(), seal::KeyKind::signer, seal::KeyAlgorithm::rsa_3072, {});
    CHECK_THROWS_AS(
        seal::create_next(house.keys(), seal::KeyKind::signer, seal::KeyAlgorithm::rsa_3072, {}),
        core::Fault);
    CHECK(seal::list_keys(house.keys()).front().state == seal::KeyState::next);
    const auto stranger = slurp(openssl_side().certificate("good-ec"));
    CHECK_THROWS_AS(house.roll(seal::KeyKind::signer, stranger), core::Fault);
    const std::string at = house.folder.path.native();
    spew(house.folder.path / "request", request);
    REQUIRE(shell("openssl x509 -req -in '" + at + "/request' -CA '" + at +
                  "/keys/ca.pem' -CAkey '" + at +
                  "/keys/ca.key' -set_serial 77 -days 20000 -out '" + at + "/signed'"));
    // It is valid from now on, so the roll must be too.
    const std::string signed_chain = slurp(house.folder.path / "signed");
    const auto now = seal::parse_certificates(signed_chain, "signed").front().not_before;
    const auto rolled = seal::roll_key(house.keys(), seal::KeyKind::signer, {}, signed_chain,
                                       seal::KeyAlgorithm::rsa_3072, now);
    CHECK(rolled.active.algorithm == "RSA 3072");
    CHECK(house.load().signer().certificate().serial == "4d");
}

TEST_CASE("a key behind a URI signs like one in a file, and must be as strictly kept") {
    const House house;
    const auto elsewhere = house.folder.path / "elsewhere.key";
    std::filesystem::rename(house.keys() / "signer.key", elsewhere);
    CHECK_THROWS_AS(house.load(), core::Fault);
    spew(house.keys() / "signer.uri", "file:" + elsewhere.native() + "\n");
    CHECK_FALSE(house.load().signer().sign(seal::sha256("content"), later).empty());
    std::filesystem::permissions(elsewhere, std::filesystem::perms(0644));
    CHECK_THROWS_AS(house.load(), core::Fault);
}

TEST_CASE("a roll that was cut short behind its marker is finished by whoever comes next") {
    const House house;
    const std::string next =
        seal::create_next(house.keys(), seal::KeyKind::log, seal::KeyAlgorithm::ed25519, {});
    spew(house.keys() / "rolling.log", "");
    // As after a kill between the two renames.
    std::filesystem::rename(house.keys() / "next.log.key", house.keys() / "log.key");
    CHECK(house.load().log().verifier().text() + "\n" == next);
    CHECK_FALSE(std::filesystem::exists(house.keys() / "rolling.log"));
}

TEST_CASE("only former keys retire, and not later than they were followed") {
    const House house;
    const auto active = seal::list_keys(house.keys()).front().id;
    CHECK_THROWS_AS(seal::retire_key(house.keys(), active, later), core::Fault);
    house.roll(seal::KeyKind::signer);
    const auto stolen = *core::parse_instant("2026-03-01T00:00:00Z");
    CHECK(seal::retire_key(house.keys(), active.substr(0, 12), stolen).to == stolen);
    CHECK(seal::list_keys(house.keys())[1].state == seal::KeyState::retired);
}

TEST_CASE("the history of the log's keys is signed, and says when each counted") {
    const House house;
    house.roll(seal::KeyKind::log);
    const auto keys = house.load();
    const std::string note = seal::key_history(house.keys(), keys.log(), later);
    const auto times = seal::read_key_history(note);
    REQUIRE(times);
    REQUIRE(times->size() == 2);
    CHECK((*times)[0].key.text() == keys.log().verifier().text());
    CHECK((*times)[1].state == seal::KeyState::former);
    CHECK((*times)[1].to.has_value());
    for (std::size_t at = 0; at < note.size(); at += 3) {
        std::string other = note;
        other[at] = other[at] == '4' ? '5' : '4';
        CHECK_FALSE((other != note && seal::read_key_history(other)));
    }
    CHECK_FALSE(seal::read_key_history("sluice log keys\n"));
}

#include "seal/envelope.hpp"

#include <doctest/doctest.h>

#include <cstdlib>

#include "core/fault.hpp"
#include "io/file.hpp"
#include "seal/keys.hpp"

namespace fs = std::filesystem;

namespace {

struct Place {
    fs::path folder =
        fs::temp_directory_path() / ("sluice-envelope-" + seal::hex(seal::random_bytes(6)));
    Place() {
        fs::create_directories(folder);
        seal::create_keys(folder / "keys", {}, core::Instant{1'700'000'000'000'000});
        REQUIRE(seal::create_decryption_key(folder / "keys", "sluice.example",
                                            core::Instant{1'700'000'000'000'000}));
    }
    ~Place() { fs::remove_all(folder); }
    std::string envelope(const std::string& text) const {
        io::write_file(folder / "plain", text);
        io::remove_file(folder / "sealed");
        const auto made = seal::envelope_file(folder / "plain", folder / "sealed",
                                              folder / "keys/decryption.pem");
        const std::string sealed = io::read_file(folder / "sealed");
        CHECK(made.bytes == sealed.size());
        CHECK(made.digest == seal::sha256(sealed));
        return sealed;
    }
};

// The plain text, or the reason behind a colon.
std::string open(const seal::DecryptionKey* key, std::string_view sealed, std::size_t step) {
    seal::EnvelopeOpener opener(key);
    std::string plain;
    for (std::size_t at = 0; at < sealed.size(); at += step)
        if (!opener.feed(sealed.substr(at, step), plain)) return ":" + opener.reason();
    return opener.finish(plain) ? plain : ":" + opener.reason();
}

int run(const std::string& command) {
    return std::system(command.c_str());
}

}  // namespace

TEST_CASE("An envelope opens to the same bytes, however its bytes arrive") {
    const Place place;
    const auto key = seal::DecryptionKey::find(place.folder / "keys");
    REQUIRE(key);
    std::string text;
    for (int i = 0; i < 4000; ++i) text += std::to_string(i * i) + "\n";
    for (const std::string& content : {std::string("x"), text}) {
        const std::string sealed = place.envelope(content);
        CHECK(seal::looks_enveloped(sealed));
        for (const std::size_t step :
             {std::size_t{1}, std::size_t{7}, std::size_t{4096}, sealed.size()})
            CHECK(open(&*key, sealed, step) == content);
    }
}

TEST_CASE("An envelope that was changed or cut anywhere does not open") {
    const Place place;
    const auto key = seal::DecryptionKey::find(place.folder / "keys");
    const std::string sealed = place.envelope(std::string(9000, 'a'));
    for (std::size_t at = 0; at < sealed.size(); at += 97) {
        CHECK(open(&*key, sealed.substr(0, at), 512)[0] == ':');
        std::string changed = sealed;
        changed[at] = static_cast<char>(changed[at] ^ 0x55);
        const std::string result = open(&*key, changed, 512);
        // What says whom it is for may change without harm to what is in it.
        CHECK((result[0] == ':' || result == std::string(9000, 'a')));
    }
}

TEST_CASE("An envelope for others, or none at all, is refused with words") {
    const Place place, other;
    const auto stranger = seal::DecryptionKey::find(other.folder / "keys");
    const std::string sealed = place.envelope("secret");
    CHECK(open(&*stranger, sealed, 100).find("enveloped to others") != std::string::npos);
    CHECK(open(nullptr, sealed, 100).find("no key") != std::string::npos);
    CHECK(open(&*stranger, "<xml/>", 100)[0] == ':');
    CHECK_FALSE(seal::looks_enveloped("<xml/>"));
}

TEST_CASE("The openssl command opens our envelopes, and we open those that it makes") {
    if (run("openssl version >/dev/null 2>&1") != 0) return;
    const Place place;
    const auto key = seal::DecryptionKey::find(place.folder / "keys");
    const std::string text(200'000, 'q'), at = "cd " + place.folder.string() + " && openssl cms ";
    place.envelope(text);
    CHECK(run(at + "-decrypt -binary -inform DER -in sealed -recip keys/decryption.pem -inkey "
                   "keys/decryption.key -out back") == 0);
    CHECK(io::read_file(place.folder / "back") == text);
    for (const char* how :
         {"-aes-256-gcm -stream", "-aes-256-gcm", "-aes-128-cbc -stream", "-aes-256-cbc",
          "-aes-256-gcm -stream -keyopt rsa_padding_mode:oaep",
          "-aes-256-gcm -keyopt rsa_padding_mode:oaep -keyopt rsa_oaep_md:sha256"}) {
        // -keyopt stands behind the recipient that it is for.
        const std::string words = how;
        const std::size_t options = std::min(words.find("-keyopt"), words.size());
        REQUIRE(run(at + "-encrypt -binary -outform DER -in plain -out theirs " +
                    words.substr(0, options) + " -recip keys/decryption.pem " +
                    words.substr(options)) == 0);
        CHECK_MESSAGE(open(&*key, io::read_file(place.folder / "theirs"), 1000) == text, how);
    }
}

TEST_CASE("What is longer than AES-GCM can take is refused before a byte is written") {
    const Place place;
    io::write_file(place.folder / "long", "x");
    fs::resize_file(place.folder / "long", (std::uintmax_t{64} << 30) - 31);
    CHECK_THROWS_WITH_AS(seal::envelope_file(place.folder / "long", place.folder / "sealed",
                                             place.folder / "keys/decryption.pem"),
                         doctest::Contains("64 GiB"), core::Fault);
    CHECK_FALSE(fs::exists(place.folder / "sealed"));
    CHECK_FALSE(fs::exists(place.folder / "sealed.new"));
}

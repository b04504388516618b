#include "traces/pseudonym.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <cstring>

#include "core/fault.hpp"
#include "io/crash_point.hpp"
#include "io/file.hpp"
#include "seal/digest.hpp"

namespace traces {

namespace {

constexpr std::size_t secret_bytes = 32;
constexpr std::size_t key_file_bytes_max = 256;

std::uint64_t word_of(const std::uint8_t* bytes) {
    std::uint64_t word = 0;
    for (unsigned i = 0; i < 8; ++i) word |= std::uint64_t{bytes[i]} << (8 * i);
    return word;
}

// SipHash-2-4 (Aumasson, Bernstein 2012): a pseudo-random function made for short inputs.
class SipHash {
  public:
    SipHash(std::uint64_t first, std::uint64_t second)
        : a_(first ^ 0x736f6d6570736575U),
          b_(second ^ 0x646f72616e646f6dU),
          c_(first ^ 0x6c7967656e657261U),
          d_(second ^ 0x7465646279746573U) {}

    std::uint64_t of(const std::uint8_t* bytes, std::size_t count) {
        const std::size_t whole = count & ~std::size_t{7};
        for (std::size_t i = 0; i < whole; i += 8) word(word_of(bytes + i));
        std::uint64_t last = std::uint64_t{count} << 56;
        for (std::size_t i = whole; i < count; ++i)
            last |= std::uint64_t{bytes[i]} << (8 * (i - whole));
        word(last);
        c_ ^= 0xff;
        for (int i = 0; i < 4; ++i) round();
        return a_ ^ b_ ^ c_ ^ d_;
    }

  private:
    void word(std::uint64_t value) {
        d_ ^= value;
        round();
        round();
        a_ ^= value;
    }
    void round() {
        a_ += b_;
        b_ = std::rotl(b_, 13) ^ a_;
        a_ = std::rotl(a_, 32);
        c_ += d_;
        d_ = std::rotl(d_, 16) ^ c_;
        a_ += d_;
        d_ = std::rotl(d_, 21) ^ a_;
        c_ += b_;
        b_ = std::rotl(b_, 17) ^ c_;
        c_ = std::rotl(c_, 32);
    }
    std::uint64_t a_, b_, c_, d_;
};

}  // namespace

PersonKey::PersonKey(std::string_view secret) {
    const seal::Hash derived = seal::hmac_sha256(secret, "sluice privacy log: persons");
    first_ = word_of(derived.data());
    second_ = word_of(derived.data() + 8);
}

std::uint64_t person_pseudonym(const PersonKey& key, std::string_view number) noexcept {
    std::array<std::uint8_t, 32> digits;
    std::size_t count = 0;
    bool known = false;  // all zeros mean "unknown" in these messages
    for (const char c : number) {
        if (c < '0' || c > '9' || count == digits.size()) continue;
        known = known || c != '0';
        digits[count++] = static_cast<std::uint8_t>(c);
    }
    if (!known) return 0;
    const std::uint64_t value = SipHash(key.first_, key.second_).of(digits.data(), count);
    return value == 0 ? 1 : value;  // 0 is nobody
}

PeriodKeys::PeriodKeys(std::filesystem::path folder) : folder_(std::move(folder)) {}

std::filesystem::path PeriodKeys::file(int year, const char* suffix) const {
    return folder_ / (std::to_string(year) + suffix);
}

bool PeriodKeys::destroyed(int year) const {
    return io::facts(file(year, ".destroyed")).has_value();
}

std::optional<PersonKey> PeriodKeys::find(int year) const {
    const auto path = file(year, ".key");
    const auto facts = io::facts(path);
    if (!facts || destroyed(year)) return std::nullopt;
    if ((facts->mode & 0077U) != 0)
        throw core::Fault(core::FaultKind::world, "read the pseudonym key", io::shown(path),
                          "others than its owner can read it", "chmod 600 it");
    std::string secret;
    std::string text = io::read_file(path, key_file_bytes_max);
    while (!text.empty() && text.back() == '\n') text.pop_back();
    if (!seal::from_hex(text, secret) || secret.size() != secret_bytes)
        throw core::Fault(core::FaultKind::world, "read the pseudonym key", io::shown(path),
                          "it is not 32 bytes in hexadecimal",
                          "restore it from the backup of the keys");
    return PersonKey(secret);
}

PersonKey PeriodKeys::make(int year) const {
    if (destroyed(year))
        throw core::Fault(core::FaultKind::world, "use the pseudonym key of", std::to_string(year),
                          "it was destroyed, so that its persons are erased",
                          "nothing of that year can be traced any more");
    if (const auto key = find(year)) return *key;
    io::make_folders(folder_);
    // Another process may make it at the same moment: the first one stands, all read that.
    io::write_file(file(year, ".key"), seal::hex(seal::random_bytes(secret_bytes)) + "\n",
                   io::Replace::no);
    const auto key = find(year);
    if (!key)
        throw core::Fault(core::FaultKind::world, "create the pseudonym key",
                          io::shown(file(year, ".key")), "it is gone again",
                          "look who removes files there");
    return *key;
}

std::vector<int> PeriodKeys::years() const {
    std::vector<int> found;
    if (!io::facts(folder_)) return found;
    for (const std::string& name : io::list(folder_, 100'000)) {
        const bool key = name.size() == 8 && name.compare(4, 4, ".key") == 0 &&
                         name.find_first_not_of("0123456789") == 4;
        if (key && !destroyed(std::stoi(name))) found.push_back(std::stoi(name));
    }
    std::sort(found.begin(), found.end());
    return found;
}

bool PeriodKeys::destroy(int year) const {
    io::make_folders(folder_);
    io::sweep_temporaries(folder_);
    io::write_file(file(year, ".destroyed"), "", io::Replace::yes);  // first: never made again
    io::crash_point("key-said-destroyed");
    const auto path = file(year, ".key");
    const auto facts = io::facts(path);
    if (!facts) return false;
    // Over the bytes in place before the name goes: what a disk keeps of them is beyond us.
    auto key = io::OutputFile::resume(path, facts->bytes);
    key.write_at(0, std::string(static_cast<std::size_t>(facts->bytes), '\0'));
    io::crash_point("key-overwritten");
    key.sync();
    io::remove_file(path);
    io::sync_folder(folder_);
    return true;
}

}  // namespace traces

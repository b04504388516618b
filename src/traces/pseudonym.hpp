#pragma once
// Persons of the privacy log as 64-bit keyed pseudonyms: SipHash-2-4 under a key of the period (a
// calendar year), derived by HMAC-SHA-256 from the 32 random bytes in PERIOD.key. Without the key
// nobody can tell who a pseudonym is, or make one: destroying a period's key erases its persons.
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string_view>
#include <vector>

namespace traces {

// The prepared key of one period: a small value, freely copied and shared between threads.
class PersonKey {
  public:
    explicit PersonKey(std::string_view secret);  // the bytes of PERIOD.key

  private:
    friend std::uint64_t person_pseudonym(const PersonKey& key, std::string_view number) noexcept;
    std::uint64_t first_, second_;
};

// The pseudonym of the person with this number (INSZ; only its digits count, so
// that 85.07.30-033.28 and 85073003328 are one person). Never 0 where there is a digit other than
// 0; 0, nobody, where there is none. Costs some 20 ns: called for every record.
std::uint64_t person_pseudonym(const PersonKey& key, std::string_view number) noexcept;

// spool/keys/pseudonym: YEAR.key (0600), or YEAR.destroyed where it was destroyed and is never to
// be made again.
class PeriodKeys {
  public:
    explicit PeriodKeys(std::filesystem::path folder);
    // The key of this year, created on need. A Fault where it was destroyed, or where others than
    // its owner can read it.
    PersonKey make(int year) const;
    // None where there is no key: never made, or destroyed.
    std::optional<PersonKey> find(int year) const;
    bool destroyed(int year) const;
    std::vector<int> years() const;  // that have a key, rising
    // Overwrites and removes the key, and leaves the mark. Repeatable; true: there was a key.
    // Whether it may go is the caller's to know.
    bool destroy(int year) const;

  private:
    std::filesystem::path file(int year, const char* suffix) const;
    std::filesystem::path folder_;
};

}  // namespace traces

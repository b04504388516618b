#include "app/offline_keys.hpp"

#include <sstream>

#include "core/fault.hpp"
#include "io/file.hpp"

namespace app {

static constexpr std::size_t key_file_bytes_max = 1 << 20;

static core::Fault unreadable(const std::string& given, const std::string& why) {
    return {core::FaultKind::usage, "read the key of the journal in", io::printable(given), why,
            "give what `sluice key export --log` printed"};
}

OfflineKeys OfflineKeys::given(const std::string& text_or_file) {
    const std::string text =
        io::facts(text_or_file) ? io::read_file(text_or_file, key_file_bytes_max) : text_or_file;
    OfflineKeys found;
    if (seal::is_key_history(text)) {
        auto times = seal::read_key_history(text);
        if (!times)
            throw unreadable(text_or_file, "it is not a history that its active key signed");
        found.times = std::move(*times);
        for (const seal::KeyTime& one : found.times) found.keys.push_back(one.key);
        return found;
    }
    std::istringstream lines(text);
    for (std::string line; std::getline(lines, line);) {
        if (line.empty()) continue;
        auto key = seal::VerifierKey::parse(line);
        if (!key) throw unreadable(text_or_file, "it is not a verifier key of a signed note");
        found.keys.push_back(std::move(*key));
    }
    return found;
}

std::optional<core::Instant> OfflineKeys::retired(const std::string& note) const {
    std::optional<core::Instant> end;
    for (const seal::KeyTime& one : times) {
        if (!seal::open_note(note, {one.key})) continue;
        if (one.state != seal::KeyState::retired) return std::nullopt;
        end = one.to;
    }
    return end;
}

}  // namespace app

#include "seal/key_history.hpp"

#include <algorithm>
#include <sstream>

namespace seal {

static constexpr std::string_view first_line = "sluice log keys\n";
static constexpr KeyState counted[] = {KeyState::active, KeyState::former, KeyState::retired};

std::string key_history(const std::filesystem::path& folder, const NoteSigner& signer,
                        core::Instant now) {
    std::string text(first_line);
    text += signer.verifier().name + '\n' + core::to_string(now) + '\n';
    for (const KeyRecord& key : list_keys(folder)) {
        if (key.kind != KeyKind::log || key.state == KeyState::next) continue;
        text += std::string(to_string(key.state)) + ' ' + key.id + ' ' + core::to_string(key.from) +
                ' ' + (key.to ? core::to_string(*key.to) : "-") + '\n';
    }
    return signer.sign(text);
}

bool is_key_history(std::string_view text) {
    return text.substr(0, first_line.size()) == first_line;
}

static std::optional<KeyTime> read_line(const std::string& line) {
    std::istringstream words(line);
    std::string state, id, from, to;
    if (!(words >> state >> id >> from >> to)) return std::nullopt;
    const auto* const at = std::find_if(std::begin(counted), std::end(counted),
                                        [&](KeyState one) { return to_string(one) == state; });
    const auto key = VerifierKey::parse(id);
    const auto begin = core::parse_instant(from), end = core::parse_instant(to);
    const bool open = to == "-";
    if (at == std::end(counted) || !key || !begin || (!end && !open)) return std::nullopt;
    if (open != (*at == KeyState::active)) return std::nullopt;
    return KeyTime{*key, *at, *begin, end};
}

std::optional<std::vector<KeyTime>> read_key_history(std::string_view note) {
    if (!is_key_history(note)) return std::nullopt;
    std::istringstream lines{std::string(note)};
    std::vector<KeyTime> times;
    std::string line;
    for (int skipped = 0; skipped < 3; ++skipped) std::getline(lines, line);
    while (std::getline(lines, line) && !line.empty()) {
        auto one = read_line(line);
        if (!one) return std::nullopt;
        times.push_back(std::move(*one));
    }
    if (times.empty() || times.front().state != KeyState::active) return std::nullopt;
    if (!open_note(note, {times.front().key})) return std::nullopt;
    return times;
}

}  // namespace seal

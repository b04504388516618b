#include "ledger/types.hpp"

#include <array>

namespace ledger {

static constexpr std::array<std::string_view, 10> state_names{
    "received", "verified", "processing", "decided", "delivered",
    "closed",   "refused",  "cancelled",  "held",    "quarantined"};

std::string_view to_string(FileState state) {
    return state_names.at(static_cast<std::size_t>(state));
}

std::optional<FileState> parse_file_state(std::string_view text) {
    for (std::size_t i = 0; i < state_names.size(); ++i)
        if (state_names.at(i) == text) return static_cast<FileState>(i);
    return std::nullopt;
}

bool is_final(FileState state) {
    return state == FileState::closed || state == FileState::refused ||
           state == FileState::cancelled || state == FileState::quarantined;
}

struct KindRow {
    std::string_view name;
    std::optional<FileState> after;
};

static const std::array<KindRow, 37>& kinds() {
    static const std::array<KindRow, 37> rows{{{"received", FileState::received},
                                               {"verified", FileState::verified},
                                               {"refused", FileState::refused},
                                               {"duplicate", FileState::refused},
                                               {"quarantined", FileState::quarantined},
                                               {"cancelled", FileState::cancelled},
                                               {"late-cancel", std::nullopt},
                                               {"started", FileState::processing},
                                               {"slice", std::nullopt},
                                               {"decided", FileState::decided},
                                               {"outgoing", std::nullopt},
                                               {"published", std::nullopt},
                                               {"delivered", FileState::delivered},
                                               {"closed", FileState::closed},
                                               {"held", FileState::held},
                                               {"released", std::nullopt},
                                               {"retried", std::nullopt},
                                               {"redelivered", std::nullopt},
                                               {"configuration", std::nullopt},
                                               {"expired-set", std::nullopt},
                                               {"failed", std::nullopt},
                                               {"restored", std::nullopt},
                                               {"directory", std::nullopt},
                                               {"fetched", std::nullopt},
                                               {"acknowledged", std::nullopt},
                                               {"segment", std::nullopt},
                                               {"query", std::nullopt},
                                               {"key", std::nullopt},
                                               {"partner", std::nullopt},
                                               {"legal-hold", std::nullopt},
                                               {"incident", std::nullopt},
                                               {"transferred", std::nullopt},
                                               {"reminded", std::nullopt},
                                               {"expired", std::nullopt},
                                               {"alert", std::nullopt},
                                               {"proposal", std::nullopt},
                                               {"question", std::nullopt}}};
    return rows;
}

std::string_view to_string(EntryKind kind) {
    return kinds().at(static_cast<std::size_t>(kind)).name;
}

std::optional<EntryKind> parse_entry_kind(std::string_view text) {
    for (std::size_t i = 0; i < kinds().size(); ++i)
        if (kinds().at(i).name == text) return static_cast<EntryKind>(i);
    return std::nullopt;
}

std::optional<FileState> state_after(EntryKind kind) {
    return kinds().at(static_cast<std::size_t>(kind)).after;
}

std::string_view to_string(OutgoingKind kind) {
    static constexpr std::array<std::string_view, 9> names{"parcel",     "receipt", "notification",
                                                           "correction", "status",  "voucher",
                                                           "evidence",   "answer",  "reminder"};
    return names.at(static_cast<std::size_t>(kind));
}

std::string_view to_string(OutgoingState state) {
    static constexpr std::array<std::string_view, 10> names{
        "drawn",       "staged",  "published",    "withheld", "held",
        "transferred", "fetched", "acknowledged", "failed",   "expired"};
    return names.at(static_cast<std::size_t>(state));
}

}  // namespace ledger

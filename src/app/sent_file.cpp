#include "app/sent_file.hpp"

#include "outbox/names.hpp"

namespace app {

std::optional<ledger::Outgoing> find_sent(Home& home, const std::string& name,
                                          const std::string& recipient,
                                          core::Environment environment) {
    core::FileIdentity identity;
    const std::string_view plain = std::string_view(name).substr(
        0, name.ends_with(".zst") ? name.size() - 4 : std::string::npos);
    if (!core::parse_identity(plain, identity)) return std::nullopt;
    if (identity.sender != outbox::our_number || identity.environment != environment)
        return std::nullopt;
    using outbox::Member;
    for (const std::string& candidate : {outbox::member_name(Member::data, identity),
                                         outbox::member_name(Member::data, identity, ".zst"),
                                         outbox::member_name(Member::zipped, identity)}) {
        const auto row = home.ledger().find_outgoing(candidate);
        if (row && row->recipient == recipient) return row;
    }
    return std::nullopt;
}

}  // namespace app

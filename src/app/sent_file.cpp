#include "app/sent_file.hpp"

#include "outbox/names.hpp"

namespace app {

std::optional<ledger::Outgoing> find_sent(Home& home, const std::string& name,
                                          const std::string& recipient,
                                          core::Environment environment) {
    core::FileIdentity identity;
    std::string_view plain = name;
    const std::string sealed(outbox::envelope_suffix), packed(outbox::zstd_suffix);
    for (const std::string& suffix : {sealed, packed})
        if (plain.ends_with(suffix)) plain.remove_suffix(suffix.size());
    if (!core::parse_identity(plain, identity)) return std::nullopt;
    if (identity.sender != outbox::our_number || identity.environment != environment)
        return std::nullopt;
    using outbox::Member;
    const std::string data = outbox::member_name(Member::data, identity),
                      zipped = outbox::member_name(Member::zipped, identity);
    for (const std::string& candidate :
         {data, data + packed, zipped, data + sealed, data + packed + sealed, zipped + sealed}) {
        const auto row = home.ledger().find_outgoing(candidate);
        if (row && row->recipient == recipient) return row;
    }
    return std::nullopt;
}

}  // namespace app

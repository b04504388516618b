#include "app/sent_file.hpp"

#include "outbox/names.hpp"

namespace app {

std::optional<ledger::Outgoing> find_sent(Home& home, const std::string& name,
                                          const std::string& recipient,
                                          core::Environment environment) {
    const auto identity = outbox::data_identity(name);
    if (!identity || identity->sender != outbox::our_number || identity->environment != environment)
        return std::nullopt;
    const std::string sealed(outbox::envelope_suffix), packed(outbox::zstd_suffix);
    using outbox::Member;
    const std::string data = outbox::member_name(Member::data, *identity),
                      zipped = outbox::member_name(Member::zipped, *identity);
    for (const std::string& candidate :
         {data, data + packed, zipped, data + sealed, data + packed + sealed, zipped + sealed}) {
        const auto row = home.ledger().find_outgoing(candidate);
        if (row && row->recipient == recipient) return row;
    }
    return std::nullopt;
}

}  // namespace app

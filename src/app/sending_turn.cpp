#include "app/sending_turn.hpp"

#include "app/turn.hpp"

namespace app {

io::Lock sending_turn(const Home& home) {
    return turn_at(home, "send.lock", "send");
}

bool is_still_drawn(Home& home, const ledger::Outgoing& row) {
    const auto found = home.ledger().find_outgoing(row.id);
    return found && found->state == ledger::OutgoingState::drawn;
}

}  // namespace app

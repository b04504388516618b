#include "app/sending_turn.hpp"

#include <chrono>

#include "io/file.hpp"

namespace app {

io::Lock sending_turn(const Home& home) {
    io::make_folders(home.work());
    return io::Lock::take(home.work() / "send.lock", "send", std::chrono::seconds(300));
}

bool is_still_drawn(Home& home, const ledger::Outgoing& row) {
    const auto found = home.ledger().find_outgoing(row.id);
    return found && found->state == ledger::OutgoingState::drawn;
}

}  // namespace app

#include "app/marker.hpp"

#include <fstream>

#include "io/file.hpp"

namespace app {

std::int64_t read_marker(Home& home, const std::string& name) {
    const auto text = io::find_file(home.work() / name);
    if (!text || text->empty() || text->size() > 18 ||
        text->find_first_not_of("0123456789\n") != std::string::npos)
        return 0;
    const std::int64_t index = std::stoll(*text);
    // The ledger of a backup may have come back beneath it.
    return index > home.ledger().entry_count() ? 0 : index;
}

void write_marker(const Home& home, const std::string& name, std::int64_t index) {
    std::ofstream out(home.work() / name, std::ios::binary | std::ios::trunc);
    out << index;
}

}  // namespace app

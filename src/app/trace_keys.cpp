#include "app/trace_keys.hpp"

namespace app {

std::filesystem::path period_keys_folder(const Home& home) {
    return home.keys_folder() / "pseudonym";
}

int trace_period(const Home& home, const ledger::File& file) {
    return core::civil(home.zone().date(file.received_at)).year;
}

traces::PersonKey person_key(const Home& home, const ledger::File& file) {
    return traces::PeriodKeys(period_keys_folder(home)).make(trace_period(home, file));
}

}  // namespace app

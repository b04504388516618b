// A pattern facet (the first line) and a value (the rest): compiled within limits, matched by the
// table and by simulation, which must agree.
#include "fuzz.hpp"
#include "schema/regex.hpp"

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view all = fuzz::text(data, size);
    const std::size_t line = std::min(all.find('\n'), all.size());
    const std::string pattern(all.substr(0, line));
    std::string_view value = all.substr(std::min(line + 1, all.size()));
    value = value.substr(0, 4096);
    schema::RegexLimits limits;
    // Small, so that many are tried.
    limits.nodes_max = 20'000;
    limits.states_max = 5'000;
    limits.cells_max = 100'000;
    limits.build_steps_max = 100'000;
    limits.simulated_nodes_max = 2'000;
    schema::RegexError error;
    const auto regex = schema::Regex::compile({pattern}, error, limits);
    if (!regex) {
        fuzz::check(!error.text.empty(), "a refused pattern has no reason");
        return 0;
    }
    const bool matched = regex->matches(value);
    limits.states_max = limits.cells_max = 0;  // no table: simulated
    const auto simulated = schema::Regex::compile({pattern}, error, limits);
    if (simulated && simulated->table() == nullptr)
        fuzz::check(simulated->matches(value) == matched, "table and simulation differ");
    return 0;
}

#pragma once
// Measures of models: can a particle be empty, how much can it hold (part 1, 3.8.6). Remembers what
// it has seen, so that shared groups cost once. The groups must be free of cycles.
#include <unordered_map>

#include "schema/components.hpp"

namespace schema {

class ModelMeasure {
  public:
    explicit ModelMeasure(const Components& components) : components_(components) {}

    std::uint64_t least(const Particle& particle);  // effective total range, saturating
    std::uint64_t most(const Particle& particle);   // may be `unbounded`
    bool emptiable(const Particle& particle) { return least(particle) == 0; }

  private:
    struct Range {
        std::uint64_t least = 0, most = 0;
    };
    Range of_group(Id group);
    Range of(const Particle& particle);

    const Components& components_;
    std::unordered_map<Id, Range> groups_;
};

std::uint64_t saturated_sum(std::uint64_t a, std::uint64_t b);
std::uint64_t saturated_product(std::uint64_t a, std::uint64_t b);

}  // namespace schema

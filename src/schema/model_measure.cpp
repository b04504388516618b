#include "schema/model_measure.hpp"

#include <algorithm>

namespace schema {

std::uint64_t saturated_sum(std::uint64_t a, std::uint64_t b) {
    return a > unbounded - b ? unbounded : a + b;
}

std::uint64_t saturated_product(std::uint64_t a, std::uint64_t b) {
    if (a == 0 || b == 0) {
        return 0;
    }
    return a > unbounded / b ? unbounded : a * b;
}

ModelMeasure::Range ModelMeasure::of_group(Id group) {
    const auto known = groups_.find(group);
    if (known != groups_.end()) {
        return known->second;
    }
    const ModelGroup& model = components_.groups[group];
    Range range;
    bool first = true;
    for (const Particle& particle : model.particles) {
        const Range part = of(particle);
        if (model.compositor == Compositor::choice) {
            range.least = first ? part.least : std::min(range.least, part.least);
            range.most = std::max(range.most, part.most);
        } else {
            range.least = saturated_sum(range.least, part.least);
            range.most = saturated_sum(range.most, part.most);
        }
        first = false;
    }
    groups_[group] = range;
    return range;
}

ModelMeasure::Range ModelMeasure::of(const Particle& particle) {
    if (particle.kind != TermKind::group) {
        return {particle.min, particle.max};
    }
    const Range inside = of_group(particle.term);
    return {saturated_product(particle.min, inside.least),
            saturated_product(particle.max, inside.most)};
}

std::uint64_t ModelMeasure::least(const Particle& particle) {
    return of(particle).least;
}
std::uint64_t ModelMeasure::most(const Particle& particle) {
    return of(particle).most;
}

}  // namespace schema

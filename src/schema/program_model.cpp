// Positions, first, last and follow of a content model, with bounds unrolled or counted.
#include <algorithm>

#include "schema/program_builder.hpp"

namespace schema {
namespace {

constexpr int depth_max = 500;

std::uint64_t times(std::uint64_t a, std::uint64_t b) {
    if (a == 0 || b == 0) return 0;
    return a > unbounded / b ? unbounded : a * b;
}

std::uint64_t plus(std::uint64_t a, std::uint64_t b) {
    return a > unbounded - b ? unbounded : a + b;
}

void append(std::vector<std::uint32_t>& to, const std::vector<std::uint32_t>& from) {
    to.insert(to.end(), from.begin(), from.end());
}

}  // namespace

bool ModelBuilder::spend(std::uint64_t work) {
    work_ += work;
    if (work_ > 16 * positions_max_ + 100'000 || positions_.size() > positions_max_) failed_ = true;
    return !failed_;
}

bool ModelBuilder::build(const Particle& model) {
    whole_ = particle(model);
    if (failed_) return false;
    is_last_.assign(positions_.size(), false);
    for (const std::uint32_t position : whole_.last) is_last_[position] = true;
    std::sort(whole_.first.begin(), whole_.first.end());
    whole_.first.erase(std::unique(whole_.first.begin(), whole_.first.end()), whole_.first.end());
    for (auto& follow : follow_) {
        std::sort(follow.begin(), follow.end());
        follow.erase(std::unique(follow.begin(), follow.end()), follow.end());
        // One position through the loop and without it: where any number of rounds from one on is
        // enough the way without it is as good as both; else the count would not be certain.
        const auto same = [](const auto& a, const auto& b) { return a.position == b.position; };
        const auto once = std::unique(follow.rbegin(), follow.rend(), same);  // the later one
        if (once != follow.rend() && group_min_ > 1) return false;
        follow.erase(follow.begin(), once.base());
    }
    return true;
}

void ModelBuilder::link(const std::vector<std::uint32_t>& from,
                        const std::vector<std::uint32_t>& to, bool repeats) {
    if (!spend(from.size() * to.size())) return;
    for (const std::uint32_t position : from)
        for (const std::uint32_t next : to) follow_[position].push_back({next, repeats});
}

// A repeated group of one particle is that particle, repeated, where the numbers leave no gap:
// (x{a,b}){c,d} is x{ac,bd}. So bounds in bounds need no copies and no second counter.
const Particle& ModelBuilder::merged(const Particle& particle) {
    const Particle* now = &particle;
    while (now->kind == TermKind::group && now->max > 1) {
        const ModelGroup& group = components_.groups[now->term];
        if (group.compositor == Compositor::all || group.particles.size() != 1) break;
        const Particle& inner = group.particles.front();
        const bool no_gap =
            now->min == now->max || inner.min <= 1 ||
            (now->min > 0 && times(inner.min, now->min + 1) <= plus(times(inner.max, now->min), 1));
        if (inner.max == 0 || !no_gap) break;
        Particle product = inner;
        product.min = times(inner.min, now->min);
        product.max = times(inner.max, now->max);
        now = &(made_[&particle] = product);
    }
    return *now;
}

// The choice of an endless loop: what an alternative repeats, the loop repeats as well.
ModelBuilder::Piece ModelBuilder::looped_choice(const ModelGroup& group) {
    Piece whole;
    whole.nullable = false;
    for (const Particle& each : group.particles) {
        const Particle* now = &merged(each);
        if (now->min <= 1 && now->max > 1) {
            Particle single = *now;
            single.max = 1;
            now = &(made_[&each] = single);
        }
        const Piece piece = particle(*now);
        whole.nullable = whole.nullable || piece.nullable;
        append(whole.first, piece.first);
        append(whole.last, piece.last);
    }
    return whole;
}

ModelBuilder::Piece ModelBuilder::particle(const Particle& given) {
    const Particle& particle = merged(given);
    if (!spend(1) || depth_ > depth_max || particle.max == 0) {
        failed_ = failed_ || depth_ > depth_max;
        return {};
    }
    ++depth_;
    const std::uint32_t outer = way_;
    const auto next = static_cast<std::uint32_t>(ways_.size() + 1);
    way_ = ways_.emplace(std::make_pair(outer, &given), next).first->second;
    Piece piece;
    if (particle.max == 1) {
        piece = one(particle);
        piece.nullable = piece.nullable || particle.min == 0;
    } else {
        piece = repeat(particle);
    }
    way_ = outer;
    --depth_;
    return piece;
}

ModelBuilder::Piece ModelBuilder::one(const Particle& particle) {
    return particle.kind == TermKind::group ? once(components_.groups[particle.term])
                                            : leaf(particle, 1, 1);
}

ModelBuilder::Piece ModelBuilder::leaf(const Particle& particle, std::uint64_t min,
                                       std::uint64_t max) {
    const auto position = static_cast<std::uint32_t>(positions_.size());
    Position entry;
    entry.particle = &particle;
    entry.counts = max > 1 && !(max == unbounded && min <= 1);
    entry.min = entry.counts ? min : 0;
    entry.max = entry.counts ? max : 1;
    entry.in_group = in_group_;
    entry.way = way_;
    positions_.push_back(entry);
    follow_.emplace_back();
    if (max == unbounded && min <= 1) follow_[position].push_back({position, false});
    if (particle.kind == TermKind::element) {
        std::uint64_t& total = totals_[&particle];
        total = plus(total, times(max, times_));
    }
    return {min == 0, {position}, {position}};
}

ModelBuilder::Piece ModelBuilder::once(const ModelGroup& group) {
    Piece whole;
    if (group.compositor == Compositor::choice) {
        whole.nullable = false;
        for (const Particle& each : group.particles) {
            const Piece piece = particle(each);
            whole.nullable = whole.nullable || piece.nullable;
            append(whole.first, piece.first);
            append(whole.last, piece.last);
        }
        return whole;
    }
    for (const Particle& each : group.particles) {
        Piece piece = particle(each);
        if (!spend(piece.first.size() + piece.last.size())) return {};
        link(whole.last, piece.first, false);
        if (whole.nullable) append(whole.first, piece.first);
        if (!piece.nullable) whole.last.clear();
        append(whole.last, piece.last);
        whole.nullable = whole.nullable && piece.nullable;
    }
    return whole;
}

ModelBuilder::Piece ModelBuilder::repeat(const Particle& particle) {
    const bool is_group = particle.kind == TermKind::group;
    if (particle.max == unbounded && particle.min <= 1) {
        const std::uint64_t before = times_;
        times_ = unbounded;
        Piece piece;
        if (is_group) {
            const ModelGroup& group = components_.groups[particle.term];
            piece = group.compositor == Compositor::choice ? looped_choice(group) : once(group);
            link(piece.last, piece.first, false);
        } else {
            piece = leaf(particle, particle.min, particle.max);
        }
        piece.nullable = piece.nullable || particle.min == 0;
        times_ = before;
        return piece;
    }
    if (!is_group && counters_ == Counters::leaves)
        return leaf(particle, particle.min, particle.max);
    if (counters_ == Counters::group && !in_group_ && group_max_ == 1 &&
        (particle.max > 16 || particle.min > 16)) {
        const std::uint64_t before = times_;
        times_ = times(times_, particle.max);
        in_group_ = true;
        group_max_ = particle.max;
        Piece piece = one(particle);
        group_min_ = piece.nullable ? 0 : particle.min;
        link(piece.last, piece.first, true);
        piece.nullable = piece.nullable || particle.min == 0;
        in_group_ = false;
        times_ = before;
        return piece;
    }
    return unroll(particle);
}

// Copies of the term, each linked to the next. Empty iterations need no link: a word of up to n
// iterations can always be read without them.
ModelBuilder::Piece ModelBuilder::unroll(const Particle& particle) {
    const bool endless = particle.max == unbounded;
    const std::uint64_t copies = endless ? particle.min : particle.max;
    Piece whole;
    std::vector<std::uint32_t> before;
    const std::uint64_t outer = times_;
    for (std::uint64_t i = 1; i <= copies && spend(1); ++i) {
        const bool loops = endless && i == copies;
        if (loops) times_ = unbounded;
        Piece piece = one(particle);
        if (i == 1) {
            whole.first = piece.first;
            whole.nullable = piece.nullable || particle.min == 0;
        }
        link(before, piece.first, false);
        if (loops) link(piece.last, piece.first, false);
        if (i >= particle.min || piece.nullable) append(whole.last, piece.last);
        before = std::move(piece.last);
    }
    times_ = outer;
    return whole;
}

}  // namespace schema

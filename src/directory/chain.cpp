#include "directory/chain.hpp"

#include <algorithm>

#include "core/ensure.hpp"

namespace directory {

void merge_rows(std::span<const Row> rows, std::span<const Row> delta, std::vector<Row>& out) {
    out.clear();
    std::size_t at = 0;
    for (const Row mutation : delta) {
        while (at < rows.size() && rows[at].identity() < mutation.identity())
            out.push_back(rows[at++]);
        if (at < rows.size() && rows[at].identity() == mutation.identity()) ++at;
        if (mutation.to_day() != Row::day_gone) out.push_back(mutation);
    }
    out.insert(out.end(), rows.begin() + static_cast<std::ptrdiff_t>(at), rows.end());
}

// Two deltas as one: the later word on each row.
static void join_deltas(std::span<const Row> earlier, std::span<const Row> later,
                        std::vector<Row>& out) {
    out.clear();
    std::size_t at = 0;
    for (const Row mutation : later) {
        while (at < earlier.size() && earlier[at].identity() < mutation.identity())
            out.push_back(earlier[at++]);
        if (at < earlier.size() && earlier[at].identity() == mutation.identity()) ++at;
        out.push_back(mutation);
    }
    out.insert(out.end(), earlier.begin() + static_cast<std::ptrdiff_t>(at), earlier.end());
}

static void append_holders(std::vector<Holder>& list, const PersonsFile& file) {
    const auto holders = file.holders();
    const std::uint64_t first = file.facts().first_code;
    ENSURE(first <= list.size());
    for (std::size_t i = list.size() - first; i < holders.size(); ++i) list.push_back(holders[i]);
}

Chain::Chain(std::shared_ptr<const PersonsFile> base,
             std::vector<std::shared_ptr<const PersonsFile>> deltas)
    : base_(std::move(base)), deltas_(std::move(deltas)) {
    if (base_) append_holders(holders_, *base_);
    for (const auto& delta : deltas_) append_holders(holders_, *delta);
}

std::uint64_t Chain::delta_rows() const {
    std::uint64_t rows = 0;
    for (const auto& delta : deltas_) rows += delta->facts().rows;
    return rows;
}

std::span<const Row> Chain::find(PersonKey person, std::vector<Row>& merged) const {
    std::span<const Row> rows;
    if (base_) rows = base_->find(person);
    for (const auto& delta : deltas_) {
        const auto mutations = delta->find(person);
        if (mutations.empty()) continue;
        std::vector<Row> next;
        next.reserve(rows.size() + mutations.size());
        merge_rows(rows, mutations, next);
        merged.swap(next);
        rows = merged;
    }
    return rows;
}

// A long chain is history: each of its files is asked for all persons before the next one is, so
// that what is read of it is still at hand.
void Chain::find_in_history(std::span<const PersonKey> persons, std::span<Holdings> out) const {
    if (base_)
        find_ahead(*base_, nullptr, persons, out);
    else
        for (Holdings& holdings : out) holdings.rows_ = {};
    std::vector<Row> next;
    for (const auto& delta : deltas_)
        for (std::size_t i = 0; i < persons.size(); ++i) {
            const auto mutations = delta->find(persons[i]);
            if (mutations.empty()) continue;
            merge_rows(out[i].rows_, mutations, next);
            out[i].merged_.swap(next);
            out[i].rows_ = out[i].merged_;
        }
}

void Chain::find(std::span<const PersonKey> persons, std::span<Holdings> out) const {
    if (!base_ || deltas_.size() > 1) return find_in_history(persons, out);
    find_ahead(*base_, deltas_.empty() ? nullptr : deltas_[0].get(), persons, out);
}

void Chain::find_ahead(const PersonsFile& base, const PersonsFile* delta,
                       std::span<const PersonKey> persons, std::span<Holdings> out) {
    // So many are on their way at once: more than a core has lines to fetch gains nothing.
    static constexpr std::size_t group = 16;
    PersonsFile::Step steps[group], mutations[group];
    std::vector<Row> room, next;
    for (std::size_t begin = 0; begin < persons.size(); begin += group) {
        const std::size_t count = std::min(group, persons.size() - begin);
        const PersonKey* keys = &persons[begin];
        for (std::size_t i = 0; i < count; ++i) base.fetch_day(keys[i], steps[i]);
        if (delta)
            for (std::size_t i = 0; i < count; ++i) delta->fetch_day(keys[i], mutations[i]);
        for (std::size_t i = 0; i < count; ++i) base.fetch_start(keys[i], steps[i]);
        if (delta)
            for (std::size_t i = 0; i < count; ++i) delta->fetch_start(keys[i], mutations[i]);
        for (std::size_t i = 0; i < count; ++i) base.fetch_rows(steps[i]);
        for (std::size_t i = 0; i < count; ++i) {
            Holdings& holdings = out[begin + i];
            holdings.rows_ = base.take(keys[i], steps[i], holdings.merged_);
            if (delta == nullptr) continue;
            const auto changes = delta->take(keys[i], mutations[i], room);
            if (changes.empty()) continue;
            merge_rows(holdings.rows_, changes, next);
            holdings.merged_.swap(next);
            holdings.rows_ = holdings.merged_;
        }
    }
}

void Chain::each_person(const Visit<PersonKey, std::span<const Row>>& visit) const {
    for (ChainCursor cursor(*this); !cursor.done(); cursor.next())
        visit(cursor.person(), cursor.rows());
}

ChainCursor::ChainCursor(const Chain& chain) : has_base_(chain.base() != nullptr) {
    if (has_base_) cursors_.emplace_back(chain.base().get());
    for (const auto& delta : chain.deltas()) cursors_.emplace_back(delta.get());
    next();
}

void ChainCursor::next() {
    do {
        done_ = true;
        for (const auto& cursor : cursors_) {
            if (cursor.done()) continue;
            if (done_ || cursor.person() < person_) person_ = cursor.person();
            done_ = false;
        }
        rows_ = {};
        if (done_) return;
        unsigned turn = 0;
        for (std::size_t i = 0; i < cursors_.size(); ++i) {
            auto& cursor = cursors_[i];
            if (cursor.done() || cursor.person() != person_) continue;
            if (i == 0 && has_base_) {
                rows_ = cursor.rows();
            } else {
                auto& buffer = buffers_[turn ^= 1U];
                merge_rows(rows_, cursor.rows(), buffer);
                rows_ = buffer;
            }
            cursor.next();
        }
    } while (rows_.empty());
}

void Chain::each_mutation(const Visit<PersonKey, std::span<const Row>>& visit) const {
    std::vector<PersonsFile::Cursor> cursors;
    for (const auto& delta : deltas_) cursors.emplace_back(delta.get());
    std::vector<Row> rows, next;
    while (true) {
        const PersonsFile::Cursor* least = nullptr;
        for (const auto& cursor : cursors)
            if (!cursor.done() && (least == nullptr || cursor.person() < least->person()))
                least = &cursor;
        if (least == nullptr) return;
        const PersonKey person = least->person();
        rows.clear();
        for (auto& cursor : cursors) {
            if (cursor.done() || cursor.person() != person) continue;
            join_deltas(rows, cursor.rows(), next);
            rows.swap(next);
            cursor.next();
        }
        visit(person, rows);
    }
}

}  // namespace directory

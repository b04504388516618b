#include "directory/comparison.hpp"

#include <algorithm>
#include <sstream>

namespace directory {

std::string owners_text(const OwnerRows& owners) {
    std::string text;
    for (const auto& [partner, rows] : owners)
        if (rows > 0) text += partner + ' ' + std::to_string(rows) + '\n';
    return text;
}

OwnerRows parse_owners(const std::string& text) {
    OwnerRows owners;
    std::istringstream in(text);
    std::string partner;
    std::uint64_t rows = 0;
    while (in >> partner >> rows) owners[partner] = rows;
    return owners;
}

double OwnerChange::share() const {
    if (before == 0) return 0;
    return static_cast<double>(added + removed + changed) / static_cast<double>(before);
}

Comparison::Comparison(const Dictionary& dictionary, const Manifest& before, OwnerRows owners)
    : dictionary_(dictionary),
      before_(std::move(owners)),
      sum_(before.rows_sum),
      persons_(before.counts.persons),
      rows_(before.counts.rows) {}

OwnerChange& Comparison::owner(std::uint32_t code) {
    if (code >= owner_of_code_.size()) owner_of_code_.resize(code + 1, 0);
    std::uint32_t& index = owner_of_code_[code];
    if (index == 0) {
        const std::string partner(dictionary_[code].number());
        const auto [at, fresh] = owner_index_.emplace(partner, owners_.size());
        if (fresh) {
            OwnerChange change;
            change.partner = partner;
            const auto rows = before_.find(partner);
            change.before = rows == before_.end() ? 0 : rows->second;
            owners_.push_back(std::move(change));
        }
        index = static_cast<std::uint32_t>(at->second + 1);
    }
    return owners_[index - 1];
}

static std::uint64_t period_of(Row row) {
    return row.bits & ((1ULL << 40) - 1);
}

void Comparison::person(PersonKey person, std::span<const Row> old_rows,
                        std::span<const Row> new_rows, PersonsWriter* delta) {
    std::size_t a = 0, b = 0;
    while (a < old_rows.size() || b < new_rows.size()) {
        const std::uint64_t old_identity =
            a < old_rows.size() ? old_rows[a].identity() : UINT64_MAX;
        const std::uint64_t new_identity =
            b < new_rows.size() ? new_rows[b].identity() : UINT64_MAX;
        if (old_identity == new_identity && old_rows[a] == new_rows[b]) {
            ++a;
            ++b;
            continue;
        }
        const Row row = new_identity <= old_identity ? new_rows[b] : old_rows[a];
        OwnerChange& change = owner(row.code());
        const std::uint64_t holder = dictionary_.sum(row.code());
        if (old_identity <= new_identity) sum_.take(holder, person.value, period_of(old_rows[a]));
        if (new_identity <= old_identity) {
            sum_.add(holder, person.value, period_of(new_rows[b]));
            if (delta != nullptr) delta->add(person, new_rows[b]);
        } else if (delta != nullptr) {
            delta->add(person, make_row(row.code(), row.from_day(), Row::day_gone));
        }
        if (old_identity == new_identity) {
            ++change.changed;
            ++changed_;
        } else if (old_identity < new_identity) {
            ++change.removed;
            ++removed_;
        } else {
            ++change.added;
            ++added_;
        }
        if (old_identity <= new_identity) ++a;
        if (new_identity <= old_identity) ++b;
    }
    rows_ += new_rows.size();
    rows_ -= old_rows.size();
    if (old_rows.empty() && !new_rows.empty()) ++persons_;
    if (!old_rows.empty() && new_rows.empty()) --persons_;
}

void Comparison::count_into(Manifest& manifest) const {
    manifest.rows_sum = sum_;
    manifest.counts.persons = persons_;
    manifest.counts.rows = rows_;
    manifest.added = added_;
    manifest.removed = removed_;
    manifest.changed = changed_;
}

OwnerRows Comparison::owners_after() const {
    OwnerRows owners = before_;
    for (const OwnerChange& change : owners_)
        owners[change.partner] = change.before + change.added - change.removed;
    return owners;
}

std::vector<OwnerChange> Comparison::too_many(const StoreOptions& options) const {
    std::vector<OwnerChange> list;
    for (const OwnerChange& change : owners_) {
        const std::uint64_t changes = change.added + change.removed + change.changed;
        if (change.before > 0 && changes >= options.change_rows_min &&
            change.share() > options.change_share_max)
            list.push_back(change);
    }
    std::sort(list.begin(), list.end(), [](const OwnerChange& a, const OwnerChange& b) {
        return a.share() != b.share() ? a.share() > b.share() : a.partner < b.partner;
    });
    return list;
}

}  // namespace directory

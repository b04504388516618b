#include "directory/version_content.hpp"

#include <algorithm>

#include "core/ensure.hpp"

namespace directory {

static core::Date date_or_open(std::string_view text) {
    if (text.empty()) return open_end;
    const auto date = core::parse_date(text);
    ENSURE(date.has_value());  // checked when it was loaded, and the block has a sum
    return *date;
}

void Replacements::build(const TextTable& table) {
    items_.reserve(table.size());
    for (std::uint64_t i = 0; i < table.size(); ++i) {
        const auto fields = split_fields(table[i]);
        const auto from = parse_insz(fields[0]), to = parse_insz(fields[1]);
        ENSURE(from && to);
        items_.push_back({from->value, to->value, date_or_open(fields[2])});
    }
    if (items_.empty()) return;
    std::sort(items_.begin(), items_.end(),
              [](const Item& a, const Item& b) { return a.from < b.from; });
    unsigned bits = 6;
    while (bits < 31 && (1ULL << bits) < items_.size() * 16) ++bits;
    shift_ = 32 - bits;
    filter_.assign((1ULL << bits) / 64, 0);
    for (const Item& item : items_) {
        const std::uint32_t bit = (item.from * 2654435761U) >> shift_;
        filter_[bit / 64] |= 1ULL << (bit % 64);
    }
}

PersonKey Replacements::resolve(PersonKey person, core::Date* since) const {
    // Loaded tables have no cycle; the bound is for what may never happen.
    for (int steps = 0; steps < 32 && maybe(person); ++steps) {
        const auto at =
            std::lower_bound(items_.begin(), items_.end(), person.value,
                             [](const Item& item, std::uint32_t key) { return item.from < key; });
        if (at == items_.end() || at->from != person.value) break;
        if (since != nullptr && steps == 0) *since = at->at;
        person.value = at->to;
    }
    return person;
}

void Version::Content::open(const Layout& layout) {
    chain = layout.chain(id);
    for (std::size_t i = 1; i < table_count; ++i)
        if (!manifest.tables[i].empty())
            tables[i] =
                TextTable::open(layout.table(static_cast<TableName>(i), manifest.tables[i]));
    read_availability();
    read_authorisations();
    if (const TextTable* rows = table(TableName::replaced)) replaced.build(*rows);
}

void Version::Content::read_availability() {
    const TextTable* rows = table(TableName::availability);
    if (rows == nullptr) return;
    availability.reserve(rows->size());
    for (std::uint64_t i = 0; i < rows->size(); ++i) {
        const auto fields = split_fields((*rows)[i]);
        availability.push_back(
            {std::string(fields[0]), std::string(fields[1]), std::string(fields[2])});
    }
}

static std::vector<std::string> split_list(std::string_view text) {
    std::vector<std::string> list;
    std::size_t at = 0;
    while (at < text.size()) {
        const std::size_t end = std::min(text.find_first_of(" ,;|+", at), text.size());
        if (end > at) list.emplace_back(text.substr(at, end - at));
        at = end + 1;
    }
    if (list.size() == 1 && list[0] == "*") list.clear();
    return list;
}

void Version::Content::read_authorisations() {
    const TextTable* rows = table(TableName::authorisations);
    if (rows == nullptr) return;
    authorisations.reserve(rows->size());
    for (std::uint64_t i = 0; i < rows->size(); ++i) {
        // As kept: kind, subject, message, id, quality, fields, from, to, deliberation.
        const auto f = split_fields((*rows)[i]);
        Authorisation one;
        one.kind = parse_subject_kind(f[0]).value_or(SubjectKind::institution);
        one.subject = f[1];
        one.message = f[2];
        one.id = f[3];
        one.quality = f[4];
        one.fields = split_list(f[5]);
        one.from = date_or_open(f[6]);
        one.to = date_or_open(f[7]);
        one.deliberation = f[8];
        authorisations.push_back(std::move(one));
    }
    std::stable_sort(authorisations.begin(), authorisations.end(),
                     [](const Authorisation& a, const Authorisation& b) {
                         return a.kind != b.kind ? a.kind < b.kind : a.subject < b.subject;
                     });
    for (const Authorisation& one : authorisations) authorisation_ids.emplace(one.id, &one);
}

}  // namespace directory

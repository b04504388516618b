// The tables that stay in their files: mandates, links, registers.
#include <algorithm>
#include <numeric>

#include "core/ensure.hpp"
#include "directory/version_content.hpp"

namespace directory {

// A prefix of a few short fields, built without an allocation as a rule (short strings).
static std::string prefix_of(std::initializer_list<std::string_view> fields) {
    std::string prefix;
    for (const std::string_view field : fields) prefix.append(field) += field_mark;
    return prefix;
}

static core::Date end_of(std::string_view text) {
    return text.empty() ? open_end : core::parse_date(text).value_or(open_end);
}

static core::Date begin_of(std::string_view text) {
    const auto date = core::parse_date(text);
    ENSURE(date.has_value());
    return *date;
}

template <class Take>
static void each_of(const TextTable* table, const std::string& prefix, const Take& take) {
    if (table == nullptr) return;
    const TextTable::Range range = table->find(prefix);
    for (std::uint64_t row = range.first; row < range.last; ++row)
        take(split_fields((*table)[row]));
}

using Fields = std::array<std::string_view, table_fields_max>;

static void give_mandate(const Fields& f, const Visit<const Mandate&>& visit) {
    // As kept: sender, employer, capacity, subjects, from, to.
    visit(Mandate{f[0], f[2], f[1], f[3], begin_of(f[4]), end_of(f[5])});
}

void Version::mandates(std::string_view sender, const Visit<const Mandate&>& visit) const {
    each_of(content_->table(TableName::mandates), prefix_of({sender}),
            [&](const Fields& f) { give_mandate(f, visit); });
}

void Version::mandates(std::string_view sender, std::string_view employer,
                       const Visit<const Mandate&>& visit) const {
    const TextTable* table = content_->table(TableName::mandates);
    const auto give = [&](const Fields& f) { give_mandate(f, visit); };
    each_of(table, prefix_of({sender, ""}), give);
    each_of(table, prefix_of({sender, "*"}), give);
    if (!employer.empty() && employer != "*") each_of(table, prefix_of({sender, employer}), give);
}

void Version::links(std::string_view insz, const Visit<const Link&>& visit) const {
    each_of(content_->table(TableName::links), prefix_of({insz}), [&](const Fields& f) {
        visit(Link{f[1], f[2]});
    });
}

const std::vector<std::uint64_t>& Version::Content::links_back() const {
    std::call_once(links_once_, [this] {
        const TextTable& rows = *table(TableName::links);
        links_back_.resize(rows.size());
        std::iota(links_back_.begin(), links_back_.end(), std::uint64_t{0});
        std::sort(links_back_.begin(), links_back_.end(), [&](std::uint64_t a, std::uint64_t b) {
            const Fields x = split_fields(rows[a]), y = split_fields(rows[b]);
            if (x[1] != y[1]) return x[1] < y[1];
            return x[2] != y[2] ? x[2] < y[2] : a < b;
        });
    });
    return links_back_;
}

void Version::persons_of(std::string_view country, std::string_view key,
                         const Visit<std::string_view>& visit) const {
    const TextTable* table = content_->table(TableName::links);
    if (table == nullptr) return;
    const auto& order = content_->links_back();
    const auto less = [&](std::uint64_t row, std::pair<std::string_view, std::string_view> wanted) {
        const Fields f = split_fields((*table)[row]);
        return f[1] != wanted.first ? f[1] < wanted.first : f[2] < wanted.second;
    };
    auto at = std::lower_bound(order.begin(), order.end(), std::pair(country, key), less);
    for (; at != order.end(); ++at) {
        const Fields f = split_fields((*table)[*at]);
        if (f[1] != country || f[2] != key) return;
        visit(f[0]);
    }
}

void Version::read_register(std::string_view register_name, std::string_view key,
                            const Visit<const RegisterValue&>& visit) const {
    // As kept: register, key, group, name, from, to, value.
    each_of(content_->table(TableName::registers), prefix_of({register_name, key}),
            [&](const Fields& f) {
                visit(RegisterValue{f[0], f[2], f[3], f[6], begin_of(f[4]), end_of(f[5])});
            });
}

void Version::read_person(std::string_view insz, const Visit<const RegisterValue&>& visit) const {
    for (const std::string_view name : {"rn", "radies", "bis"}) {
        bool known = false;
        read_register(name, insz, [&](const RegisterValue& value) {
            known = true;
            visit(value);
        });
        if (known) return;
    }
}

}  // namespace directory

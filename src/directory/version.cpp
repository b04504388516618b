#include "directory/version.hpp"

#include <algorithm>

#include "core/ensure.hpp"
#include "directory/version_content.hpp"

namespace directory {

std::string_view to_string(SubjectKind kind) {
    static constexpr std::string_view names[] = {"user", "application", "institution", "framework"};
    return names[static_cast<std::size_t>(kind)];
}

std::optional<SubjectKind> parse_subject_kind(std::string_view text) {
    for (const SubjectKind kind : {SubjectKind::user, SubjectKind::application,
                                   SubjectKind::institution, SubjectKind::framework})
        if (text == to_string(kind)) return kind;
    return std::nullopt;
}

static Holding holding_of(Row row, std::span<const Holder> holders) {
    const Holder& holder = holders[row.code()];
    return {holder.number(),
            holder.sector,
            holder.institution_type,
            holder.quality,
            date_of_day(row.from_day()),
            date_of_day(row.to_day())};
}

Holding Holdings::operator[](std::size_t index) const {
    return holding_of(rows_[index], holders_);
}

bool Mandate::names_subject(std::string_view subject) const {
    if (subjects.empty() || subjects == "*") return true;
    std::string_view list = subjects;
    while (!list.empty()) {
        const std::size_t end = std::min(list.find_first_of(" ,;|+"), list.size());
        const std::string_view one = list.substr(0, end);
        if (one == subject || one == "*") return true;
        list.remove_prefix(std::min(end + 1, list.size()));
    }
    return false;
}

Version::Version(std::unique_ptr<Content> content) : content_(std::move(content)) {}
Version::~Version() = default;

const std::string& Version::id() const {
    return content_->id;
}

const std::string& Version::digest() const {
    return content_->digest;
}

const VersionCounts& Version::counts() const {
    return content_->manifest.counts;
}

void Version::find(std::string_view insz, Holdings& out) const {
    if (const auto person = parse_insz(insz)) return find(*person, out);
    out.rows_ = {};
    out.replaced_ = out.valid_ = false;
    out.person_ = {};
}

void Version::find(PersonKey person, Holdings& out) const {
    const Content& c = *content_;
    const PersonKey now = c.replaced.maybe(person) ? c.replaced.resolve(person, nullptr) : person;
    out.valid_ = true;
    out.replaced_ = now != person;
    out.person_ = now;
    out.holders_ = c.chain.holders();
    out.rows_ = c.chain.find(now, out.merged_);
    if (now == person) return;
    // Whoever has not followed the replacement yet holds its file under the old number.
    std::vector<Row> merged;
    const auto old = c.chain.find(person, merged);
    if (old.empty()) return;
    std::vector<Row> all(out.rows_.begin(), out.rows_.end());
    all.insert(all.end(), old.begin(), old.end());
    std::sort(all.begin(), all.end());
    all.erase(std::unique(all.begin(), all.end()), all.end());
    out.merged_.swap(all);
    out.rows_ = out.merged_;
}

void Version::find(std::span<const PersonKey> persons, std::span<Holdings> out) const {
    ENSURE(persons.size() == out.size());
    static constexpr std::size_t group = 64;
    const Content& c = *content_;
    PersonKey now[group];
    for (std::size_t begin = 0; begin < persons.size(); begin += group) {
        const std::size_t count = std::min(group, persons.size() - begin);
        for (std::size_t i = 0; i < count; ++i) {
            const PersonKey person = persons[begin + i];
            now[i] = c.replaced.maybe(person) ? c.replaced.resolve(person, nullptr) : person;
            Holdings& holdings = out[begin + i];
            holdings.valid_ = true;
            holdings.replaced_ = now[i] != person;
            holdings.person_ = now[i];
            holdings.holders_ = c.chain.holders();
        }
        c.chain.find({now, count}, out.subspan(begin, count));
        for (std::size_t i = 0; i < count; ++i)
            if (out[begin + i].replaced_) find(persons[begin + i], out[begin + i]);
    }
}

void Version::find_exact(PersonKey person, Holdings& out) const {
    out.valid_ = true;
    out.replaced_ = false;
    out.person_ = person;
    out.holders_ = content_->chain.holders();
    out.rows_ = content_->chain.find(person, out.merged_);
}

std::uint64_t Version::unmap_rows(std::uint64_t bytes) const {
    const auto& base = content_->chain.base();
    return base ? base->unmap_rows(bytes) : 0;
}

PersonKey Version::resolve(PersonKey person, core::Date* since) const {
    return content_->replaced.resolve(person, since);
}

void Version::each_row(const Visit<PersonKey, const Holding&>& visit) const {
    const auto holders = content_->chain.holders();
    content_->chain.each_person([&](PersonKey person, std::span<const Row> rows) {
        for (const Row row : rows) visit(person, holding_of(row, holders));
    });
}

std::span<const Availability> Version::availability() const {
    return content_->availability;
}

std::span<const Availability> Version::availability(std::string_view data) const {
    const auto& list = content_->availability;
    const auto first = std::lower_bound(
        list.begin(), list.end(), data,
        [](const Availability& a, std::string_view wanted) { return a.data < wanted; });
    auto last = first;
    while (last != list.end() && last->data == data) ++last;
    return {first, last};
}

std::span<const Authorisation> Version::authorisations() const {
    return content_->authorisations;
}

std::span<const Authorisation> Version::authorisations(SubjectKind kind,
                                                       std::string_view subject) const {
    const auto& list = content_->authorisations;
    const auto less = [](const Authorisation& a,
                         const std::pair<SubjectKind, std::string_view>& b) {
        return a.kind != b.first ? a.kind < b.first : a.subject < b.second;
    };
    const auto first = std::lower_bound(list.begin(), list.end(), std::pair(kind, subject), less);
    auto last = first;
    while (last != list.end() && last->kind == kind && last->subject == subject) ++last;
    return {first, last};
}

const Authorisation* Version::authorisation(std::string_view id) const {
    const auto at = content_->authorisation_ids.find(id);
    return at == content_->authorisation_ids.end() ? nullptr : at->second;
}

}  // namespace directory

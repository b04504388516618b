#include "directory/changes.hpp"

#include <algorithm>
#include <cstring>

#include "directory/store.hpp"

namespace directory {

Changes::Changes(std::shared_ptr<const Version> version)
    : version_(std::move(version)),
      csv_("action," + std::string(header_line(TableName::persons)) + "\n") {}

// Of these changes alone; the order of codes says nothing.
std::uint32_t Changes::code_of(const Holder& holder) {
    const std::string key = std::string(holder.number()) + ":" + std::to_string(holder.sector) +
                            ":" + std::to_string(holder.institution_type) + ":" +
                            std::to_string(holder.quality);
    return codes_.try_emplace(key, static_cast<std::uint32_t>(codes_.size())).first->second;
}

std::vector<Row>& Changes::rows_of(PersonKey person) {
    const auto [at, fresh] = rows_.try_emplace(person.value);
    if (!fresh || !version_) return at->second;
    version_->find_exact(person, holdings_);
    for (std::size_t i = 0; i < holdings_.size(); ++i) {
        const Holding one = holdings_[i];
        Holder holder{};
        std::memcpy(holder.partner, one.partner.data(), sizeof holder.partner);
        holder.sector = one.sector;
        holder.institution_type = one.institution_type;
        holder.quality = one.quality;
        at->second.push_back(
            make_row(code_of(holder), day_of(one.from).value_or(1),
                     one.to == open_end ? Row::day_open : day_of(one.to).value_or(1)));
    }
    std::sort(at->second.begin(), at->second.end());
    return at->second;
}

static std::string_view word_of(Action action) {
    switch (action) {
        case Action::insert:
            return "insert";
        case Action::change:
            return "change";
        case Action::close:
            return "close";
    }
    return {};
}

const char* Changes::take(const WantedChange& wanted) {
    const auto from = day_of(wanted.from);
    const bool open = wanted.to == open_end;
    const auto to = open ? std::optional<std::uint32_t>(Row::day_open) : day_of(wanted.to);
    if (!from || !to) return "date";
    if (*to < *from) return "period";
    auto& rows = rows_of(wanted.person);
    const Row row = make_row(code_of(wanted.holder), *from, *to);
    if (const char* problem = mutate(rows, wanted.action, row)) return problem;
    csv_.append(word_of(wanted.action)).append(",").append(to_insz(wanted.person)).append(",");
    csv_.append(wanted.holder.number()).append(",");
    csv_ += std::to_string(wanted.holder.sector) + "," +
            std::to_string(wanted.holder.institution_type) + "," +
            std::to_string(wanted.holder.quality) + "," + core::to_string(wanted.from) + "," +
            (open ? std::string() : core::to_string(wanted.to)) + "\n";
    ++(wanted.action == Action::insert   ? counts_.inserted
       : wanted.action == Action::change ? counts_.changed
                                         : counts_.closed);
    return nullptr;
}

}  // namespace directory

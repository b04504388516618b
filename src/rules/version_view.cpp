#include "rules/version_view.hpp"

namespace rules {

VersionView::VersionView(std::shared_ptr<const directory::Version> version)
    : version_(std::move(version)) {}

const std::string& VersionView::version() const {
    return version_->id();
}
bool VersionView::has_persons() const {
    return version_->counts().rows > 0;
}
bool VersionView::has_authorisations() const {
    return version_->counts().authorisations > 0;
}
bool VersionView::has_mandates() const {
    return version_->counts().mandates > 0;
}

// All numbers at once, so that the memory of one is fetched while another is read.
void VersionView::find(std::span<const std::string_view> numbers, std::span<Person> out) const {
    std::vector<directory::PersonKey> keys;
    std::vector<std::size_t> places;
    for (std::size_t i = 0; i < numbers.size(); ++i) {
        out[i].replaced = false;
        out[i].holdings.clear();
        if (const auto key = directory::parse_insz(numbers[i])) {
            keys.push_back(*key);
            places.push_back(i);
        }
    }
    std::vector<directory::Holdings> found(keys.size());
    version_->find(std::span<const directory::PersonKey>(keys), std::span(found));
    for (std::size_t i = 0; i < found.size(); ++i) {
        Person& person = out[places[i]];
        person.replaced = found[i].replaced();
        for (std::size_t row = 0; row < found[i].size(); ++row)
            person.holdings.push_back(found[i][row]);
    }
}

std::span<const directory::Authorisation> VersionView::authorisations() const {
    return version_->authorisations();
}

std::span<const directory::Availability> VersionView::availability(std::string_view data) const {
    return version_->availability(data);
}

std::vector<directory::Mandate> VersionView::mandates(std::string_view sender,
                                                      std::string_view employer) const {
    std::vector<directory::Mandate> list;
    version_->mandates(sender, employer,
                       [&](const directory::Mandate& mandate) { list.push_back(mandate); });
    return list;
}

void VersionView::read_register(
    std::string_view name, std::string_view key,
    const directory::Visit<const directory::RegisterValue&>& visit) const {
    version_->read_register(name, key, visit);
}

void VersionView::read_person(
    std::string_view insz, const directory::Visit<const directory::RegisterValue&>& visit) const {
    version_->read_person(insz, visit);
}

void VersionView::links(std::string_view insz,
                        const directory::Visit<const directory::Link&>& visit) const {
    version_->links(insz, visit);
}

std::string VersionView::resolve(std::string_view number) const {
    const auto person = directory::parse_insz(number);
    if (!person) return std::string(number);
    const directory::PersonKey now = version_->resolve(*person);
    return now == *person ? std::string(number) : directory::to_insz(now);
}

}  // namespace rules

#include "app/directory_figures.hpp"

#include <algorithm>
#include <unordered_map>
#include <vector>

#include "directory/codes.hpp"

namespace app {

using directory::Holding;
using directory::PersonKey;

namespace {

constexpr int stale_years = 110;

// What a row's kind of holder counts into, found once for each kind and not for each row.
struct Place {
    GroupFigures* group = nullptr;
    InstitutionFigures* institution = nullptr;
    bool odd = false;
};

class Counter {
  public:
    Counter(const directory::Version& version, core::Date at, DirectoryFigures& figures)
        : version_(version), at_(at), year_(core::civil(at).year), figures_(figures) {}

    void row(PersonKey person, const Holding& holding) {
        if (person != person_) begin(person);
        const Place& place = place_of(holding);
        InstitutionFigures& institution = *place.institution;
        const bool in_force = holding.covers(at_);
        ++place.group->rows;
        ++institution.rows;
        institution.replaced += replaced_ ? 1 : 0;
        institution.bis += bis_ ? 1 : 0;
        institution.odd_codes += place.odd ? 1 : 0;
        institution.future += at_ < holding.from ? 1 : 0;
        if (!in_force) return;
        ++place.group->in_force;
        ++institution.in_force;
        institution.stale += old_ ? 1 : 0;
        if (std::find(seen_.begin(), seen_.end(), &institution) == seen_.end()) {
            seen_.push_back(&institution);
            ++institution.persons;
        } else {
            ++institution.overlaps;
        }
    }

  private:
    void begin(PersonKey person) {
        person_ = person;
        seen_.clear();
        replaced_ = version_.resolve(person) != person;
        const bool from_2000 = person.value >= 1'000'000'000;
        const std::uint32_t nine = person.value % 1'000'000'000;
        const int year = static_cast<int>(nine / 10'000'000) + (from_2000 ? 2000 : 1900);
        bis_ = nine / 100'000 % 100 > 12;
        old_ = year_ - year >= stale_years;
    }

    // A kind of holder has its number at one address for as long as the version is open.
    const Place& place_of(const Holding& holding) {
        Place& place = places_[holding.partner.data()];
        if (place.group != nullptr) return place;
        using directory::Known;
        place.group = &figures_.groups[{holding.sector, holding.institution_type, holding.quality}];
        place.institution = &figures_.institutions[std::string(holding.partner)];
        place.odd = directory::know_type(holding.sector, holding.institution_type) != Known::yes ||
                    directory::know_quality(holding.sector, holding.quality) != Known::yes;
        return place;
    }

    const directory::Version& version_;
    core::Date at_;
    int year_;
    DirectoryFigures& figures_;
    std::unordered_map<const char*, Place> places_;
    std::vector<const InstitutionFigures*> seen_;
    PersonKey person_{UINT32_MAX};
    bool replaced_ = false, bis_ = false, old_ = false;
};

}  // namespace

DirectoryFigures directory_figures(const directory::Version& version, core::Date at) {
    DirectoryFigures figures;
    Counter counter(version, at, figures);
    version.each_row(
        [&](PersonKey person, const Holding& holding) { counter.row(person, holding); });
    return figures;
}

}  // namespace app

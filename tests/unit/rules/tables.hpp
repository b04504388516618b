#pragma once
// Directories made of plain rows, and records made of plain fields, for the tests of this room.
#include <map>
#include <string>
#include <vector>

#include "rules/decide.hpp"

namespace tables {

inline core::Date day(std::string_view text) {
    return text.empty() ? directory::open_end : *core::parse_date(text);
}

// As the CSV of the persons table has it.
struct PersonRow {
    std::string insz, partner;
    int sector = 0, type = 0, quality = 0;
    std::string from, to;
};
struct AuthorisationRow {
    std::string id;
    directory::SubjectKind kind = directory::SubjectKind::institution;
    std::string subject, message, quality, fields, from, to, deliberation;
};
struct MandateRow {
    std::string sender, capacity, employer, subjects, from, to;
};

class Directory : public rules::DirectoryView {
  public:
    std::vector<PersonRow> persons;
    std::vector<MandateRow> mandate_rows;
    std::map<std::string, std::string> replaced;  // old -> new

    void authorise(const std::vector<AuthorisationRow>& rows) {
        for (const AuthorisationRow& row : rows) {
            directory::Authorisation one{row.id,        row.kind,    row.subject,
                                         row.message,   row.quality, {},
                                         day(row.from), day(row.to), row.deliberation};
            std::string name;
            for (const char c : row.fields + " ") {
                if (c != ' ')
                    name += c;
                else if (!name.empty())
                    one.fields.push_back(std::exchange(name, {}));
            }
            authorisations_.push_back(std::move(one));
        }
    }
    void offer(std::vector<directory::Availability> rows) { availability_ = std::move(rows); }

    const std::string& version() const override { return version_; }
    bool has_persons() const override { return !persons.empty(); }
    bool has_authorisations() const override { return !authorisations_.empty(); }
    bool has_mandates() const override { return !mandate_rows.empty(); }
    void find(std::span<const std::string_view> numbers,
              std::span<rules::Person> out) const override {
        for (std::size_t i = 0; i < numbers.size(); ++i) {
            std::string number(numbers[i]);
            const auto now = replaced.find(number);
            out[i].replaced = now != replaced.end();
            out[i].holdings.clear();
            if (out[i].replaced) number = now->second;
            for (const PersonRow& row : persons)
                if (row.insz == number)
                    out[i].holdings.push_back({row.partner, static_cast<std::uint16_t>(row.sector),
                                               static_cast<std::uint16_t>(row.type),
                                               static_cast<std::uint16_t>(row.quality),
                                               day(row.from), day(row.to)});
        }
    }
    std::span<const directory::Authorisation> authorisations() const override {
        return authorisations_;
    }
    std::span<const directory::Availability> availability(std::string_view data) const override {
        const bool known = !availability_.empty() && availability_.front().data == data;
        return known ? std::span(availability_) : std::span<const directory::Availability>();
    }
    std::vector<directory::Mandate> mandates(std::string_view sender,
                                             std::string_view employer) const override {
        std::vector<directory::Mandate> list;
        for (const MandateRow& row : mandate_rows)
            if (row.sender == sender && (row.employer == employer || row.employer.empty()))
                list.push_back({row.sender, row.capacity, row.employer, row.subjects, day(row.from),
                                day(row.to)});
        return list;
    }

  private:
    std::string version_ = "2026-11-22.1";
    std::vector<directory::Authorisation> authorisations_;
    std::vector<directory::Availability> availability_;
};

// Fields by index of the job; a slot of a condition is a field too.
struct Records : rules::Records {
    std::vector<std::vector<std::string>> rows;
    std::size_t size() const override { return rows.size(); }
    std::string_view field(std::size_t record, std::size_t field) const override {
        return rows[record][field];
    }
    std::optional<std::string_view> value(std::size_t, std::size_t) const override { return {}; }
};

inline job::Partner partner(std::string number, std::string sector = {}, std::string type = {},
                            std::string cbe = {}) {
    job::Partner one;
    one.number = std::move(number);
    one.sector = std::move(sector);
    one.institution = std::move(type);
    one.cbe = std::move(cbe);
    return one;
}

inline job::RouteTarget named(std::string number) {
    job::RouteTarget target;
    target.partner = std::move(number);
    return target;
}

inline job::RouteTarget holders(std::string quality, std::string date = {}) {
    job::RouteTarget target;
    target.select = job::RouteTarget::Select::holders;
    target.of = "person";
    target.quality = std::move(quality);
    target.date = std::move(date);
    return target;
}

// A job whose records are (person, date, employer).
inline job::Job job_of(std::vector<job::RouteTarget> routes) {
    job::Job job;
    job.subject = "DMFA";
    for (const char* name : {"person", "date", "employer"}) {
        job::Field field;
        field.name = name;
        job.fields.push_back(field);
    }
    job.routes = std::move(routes);
    return job;
}

inline job::Authorise path_a(std::string quality, job::SenderCheck sender,
                             std::string message = "DMFA") {
    job::Authorise rule;
    rule.path = "A";
    rule.message = std::move(message);
    rule.quality = std::move(quality);
    rule.person = "person";
    rule.sender = sender;
    return rule;
}

}  // namespace tables

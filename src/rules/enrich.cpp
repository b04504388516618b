#include "rules/enrich.hpp"

#include <algorithm>
#include <charconv>

#include "xml/writer.hpp"

namespace rules {

// No value of a table: control characters do not stand in one.
static const std::string absent(1, '\x01');

static const std::vector<std::string>& registers_of_persons() {
    static const std::vector<std::string> names{"rn", "radies", "bis"};
    return names;
}

static core::Date years_before(core::Date at, int years) {
    if (years < 0) return core::Date{-1'000'000};
    const core::YearMonthDay day = core::civil(at);
    const bool leap = day.month == 2 && day.day == 29;
    return core::date_of(day.year - years, day.month, leap ? 28 : day.day);
}

// ---- who may know what ----

int Enricher::Grant::years_of(std::string_view group) const {
    if (!allowed) return -2;
    if (const auto at = years.find(group); at != years.end()) return at->second;
    return everything ? 0 : -2;
}

Enricher::Enricher(const Rules& rules, const schema::Schema& schema)
    : rules_(rules),
      directory_(rules.input().main),
      named_spaces_(!rules.job().document.steps.empty() &&
                    !rules.job().document.steps.front().name.space.empty()) {
    const job::Job& job = rules.job();
    const auto field = [&](const std::string& name) {
        const auto at = std::find_if(job.fields.begin(), job.fields.end(),
                                     [&](const job::Field& one) { return one.name == name; });
        return static_cast<std::size_t>(at - job.fields.begin());
    };
    for (const job::Enrich& enrich : job.enrichments) {
        Source source;
        source.enrich = &enrich;
        std::string fault;
        source.place = job::place_of(schema, job, enrich, fault);
        source.key = field(enrich.person);
        if (!fault.empty() || source.key == job.fields.size() || !job.authorise) continue;
        if (!enrich.date.empty()) source.date = static_cast<std::uint32_t>(field(enrich.date));
        source.registers = enrich.source == "person" ? registers_of_persons()
                                                     : std::vector<std::string>{enrich.source};
        sources_.push_back(std::move(source));
    }
    if (directory_ == nullptr) return;
    for (const Source& source : sources_)
        for (const std::string& name : source.registers)
            for (const job::Partner& partner : rules.input().partners->list) {
                job::Authorise asked = *job.authorise;
                asked.message = std::string(register_prefix) + name;
                Grant grant;
                grant.clearance =
                    clear(*directory_, asked, &partner, Side::recipient, rules.input().received);
                grant.allowed = grant.clearance.allowed;
                grant.everything = grant.clearance.all_groups;
                for (const std::string& text : grant.clearance.groups) {
                    const std::size_t mark = text.find('@');
                    int years = 0;
                    const bool all = mark != std::string::npos && text.substr(mark + 1) == "*";
                    if (all) years = -1;
                    if (mark != std::string::npos && !all)
                        std::from_chars(text.data() + mark + 1, text.data() + text.size(), years);
                    // What is not understood allows no history.
                    if (years < 0 && !all) years = 0;
                    int& known = grant.years.try_emplace(text.substr(0, mark), years).first->second;
                    known = known < 0 || years < 0 ? -1 : std::max(known, years);
                }
                grants_[partner.number].insert_or_assign(name, std::move(grant));
            }
}

const Enricher::Grant* Enricher::grant(std::string_view recipient,
                                       const std::string& register_name) const {
    const auto partner = grants_.find(std::string(recipient));
    if (partner == grants_.end()) return nullptr;
    const auto found = partner->second.find(register_name);
    return found == partner->second.end() || !found->second.allowed ? nullptr : &found->second;
}

std::string Enricher::ground(std::string_view recipient) const {
    std::string text;
    for (const Source& source : sources_)
        for (const std::string& name : source.registers)
            if (const Grant* given = grant(recipient, name)) {
                const std::string& row = given->clearance.ground;
                if (("+" + text + "+").find("+" + row + "+") == std::string::npos)
                    text += (text.empty() ? "" : "+") + row;
            }
    return text;
}

std::vector<RuleStep> Enricher::explain(std::string_view recipient) const {
    std::vector<RuleStep> steps;
    for (const Source& source : sources_)
        for (const std::string& name : source.registers) {
            const Grant* given = grant(recipient, name);
            RuleStep step{"enrich", given != nullptr, {}, {}, {}};
            const std::string of = "'" + source.enrich->element.local + "' of register " + name;
            step.words = of + (given ? " may be added" : " is not added: not authorised for it");
            if (given != nullptr) {
                step.row = given->clearance.ground;
                if (!given->clearance.steps.empty())
                    step.deliberation = given->clearance.steps.back().deliberation;
            }
            steps.push_back(std::move(step));
        }
    return steps;
}

// ---- what there is to know ----

static std::string text_of(core::Date date) {
    return date == directory::open_end ? absent : core::to_string(date);
}

void Enricher::holders(const Source& source, const Person& person, const Grant& grant,
                       core::Date at, std::vector<Row>& out) const {
    const QualityAsked quality(source.enrich->quality);
    const int granted = grant.years_of("holders");
    if (granted < -1) return;
    const int asked = source.enrich->history_years;
    const core::Date since = years_before(at, granted < 0 ? asked : std::min(asked, granted));
    for (const directory::Holding& one : person.holdings) {
        if (!quality.any && quality.number != one.quality) continue;
        if (one.to < since || at < one.from) continue;
        Row row;
        for (const job::Enrich::Value& value : source.enrich->values) {
            if (value.of == "partner")
                row.values.push_back(names_partner(one) ? std::string(one.partner) : absent);
            else if (value.of == "sector")
                row.values.push_back(std::to_string(one.sector));
            else if (value.of == "institution")
                row.values.push_back(std::to_string(one.institution_type));
            else if (value.of == "quality")
                row.values.push_back(std::to_string(one.quality));
            else
                row.values.push_back(text_of(value.of == "from" ? one.from : one.to));
        }
        out.push_back(std::move(row));
    }
}

void Enricher::links(const Source& source, std::string_view number, std::vector<Row>& out) const {
    directory_->links(number, [&](const directory::Link& link) {
        Row row;
        for (const job::Enrich::Value& value : source.enrich->values)
            row.values.emplace_back(value.of == "country" ? link.country : link.key);
        out.push_back(std::move(row));
    });
}

// Of a register: how things stood on the reference date, and before that on each day on which
// something began that may be known.
void Enricher::values(const Source& source, std::string_view number, std::string_view recipient,
                      core::Date at, std::vector<Row>& out) const {
    struct Known {
        directory::RegisterValue value;
        core::Date since;  // from here on it may be told
    };
    std::vector<Known> known;
    std::vector<core::Date> days{at};
    const auto take = [&](const directory::RegisterValue& value) {
        const Grant* given = grant(recipient, std::string(value.register_name));
        const int granted = given == nullptr ? -2 : given->years_of(value.group);
        if (granted < -1) return;
        const int asked = source.enrich->history_years;
        const core::Date since = years_before(at, granted < 0 ? asked : std::min(asked, granted));
        if (value.to < since || at < value.from) return;
        known.push_back({value, since});
        days.push_back(std::max(since, value.from));
    };
    if (source.enrich->source == "person")
        directory_->read_person(number, take);
    else
        directory_->read_register(source.enrich->source, number, take);
    std::sort(days.begin(), days.end(), std::greater<>());
    days.erase(std::unique(days.begin(), days.end()), days.end());
    for (const core::Date day : days) {
        Row row;
        row.values.assign(source.enrich->values.size(), absent);
        const directory::RegisterValue* last = nullptr;
        bool any = false;
        for (const Known& one : known) {
            if (!one.value.covers(day) || day < one.since) continue;
            if (last == nullptr || last->from < one.value.from) last = &one.value;
            const std::string name(one.value.name),
                whole = std::string(one.value.group) + "/" + name;
            for (std::size_t i = 0; i < row.values.size(); ++i) {
                const std::string& of = source.enrich->values[i].of;
                if (of != name && of != whole) continue;
                row.values[i] = one.value.value;
                any = true;
            }
        }
        if (!any) continue;
        for (std::size_t i = 0; i < row.values.size(); ++i) {
            const std::string& of = source.enrich->values[i].of;
            if (of == "source") row.values[i] = last->register_name;
            if (of == "from") row.values[i] = core::to_string(last->from);
        }
        if (out.empty() || !(out.back() == row)) out.push_back(std::move(row));
    }
}

std::vector<Enricher::Row> Enricher::rows(const Source& source, std::string_view number,
                                          const Person& person, std::string_view recipient,
                                          core::Date at) const {
    std::vector<Row> list;
    if (source.enrich->source == "holders") {
        if (const Grant* given = grant(recipient, "holders"))
            holders(source, person, *given, at, list);
    } else if (source.enrich->source == "links") {
        if (const Grant* given = grant(recipient, "links"); given && given->years_of("links") >= -1)
            links(source, number, list);
    } else {
        values(source, number, recipient, at, list);
    }
    // What the schema does not take is left out, and the row with it where it may not be missing.
    std::erase_if(list, [&](Row& row) {
        for (std::size_t i = 0; i < row.values.size(); ++i) {
            const auto& rule = source.place.values[i];
            if (row.values[i] == absent || !rule.takes(row.values[i])) row.values[i] = absent;
            if (row.values[i] == absent && rule.required) return true;
        }
        return std::all_of(row.values.begin(), row.values.end(),
                           [](const std::string& value) { return value == absent; });
    });
    std::vector<Row> distinct;
    for (Row& row : list)
        if (std::find(distinct.begin(), distinct.end(), row) == distinct.end())
            distinct.push_back(std::move(row));
    const std::uint64_t most = source.enrich->item ? source.place.rows_max : 1;
    if (distinct.size() > most) distinct.resize(static_cast<std::size_t>(most));
    if (distinct.size() < source.place.rows_min) distinct.clear();
    return distinct;
}

// ---- as it stands in the record ----

namespace {

class Markup {
  public:
    explicit Markup(bool said) : said_(said) {}

    void open(const job::Name& name) {
        out_ += "<" + name.local;
        if (spaces_.empty() ? said_ || !name.space.empty() : spaces_.back() != name.space)
            out_ += " xmlns=\"" + xml::escape_attribute(name.space) + "\"";
        spaces_.push_back(name.space);
    }
    void attribute(const job::Name& name, const std::string& value) {
        out_ += " " + name.local + "=\"" + xml::escape_attribute(value) + "\"";
    }
    void begin() { out_ += ">"; }
    void text(const std::string& value) { out_ += xml::escape_text(value); }
    void close(const job::Name& name) {
        out_ += "</" + name.local + ">";
        spaces_.pop_back();
    }
    std::string take() { return std::move(out_); }

  private:
    bool said_;
    std::string out_;
    std::vector<std::string> spaces_;
};

}  // namespace

std::string Enricher::render(const Source& source, const std::vector<Row>& rows) const {
    if (rows.empty()) return {};
    const job::Enrich& enrich = *source.enrich;
    Markup markup(named_spaces_);
    const auto fill = [&](const job::Name& holder, const Row& row) {
        markup.open(holder);
        for (std::size_t i = 0; i < row.values.size(); ++i)
            if (enrich.values[i].attribute && row.values[i] != absent)
                markup.attribute(enrich.values[i].name, row.values[i]);
        markup.begin();
        for (std::size_t i = 0; i < row.values.size(); ++i) {
            const job::Enrich::Value& value = enrich.values[i];
            if (value.attribute || row.values[i] == absent) continue;
            if (!value.name.local.empty()) {
                markup.open(value.name);
                markup.begin();
            }
            markup.text(row.values[i]);
            if (!value.name.local.empty()) markup.close(value.name);
        }
        markup.close(holder);
    };
    if (!enrich.item) {
        fill(enrich.element, rows.front());
        return markup.take();
    }
    markup.open(enrich.element);
    markup.begin();
    for (const Row& row : rows) fill(*enrich.item, row);
    markup.close(enrich.element);
    return markup.take();
}

std::vector<Additions> Enricher::add(
    const Records& records, const std::vector<const std::vector<std::string>*>& recipients) const {
    std::vector<Additions> all(records.size());
    std::vector<Person> persons(records.size());
    for (std::size_t s = 0; s < sources_.size(); ++s) {
        const Source& source = sources_[s];
        if (directory_ != nullptr && source.enrich->source == "holders") {
            std::vector<std::string_view> numbers;
            for (std::size_t i = 0; i < records.size(); ++i)
                numbers.push_back(records.field(i, source.key));
            directory_->find(numbers, persons);
        }
        for (std::size_t i = 0; i < records.size(); ++i) {
            const std::string number =
                directory_ == nullptr ? "" : directory_->resolve(records.field(i, source.key));
            const auto at = source.date == nobody ? rules_.input().received
                                                  : read_date(records.field(i, source.date));
            Additions& additions = all[i];
            if (s == 0) additions.of_recipient.resize(recipients[i]->size());
            // What was told apart by an earlier source stays apart.
            std::vector<std::vector<std::string>> forms;
            for (std::size_t r = 0; r < recipients[i]->size(); ++r) {
                std::vector<std::string> texts;
                if (s > 0) texts = additions.forms[additions.of_recipient[r]];
                const std::string& recipient = (*recipients[i])[r];
                texts.push_back(
                    directory_ == nullptr || !at || number.empty()
                        ? std::string()
                        : render(source, rows(source, number, persons[i], recipient, *at)));
                const auto known = std::find(forms.begin(), forms.end(), texts);
                additions.of_recipient[r] = static_cast<std::uint32_t>(known - forms.begin());
                if (known == forms.end()) forms.push_back(std::move(texts));
            }
            additions.forms = std::move(forms);
        }
    }
    return all;
}

std::string Enricher::inserted(std::string_view record,
                               const std::vector<std::string>& texts) const {
    std::string whole(record);
    for (std::size_t i = 0; i < sources_.size(); ++i)
        whole =
            put_child(whole, sources_[i].enrich->element.local, sources_[i].place.before, texts[i]);
    return whole;
}

}  // namespace rules

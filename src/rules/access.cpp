#include "rules/access.hpp"

#include <algorithm>
#include <charconv>

namespace rules {

using directory::Authorisation;
using directory::SubjectKind;

namespace {

std::optional<int> whole(std::string_view text) {
    int value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (text.empty() || error != std::errc() || end != text.data() + text.size() || value < 0)
        return std::nullopt;
    return value;
}

bool same_code(std::string_view a, std::string_view b) {
    if (a == b) return true;
    const auto left = whole(a), right = whole(b);
    return left && right && *left == *right;
}

// "18:0": sector and institution type.
bool is_institution(std::string_view subject, const job::Partner& partner) {
    const std::size_t colon = subject.find(':');
    return colon != std::string_view::npos && !partner.sector.empty() &&
           !partner.institution.empty() && same_code(subject.substr(0, colon), partner.sector) &&
           same_code(subject.substr(colon + 1), partner.institution);
}

bool names(std::string_view subject, const job::Partner& partner) {
    return !subject.empty() && (subject == partner.number || is_institution(subject, partner) ||
                                subject == partner.cbe);
}

// NAME, or NAME@INSTITUTION where the row says for whom.
struct Qualified {
    std::string_view name, institution;
};
Qualified split(std::string_view subject) {
    const std::size_t at = subject.find('@');
    if (at == std::string_view::npos) return {subject, {}};
    return {subject.substr(0, at), subject.substr(at + 1)};
}

// A row for every message gives no register: whoever reads one is named for it.
bool has_message(const Authorisation& row, std::string_view message) {
    return row.message == message ||
           (row.message == "*" && message.substr(0, register_prefix.size()) != register_prefix);
}

bool has_quality(const Authorisation& row, std::string_view asked) {
    return asked.empty() || row.quality.empty() || row.quality == "*" ||
           same_code(row.quality, asked);
}

using Rows = std::vector<const Authorisation*>;

template <class Predicate>
Rows select(const Rows& rows, Predicate predicate) {
    Rows kept;
    std::copy_if(rows.begin(), rows.end(), std::back_inserter(kept),
                 [&](const Authorisation* row) { return predicate(*row); });
    return kept;
}

// The question of one rule: rows that answer it at all, and those of them in force today.
class Question {
  public:
    Question(Clearance& clearance, core::Date at) : clearance_(clearance), at_(at) {}

    // False: the rule is not met, and the clearance says why.
    bool ask(std::string rule, const Rows& rows, Rows& valid, std::string met, std::string unmet) {
        valid = select(rows, [&](const Authorisation& row) { return row.covers(at_); });
        RuleStep step{std::move(rule), !valid.empty(), {}, {}, {}};
        if (step.met) {
            step.row = valid.front()->id;
            step.deliberation = valid.front()->deliberation;
            step.words = std::move(met);
        } else if (!rows.empty()) {
            step.row = rows.front()->id;
            step.deliberation = rows.front()->deliberation;
            step.words = "not in force";
        } else {
            step.words = std::move(unmet);
        }
        return add(std::move(step));
    }

    bool add(RuleStep step) {
        const bool met = step.met;
        if (!met) {
            clearance_.reason = step.rule + " " + step.words;
            if (!step.row.empty()) clearance_.reason += " (" + step.row + ")";
        }
        clearance_.steps.push_back(std::move(step));
        return met;
    }

  private:
    Clearance& clearance_;
    core::Date at_;
};

// One row without a list gives everything; else all rows together give what they name.
void grant(Clearance& clearance, const Rows& rows) {
    clearance.allowed = true;
    clearance.all_groups = false;
    auto& groups = clearance.groups;
    std::string everything, named;
    for (const Authorisation* row : rows) {
        if (row->fields.empty() && everything.empty()) everything = row->id;
        named += (named.empty() ? "" : "+") + row->id;
        groups.insert(groups.end(), row->fields.begin(), row->fields.end());
    }
    clearance.all_groups = !everything.empty();
    clearance.ground = clearance.all_groups ? everything : named;
    std::sort(groups.begin(), groups.end());
    groups.erase(std::unique(groups.begin(), groups.end()), groups.end());
}

Rows rows_of(const DirectoryView& directory, SubjectKind kind) {
    Rows rows;
    for (const Authorisation& row : directory.authorisations())
        if (row.kind == kind) rows.push_back(&row);
    std::sort(rows.begin(), rows.end(),
              [](const Authorisation* a, const Authorisation* b) { return a->id < b->id; });
    return rows;
}

// A1a and A1b for a user or application that the job names.
bool may_act(Question& question, const DirectoryView& directory, SubjectKind kind,
             const std::string& name, const job::Authorise& rule, const job::Partner& partner) {
    const Rows acting = select(rows_of(directory, kind), [&](const Authorisation& row) {
        const Qualified subject = split(row.subject);
        return subject.name == name &&
               (subject.institution.empty() || names(subject.institution, partner));
    });
    const std::string who = std::string(to_string(kind));
    Rows valid;
    if (!question.ask("A1a", acting, valid, "the " + who + " may act for the institution",
                      who + " may not act for the institution"))
        return false;
    const Rows having =
        select(acting, [&](const Authorisation& row) { return has_message(row, rule.message); });
    return question.ask("A1b", having, valid, "the " + who + " may have the message",
                        who + " may not have the message");
}

void clear_path_a(Clearance& clearance, Question& question, const DirectoryView& directory,
                  const job::Authorise& rule, const job::Partner& partner, Side side) {
    const Rows own = select(rows_of(directory, SubjectKind::institution),
                            [&](const Authorisation& row) { return names(row.subject, partner); });
    const Rows having =
        select(own, [&](const Authorisation& row) { return has_message(row, rule.message); });
    Rows valid;
    const bool in_its_own_name =
        side == Side::recipient || (rule.user.empty() && rule.application.empty());
    if (in_its_own_name) {
        question.add({"A1a", true, {}, {}, "the institution acts in its own name"});
        if (!question.ask("A1b", having, valid, "the institution may have the message",
                          "not authorised for the message"))
            return;
    } else {
        if (!rule.user.empty() &&
            !may_act(question, directory, SubjectKind::user, rule.user, rule, partner))
            return;
        if (!rule.application.empty() && !may_act(question, directory, SubjectKind::application,
                                                  rule.application, rule, partner))
            return;
    }
    const Rows in_quality =
        select(having, [&](const Authorisation& row) { return has_quality(row, rule.quality); });
    if (question.ask("A2", in_quality, valid, "the message is allowed in this quality",
                     "not authorised for the quality"))
        grant(clearance, valid);
}

// A framework's row names the enterprise or institution itself, with or without the framework
// behind an @; or it names the framework, and a row of the institution the message.
void clear_path_b(Clearance& clearance, Question& question, const DirectoryView& directory,
                  const job::Authorise& rule, const job::Partner& partner) {
    const auto fits = [&](const Authorisation& row) {
        return has_message(row, rule.message) && has_quality(row, rule.quality);
    };
    const Rows frameworks = select(rows_of(directory, SubjectKind::framework), fits);
    const Rows named = select(frameworks, [&](const Authorisation& row) {
        const Qualified subject = split(row.subject);
        return names(subject.name, partner) &&
               (rule.framework.empty() || subject.institution.empty() ||
                subject.institution == rule.framework);
    });
    const Rows general = select(frameworks, [&](const Authorisation& row) {
        return !rule.framework.empty() && row.subject == rule.framework;
    });
    Rows valid;
    const char* met = "the message is allowed under the legal framework";
    const char* unmet = "not authorised under the legal framework";
    if (!named.empty() || general.empty()) {
        if (question.ask("B1", named, valid, met, unmet)) grant(clearance, valid);
        return;
    }
    if (!question.ask("B1", general, valid, met, unmet)) return;
    const Rows own =
        select(rows_of(directory, SubjectKind::institution),
               [&](const Authorisation& row) { return names(row.subject, partner) && fits(row); });
    if (question.ask("B1", own, valid, "the institution may have the message", unmet))
        grant(clearance, valid);
}

}  // namespace

Clearance clear(const DirectoryView& directory, const job::Authorise& rule,
                const job::Partner* institution, Side side, core::Date received) {
    Clearance clearance;
    if (!directory.has_authorisations()) {
        clearance.reason = no_directory_words;
        return clearance;
    }
    Question question(clearance, received);
    if (institution == nullptr) {
        question.add({rule.path == "B" ? "B1" : "A1a", false, {}, {}, "unknown institution"});
        return clearance;
    }
    if (rule.path == "B")
        clear_path_b(clearance, question, directory, rule, *institution);
    else
        clear_path_a(clearance, question, directory, rule, *institution, side);
    return clearance;
}

// ---- persons ----

QualityAsked::QualityAsked(std::string_view text)
    : any(text.empty()), number(whole(text).value_or(-1)) {}

bool names_partner(const directory::Holding& row) {
    return row.partner.find_first_not_of(std::string_view("0 \0", 3)) != std::string_view::npos;
}

bool holds(const directory::Holding& row, const job::Partner& institution) {
    if (names_partner(row)) return row.partner == institution.number;
    const auto sector = whole(institution.sector), type = whole(institution.institution);
    return sector && type && *sector == row.sector && *type == row.institution_type;
}

bool in_force(const directory::Holding& row, const QualityAsked& quality, core::Date at) {
    return (quality.any || quality.number == row.quality) && row.covers(at);
}

bool integrated(const Person& person, const job::Partner& institution, const QualityAsked& quality,
                core::Date at) {
    return std::any_of(person.holdings.begin(), person.holdings.end(), [&](const auto& row) {
        return in_force(row, quality, at) && holds(row, institution);
    });
}

// ---- mandates ----

MandateVerdict check_mandate(const DirectoryView* directory, const job::Mandate& rule,
                             const job::Partner* sender, std::string_view employer,
                             std::optional<core::Date> reference, core::Date received) {
    if (directory == nullptr || !directory->has_mandates()) return MandateVerdict::unknown;
    if (sender == nullptr || employer.empty() || !reference) return MandateVerdict::none;
    const std::string_view capacity = rule.capacity.empty() ? sender->capacity : rule.capacity;
    const auto list = directory->mandates(sender->number, employer);
    // The same mandate need not cover both days: one may follow another without a gap.
    const auto on = [&](core::Date day, bool whatever) {
        return std::any_of(list.begin(), list.end(), [&](const directory::Mandate& mandate) {
            const bool fits = (mandate.capacity.empty() || mandate.capacity == "*" ||
                               same_code(mandate.capacity, capacity)) &&
                              mandate.names_subject(rule.subject);
            return mandate.covers(day) && (whatever || fits);
        });
    };
    if (on(*reference, false) && on(received, false)) return MandateVerdict::good;
    return on(*reference, true) && on(received, true) ? MandateVerdict::other
                                                      : MandateVerdict::none;
}

std::optional<core::Date> read_date(std::string_view text) {
    if (text.size() != 8) return core::parse_date(text);
    char dashed[10] = {0, 0, 0, 0, '-', 0, 0, '-', 0, 0};
    for (std::size_t i = 0, to = 0; i < 8; ++i, ++to) {
        if (dashed[to] == '-') ++to;
        dashed[to] = text[i];
    }
    return core::parse_date(std::string_view(dashed, 10));
}

}  // namespace rules

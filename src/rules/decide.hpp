#pragma once
// The job's decisions about records: whether the sender may send them, who gets each, and from whom
// it is withheld and why. Pure: no clock, no file, no database. What can be said without the record
// is said once, in Rules; a Decider asks the rest for each record.
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "job/condition_set.hpp"
#include "rules/access.hpp"

namespace rules {

inline constexpr std::uint32_t nobody = 0xFFFFFFFF;

struct RulesInput {
    const job::Job* job = nullptr;
    const job::Partners* partners = nullptr;
    std::string sender;                                    // partner number
    const DirectoryView* main = nullptr;                   // null: nothing is loaded
    std::map<std::string, const DirectoryView*> sectoral;  // by name
    core::Date received;                                   // in the home's zone
};

// Some records of one slice, as the stages before found them. Slots are those of
// Rules::conditions().
struct Records {
    virtual ~Records() = default;
    virtual std::size_t size() const = 0;
    virtual std::string_view field(std::size_t record, std::size_t field) const = 0;
    virtual std::optional<std::string_view> value(std::size_t record, std::size_t slot) const = 0;
};

// Immutable; one for a file, shared by its workers. What it was made of must outlive it.
class Rules {
  public:
    explicit Rules(RulesInput input);

    // Why the sender is not entitled to the message; empty where it is, and where nobody can say.
    const std::string& refusal() const { return refusal_; }
    const Clearance& sender() const { return sender_; }
    const job::ConditionSet& conditions() const { return conditions_; }
    // Does any decision depend on the directory?
    bool asks_directory() const { return !people_.empty() || job().authorise || job().mandate; }
    // What is known of a partner, by its place in the list of partners. Under <authorise> only.
    const Clearance& clearance(std::size_t partner) const { return clearances_[partner]; }
    // The job's groups that this partner is not given; bit i: groups[i].
    std::uint64_t hidden_groups(std::string_view partner) const;

    const job::Job& job() const { return *input_.job; }
    const RulesInput& input() const { return input_; }

  private:
    friend class Decider;
    // Whose rows are looked up for each record: a field and a directory.
    struct People {
        std::size_t field;
        const DirectoryView* directory;
        auto operator<=>(const People&) const = default;
    };
    struct Target {
        std::uint32_t partner = nobody;  // named; or
        std::uint32_t people = nobody;   // whose holders
        std::uint32_t date_field = nobody;
        const DirectoryView* directory = nullptr;
        QualityAsked quality{""};
        std::vector<std::uint32_t> sources;
        std::vector<std::string> unknown_sources;
    };
    std::uint32_t partner_index(std::string_view number) const;
    std::uint32_t field_index(const std::string& name) const;
    std::uint32_t people_index(const std::string& field, const DirectoryView* directory);
    const DirectoryView* directory_of(const std::string& name) const;
    void add_target(const job::RouteTarget& target, std::vector<const job::Condition*>& conditions);
    void add_sources(const job::RouteTarget& route, Target& target) const;
    // Every partner of a sector and institution type.
    const std::vector<std::uint32_t>* institutions(std::uint32_t sector, std::uint32_t type) const;

    RulesInput input_;
    job::ConditionSet conditions_;  // of targets_, one each
    std::vector<Target> targets_;
    std::vector<People> people_;
    std::unordered_map<std::string_view, std::uint32_t> by_number_;
    std::map<std::pair<std::uint32_t, std::uint32_t>, std::vector<std::uint32_t>> by_institution_;
    std::vector<Clearance> clearances_;
    Clearance sender_;
    std::string refusal_;
    std::uint32_t sender_index_ = nobody;
    std::uint32_t person_ = nobody;  // in people_: whom <authorise> is about
    std::uint32_t person_field_ = nobody;
    std::uint32_t date_ = nobody;                              // field of its reference date
    std::uint32_t employer_ = nobody, mandate_date_ = nobody;  // fields of <mandate>
    QualityAsked quality_{""};
    bool sender_holds_asked_ = false;
};

struct Decision {
    std::vector<std::string> recipients;  // sorted, each once
    std::vector<std::string> grounds;     // of each; empty where the job asks for none
    std::vector<std::pair<std::string, std::string>> withheld;  // (recipient, or "holders" or
                                                                // "sources"; stable words), sorted
};

struct Verdict {
    std::uint32_t decision = 0;  // index in Decider::decisions()
    bool sender_holds = true;    // false: the record is rejected (A3 of the sender)
    bool replaced = false;       // the person of <authorise> or of a route has another number now
    MandateVerdict mandate = MandateVerdict::good;
};

// For people: why a partner was or was not given one record.
struct Told {
    std::string recipient;
    bool delivered = false;
    std::string selected;  // how the job came to this recipient
    std::string reason;    // where withheld
    std::vector<RuleStep> steps;
};

// One for each slice and thread.
class Decider {
  public:
    explicit Decider(const Rules& rules);
    // One verdict for each record.
    std::vector<Verdict> decide(const Records& records);
    const std::vector<Decision>& decisions() const { return decisions_; }  // distinct
    // The same again for one record, with every rule.
    std::vector<Told> explain(const Records& records, std::size_t record);

  private:
    enum class Cause : unsigned char {
        none,
        clearance,
        not_integrated,
        no_person,
        no_date,
        no_directory,
        unknown_partner,
        no_mandates
    };
    struct Candidate {
        std::uint32_t partner = nobody;
        std::uint32_t target = 0;
        Cause cause = Cause::none;
        std::string name;  // where the partner is nobody: "holders", a number that is not known
        std::string recipient(const Rules& rules) const;
    };
    void look_up(const Records& records, std::size_t begin, std::size_t count);
    Verdict decide_one(const Records& records, std::size_t record, std::size_t place);
    void select(const Records& records, std::size_t record, std::size_t place);
    void select_target(const Records& records, std::size_t record, std::size_t place,
                       std::uint32_t index);
    void select_holders(const Rules::Target& target, std::uint32_t index, const Person& person,
                        std::optional<core::Date> at);
    void select_sources(const Rules::Target& target, std::uint32_t index, const Person* person,
                        std::optional<core::Date> at);
    void add_row(const directory::Holding& row, std::uint32_t target);
    void check(Candidate& candidate, std::string_view number, std::size_t place,
               std::optional<core::Date> at) const;
    MandateVerdict mandate(const Records& records, std::size_t record);
    std::optional<core::Date> date(const Records& records, std::size_t record,
                                   std::uint32_t field) const;
    std::uint32_t keep();
    std::string reason(const Candidate& candidate) const;

    const Rules& rules_;
    job::ConditionRun conditions_;
    std::vector<std::vector<Person>> persons_;  // by people, then by place in the chunk
    std::vector<std::string_view> numbers_;
    std::vector<Candidate> candidates_;
    std::vector<Decision> decisions_;
    std::unordered_map<std::string, std::uint32_t> known_;
    std::string key_, mandate_key_;
    MandateVerdict mandate_verdict_ = MandateVerdict::good;
};

}  // namespace rules

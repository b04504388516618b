#pragma once
// One change of jobs/partners.xml by an operator: made in the text, checked as a whole, entered in
// the ledger with the old and the new version's digest, and only then put in place of the old one.
#include <optional>
#include <string>
#include <vector>

#include "app/home.hpp"
#include "io/lock.hpp"
#include "job/partners_edit.hpp"

namespace app {

class PartnerChange {
  public:
    // Reads the file under a lock. A Fault (usage) where --reason is missing, and a Fault (job)
    // where the file does not hold even before.
    PartnerChange(const Arguments& arguments, std::string command, std::string number);

    Home& home() { return home_; }
    job::PartnersEdit& edit() { return edit_; }
    const std::string& number() const { return number_; }
    const std::string& reason() const { return reason_; }
    bool plan() const { return plan_; }
    // As it was before the change. `partner()` is a Fault (usage) where there is none.
    const job::Partners& before() const { return before_; }
    const job::Partner& partner() const;

    // Checks, enters and replaces; or, for a plan, shows the lines that would change. `act` and
    // `more` (finished JSON members) go into the entry, `what` is said to people. 0.
    int apply(const std::string& act, const std::string& what, const std::string& more = {});
    // It cannot be done, and why; 1.
    int refuse(const std::string& why) const;

  private:
    void check(const std::string& text, const std::string& said_before) const;
    void enter(const std::string& act, const std::string& more);

    Home home_;
    std::string command_, number_, reason_;
    bool plan_;
    std::optional<io::Lock> lock_;
    std::string text_;  // as it was
    job::PartnersEdit edit_;
    job::Partners before_;
    std::string advice_;  // that the reader gave before
};

// A date option: "today", a date, or nothing where it was not given. A Fault (usage) for others.
std::optional<core::Date> date_option(const Home& home, const Arguments& arguments,
                                      std::string_view name);

// "partners.xml" of the digest that the newest entry names; empty: none yet.
std::string journalled_partners(const ledger::Ledger& book);

inline constexpr Option change_options[] = {
    {"reason", "TEXT", "why; it stands in the journal with your name (required)"},
    {"plan", "", "show the lines that would change, and do nothing"},
};

}  // namespace app

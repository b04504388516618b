#pragma once
// The job's decisions about one record: who gets it, and from whom it is withheld and why. Pure: no
// clock, no file, no database; what the reference directory says comes through DirectoryView.
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "job/job.hpp"

namespace rules {

// The seat of the reference directory. Deny by default: without one, everything that stands under
// authorise or holders is withheld.
struct DirectoryView {
    virtual ~DirectoryView() = default;
    // Partners (6 digits) that hold a file on this person in this quality at the reference date.
    virtual std::vector<std::string> holders(std::string_view person,
                                             std::string_view quality) const = 0;
    // May this recipient get this message about this person? The reason where it may not.
    virtual bool authorised(const job::Authorise& rule, std::string_view recipient,
                            std::string_view person, std::string& reason) const = 0;
};

// The data of one record, as the stages before found them.
struct RecordView {
    virtual ~RecordView() = default;
    virtual bool holds(const job::Condition& condition) const = 0;
    virtual std::string_view field(std::string_view name) const = 0;  // empty where it has none
};

struct Withheld {
    std::string recipient;  // a partner number, or "holders" / "sources" where nobody can be named
    std::string reason;     // stable words: "no directory", "not authorised: ..."
    auto operator<=>(const Withheld&) const = default;
};

struct Decision {
    std::vector<std::string> recipients;  // sorted, each once
    std::vector<Withheld> withheld;       // sorted, each once
};

// `directory` may be null: nothing is loaded.
Decision decide(const job::Job& job, const RecordView& record, const DirectoryView* directory);

}  // namespace rules

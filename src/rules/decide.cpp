#include "rules/decide.hpp"

#include <algorithm>

namespace rules {

static const char* const no_directory = "no directory";

template <class T>
static void sort_once(std::vector<T>& list) {
    std::sort(list.begin(), list.end());
    list.erase(std::unique(list.begin(), list.end()), list.end());
}

// The recipient's own check: a delivery is withheld, the record stays accepted (decisions 14).
static void check_access(const job::Job& job, const RecordView& record,
                         const DirectoryView* directory, Decision& decision) {
    if (!job.authorise) return;
    if (directory == nullptr) {
        for (std::string& recipient : decision.recipients)
            decision.withheld.push_back({std::move(recipient), no_directory});
        decision.recipients.clear();
        return;
    }
    const std::string_view person = record.field(job.authorise->person);
    std::vector<std::string> allowed;
    for (std::string& recipient : decision.recipients) {
        std::string reason;
        if (directory->authorised(*job.authorise, recipient, person, reason))
            allowed.push_back(std::move(recipient));
        else
            decision.withheld.push_back({std::move(recipient), "not authorised: " + reason});
    }
    decision.recipients = std::move(allowed);
}

Decision decide(const job::Job& job, const RecordView& record, const DirectoryView* directory) {
    using Select = job::RouteTarget::Select;
    Decision decision;
    for (const job::RouteTarget& target : job.routes) {
        if (target.when && !record.holds(*target.when)) continue;
        if (target.select == Select::partner) {
            decision.recipients.push_back(target.partner);
        } else if (directory == nullptr) {
            decision.withheld.push_back(
                {target.select == Select::holders ? "holders" : "sources", no_directory});
        } else {
            auto holders = directory->holders(record.field(target.of), target.quality);
            std::move(holders.begin(), holders.end(), std::back_inserter(decision.recipients));
        }
    }
    sort_once(decision.recipients);
    check_access(job, record, directory, decision);
    sort_once(decision.withheld);
    return decision;
}

}  // namespace rules

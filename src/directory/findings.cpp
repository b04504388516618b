#include "directory/findings.hpp"

#include <algorithm>
#include <tuple>

namespace directory {

static bool before(const RowFinding& a, const RowFinding& b) {
    // Errors before warnings, so that these never push one out.
    return std::tuple(!a.error, a.table, a.line, a.column) <
           std::tuple(!b.error, b.table, b.line, b.column);
}

void FindingList::add(RowFinding finding) {
    ++(finding.error ? errors_ : warnings_);
    if (shown_max_ == 0) return;
    if (list_.size() == shown_max_) {
        if (!before(finding, list_.front())) return;
        std::pop_heap(list_.begin(), list_.end(), before);
        list_.pop_back();
    }
    list_.push_back(std::move(finding));
    std::push_heap(list_.begin(), list_.end(), before);
}

std::vector<RowFinding> FindingList::take() {
    std::sort(list_.begin(), list_.end(), before);
    return std::move(list_);
}

}  // namespace directory

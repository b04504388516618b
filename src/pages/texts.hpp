#pragma once
// The words of status pages in the four languages; those of codes and states live in
// core/code_table.hpp.
#include <string_view>

#include "core/language.hpp"

namespace pages {

enum class Text : unsigned char {
    title,          // Status of your files
    made_at,        // As of
    to_do,          // What you have to do
    nothing_to_do,  // Nothing: ...
    files,
    file,
    state,
    received,
    deadline,
    finished,
    documents,
    records,
    accepted,
    rejected,
    next,      // Next step
    findings,  // Findings by cause
    code,
    severity,
    meaning,
    how_often,
    what_to_correct,
    examples,
    document,
    line,
    place,
    value,
    rejected_documents,
    receipts,
    none,
    more,      // more of the same kind are not listed
    absences,  // When we are not available
    from,
    until,
    planned,
    unplanned,
    unknown_end,
    skip,       // Skip to the files
    rehearsal,  // of the rehearsal environment
    acceptance,
    // next steps by state
    step_engine,
    step_mend_file,
    step_mend_records,
    step_operator,
    step_done,
    step_waiting,
};

std::string_view text(Text which, core::Language language);

}  // namespace pages

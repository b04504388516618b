#pragma once
// Flows in which records are questions to sources, and flows in which sources answer them: the
// checked content of <questions> and <answers>. Plain values; what is done with them is the app's.
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "job/job.hpp"
#include "job/read.hpp"

namespace job {

// Answers in the place of a source, in acceptance (S) alone. `fast`: in the next run. `slow`: half
// at once, the rest a day after the first answer went out. `late`: behind the last limit. `wrong`:
// as fast, with answers given twice, to questions nobody asked, and with a status nobody knows.
struct StandIn {
    enum class Manner : unsigned char { fast, slow, late, wrong } manner = Manner::fast;
    std::string source;  // 6 digits
};

struct Asking {
    std::string reference;  // field that tells the questions of a file apart
    std::string answers;    // name of the job in which the sources answer
    int after_hours = 0;    // from reception to the first answer; 0: by the agreed deadline
    int lead_hours = 24;    // so long before the agreed deadline, where `after_hours` is not given
    int follow_up_days = 10;  // from the first answer to the second, the last; 0: there is only one
    int remind_days = 0;      // between reminders to a source that still owes answers; 0: none
    std::string subject = "ANSW";         // of what is returned to the asker
    std::string open = "open";            // word for a question without an answer so far
    std::string timed_out = "timed out";  // and for one that stays without
    std::vector<StandIn> stand_ins;
    const StandIn* stand_in(std::string_view source) const;
};

struct AnswerStatus {
    std::string value;  // as the source writes it
    std::string word;   // as the asker reads it
};

struct Answering {
    std::string to;                         // name of the job that asks
    std::string reference, parcel, status;  // fields of an answer
    std::vector<AnswerStatus> statuses;     // at least one; the index is what the ledger keeps
    std::filesystem::path stand_in;         // what a stand-in writes; absolute; empty: none
    std::optional<std::size_t> find_status(std::string_view value) const;
};

struct Questions {
    std::optional<Asking> asking;
    std::optional<Answering> answering;
};

inline const Asking* asking_of(const Job& job) {
    return job.questions && job.questions->asking ? &*job.questions->asking : nullptr;
}
inline const Answering* answering_of(const Job& job) {
    return job.questions && job.questions->answering ? &*job.questions->answering : nullptr;
}

// That the two sides of each flow of questions belong together; needs all jobs of the home. False:
// they do not, as the diagnostics say.
bool check_questions(const std::vector<const Job*>& jobs, std::vector<Diagnostic>& diagnostics);

}  // namespace job

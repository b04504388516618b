#include "app/asking.hpp"

#include <algorithm>

#include "app/answers.hpp"
#include "app/json.hpp"
#include "job/questions.hpp"
#include "ledger/questions.hpp"

namespace app {

using ledger::EntryKind;

static constexpr std::int64_t second = 1'000'000, hour = 3600 * second, day = 24 * hour;

std::optional<std::size_t> reference_field(const job::Job& job) {
    const job::Asking* asking = job::asking_of(job);
    if (asking == nullptr) return std::nullopt;
    for (std::size_t i = 0; i < job.fields.size(); ++i)
        if (job.fields[i].name == asking->reference) return i;
    return std::nullopt;
}

// When the asker gets what there is: as the job says, but not behind the agreed deadline.
static core::Instant due_of(const ledger::File& file, const job::Asking& asking,
                            core::Instant now) {
    const std::int64_t received = file.received_at.microseconds;
    const std::int64_t deadline =
        file.deadline_at ? file.deadline_at->microseconds : received + 4 * day;
    const std::int64_t due = asking.after_hours > 0
                                 ? std::min(received + asking.after_hours * hour, deadline)
                                 : deadline - asking.lead_hours * hour;
    return core::Instant{std::max(due, now.microseconds)};
}

static void ask_sources(Home& home, ledger::Step& step, const Ending& ending,
                        const job::Asking& asking) {
    const core::Instant now = *ending.file.decided_at;
    std::vector<std::string> recipients;
    for (const auto& one : delivery_recipients(home, *ending.job, ending.file.identity.environment))
        recipients.push_back(one.number);
    ledger::QuestionFile file;
    file.file = ending.file.id;
    file.asked_at = now;
    file.due_at = due_of(ending.file, asking, now);
    file.follow_until = core::Instant{file.due_at.microseconds + asking.follow_up_days * day};
    if (asking.remind_days > 0)
        file.remind_at = core::Instant{now.microseconds + asking.remind_days * day};
    ledger::ask(home.ledger(), file, recipients);
    step.append(EntryKind::question, file.file, now,
                JsonObject()
                    .text("step", "asked")
                    .number("questions", file.questions)
                    .number("answers_expected", file.expected)
                    .text("due", core::to_string(file.due_at))
                    .text("until", core::to_string(file.follow_until))
                    .str());
}

static void take_answers(Home& home, ledger::Step& step, const Ending& ending) {
    const ledger::File& file = ending.file;
    std::vector<std::int64_t> refused;
    for (const auto& [ordinal, code] : home.ledger().refused_documents(file.id))
        refused.push_back(ordinal);
    if (std::find(refused.begin(), refused.end(), 0) != refused.end()) return;
    ledger::take_runs(home.ledger(), file.id, file.received_at, refused,
                      [&](ledger::FileId questions, std::int64_t answers) {
                          return step.append(EntryKind::question, questions, *file.decided_at,
                                             JsonObject()
                                                 .text("step", "answered")
                                                 .text("source", file.identity.sender)
                                                 .text("file", file.identity.text())
                                                 .number("answers", answers)
                                                 .str());
                      });
}

void ask_and_answer(Home& home, ledger::Step& step, const Ending& ending) {
    if (const job::Asking* asking = job::asking_of(*ending.job))
        ask_sources(home, step, ending, *asking);
    if (job::answering_of(*ending.job) != nullptr) take_answers(home, step, ending);
}

}  // namespace app

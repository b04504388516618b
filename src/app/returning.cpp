#include "app/returning.hpp"

#include <algorithm>
#include <iostream>
#include <sstream>

#include "app/answer_file.hpp"
#include "app/backup.hpp"
#include "app/json.hpp"
#include "app/log.hpp"
#include "app/sending_turn.hpp"
#include "app/stand_in.hpp"
#include "core/ensure.hpp"
#include "core/fault.hpp"
#include "io/crash_point.hpp"
#include "job/questions.hpp"
#include "outbox/merged_answers.hpp"

namespace app {

using ledger::EntryKind;
using ledger::OutgoingKind;
using ledger::OutgoingState;
using ledger::QuestionState;

// ---- what is due ----

// 0: nothing is; 1: the first of what is returned; 2: the follow-up. `subject`: of answers.
static int due_part(const Home& home, const ledger::Ledger& book, const ledger::QuestionFile& file,
                    const std::string& subject) {
    const core::Instant now = home.now();
    const auto answers_wait = [&] {
        return ledger::answers_wait(book, file.file, subject, file.follow_until);
    };
    if (file.state == QuestionState::open) {
        const bool last = file.complete() || file.follow_until <= file.due_at;
        if (!file.complete() && now < file.due_at) return 0;
        // Answers that came in time are read before it is too late for them.
        return last && !file.complete() && answers_wait() ? 0 : 1;
    }
    if (file.complete()) return 2;
    return now >= file.follow_until && !answers_wait() ? 2 : 0;
}

// How long somebody else than us was waited for: until the newest answer where all came, else
// until now.
static std::int64_t supplier_time(const ledger::QuestionFile& file, core::Instant now) {
    const core::Instant end = file.complete() ? file.last_at.value_or(now) : now;
    return std::max<std::int64_t>(0, end.microseconds - file.asked_at.microseconds);
}

// `name`: under which this part goes out.
static void enter_return(Home& home, ledger::Step& step, ledger::QuestionFile questions, int part,
                         bool last, const std::string& name) {
    const core::Instant now = home.now();
    const std::int64_t entry =
        step.append(EntryKind::question, questions.file, now,
                    JsonObject()
                        .text("step", "returned")
                        .number("part", part)
                        .boolean("last", last)
                        .text("name", name)
                        .number("answers_expected", questions.expected)
                        .number("answered", questions.answered)
                        .number("timed_out", last ? questions.expected - questions.answered : 0)
                        .number("supplier_microseconds", supplier_time(questions, now))
                        .str());
    if (part == 1) questions.first_cut = entry;
    if (last) questions.last_cut = entry;
    questions.state = last ? QuestionState::closed : QuestionState::returned;
    if (last) questions.remind_at.reset();
    ledger::update_question_file(home.ledger(), questions);
}

static void draw_return(Home& home, ledger::Step& step, const ledger::File& file,
                        const job::Asking& asking, const ledger::QuestionFile& questions,
                        int part) {
    const bool last =
        part == 2 || questions.complete() || questions.follow_until <= questions.due_at;
    const ledger::Outgoing row =
        draw_outgoing(home, step, file, OutgoingKind::answer, file.identity.sender, asking.subject,
                      std::string(part == 2 ? second_part : first_part), home.now());
    enter_return(home, step, questions, part, last, row.name);
}

// After a restore: what was returned behind the backup's back counts, and is not drawn again. One
// part in each step. False: there is none.
static bool count_restored(Home& home, ledger::Step& step, const ledger::QuestionFile& questions) {
    const int part = questions.state == QuestionState::open ? 1 : 2;
    for (ledger::Outgoing& row : home.ledger().outgoing(questions.file)) {
        if (row.kind != OutgoingKind::answer) continue;
        const bool last = row.detail == restored_answer(part, true);
        if (!last && row.detail != restored_answer(part, false)) continue;
        row.detail = std::string(part == 2 ? second_part : first_part);
        step.update_outgoing(row);
        enter_return(home, step, questions, part, last, row.name);
        return true;
    }
    return false;
}

// ---- reminders ----

static std::string parcel_name(const ledger::Ledger& book, const ledger::File& file,
                               const std::string& source) {
    for (const ledger::Outgoing& row : book.outgoing(file.id))
        if (row.kind == OutgoingKind::parcel && row.recipient == source && !row.name.empty())
            return row.name;
    return {};
}

// After a restore: it was reminded behind the backup's back, and its days are not over.
static bool is_reminded(Home& home, const ledger::File& file, const std::string& source,
                        std::int64_t microseconds) {
    const auto rows = home.ledger().outgoing(file.id);
    return std::any_of(rows.begin(), rows.end(), [&](const ledger::Outgoing& row) {
        return row.kind == OutgoingKind::reminder && row.detail == restored_detail &&
               row.recipient == source &&
               row.at.microseconds + microseconds > home.now().microseconds;
    });
}

static void remind(Home& home, ledger::Step& step, const ledger::File& file,
                   const job::Asking& asking, ledger::QuestionFile questions) {
    constexpr std::int64_t day = 24 * 3600 * 1'000'000LL;
    const core::Instant now = home.now();
    for (const auto& source : ledger::question_sources(home.ledger(), file.id)) {
        const std::string parcel = parcel_name(home.ledger(), file, source.source);
        if (source.answered == source.expected || parcel.empty() ||
            is_reminded(home, file, source.source, asking.remind_days * day))
            continue;
        const std::int64_t open = source.expected - source.answered;
        const ledger::Outgoing row = draw_outgoing(
            home, step, file, OutgoingKind::reminder, source.source, reminder_subject,
            parcel + " " + std::to_string(source.expected) + " " + std::to_string(open), now);
        step.append(EntryKind::reminded, file.id, now,
                    JsonObject()
                        .text("source", source.source)
                        .text("parcel", parcel)
                        .text("name", row.name)
                        .number("open", open)
                        .str());
    }
    questions.remind_at = core::Instant{now.microseconds + asking.remind_days * day};
    ledger::update_question_file(home.ledger(), questions);
}

Parting make_reminder(Home& home, const ledger::File& file, const ledger::Outgoing& row) {
    const auto questions = ledger::question_file(home.ledger(), file.id);
    ENSURE(questions.has_value());
    outbox::ReminderFacts facts;
    std::istringstream words(row.detail);
    words >> facts.parcel >> facts.questions >> facts.open;
    facts.source = row.recipient;
    facts.environment = file.identity.environment;
    facts.at = row.at;
    facts.asked = questions->asked_at;
    facts.due = questions->due_at;
    facts.until = questions->follow_until;
    return {row, {}, outbox::reminder(facts), {}};
}

// ---- each run ----

// What is wrong with one file of questions (a job that was taken away, a copy that is lost) is told
// in each run until it is mended, and stops no other. What is wrong with the world stops the run.
template <class Work>
static bool apart(const Work& work) {
    try {
        work();
        return true;
    } catch (const core::Fault& fault) {
        if (fault.kind() == core::FaultKind::world) throw;
        if (!log_fault(fault)) std::cerr << "sluice: " << fault.what() << '\n';
        return false;
    }
}

// One file of questions: what is due is drawn, in one step.
static void settle(Home& home, const ledger::QuestionFile& open) {
    const auto file = home.ledger().find_file(open.file);
    ENSURE(file.has_value());
    // Until it is closed its parcels may still be on their way.
    if (file->state != ledger::FileState::closed) return;
    const QuestionJobs jobs = jobs_of_questions(home, *file);
    const job::Asking& asking = *job::asking_of(*jobs.asking);
    stand_in(home, *file, *jobs.asking, open);
    auto step = home.ledger().begin();
    // Another run may have been here meanwhile.
    const auto now_open = ledger::question_file(home.ledger(), open.file);
    ENSURE(now_open.has_value());
    if (now_open->state == QuestionState::closed) return;
    const int part = due_part(home, home.ledger(), *now_open, jobs.answering->subject);
    const bool restored = count_restored(home, *step, *now_open);
    if (!restored && part > 0)
        draw_return(home, *step, *file, asking, *now_open, part);
    else if (!restored && now_open->remind_at && home.now() >= *now_open->remind_at &&
             home.now() < now_open->follow_until)
        remind(home, *step, *file, asking, *now_open);
    else if (!restored)
        return;
    step->commit();
    io::crash_point("questions-drawn");
}

static std::size_t send(Home& home, const ledger::Outgoing& row) {
    const auto file = home.ledger().find_file(row.file);
    const auto questions = ledger::question_file(home.ledger(), row.file);
    ENSURE(file.has_value() && questions.has_value());
    const bool answer = row.kind == OutgoingKind::answer;
    outbox::StagedFile staged;
    if (answer && !apart([&] { staged = write_answer_file(home, *questions, row); })) return 0;
    io::crash_point("questions-written");
    const io::Lock turn = sending_turn(home);
    if (!is_still_drawn(home, row)) return 0;
    std::vector<Parting> partings;
    partings.push_back(answer ? Parting{row, std::move(staged), {}, {}}
                              : make_reminder(home, *file, row));
    return dispatch(home, std::move(partings));
}

static std::size_t send_drawn(Home& home) {
    std::size_t count = 0;
    for (const ledger::Outgoing& row : home.ledger().outgoing_in(OutgoingState::drawn))
        if (row.kind == OutgoingKind::answer || row.kind == OutgoingKind::reminder)
            count += send(home, row);
    return count;
}

std::size_t settle_questions(Home& home) {
    const auto turn = io::Lock::try_take(home.work() / "questions.lock", "questions");
    if (!turn) return 0;  // the run that holds it does what is to be done
    for (const ledger::QuestionFile& open : ledger::open_questions(home.ledger()))
        apart([&] { settle(home, open); });
    return send_drawn(home);
}

}  // namespace app

#include "app/trace_query.hpp"

#include <algorithm>
#include <iostream>

#include "app/json.hpp"
#include "app/operate.hpp"
#include "core/fault.hpp"

namespace app {

// A table is laid out in pieces, so that a long answer needs no more memory than a short one.
static constexpr std::int64_t table_rows_max = 5'000;

// ---- the question ----

static core::Fault wrong(const char* option, const std::string& reason, const std::string& advice) {
    return {core::FaultKind::usage, "read the option", option, reason, advice};
}

static core::Date date_option(const Arguments& arguments, const char* name) {
    const std::string option = std::string("--") + name;
    const std::string text = arguments.get(name);
    const auto date = core::parse_date(text);
    if (!date)
        throw wrong(option.c_str(), text.empty() ? "it is missing" : "'" + text + "' is not a date",
                    "write it like 2026-04-01");
    return *date;
}

TraceQuestion read_question(const Home& home, const Arguments& arguments) {
    TraceQuestion question;
    question.from = date_option(arguments, "from");
    question.to = date_option(arguments, "to");
    if (question.to < question.from) throw wrong("--to", "it is before --from", "swap them");
    question.begin = home.zone().start_of_day(question.from);
    question.end = home.zone().start_of_day(core::Date{question.to.days + 1});
    question.purpose = arguments.get("purpose");
    if (question.purpose.find_first_not_of(" \t\r\n") == std::string::npos)
        throw wrong("--purpose", "it is missing",
                    "say why you ask; it stands in the journal with your name");
    question.reference = arguments.get("request");
    question.received = home.today();
    if (arguments.has("received")) {
        if (question.reference.empty())
            throw wrong("--received", "it is of no use without --request", "add --request");
        question.received = date_option(arguments, "received");
    }
    return question;
}

core::Date due_of(core::Date received) {
    auto day = core::civil(received);
    day.month += 1;
    if (day.month > 12) {
        day.month = 1;
        day.year += 1;
    }
    while (!core::is_calendar_date(day.year, day.month, day.day)) --day.day;
    return core::date_of(day.year, day.month, day.day);
}

AskedEntry enter_question(Home& home, const TraceQuestion& question, const std::string& more,
                          std::int64_t hits, std::int64_t segments) {
    AskedEntry asked;
    auto step = home.ledger().begin();
    JsonObject body;
    body.text("by", "operator")
        .text("operator", operator_name())
        .text("purpose", question.purpose)
        .text("from", core::to_string(question.from))
        .text("to", core::to_string(question.to))
        .number("hits", hits)
        .number("segments", segments);
    if (!question.reference.empty()) {
        asked.request = step->next("trace-request");
        body.number("request", asked.request)
            .text("reference", question.reference)
            .text("received", core::to_string(question.received))
            .text("due", core::to_string(due_of(question.received)));
    }
    std::string text = body.str();
    if (!more.empty()) text.insert(text.size() - 1, "," + more);
    asked.index = step->append(ledger::EntryKind::query, 0, home.now(), text);
    step->commit();
    return asked;
}

// ---- the answer ----

TraceFormat trace_format(const Arguments& arguments) {
    const std::string text = arguments.get("format", arguments.has("json") ? "json" : "table");
    if (text == "json") return TraceFormat::json;
    if (text == "csv") return TraceFormat::csv;
    if (text == "table") return TraceFormat::table;
    throw wrong("--format", "'" + text + "' is not table, json or csv", "name one of them");
}

TraceListing::TraceListing(const Home& home, TraceFormat format) : home_(home), format_(format) {
    if (format_ == TraceFormat::csv)
        std::cout << "at,message,sender,user,recipient,quality,decision,reason,authorisation,"
                     "directory_version,file,record,journal_index\n";
}

void TraceListing::add(const traces::Trace& trace) {
    ++count_;
    const traces::Source& source = trace.source;
    const traces::Fate& fate = trace.fate;
    const std::string decision(to_string(fate.decision));
    if (format_ == TraceFormat::json) {
        std::cout << JsonObject()
                         .text("at", core::to_string(source.sent))
                         .text("message", source.message)
                         .text("sender", source.sender)
                         .text("user", source.user)
                         .text_or_null("recipient", fate.recipient)
                         .text_or_null("quality", fate.quality)
                         .text("decision", decision)
                         .text_or_null("reason", fate.reason)
                         .text_or_null("authorisation", fate.authorisation)
                         .text_or_null("directory_version", source.directory_version)
                         .text("file", source.file)
                         .number("record", trace.record)
                         .number("journal_index", source.closing_entry)
                         .str()
                  << '\n';
        return;
    }
    if (format_ == TraceFormat::csv) {
        std::string line;
        for (const std::string& field :
             {core::to_string(source.sent), source.message, source.sender, source.user,
              fate.recipient, fate.quality, decision, fate.reason, fate.authorisation,
              source.directory_version, source.file, std::to_string(trace.record),
              std::to_string(source.closing_entry)})
            line += (line.empty() ? "" : ",") + csv_field(field);
        std::cout << line << '\n';
        return;
    }
    if (in_table_++ == 0) {
        std::vector<TextTable::Cell> cells;
        for (const char* name :
             {"AT", "MESSAGE", "FROM", "USER", "TO", "QUALITY", "DECISION", "GROUND", "RECORD"})
            cells.push_back({name, Colour::bold});
        table_.row(std::move(cells));
    }
    const bool delivered = fate.decision == traces::Decision::delivered;
    const std::string ground = fate.reason.empty() ? fate.authorisation : fate.reason;
    table_.row({{home_.zone().to_string(source.sent).substr(0, 16)},
                {source.message},
                {source.sender},
                {source.user},
                {fate.recipient.empty() ? "-" : fate.recipient},
                {fate.quality.empty() ? "-" : fate.quality},
                {decision, delivered ? Colour::none : Colour::yellow},
                {ground.empty() ? "-" : ground},
                {source.file + "#" + std::to_string(trace.record)}});
    if (in_table_ == table_rows_max) flush_table();
}

void TraceListing::flush_table() {
    if (in_table_ > 0) std::cout << table_.str();
    table_ = {};
    in_table_ = 0;
}

void TraceListing::end(const TraceQuestion& question, const AskedEntry& asked,
                       std::int64_t segments) {
    const std::string due =
        asked.request > 0 ? core::to_string(due_of(question.received)) : std::string();
    if (format_ == TraceFormat::json) {
        JsonObject summary;
        summary.boolean("summary", true)
            .number("traces", count_)
            .text("from", core::to_string(question.from))
            .text("to", core::to_string(question.to))
            .number("segments", segments)
            .number("journal_index", asked.index);
        if (asked.request > 0) summary.number("request", asked.request).text("due", due);
        std::cout << summary.str() << '\n';
        return;
    }
    if (format_ == TraceFormat::csv) return;
    flush_table();
    std::cout << counted(count_, "trace", "traces") << " from " << core::to_string(question.from)
              << " to " << core::to_string(question.to) << ", read and checked in "
              << counted(segments, "segment", "segments") << "; this question is entry "
              << asked.index << " of the journal";
    if (asked.request > 0)
        std::cout << ", for request " << asked.request << " (answer due on " << due << ")";
    std::cout << '\n';
}

}  // namespace app

// sluice report availability: how much of the promised service periods the engine was there
// (contract, art. 7, 1, a: 99 %). Signs of life are the entries of the ledger and the stamps that
// every receive leaves; a gap longer than the heartbeat's limit inside a promised period is an
// absence, unless the calendar had announced it.
#include <algorithm>
#include <map>

#include "app/heartbeat.hpp"
#include "app/report.hpp"
#include "ledger/figures.hpp"

namespace app {

using pages::Value;
using Span = std::pair<std::int64_t, std::int64_t>;  // microseconds, end not included

namespace {

std::vector<Span> merged(std::vector<Span> spans) {
    std::sort(spans.begin(), spans.end());
    std::vector<Span> list;
    for (const Span& span : spans) {
        if (span.first >= span.second) continue;
        if (!list.empty() && span.first <= list.back().second)
            list.back().second = std::max(list.back().second, span.second);
        else
            list.push_back(span);
    }
    return list;
}

// What of `spans` is left when `holes` are taken out; both merged.
std::vector<Span> without(const std::vector<Span>& spans, const std::vector<Span>& holes) {
    std::vector<Span> left;
    std::size_t from = 0;
    for (Span span : spans) {
        while (from < holes.size() && holes[from].second <= span.first) ++from;
        for (std::size_t i = from; i < holes.size() && holes[i].first < span.second; ++i) {
            if (holes[i].first > span.first) left.emplace_back(span.first, holes[i].first);
            span.first = std::max(span.first, holes[i].second);
        }
        if (span.first < span.second) left.push_back(span);
    }
    return left;
}

std::int64_t length(const std::vector<Span>& spans) {
    std::int64_t sum = 0;
    for (const Span& span : spans) sum += span.second - span.first;
    return sum;
}

// The promised hours of one day; without any in the calendar the whole day.
std::vector<Span> promised(const Home& home, const job::Calendar& calendar, core::Date day) {
    const io::Zone& zone = home.zone();
    const std::int64_t begin = zone.start_of_day(day).microseconds,
                       end = zone.start_of_day(core::Date{day.days + 1}).microseconds;
    if (calendar.periods.empty()) return {{begin, end}};
    std::vector<Span> spans;
    for (const job::ServicePeriod& period : calendar.periods) {
        if (period.weekday != job::weekday(day)) continue;
        if (!period.holidays && calendar.is_holiday(day)) continue;
        spans.emplace_back(period.from == 0 ? begin : zone.instant(day, period.from).microseconds,
                           period.to >= 86'400 ? end : zone.instant(day, period.to).microseconds);
    }
    return merged(std::move(spans));
}

std::vector<Span> announced(const job::Calendar& calendar, bool planned, std::int64_t until) {
    std::vector<Span> spans;
    for (const job::Unavailability& one : calendar.unavailable)
        if (one.who == job::Unavailability::Who::engine && one.planned == planned)
            spans.emplace_back(one.from.microseconds, one.to ? one.to->microseconds : until);
    return merged(std::move(spans));
}

// Gaps between signs of life that are longer than allowed.
std::vector<Span> silences(const std::vector<core::Instant>& beats, std::int64_t from,
                           std::int64_t to, std::int64_t allowed) {
    std::vector<Span> gaps;
    std::int64_t last = from;
    for (const core::Instant& beat : beats) {
        if (beat.microseconds - last > allowed) gaps.emplace_back(last, beat.microseconds);
        last = std::max(last, beat.microseconds);
    }
    if (to - last > allowed) gaps.emplace_back(last, to);
    return gaps;
}

Value minutes(std::int64_t microseconds) {
    return Value::of(microseconds / 60'000'000);
}

}  // namespace

pages::Sheet report_availability(const ReportRequest& request) {
    Home& home = request.home;
    const job::Calendar& calendar = home.calendar();
    const std::int64_t allowed = std::int64_t{home.settings().heartbeat_minutes_max} * 60'000'000;
    const std::int64_t to = std::min(request.period.to.microseconds, home.now().microseconds);
    // Before its first sign of life nobody knows whether it was there.
    const auto born = first_sign_of_life(home);
    const std::int64_t from =
        std::max(request.period.from.microseconds, born ? born->microseconds : to);
    const auto beats = signs_of_life(home, request.period.from, core::Instant{to});
    const auto down = merged([&] {
        auto spans = silences(beats, from, to, allowed);
        const auto unplanned = announced(calendar, false, to);
        spans.insert(spans.end(), unplanned.begin(), unplanned.end());
        return spans;
    }());
    const auto planned = announced(calendar, true, to);
    pages::Table days{"days",
                      "By day",
                      {{"day", "DAY"},
                       {"minutes_promised", "PROMISED MIN"},
                       {"minutes_planned", "PLANNED OUT"},
                       {"minutes_down", "DOWN"},
                       {"percent", "AVAILABLE"},
                       {"met", "MET"}},
                      {}};
    std::int64_t promised_sum = 0, down_sum = 0;
    std::vector<Span> outages;
    for (core::Date day = request.period.first; day <= request.period.last; ++day.days) {
        std::vector<Span> hours = promised(home, calendar, day);
        for (Span& span : hours) span = {std::max(span.first, from), std::min(span.second, to)};
        hours = merged(std::move(hours));
        const auto due = without(hours, planned);
        const auto up = without(due, down);
        const std::int64_t due_length = length(due), lost = due_length - length(up);
        promised_sum += due_length;
        down_sum += lost;
        for (const Span& span : without(due, up)) outages.push_back(span);
        if (hours.empty()) continue;
        days.rows.push_back({core::to_string(day), minutes(due_length),
                             minutes(length(hours) - due_length), minutes(lost),
                             Value::share(due_length - lost, due_length),
                             due_length == 0 ? Value() : Value::flag(lost * 100 <= due_length)});
    }
    pages::Table gaps{"outages",
                      "Absences inside promised periods",
                      {{"from", "FROM"}, {"to", "TO"}, {"minutes", "MINUTES"}},
                      {}};
    for (const Span& span : merged(std::move(outages)))
        gaps.rows.push_back({core::to_string(core::Instant{span.first}),
                             core::to_string(core::Instant{span.second}),
                             minutes(span.second - span.first)});
    pages::Sheet sheet;
    sheet.name = "availability";
    sheet.title = "Availability against the promised service periods";
    sheet.period = request.period.text();
    sheet.figures = {
        {"percent", "available", Value::share(promised_sum - down_sum, promised_sum)},
        {"target", "target", Value::percent(99)},
        {"met", "target met",
         promised_sum == 0 ? Value() : Value::flag(down_sum * 100 <= promised_sum)},
        {"minutes_promised", "minutes promised", minutes(promised_sum)},
        {"minutes_down", "minutes down", minutes(down_sum)},
        {"outages", "absences", Value::of(static_cast<std::int64_t>(gaps.rows.size()))}};
    sheet.tables = {std::move(days), std::move(gaps)};
    sheet.notes.push_back("Down is every promised minute in a silence of more than " +
                          std::to_string(home.settings().heartbeat_minutes_max) +
                          " minutes (heartbeat-minutes-max) or in an unplanned absence of the "
                          "calendar. Signs of life are entries, runs and receptions.");
    if (from >= to)
        sheet.notes.emplace_back(
            "Nothing was measured in this period: no receive and no run had left a sign of life.");
    else if (from > request.period.from.microseconds)
        sheet.notes.push_back("Measured since the first sign of life, " +
                              core::to_string(core::Instant{from}) + ".");
    return sheet;
}

}  // namespace app

#include <algorithm>

#include "job/attributes.hpp"
#include "job/calendar.hpp"
#include "job/files.hpp"

namespace job {
namespace {

constexpr std::string_view space = "urn:sluice:calendar:1";
constexpr std::string_view day_names[] = {"Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"};

class CalendarReader {
  public:
    CalendarReader(const io::Zone& zone, Report& report) : zone_(zone), report_(report) {}
    Calendar read(const xml::Element& root);

  private:
    std::optional<core::Instant> instant(const Attributes& a, std::string_view name);
    void service(const xml::Element& element, Calendar& calendar);
    void unavailable(const xml::Element& element, Calendar& calendar);

    const io::Zone& zone_;
    Report& report_;
};

// "07:30" or "07:30:00" as seconds; the schema has the shape.
int seconds_of(std::string_view text) {
    const auto two = [&](std::size_t at) {
        return at + 1 < text.size() ? (text[at] - '0') * 10 + (text[at + 1] - '0') : 0;
    };
    return two(0) * 3600 + two(3) * 60 + (text.size() > 6 ? two(6) : 0);
}

std::optional<core::Instant> CalendarReader::instant(const Attributes& a, std::string_view name) {
    const std::string text = a.token(name);
    if (text.empty()) return std::nullopt;
    if (const auto exact = core::parse_instant(text)) return exact;
    const auto date = core::parse_date(std::string_view(text).substr(0, 10));
    if (date && text.size() == 10) return zone_.start_of_day(*date);
    if (date && text.size() > 11) return zone_.instant(*date, seconds_of(text.substr(11)));
    report_.error(*a.find(name),
                  "this is no moment: write it like 2026-12-01T20:00, or with an "
                  "offset like 2026-12-01T20:00:00Z");
    return std::nullopt;
}

// days="Mon-Fri" or "Mon Wed Sat": each one becomes a period of its own.
std::vector<int> days_of(const std::string& text) {
    const auto index = [](std::string_view name) {
        return static_cast<int>(std::find(std::begin(day_names), std::end(day_names), name) -
                                std::begin(day_names));
    };
    std::vector<int> days;
    if (text.empty()) return {0, 1, 2, 3, 4, 5, 6};
    for (std::size_t at = 0; at + 3 <= text.size();) {
        const int first = index(std::string_view(text).substr(at, 3));
        at += 3;
        int last = first;
        if (at + 4 <= text.size() && text[at] == '-') {
            last = index(std::string_view(text).substr(at + 1, 3));
            at += 4;
        }
        for (int day = first; day <= last; ++day) days.push_back(day);
        ++at;
    }
    return days;
}

void CalendarReader::service(const xml::Element& element, Calendar& calendar) {
    const Attributes a(element, report_);
    ServicePeriod period;
    period.service = a.token("name");
    if (const std::string from = a.token("from"); !from.empty()) period.from = seconds_of(from);
    if (const std::string to = a.token("to"); !to.empty()) period.to = seconds_of(to);
    period.holidays = a.find("holidays") == nullptr || a.boolean("holidays");
    if (period.to <= period.from)
        report_.error(element, "this service period ends before it begins");
    const auto days = days_of(a.token("days"));
    if (days.empty()) report_.error(*a.find("days"), "these days run backwards: Mon-Fri, Sat Sun");
    for (const int day : days) {
        period.weekday = day;
        calendar.periods.push_back(period);
    }
}

void CalendarReader::unavailable(const xml::Element& element, Calendar& calendar) {
    const Attributes a(element, report_);
    Unavailability one;
    const std::string who = a.token("who");
    if (who == "supplier") one.who = Unavailability::Who::supplier;
    if (who == "partner") one.who = Unavailability::Who::partner;
    one.name = a.token("name");
    one.job = a.token("job");
    one.planned = a.find("planned") == nullptr || a.boolean("planned");
    if (one.who != Unavailability::Who::engine && one.name.empty())
        report_.error(element, "say with name=\"...\" which " + who + " this is");
    one.from = instant(a, "from").value_or(core::Instant{});
    one.to = instant(a, "to");
    if (one.to && *one.to <= one.from) report_.error(*a.find("to"), "this ends before it begins");
    for (const xml::Element* each : element.children) {
        if (!each->is(space, "text")) continue;
        const auto language = core::parse_language(Attributes(*each, report_).token("lang"));
        std::string text;
        for (const xml::Content& content : each->content) text += content.text;
        if (language) one.texts.at(core::index_of(*language)) = text;
    }
    calendar.unavailable.push_back(std::move(one));
}

Calendar CalendarReader::read(const xml::Element& root) {
    Calendar calendar;
    calendar.belgian = Attributes(root, report_).token("holidays") != "none";
    for (const xml::Element* each : root.children) {
        if (each->is(space, "holiday"))
            if (const auto date = Attributes(*each, report_).date("date"))
                calendar.holidays.insert(*date);
        if (each->is(space, "working"))
            if (const auto date = Attributes(*each, report_).date("date"))
                calendar.working.insert(*date);
        if (each->is(space, "service")) service(*each, calendar);
        if (each->is(space, "unavailable")) unavailable(*each, calendar);
    }
    std::stable_sort(calendar.unavailable.begin(), calendar.unavailable.end(),
                     [](const auto& a, const auto& b) { return a.from < b.from; });
    return calendar;
}

}  // namespace

std::optional<Calendar> read_calendar(const std::filesystem::path& file, const io::Zone& zone,
                                      std::vector<Diagnostic>& diagnostics) {
    std::error_code ignored;
    if (!std::filesystem::exists(file, ignored)) return Calendar{};
    Report report(std::filesystem::absolute(file).lexically_normal(), diagnostics);
    const auto opened = open(Kind::calendar, space, "calendar", report);
    std::optional<Calendar> calendar;
    if (opened) calendar = CalendarReader(zone, report).read(opened->document->root());
    report.finish();
    if (report.has_errors()) return std::nullopt;
    return calendar;
}

}  // namespace job

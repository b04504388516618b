// RFC 8536. Only offsets and their changes are kept; abbreviations and leap seconds do not matter
// to civil dates.
#include "io/zone.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdio>

#include "core/fault.hpp"
#include "io/file.hpp"

namespace io {

static constexpr std::int64_t day_seconds = 86'400;

[[noreturn]] static void bad_zone(std::string_view name, const std::string& reason) {
    throw core::Fault(core::FaultKind::job, "read the time zone", printable(name), reason,
                      "name a zone of the tz database, as Europe/Brussels");
}

namespace {

// Reads the file front to back; past the end is a Fault.
class Cursor {
  public:
    Cursor(std::string_view bytes, std::string_view name) : bytes_(bytes), name_(name) {}
    std::string_view take(std::size_t count) {
        if (count > bytes_.size()) bad_zone(name_, "the file is cut short");
        const std::string_view part = bytes_.substr(0, count);
        bytes_.remove_prefix(count);
        return part;
    }
    std::int64_t number(std::size_t width) {
        std::uint64_t value = 0;
        for (const char c : take(width)) value = value << 8 | static_cast<unsigned char>(c);
        if (width == 4) return static_cast<std::int32_t>(static_cast<std::uint32_t>(value));
        return static_cast<std::int64_t>(value);
    }
    std::string_view rest() const { return bytes_; }

  private:
    std::string_view bytes_, name_;
};

struct Header {
    char version = 0;
    std::size_t utc_flags = 0, standard_flags = 0, leaps = 0, times = 0, types = 0, letters = 0;
    std::size_t block_bytes(std::size_t time_bytes) const {
        return times * (time_bytes + 1) + types * 6 + letters + leaps * (time_bytes + 4) +
               standard_flags + utc_flags;
    }
};

Header read_header(Cursor& cursor, std::string_view name) {
    if (cursor.take(4) != "TZif") bad_zone(name, "not a compiled zone file");
    Header header;
    header.version = cursor.take(1)[0];
    cursor.take(15);
    for (std::size_t* count : {&header.utc_flags, &header.standard_flags, &header.leaps,
                               &header.times, &header.types, &header.letters}) {
        const std::int64_t value = cursor.number(4);
        if (value < 0 || value > 100'000) bad_zone(name, "not a compiled zone file");
        *count = static_cast<std::size_t>(value);
    }
    if (header.types == 0) bad_zone(name, "it has no local time");
    return header;
}

// The pieces of a POSIX TZ string, front to back.
class FooterCursor {
  public:
    explicit FooterCursor(std::string_view text) : text_(text) {}
    bool at(char c) const { return !text_.empty() && text_[0] == c; }
    bool take(char c) {
        if (!at(c)) return false;
        text_.remove_prefix(1);
        return true;
    }
    bool done() const { return text_.empty(); }
    bool digit() const { return !text_.empty() && text_[0] >= '0' && text_[0] <= '9'; }
    char first() const { return text_[0]; }
    void skip_name() {
        if (take('<')) {
            while (!done() && !take('>')) text_.remove_prefix(1);
            return;
        }
        while (!done() && ((first() | 32) >= 'a' && (first() | 32) <= 'z')) text_.remove_prefix(1);
    }
    int number() {
        int value = 0;
        for (; digit() && value < 100'000; text_.remove_prefix(1))
            value = value * 10 + first() - '0';
        return value;
    }
    // [+-]hh[:mm[:ss]]
    int seconds() {
        const int sign = take('-') ? -1 : (take('+'), 1);
        int value = number() * 3600;
        if (take(':')) value += number() * 60;
        if (take(':')) value += number();
        return sign * value;
    }

  private:
    std::string_view text_;
};

}  // namespace

Zone Zone::load(std::string_view name, const std::filesystem::path& root) {
    // The name comes from a setting: it must not lead out of the database.
    if (name.empty() || name.front() == '/' || name.find("..") != std::string_view::npos ||
        name.find('\0') != std::string_view::npos)
        bad_zone(name, "not the name of a zone");
    // Zones that were renamed are links inside the database.
    std::error_code error;
    const std::filesystem::path path = std::filesystem::canonical(root / name, error);
    if (error || !std::filesystem::is_regular_file(path))
        bad_zone(name, "there is no such zone under " + root.string());
    return parse(name, read_file(path, 1 << 20));
}

Zone Zone::parse(std::string_view name, std::string_view tzif) {
    Zone zone;
    zone.name_ = name;
    Cursor cursor(tzif, name);
    Header header = read_header(cursor, name);
    std::size_t time_bytes = 4;
    if (header.version >= '2') {  // a second block with 64-bit times follows the first
        cursor.take(header.block_bytes(4));
        header = read_header(cursor, name);
        time_bytes = 8;
    }
    for (std::size_t i = 0; i < header.times; ++i)
        zone.changes_.push_back(cursor.number(time_bytes));
    const std::string_view indexes = cursor.take(header.times);
    std::vector<int> type_offsets;
    for (std::size_t i = 0; i < header.types; ++i) {
        type_offsets.push_back(static_cast<int>(cursor.number(4)));
        cursor.take(2);
    }
    for (const char c : indexes) {
        const auto type = static_cast<unsigned char>(c);
        if (type >= type_offsets.size()) bad_zone(name, "not a compiled zone file");
        zone.offsets_.push_back(type_offsets[type]);
    }
    if (!std::is_sorted(zone.changes_.begin(), zone.changes_.end()))
        bad_zone(name, "its changes are out of order");
    zone.first_offset_ = type_offsets[0];
    cursor.take(header.letters + header.leaps * (time_bytes + 4) + header.standard_flags +
                header.utc_flags);
    std::string_view footer = cursor.rest();
    if (header.version >= '2' && footer.size() > 2 && footer.front() == '\n')
        zone.parse_footer(footer.substr(1, footer.find('\n', 1) - 1));
    return zone;
}

// std offset [dst [offset] , rule , rule]; offsets are written west of UTC.
void Zone::parse_footer(std::string_view text) {
    FooterCursor cursor(text);
    cursor.skip_name();
    winter_offset_ = -cursor.seconds();
    has_footer_ = true;
    if (cursor.done()) return;
    cursor.skip_name();
    summer_offset_ = winter_offset_ + 3600;
    if (!cursor.at(',')) summer_offset_ = -cursor.seconds();
    for (Rule* rule : {&to_summer_, &to_winter_}) {
        if (!cursor.take(',') || cursor.done()) bad_zone(name_, "its rule cannot be read");
        rule->form = cursor.take('M') ? 'M' : cursor.take('J') ? 'J' : 'n';
        if (rule->form == 'M') {
            rule->month = cursor.number();
            cursor.take('.');
            rule->week = cursor.number();
            cursor.take('.');
        }
        rule->day = cursor.number();
        if (rule->form == 'M' && (rule->month < 1 || rule->month > 12 || rule->week < 1 ||
                                  rule->week > 5 || rule->day > 6))
            bad_zone(name_, "its rule cannot be read");
        if (cursor.take('/')) rule->seconds = cursor.seconds();
    }
    has_summer_ = true;
}

std::int64_t Zone::rule_time(const Rule& rule, int year, int offset_before) const {
    std::int64_t day = 0;
    if (rule.form == 'M') {
        const std::int64_t first = core::date_of(year, rule.month, 1).days;
        const std::int64_t weekday = ((first + 4) % 7 + 7) % 7;  // 1970-01-01 was a Thursday
        day = first + (rule.day - weekday + 7) % 7 + (rule.week - 1) * 7;
        const int next = rule.month % 12 + 1;
        if (day >= core::date_of(next == 1 ? year + 1 : year, next, 1).days)
            day -= 7;  // week 5 is the last one
    } else {
        day = core::date_of(year, 1, 1).days + rule.day - (rule.form == 'J' ? 1 : 0);
        // Jn never counts 29 February.
        if (rule.form == 'J' && rule.day > 59 && core::is_calendar_date(year, 2, 29)) ++day;
    }
    return day * day_seconds + rule.seconds - offset_before;
}

int Zone::footer_offset(std::int64_t seconds) const {
    if (!has_summer_) return winter_offset_;
    std::int64_t days = (seconds + winter_offset_) / day_seconds;
    if ((seconds + winter_offset_) % day_seconds < 0) --days;
    const int year = core::civil({static_cast<std::int32_t>(days)}).year;
    const std::int64_t summer = rule_time(to_summer_, year, winter_offset_);
    const std::int64_t winter = rule_time(to_winter_, year, summer_offset_);
    const bool is_summer = summer < winter ? seconds >= summer && seconds < winter
                                           : seconds >= summer || seconds < winter;
    return is_summer ? summer_offset_ : winter_offset_;
}

static std::int64_t whole_seconds(core::Instant instant) {
    std::int64_t seconds = instant.microseconds / 1'000'000;
    if (instant.microseconds % 1'000'000 < 0) --seconds;
    return seconds;
}

int Zone::offset_seconds(core::Instant instant) const {
    const std::int64_t seconds = whole_seconds(instant);
    const auto after = std::upper_bound(changes_.begin(), changes_.end(), seconds);
    if (after == changes_.end() && has_footer_) return footer_offset(seconds);
    if (after == changes_.begin()) return first_offset_;
    return offsets_[static_cast<std::size_t>(after - changes_.begin()) - 1];
}

LocalTime Zone::local(core::Instant instant) const {
    LocalTime time;
    time.offset_seconds = offset_seconds(instant);
    const std::int64_t wall = whole_seconds(instant) + time.offset_seconds;
    std::int64_t day = wall / day_seconds, rest = wall % day_seconds;
    if (rest < 0) {
        rest += day_seconds;
        --day;
    }
    time.date = {static_cast<std::int32_t>(day)};
    time.seconds = static_cast<int>(rest);
    return time;
}

// The first second at which the wall clock shows `wall` or later. Offsets lie within 26 hours, and
// within a day of a change the clock rises except for one step back, so that a search for the first
// second that is late enough has to look at few candidates: those with the offsets before and
// after.
core::Instant Zone::instant(core::Date date, int seconds_of_day) const {
    const std::int64_t wall = date.days * day_seconds + seconds_of_day;
    const int before = offset_seconds({(wall - 26 * 3600) * 1'000'000});
    const int after = offset_seconds({(wall + 26 * 3600) * 1'000'000});
    const auto shows = [&](std::int64_t t) { return t + offset_seconds({t * 1'000'000}) == wall; };
    // The greater offset gives the earlier instant: the first of two.
    for (const int offset : {std::max(before, after), std::min(before, after)})
        if (shows(wall - offset)) return {(wall - offset) * 1'000'000};
    // Skipped: the change itself lies between the two candidates.
    std::int64_t low = wall - std::max(before, after), high = wall - std::min(before, after);
    while (low < high) {
        const std::int64_t middle = low + (high - low) / 2;
        if (middle + offset_seconds({middle * 1'000'000}) >= wall)
            high = middle;
        else
            low = middle + 1;
    }
    return {low * 1'000'000};
}

core::Instant Zone::start_of_day(core::Date date) const {
    return instant(date, 0);
}

std::string Zone::to_string(core::Instant instant) const {
    const LocalTime time = local(instant);
    const int offset = time.offset_seconds < 0 ? -time.offset_seconds : time.offset_seconds;
    std::array<char, 48> text{};
    std::snprintf(text.data(), text.size(), "%sT%02d:%02d:%02d%c%02d:%02d",
                  core::to_string(time.date).c_str(), time.seconds / 3600, time.seconds / 60 % 60,
                  time.seconds % 60, time.offset_seconds < 0 ? '-' : '+', offset / 3600,
                  offset / 60 % 60);
    return text.data();
}

core::Instant now() {
    const auto since = std::chrono::system_clock::now().time_since_epoch();
    return {std::chrono::duration_cast<std::chrono::microseconds>(since).count()};
}

}  // namespace io

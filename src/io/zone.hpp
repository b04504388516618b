#pragma once
// Civil dates and times in a named time zone, read from the system's compiled zone files (TZif, RFC
// 8536). A Zone is a value: no global state, no TZ variable, safe from any thread.
#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "core/instant.hpp"

namespace io {

struct LocalTime {
    core::Date date;
    int seconds = 0;         // since local midnight by the wall clock, 0..86399
    int offset_seconds = 0;  // east of UTC
};

class Zone {
  public:
    // A Fault of the job kind when there is no such zone.
    static Zone load(std::string_view name = "Europe/Brussels",
                     const std::filesystem::path& root = "/usr/share/zoneinfo");
    // From the bytes of a TZif file; a Fault when they are none.
    static Zone parse(std::string_view name, std::string_view tzif);

    const std::string& name() const { return name_; }
    int offset_seconds(core::Instant instant) const;
    LocalTime local(core::Instant instant) const;
    core::Date date(core::Instant instant) const { return local(instant).date; }
    // The first instant of the day, also where the clock skips midnight.
    core::Instant start_of_day(core::Date date) const;
    // The instant at which the wall clock shows this. A time the clock skips gives the moment of
    // the change; one it shows twice gives the first.
    core::Instant instant(core::Date date, int seconds_of_day) const;
    std::string to_string(core::Instant instant) const;  // YYYY-MM-DDThh:mm:ss+hh:mm

  private:
    struct Rule {  // one change of a year, from the footer (POSIX TZ): Mm.w.d/time, Jn or n
        char form = 'M';
        int month = 0, week = 0, day = 0;
        int seconds = 7200;  // by the wall clock before the change
    };
    std::int64_t rule_time(const Rule& rule, int year, int offset_before) const;
    int footer_offset(std::int64_t seconds) const;
    void parse_footer(std::string_view text);

    std::string name_;
    std::vector<std::int64_t> changes_;  // seconds since 1970, rising
    std::vector<int> offsets_;           // offsets_[i] holds from changes_[i]
    int first_offset_ = 0;               // before the first change
    bool has_footer_ = false, has_summer_ = false;
    int winter_offset_ = 0, summer_offset_ = 0;
    Rule to_summer_, to_winter_;
};

core::Instant now();  // the system's clock; the engine takes its instants as parameters

}  // namespace io

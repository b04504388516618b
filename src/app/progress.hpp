#pragma once
// A progress line on stderr for people: rate, records, findings, time left. Nothing where stderr is
// not a terminal.
#include <cstdint>

#include "core/instant.hpp"

namespace app {

class Progress {
  public:
    Progress(std::int64_t bytes_total, bool silent);
    ~Progress();
    void add(std::int64_t bytes, std::int64_t records, std::int64_t findings_total);
    void end();  // takes the line away

  private:
    void draw();
    std::int64_t total_, bytes_ = 0, records_ = 0, findings_ = 0;
    bool shown_, drawn_ = false;
    core::Instant begin_, last_;
};

}  // namespace app

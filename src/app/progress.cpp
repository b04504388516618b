#include "app/progress.hpp"

#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <string>

#include "io/zone.hpp"

namespace app {

Progress::Progress(std::int64_t bytes_total, bool silent)
    : total_(bytes_total),
      shown_(!silent && ::isatty(STDERR_FILENO) == 1),
      begin_(io::now()),
      last_(begin_) {}

Progress::~Progress() {
    end();
}

void Progress::add(std::int64_t bytes, std::int64_t records, std::int64_t findings_total) {
    bytes_ += bytes;
    records_ += records;
    findings_ = findings_total;
    if (!shown_) return;
    const core::Instant now = io::now();
    if (now.microseconds - last_.microseconds < 100'000) return;
    last_ = now;
    draw();
}

void Progress::draw() {
    constexpr std::int64_t width = 30;
    const double seconds =
        std::max(0.001, static_cast<double>(last_.microseconds - begin_.microseconds) / 1e6);
    const double rate = static_cast<double>(bytes_) / seconds;
    const std::int64_t filled = total_ > 0 ? std::min(width, bytes_ * width / total_) : 0;
    const std::string bar = std::string(static_cast<std::size_t>(filled), '#') +
                            std::string(static_cast<std::size_t>(width - filled), '.');
    const double left =
        rate > 0 ? static_cast<double>(std::max<std::int64_t>(0, total_ - bytes_)) / rate : 0;
    std::fprintf(
        stderr, "\r\033[K[%s] %3lld%%  %.0f MB/s  %lld records  %lld findings  %.0f s left",
        bar.c_str(), static_cast<long long>(total_ > 0 ? bytes_ * 100 / total_ : 100), rate / 1e6,
        static_cast<long long>(records_), static_cast<long long>(findings_), left);
    std::fflush(stderr);
    drawn_ = true;
}

void Progress::end() {
    if (drawn_) std::fputs("\r\033[K", stderr);
    drawn_ = false;
}

}  // namespace app

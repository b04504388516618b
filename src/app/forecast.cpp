#include "app/forecast.hpp"

#include <algorithm>
#include <array>
#include <cstdio>

namespace app {

using ledger::FileState;

static constexpr std::int64_t second = 1'000'000;
static constexpr std::int64_t window_entries = 20'000;  // of the ledger, for the measured rate

std::map<std::string, double> rates_of(const std::vector<ledger::Rate>& measured) {
    std::map<std::string, double> rates;
    double bytes = 0, seconds = 0;
    for (const ledger::Rate& rate : measured) {
        if (rate.microseconds <= 0 || rate.bytes <= 0) continue;
        const double took = static_cast<double>(rate.microseconds) / second;
        rates[rate.job] = static_cast<double>(rate.bytes) / took;
        bytes += static_cast<double>(rate.bytes);
        seconds += took;
    }
    if (seconds > 0) rates[""] = bytes / seconds;
    return rates;
}

static double rate_of(const std::map<std::string, double>& rates, const std::string& job) {
    const auto own = rates.find(job);
    if (own != rates.end()) return own->second;
    const auto all = rates.find("");
    return all == rates.end() ? 0 : all->second;
}

static std::int64_t duration(const WaitingFile& file, double rate) {
    if (file.state == FileState::decided || rate <= 0) return 0;
    return static_cast<std::int64_t>(static_cast<double>(file.bytes) / rate * second);
}

static std::string times(double factor) {
    std::array<char, 32> text{};
    std::snprintf(text.data(), text.size(), "%.1f", factor);
    return text.data();
}

// What would let a file end in time that the order of the night ends too late.
static std::string help_for(const Prediction& prediction, std::int64_t took, core::Instant start) {
    const std::int64_t left = prediction.file.deadline_at->microseconds - start.microseconds;
    if (left <= 0) return "it is overdue: tell the sender, and run now";
    if (took <= left)
        return "start before " +
               core::to_string(core::Instant{prediction.file.deadline_at->microseconds - took}) +
               " with this file first (its priority, or sluice run --job " + prediction.file.job +
               ")";
    return "it alone needs " + times(static_cast<double>(took) / static_cast<double>(left)) +
           " times the time that is left: more cores (--threads), or agree on a later deadline";
}

static void judge(Prediction& prediction, const std::optional<core::Instant>& end) {
    if (!prediction.file.deadline_at) return;
    prediction.misses = !end || *end >= *prediction.file.deadline_at;
}

namespace {

class Run {
  public:
    Run(const std::map<std::string, double>& rates, const ForecastOptions& options)
        : rates_(rates), options_(options), at_(options.start) {}

    void take(const WaitingFile& file, Forecast& result) {
        Prediction prediction;
        prediction.file = file;
        const double rate =
            options_.bytes_per_second > 0 ? options_.bytes_per_second : rate_of(rates_, file.job);
        const std::int64_t took = duration(file, rate);
        result.bytes += file.bytes;
        if (rate <= 0 && file.state != FileState::decided) {
            prediction.why = "no rate was measured yet";
            prediction.help = "give one with --rate";
            prediction.misses =
                file.deadline_at && file.deadline_at->microseconds <= at_.microseconds;
        } else if (options_.until && at_ >= *options_.until) {
            ++result.left;
            prediction.why = "not reached before --until";
            prediction.misses = file.deadline_at && *file.deadline_at <= *options_.until;
        } else {
            at_.microseconds += took;
            prediction.end = at_;
            judge(prediction, at_);
            if (prediction.misses) prediction.why = "too late at this rate";
        }
        if (prediction.misses && prediction.help.empty())
            prediction.help = help_for(prediction, took, options_.start);
        if (prediction.misses) ++result.misses;
        result.files.push_back(std::move(prediction));
    }

    // What is stopped goes on when its supplier is back, at the earliest behind what is ready.
    void take_stopped(const Waiting::Stopped& stopped, Forecast& result) {
        Prediction prediction;
        prediction.file = stopped.file;
        prediction.why = stopped.why;
        result.bytes += stopped.file.bytes;
        const double rate = options_.bytes_per_second > 0 ? options_.bytes_per_second
                                                          : rate_of(rates_, stopped.file.job);
        if (stopped.until && rate > 0) {
            at_ = std::max(at_, *stopped.until);
            at_.microseconds += duration(stopped.file, rate);
            prediction.end = at_;
        }
        judge(prediction, prediction.end);
        if (stopped.why == "held")
            prediction.help = "look at it, then: sluice release " + stopped.file.identity.text();
        else if (!stopped.until && stopped.why.rfind("parked", 0) == 0)
            prediction.help = "ask until when, write it into jobs/calendar.xml and tell the sender";
        else if (!stopped.until)
            prediction.help = "it waits " + stopped.why + ": release or cancel that one";
        else if (prediction.misses)
            prediction.help = "tell the sender: the deadline passes while the supplier is away";
        ++result.stopped;
        if (prediction.misses) ++result.misses;
        result.files.push_back(std::move(prediction));
    }

    core::Instant at() const { return at_; }

  private:
    const std::map<std::string, double>& rates_;
    const ForecastOptions& options_;
    core::Instant at_;
};

}  // namespace

Forecast forecast(const Waiting& waiting, const std::map<std::string, double>& rates,
                  const ForecastOptions& options) {
    Forecast result;
    result.bytes_per_second = rates;
    Run run(rates, options);
    for (const WaitingFile& file : waiting.ready) run.take(file, result);
    if (!waiting.ready.empty()) result.end = run.at();
    for (const Waiting::Stopped& stopped : waiting.stopped) run.take_stopped(stopped, result);
    return result;
}

Forecast look_ahead(Home& home, const ForecastOptions& options) {
    const Waiting waiting = order_of_night(home.ledger(), home.calendar(), options.start);
    return forecast(waiting, rates_of(ledger::measured_rates(home.ledger(), window_entries)),
                    options);
}

}  // namespace app

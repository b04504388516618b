#include "app/metrics.hpp"

#include <algorithm>
#include <array>
#include <cstdio>
#include <fstream>
#include <map>

#include "app/alert.hpp"
#include "app/forecast.hpp"
#include "io/file.hpp"

namespace app {

namespace fs = std::filesystem;

namespace {

class Text {
  public:
    void gauge(const std::string& name, const char* help, double value) {
        head(name, help);
        sample(name, "", value);
    }
    void head(const std::string& name, const char* help) {
        text_ += "# HELP sluice_" + name + " " + help + "\n# TYPE sluice_" + name + " gauge\n";
    }
    void sample(const std::string& name, const std::string& labels, double value) {
        std::array<char, 48> number{};
        std::snprintf(number.data(), number.size(), "%.17g", value);
        text_ += "sluice_" + name + (labels.empty() ? "" : "{" + labels + "}") + " " +
                 number.data() + "\n";
    }
    std::string str() { return std::move(text_); }

  private:
    std::string text_;
};

double seconds(core::Instant at) {
    return static_cast<double>(at.microseconds) / 1e6;
}

void last_run(Text& text, const NightResult& result, core::Instant now) {
    const Tally& tally = result.tally;
    const auto run = [&](const char* name, const char* help, std::int64_t value) {
        text.gauge(std::string("last_run_") + name, help, static_cast<double>(value));
    };
    text.gauge("last_run_timestamp_seconds", "When the last run ended.", seconds(now));
    text.gauge("last_run_duration_seconds", "How long it took.", result.seconds);
    run("files", "Files it finished.", tally.files);
    run("files_refused", "Files it refused.", tally.refused_files);
    run("records", "Records it decided.", tally.records);
    run("records_accepted", "Records it accepted.", tally.accepted);
    run("records_rejected", "Records it rejected.", tally.rejected);
    run("bytes", "Bytes of input it read.", tally.bytes);
    run("deliveries", "Parcels it published.", tally.deliveries);
    run("answers", "Answers it published.", tally.answers);
    run("stopped", "1: it was stopped by --until.", result.stopped ? 1 : 0);
}

}  // namespace

std::string metrics_of(Home& home, const NightResult& result) {
    const core::Instant now = home.now();
    Text text;
    last_run(text, result, now);
    ForecastOptions options;
    options.start = now;
    const Forecast ahead = look_ahead(home, options);
    std::map<std::string, std::int64_t> states{
        {"verified", 0}, {"processing", 0}, {"decided", 0}, {"held", 0}};
    double oldest = 0, overdue = 0;
    for (const Prediction& one : ahead.files) {
        ++states[std::string(to_string(one.file.state))];
        oldest = std::max(oldest, seconds(now) - seconds(one.file.received_at));
        if (one.file.deadline_at && *one.file.deadline_at <= now) ++overdue;
    }
    text.head("files_waiting", "Files that are not finished, by state.");
    for (const auto& [state, count] : states)
        text.sample("files_waiting", "state=\"" + state + "\"", static_cast<double>(count));
    text.gauge("backlog_bytes", "Bytes of the files that wait.", static_cast<double>(ahead.bytes));
    text.gauge("backlog_oldest_seconds", "Age of the oldest file that waits.", oldest);
    text.gauge("files_overdue", "Files that wait behind their deadline.", overdue);
    text.gauge("forecast_misses", "Waiting files that will miss their deadline.",
               static_cast<double>(ahead.misses));
    text.gauge("files_stopped", "Files that are held, parked or behind such a one.",
               static_cast<double>(ahead.stopped));
    std::map<std::string, std::int64_t> standing;
    for (const Alert& one : standing_alerts(home.ledger())) ++standing[one.what.rule];
    text.head("alerts", "Alerts that stand, by rule.");
    for (const auto& [rule, count] : standing)
        text.sample("alerts", "rule=\"" + rule + "\"", static_cast<double>(count));
    text.gauge("disk_free_bytes", "Free space of the spool.",
               static_cast<double>(io::disk_space(home.spool()).bytes_free));
    return text.str();
}

void write_metrics(Home& home, const NightResult& result) {
    if (home.settings().metrics_file.empty()) return;
    const fs::path file = home.spool() / home.settings().metrics_file;
    const fs::path made = file.string() + ".new";
    std::error_code failed;
    fs::create_directories(file.parent_path(), failed);
    std::ofstream out(made, std::ios::binary | std::ios::trunc);
    out << metrics_of(home, result);
    out.close();
    // The collector belongs to another user.
    if (out) fs::permissions(made, fs::perms(0644), failed);
    if (out) fs::rename(made, file, failed);
}

}  // namespace app

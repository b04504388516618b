#include "app/stamping.hpp"

#include <chrono>
#include <iostream>
#include <memory>
#include <mutex>

#include "app/json.hpp"
#include "app/outside.hpp"
#include "core/fault.hpp"

namespace app {

namespace {

using Clock = std::chrono::steady_clock;

// Of the whole process: signatures are made by many threads.
struct Trouble {
    std::mutex guard;
    StampTrouble seen;
    Clock::time_point silent_until;
};

Trouble& trouble() {
    static Trouble one;
    return one;
}

// True: the authority failed a moment ago, so it is not asked now.
bool is_silent() {
    const std::lock_guard<std::mutex> lock(trouble().guard);
    const bool silent = Clock::now() < trouble().silent_until;
    if (silent) ++trouble().seen.count;
    return silent;
}

void remember(const std::string& reason, unsigned seconds) {
    const std::lock_guard<std::mutex> lock(trouble().guard);
    if (trouble().seen.count++ == 0) {
        trouble().seen.reason = reason;
        std::cerr << "sluice: time-stamp: " << reason << "; signatures go out without\n";
    }
    trouble().silent_until = Clock::now() + std::chrono::seconds(seconds);
}

core::Fault bad_setting(const char* name, const std::string& reason) {
    return {core::FaultKind::job, "read the settings in", "jobs/sluice.conf",
            std::string(name) + ": " + reason, "mend the line, then: sluice doctor"};
}

}  // namespace

seal::TimeStampTrust time_stamp_trust(const Home& home) {
    return seal::TimeStampTrust::load(home.folder() / "jobs" / "trust" / "tsa");
}

seal::TimeStamper time_stamper(const Home& home) {
    const Settings& settings = home.settings();
    if (settings.time_stamp == "off") return {};
    if (settings.time_stamp != "wanted" && settings.time_stamp != "required")
        throw bad_setting("time-stamp", "it is not off, wanted or required");
    if (settings.time_stamp_command.empty())
        throw bad_setting("time-stamp-command", "it is missing");
    const auto trust = std::make_shared<const seal::TimeStampTrust>(time_stamp_trust(home));
    if (trust->certificates().empty())
        throw bad_setting("time-stamp", "no certificate of an authority is in jobs/trust/tsa");
    const bool required = settings.time_stamp == "required";
    const OutsideLimits limits{settings.time_stamp_seconds_max};
    return [trust, required, limits, command = settings.time_stamp_command,
            policy = settings.time_stamp_policy,
            pause = settings.time_stamp_retry_seconds](const seal::Hash& imprint) {
        if (!required && is_silent()) return std::string();
        const auto request = seal::time_stamp_request(imprint, policy);
        const OutsideResult answer = run_outside(command, request.der, limits);
        seal::TimeStamp stamp;
        if (answer.good())
            stamp = seal::check_response(answer.output, request, *trust);
        else
            stamp.reason = "the time-stamp-command failed: " + answer.reason;
        if (stamp.good()) return stamp.token;
        if (required)
            throw core::Fault(core::FaultKind::world, "time-stamp", "a signature", stamp.reason,
                              "mend the way to the authority and run again, or set time-stamp = "
                              "wanted");
        remember(stamp.reason, pause);
        return std::string();
    };
}

StampTrouble take_stamp_trouble() {
    const std::lock_guard<std::mutex> lock(trouble().guard);
    return std::exchange(trouble().seen, {});
}

void record_stamp_trouble(Home& home) {
    const StampTrouble seen = take_stamp_trouble();
    if (seen.count == 0) return;
    auto step = home.ledger().begin();
    step->append(ledger::EntryKind::failed, 0, home.now(),
                 JsonObject()
                     .text("what", "time-stamp")
                     .text("why", seen.reason)
                     .number("signatures", static_cast<std::int64_t>(seen.count))
                     .str());
    step->commit();
}

}  // namespace app

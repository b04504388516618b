#pragma once
// What the landing folders of all partners hold, looked at once for many batches: crowded ones take
// long. A batch is drawn from the first of each folder as the folder lists them, however many were
// seen at once, so that a restart, which looks again, draws the same.
#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "intake/landing.hpp"

namespace intake {

class LandingZone {
  public:
    // `limits`: without found_max, which goes by the batches.
    LandingZone(std::filesystem::path partners, std::filesystem::path claims, LandingLimits limits,
                KeyIsUsed is_used = {})
        : partners_(std::move(partners)),
          claims_(std::move(claims)),
          limits_(limits),
          is_used_(std::move(is_used)) {}
    // Fills a batch of `files_max` up. Those that a crash left of it come first in it, so that it
    // is the same one again, and the same numbers are drawn. Empty: nothing is there any more.
    void fill(std::size_t files_max, core::Instant now, std::vector<Claim>& claims);
    // Halves of sets that are still young, when the folders were looked at last.
    std::int64_t waiting() const { return waiting_; }
    // What lies in the way of some: folders that cannot be read, what cannot be taken out of them.
    // The others went on. Each once, the first `faults_max`.
    const std::vector<core::Fault>& faults() const { return faults_; }
    static constexpr std::size_t faults_max = 100;

  private:
    using Claimed = std::map<std::pair<std::string, std::string>, std::size_t>;
    struct Folder {
        std::vector<Found> found;  // by their place
        bool cut = false;
    };
    void look(std::size_t files_max, core::Instant now);
    bool serves(std::size_t files_max, const Claimed& claimed) const;
    std::vector<Found> take(std::size_t files_max, std::size_t room, const Claimed& claimed);
    void keep(const core::Fault& fault);

    std::filesystem::path partners_, claims_;
    LandingLimits limits_;
    KeyIsUsed is_used_;
    std::map<std::pair<std::string, std::string>, Folder> folders_;  // by partner and landing
    std::int64_t waiting_ = 0;
    std::vector<core::Fault> faults_;
};

}  // namespace intake

#pragma once
// Every checkpoint that was ever signed, one behind the other in one file that only grows. Each
// note is followed by an empty line; what is behind the last one was torn by a crash and counts as
// never written.
#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>

#include "seal/note.hpp"

namespace journal {

struct Signed {
    std::string note;
    seal::Checkpoint checkpoint;
};

// A note that one of the keys signed and that is a checkpoint; none otherwise.
std::optional<Signed> open_checkpoint(std::string note, const std::vector<seal::VerifierKey>& keys);

class History {
  public:
    explicit History(std::filesystem::path file);
    // The newest note and the one before it, as bytes, unchecked; empty where there is none.
    struct Tail {
        std::string newest, before;
        std::uint64_t length = 0;  // of the file up to the end of the newest note
    };
    Tail tail() const;
    // Cuts a torn end away first. Durable with the next flush of the file system.
    void append(const std::string& note) const;
    // All notes in order; `visit` gives false to stop.
    void each(const std::function<bool(std::string note)>& visit) const;

  private:
    std::filesystem::path file_;
};

}  // namespace journal

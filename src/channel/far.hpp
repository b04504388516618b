#pragma once
// The far side of a channel: files in folders that are not ours, on a partner's server or on this
// machine. Whatever goes wrong there is a Trouble, so that the caller can let it rest and try
// again; of our own disk it is a core::Fault as everywhere.
#include <cstdint>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace channel {

enum class TroubleKind : unsigned char {
    unreachable,  // no connection, or none in time
    stranger,     // the host key is not the one that was pinned: nothing is sent
    login,        // it does not let us in
    cut,          // the connection broke in the middle
    full,         // no space is left there
    taken,        // another file has the name
    refused,      // anything else it said no to
    paused,       // we stopped by ourselves: the turn is over
};
std::string_view to_string(TroubleKind kind);

class Trouble : public std::runtime_error {
  public:
    // `words` are for operators: what was tried, what the other side said.
    Trouble(TroubleKind kind, const std::string& words) : std::runtime_error(words), kind_(kind) {}
    TroubleKind kind() const { return kind_; }

  private:
    TroubleKind kind_;
};

struct FarFacts {
    std::uint64_t bytes = 0;
    bool regular = true;
};

struct FarEntry {
    std::string name;
    std::uint64_t bytes = 0;
    std::int64_t modified = 0;  // when, by its own clock and in its own unit
};

class FarReader {
  public:
    virtual ~FarReader() = default;
    virtual std::string read(std::size_t count_max) = 0;  // empty at the end
};

class FarWriter {
  public:
    virtual ~FarWriter() = default;
    virtual void append(std::string_view bytes) = 0;
    // Whole, and durable where the other side can say so.
    virtual void finish() = 0;
};

// Paths are as the other side understands them.
class Far {
  public:
    virtual ~Far() = default;
    virtual std::optional<FarFacts> facts(const std::string& path) = 0;  // none: not there
    // Regular files, by name; a Trouble where there are more names than `count_max`.
    virtual std::vector<FarEntry> list(const std::string& folder, std::size_t count_max) = 0;
    virtual std::unique_ptr<FarReader> reader(const std::string& path, std::uint64_t offset) = 0;
    // At offset 0 a new file, or the old one from its begin; otherwise behind what is there.
    virtual std::unique_ptr<FarWriter> writer(const std::string& path, std::uint64_t offset) = 0;
    virtual void rename(const std::string& from, const std::string& to) = 0;  // over nothing
    virtual void remove(const std::string& path) = 0;  // what is not there is no Trouble
    virtual std::optional<std::uint64_t> free_bytes(const std::string& folder) = 0;  // if it says
};

std::string join(const std::string& folder, const std::string& name);

// Folders of this machine: paths are absolute.
std::unique_ptr<Far> this_machine();

}  // namespace channel

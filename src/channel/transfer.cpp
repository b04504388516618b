#include "channel/transfer.hpp"

#include <algorithm>

#include "core/fault.hpp"
#include "io/crash_point.hpp"
#include "io/file.hpp"

namespace channel {

namespace fs = std::filesystem;

static constexpr std::size_t block_bytes = 1 << 20;
static constexpr std::uint64_t compared_bytes = 64 << 10;

std::string temporary_name(const std::string& name) {
    return "." + name + ".part";
}

static std::string far_temporary(const Members& set, const fs::path& path) {
    return join(set.folder, temporary_name(path.filename()));
}

static std::string far_name(const Members& set, const fs::path& path) {
    return join(set.folder, path.filename());
}

void check_time(Until until, const std::string& what) {
    if (until != Until::max() && std::chrono::steady_clock::now() >= until)
        throw Trouble(TroubleKind::paused, what + " goes on in the next turn");
}

// ---- how much of it is there ----

static bool same_range(Far& far, const std::string& path, const io::InputFile& ours,
                       std::uint64_t offset, std::uint64_t count) {
    const auto reader = far.reader(path, offset);
    std::string theirs;
    while (theirs.size() < count) {
        const std::string block = reader->read(static_cast<std::size_t>(count) - theirs.size());
        if (block.empty()) return false;
        theirs += block;
    }
    return theirs == ours.read(offset, static_cast<std::size_t>(count));
}

// Bytes that both sides have: all of the shorter one, or none. A file of ours that grew by
// appending is told from a foreign one by its head and its tail.
static std::uint64_t common_length(Far& far, const std::string& path, std::uint64_t shorter,
                                   const io::InputFile& ours) {
    if (shorter == 0) return 0;
    const std::uint64_t count = std::min(shorter, compared_bytes);
    const bool same = same_range(far, path, ours, 0, count) &&
                      same_range(far, path, ours, shorter - count, count);
    return same ? shorter : 0;
}

// ---- up ----

static void upload_one(Far& far, const fs::path& path, const std::string& to, Until until) {
    const auto ours = io::InputFile::open(path);
    const std::uint64_t bytes = ours.bytes();
    const auto found = far.facts(to);
    const std::uint64_t lying =
        found && found->bytes <= bytes ? common_length(far, to, found->bytes, ours) : 0;
    if (!found || lying != bytes || found->bytes != bytes) {
        const auto writer = far.writer(to, lying);
        for (std::uint64_t at = lying; at < bytes;) {
            const std::string block = ours.read(at, block_bytes);
            if (block.empty())
                throw core::Fault(core::FaultKind::world, "upload", ours.shown_path(),
                                  "it became shorter", "see sluice redeliver");
            writer->append(block);
            at += block.size();
            io::crash_point("push.block");
            if (at < bytes) check_time(until, to);
        }
        writer->finish();
    }
    const auto now = far.facts(to);
    if (!now || now->bytes != bytes)
        throw Trouble(TroubleKind::refused, to + " has " + std::to_string(now ? now->bytes : 0) +
                                                " bytes there, not " + std::to_string(bytes));
    io::crash_point("push.member");
}

Lying upload(Far& far, const Members& set, Until until) {
    std::vector<fs::path> missing;
    for (const fs::path& path : set.paths) {
        const std::string name = far_name(set, path);
        const auto found = far.facts(name);
        if (!found) {
            missing.push_back(path);
        } else if (!found->regular || found->bytes != io::InputFile::open(path).bytes()) {
            throw Trouble(TroubleKind::taken, "another file lies there as " + name);
        }
    }
    if (missing.empty()) return Lying::all;
    for (const fs::path& path : missing) upload_one(far, path, far_temporary(set, path), until);
    return Lying::nothing;
}

void reveal(Far& far, const Members& set) {
    bool waiting = false;
    for (const fs::path& path : set.paths) {
        const std::string temporary = far_temporary(set, path);
        if (!far.facts(temporary)) {
            if (!waiting || far.facts(far_name(set, path))) continue;
            throw Trouble(TroubleKind::refused,
                          temporary +
                              " is gone: somebody there removed what is not finished; put it "
                              "back, or, if the partner has nothing of the set, remove "
                              "spool/work/channels/NUMBER/" +
                              set.paths.front().filename().string());
        }
        waiting = true;
        far.rename(temporary, far_name(set, path));
        io::crash_point("push.revealed");
    }
}

// ---- down ----

void download(Far& far, const std::string& path, std::uint64_t bytes, const fs::path& to,
              Until until) {
    std::uint64_t have = 0;
    if (const auto found = io::facts(to); found && found->bytes <= bytes && found->bytes > 0)
        have = common_length(far, path, found->bytes, io::InputFile::open(to));
    auto file = io::OutputFile::resume(to, have);
    const auto reader = far.reader(path, have);
    for (std::string block = reader->read(block_bytes); !block.empty();
         block = reader->read(block_bytes)) {
        have += block.size();
        if (have > bytes) break;
        file.append(block);
        io::crash_point("fetch.block");
        if (have < bytes) check_time(until, path);
    }
    if (have != bytes)
        throw Trouble(TroubleKind::refused, path + " is not as long as it was: it still grows");
    file.sync();
    io::crash_point("fetch.member");
}

}  // namespace channel

#include "channel/transfer.hpp"

#include <algorithm>
#include <functional>
#include <optional>

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

using Read = std::function<std::string(std::uint64_t offset, std::uint64_t count)>;

static Read reading(Far& far, const std::string& path) {
    return [&far, path](std::uint64_t offset, std::uint64_t count) {
        const auto reader = far.reader(path, offset);
        std::string bytes;
        while (bytes.size() < count) {
            const std::string block = reader->read(static_cast<std::size_t>(count) - bytes.size());
            if (block.empty()) break;
            bytes += block;
        }
        return bytes;
    };
}

static Read reading(const io::InputFile& file) {
    return [&file](std::uint64_t offset, std::uint64_t count) {
        return file.read(offset, static_cast<std::size_t>(count));
    };
}

// Head and tail of the first so many bytes: a file of ours that grew by appending is told from a
// foreign one by them. Nothing where nobody may read over there, as in a folder to drop into.
static std::optional<bool> same_ends(const Read& one, const Read& other, std::uint64_t bytes) {
    const std::uint64_t count = std::min(bytes, compared_bytes);
    if (count == 0) return true;
    try {
        return one(0, count) == other(0, count) &&
               one(bytes - count, count) == other(bytes - count, count);
    } catch (const Trouble& trouble) {
        if (trouble.kind() != TroubleKind::refused) throw;
        return std::nullopt;
    }
}

// Bytes that both sides have: all of the shorter one, or none.
static std::uint64_t common_length(Far& far, const std::string& path, std::uint64_t shorter,
                                   const io::InputFile& ours) {
    return same_ends(reading(far, path), reading(ours), shorter).value_or(false) ? shorter : 0;
}

// ---- up ----

static void upload_one(Far& far, const fs::path& path, const std::string& to, Until until) {
    const auto ours = io::InputFile::open(path);
    const std::uint64_t bytes = ours.bytes();
    const auto found = far.facts(to);
    // A link of theirs would lead us into another file.
    if (found && !found->regular)
        throw Trouble(TroubleKind::taken, "something that is no file lies there as " + to);
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
            continue;
        }
        const auto ours = io::InputFile::open(path);
        if (!found->regular || found->bytes != ours.bytes() ||
            !same_ends(reading(far, name), reading(ours), found->bytes).value_or(true))
            throw Trouble(TroubleKind::taken, "another file lies there as " + name);
    }
    if (missing.empty()) return Lying::all;
    for (const fs::path& path : missing) upload_one(far, path, far_temporary(set, path), until);
    return Lying::nothing;
}

// A server may rename in two steps, a second name and the end of the first; one that fell between
// them left both.
static bool is_half_renamed(Far& far, const std::string& temporary, const std::string& name) {
    const auto after = far.facts(name);
    if (!after || !after->regular) return false;
    const auto before = far.facts(temporary);
    if (!before || before->bytes != after->bytes) return false;
    return same_ends(reading(far, temporary), reading(far, name), before->bytes).value_or(true);
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
        if (is_half_renamed(far, temporary, far_name(set, path)))
            far.remove(temporary);
        else
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

#include "outbox/publish.hpp"

#include <cerrno>
#include <functional>
#include <map>
#include <optional>
#include <set>

#include "core/ensure.hpp"
#include "core/fault.hpp"
#include "io/crash_point.hpp"
#include "io/file.hpp"
#include "io/file_system.hpp"

namespace outbox {
namespace {

constexpr std::size_t entries_at_once = 4096;
constexpr std::size_t sync_all_from = 8;

// One partner's folder during a batch: opened once, counted once.
struct Target {
    std::optional<io::Folder> folder;
    std::string reason;  // why there is none
    WaitingCounts::Folder waiting;
    bool counted = false;  // in this batch
    bool touched = false;
};

// Calls `each` with the entries until it says false.
void read_some(const io::Folder& folder,
               const std::function<bool(const std::vector<io::Entry>&)>& each) {
    io::FolderReader reader = folder.entries();
    for (auto batch = reader.next(entries_at_once); !batch.empty() && each(batch);
         batch = reader.next(entries_at_once)) {
    }
}

// Names first: their sizes are asked for only where these alone are not too many.
void count_waiting(Target& target, const PublishSettings& settings) {
    WaitingCounts::Folder& waiting = target.waiting;
    waiting.files = waiting.bytes = 0;
    target.counted = true;
    read_some(*target.folder, [&](const auto& batch) {
        waiting.files += batch.size();
        return waiting.files <= settings.waiting_files_max;
    });
    if (waiting.files > settings.waiting_files_max) return;
    read_some(*target.folder, [&](const auto& batch) {
        for (const io::Entry& entry : batch)
            // The partner may take it away in this very moment.
            if (const auto facts = target.folder->facts(entry.name)) waiting.bytes += facts->bytes;
        return waiting.bytes <= settings.waiting_bytes_max;
    });
}

class Batch {
  public:
    Batch(std::span<const Publication> batch, const PublishSettings& settings,
          WaitingCounts& counts)
        : batch_(batch), settings_(settings), counts_(counts), results_(batch.size()) {}

    std::vector<PublishResult> run() {
        for (std::size_t i = 0; i < batch_.size(); ++i) {
            attempt(i, [&] { publish_data(i); });
        }
        flush();
        io::crash_point("publish.data-flushed");
        for (std::size_t i = 0; i < batch_.size(); ++i) {
            if (good(i)) attempt(i, [&] { publish_go(i); });
        }
        flush();
        io::crash_point("publish.go-flushed");
        for (auto& [path, to] : targets_) {
            if (!to.folder) continue;
            to.waiting.modified = to.folder->facts().modified;
            counts_.folders[path] = to.waiting;
        }
        return std::move(results_);
    }

  private:
    bool good(std::size_t i) const { return results_[i].outcome == Outcome::published; }

    void fail(std::size_t i, Outcome outcome, std::string reason) {
        results_[i] = {outcome, std::move(reason)};
        if (!batch_[i].key.empty()) failed_.insert(batch_[i].key);
    }

    // What one partner's folder does to us must not keep the others waiting, so the fault becomes a
    // value here; a rerun meets it again.
    template <typename Step>
    void attempt(std::size_t i, const Step& step) {
        if (!batch_[i].after.empty() && failed_.count(batch_[i].after) > 0) {
            return fail(i, Outcome::waits, "an earlier file for this recipient waits");
        }
        try {
            step();
        } catch (const core::Fault& fault) {
            fail(i, Outcome::refused, fault.what());
        }
    }

    Target& target(const std::filesystem::path& out) {
        const auto [at, fresh] = targets_.try_emplace(out.native());
        Target& found = at->second;
        if (!fresh) return found;
        const std::optional<io::Facts> facts = io::facts(out);
        if (!facts || facts->kind != io::Kind::folder) {
            found.reason = io::shown(out) + (facts ? " is not a folder" : " is not there");
            return found;
        }
        found.folder = io::Folder::open(out);
        const auto before = counts_.folders.find(out.native());
        if (before != counts_.folders.end() && before->second.modified == facts->modified)
            found.waiting = before->second;
        else
            count_waiting(found, settings_);
        return found;
    }

    void publish_data(std::size_t i) {
        const Publication& publication = batch_[i];
        ENSURE(!publication.members.empty());
        if (publication.closed) return fail(i, Outcome::closed, "the recipient is closed");
        Target& to = target(publication.out);
        if (!to.folder) return fail(i, Outcome::folder_missing, to.reason);
        if (!room(i, to)) return;
        for (std::size_t m = 0; m + 1 < publication.members.size(); ++m) {
            if (!move(i, to, publication.members[m])) return;
        }
    }

    // A set that is partly out already goes on, whatever waits there.
    bool room(std::size_t i, Target& to) {
        const std::uint64_t files = batch_[i].members.size();
        std::uint64_t bytes = batch_[i].bytes;
        if (bytes == 0) {
            const io::Folder& from = source(batch_[i].from);
            for (const std::string& member : batch_[i].members) {
                const auto facts = from.facts(member);
                if (!facts) return true;
                bytes += facts->bytes;
            }
        }
        if (full_with(to, files, bytes) != nullptr && !to.counted) count_waiting(to, settings_);
        if (const char* limit = full_with(to, files, bytes)) {
            fail(i, Outcome::full, std::string(limit) + " is reached");
            return false;
        }
        to.waiting.files += files;
        to.waiting.bytes += bytes;
        return true;
    }

    // The limit that would be passed; null: none.
    const char* full_with(const Target& to, std::uint64_t files, std::uint64_t bytes) const {
        if (to.waiting.files + files > settings_.waiting_files_max)
            return "partner-waiting-files-max";
        if (to.waiting.bytes + bytes > settings_.waiting_bytes_max)
            return "partner-waiting-bytes-max";
        return nullptr;
    }

    // True when it is out, now or before: a staged file that is gone was published.
    bool move(std::size_t i, Target& to, const std::string& name) {
        const io::Folder& from = source(batch_[i].from);
        bool moved = false;
        try {
            moved = from.rename(name, *to.folder, name, io::Replace::no);
        } catch (const core::Fault&) {
            if (from.facts(name)) throw;
            return true;
        }
        if (!moved) {
            fail(i, Outcome::name_taken, to.folder->shown(name) + " is there already");
            return false;
        }
        to.touched = true;
        io::crash_point("publish.renamed");
        return true;
    }

    void publish_go(std::size_t i) { move(i, target(batch_[i].out), batch_[i].members.back()); }

    const io::Folder& source(const std::filesystem::path& folder) {
        const auto at = sources_.find(folder.native());
        if (at != sources_.end()) return at->second;
        return sources_.emplace(folder.native(), io::Folder::open(folder)).first->second;
    }

    // Names are durable before the next step is taken. Many folders share one flush.
    void flush() {
        std::vector<Target*> touched;
        for (auto& [path, to] : targets_) {
            if (to.touched) touched.push_back(&to);
        }
        std::set<std::uint64_t> devices;
        for (Target* to : touched) {
            if (touched.size() < sync_all_from) {
                to->folder->sync();
            } else if (devices.insert(to->folder->facts().device).second &&
                       io::file_system().syncfs(to->folder->fd()) != 0) {
                throw core::system_fault("flush the file system of", to->folder->shown_path(),
                                         errno);
            }
            to->touched = false;
        }
    }

    std::span<const Publication> batch_;
    const PublishSettings& settings_;
    WaitingCounts& counts_;
    std::vector<PublishResult> results_;
    std::map<std::string, Target> targets_;      // by path
    std::map<std::string, io::Folder> sources_;  // likewise
    std::set<std::string> failed_;
};

}  // namespace

std::string_view to_string(Outcome outcome) {
    switch (outcome) {
        case Outcome::published:
            return "published";
        case Outcome::closed:
            return "closed";
        case Outcome::folder_missing:
            return "folder missing";
        case Outcome::full:
            return "full";
        case Outcome::name_taken:
            return "name taken";
        case Outcome::refused:
            return "refused";
        case Outcome::waits:
            return "waits";
    }
    ENSURE(false);
}

std::vector<PublishResult> publish(std::span<const Publication> batch,
                                   const PublishSettings& settings, WaitingCounts& counts) {
    return Batch(batch, settings, counts).run();
}

std::vector<PublishResult> publish(std::span<const Publication> batch,
                                   const PublishSettings& settings) {
    WaitingCounts counts;
    return publish(batch, settings, counts);
}

}  // namespace outbox

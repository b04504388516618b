#include "outbox/draft_files.hpp"

#include <algorithm>
#include <cerrno>

#include "core/ensure.hpp"
#include "core/fault.hpp"
#include "io/crash_point.hpp"
#include "io/file_system.hpp"
#include "outbox/blob.hpp"

namespace outbox {
namespace {

constexpr std::string_view suffix = ".draft";
constexpr std::uint64_t version = 2;
constexpr std::size_t entries_at_once = 1024;

void save(BlobWriter& out, const Splice& splice) {
    out.number(splice.id);
    out.number(splice.offset);
    out.number(splice.hole.offset);
    out.number(splice.hole.length);
    out.number(static_cast<std::uint64_t>(splice.hole.counter));
    out.number(splice.hole.sum);
    out.number(splice.hole.digits);
    out.number((splice.hole.fixed_width ? 1U : 0U) | (splice.hole.point ? 0U : 2U) |
               (splice.hole.ebcdic ? 4U : 0U));
    out.number(splice.known ? 1 : 0);
    out.text(splice.text);
}

std::uint32_t small(BlobReader& in) {
    return static_cast<std::uint32_t>(in.number(0xFFFFFFFF));
}

Splice load_splice(BlobReader& in) {
    Splice splice;
    splice.id = in.number();
    splice.offset = in.number();
    splice.hole.offset = small(in);
    splice.hole.length = small(in);
    splice.hole.counter = static_cast<Counter>(in.number(2));
    splice.hole.sum = small(in);
    splice.hole.digits = small(in);
    const auto form = in.number(7);
    splice.hole.fixed_width = (form & 1U) != 0;
    splice.hole.point = (form & 2U) == 0;
    splice.hole.ebcdic = (form & 4U) != 0;
    splice.known = in.number(1) == 1;
    splice.text = in.text();
    return splice;
}

}  // namespace

std::string save_draft(const Draft& draft) {
    BlobWriter out;
    out.number(version);
    out.number(draft.bytes);
    out.number(draft.content_bytes);
    out.number(draft.records);
    out.number(draft.documents);
    out.text(draft.digest.save());
    out.number(draft.splices.size());
    for (const Splice& splice : draft.splices) save(out, splice);
    out.number(draft.gaps.size());
    for (const Gap& gap : draft.gaps) {
        out.number(gap.begin);
        out.number(gap.end);
    }
    out.number(draft.mark ? 1 : 0);
    if (draft.mark) {
        out.number(draft.mark->document);
        out.number(draft.mark->bytes);
        out.number(draft.mark->content_bytes);
        out.number(draft.mark->splices);
        out.text(draft.mark->digest);
    }
    out.text(draft.lane);
    out.number(static_cast<std::uint64_t>(draft.compression.value_or(job::Compression::none)));
    out.text(draft.form);
    return out.take();
}

Draft load_draft(std::string_view blob, const std::string& recipient) {
    BlobReader in(blob, "the draft for " + recipient);
    Draft draft;
    draft.exists = true;
    const std::uint64_t written_by = in.number(version);
    draft.bytes = in.number();
    draft.content_bytes = in.number();
    draft.records = in.number();
    draft.documents = in.number();
    const std::string_view digest = in.text();
    if (!draft.digest.restore(digest)) {
        throw core::Fault(core::FaultKind::integrity, "read the committed digest of",
                          "the draft for " + recipient, "it is not the state of a digest");
    }
    for (std::uint64_t left = in.number(); left > 0; --left) {
        draft.splices.push_back(load_splice(in));
    }
    for (std::uint64_t left = in.number(); left > 0; --left) {
        const std::uint64_t begin = in.number();
        draft.gaps.push_back({begin, in.number()});
    }
    if (in.number(1) == 1) {
        DraftMark mark;
        mark.document = in.number();
        mark.bytes = in.number();
        mark.content_bytes = in.number();
        mark.splices = in.number();
        mark.digest = in.text();
        draft.mark = std::move(mark);
    }
    draft.lane = in.text();
    if (written_by > 1) {
        const auto last = static_cast<std::uint64_t>(job::Compression::zip);
        draft.compression = static_cast<job::Compression>(in.number(last));
        draft.form = in.text();
    }
    in.finish();
    return draft;
}

DraftFiles::DraftFiles(std::filesystem::path folder, std::size_t open_files_max,
                       std::size_t sync_all_from, unsigned mode)
    : folder_(std::move(folder)),
      open_files_max_(std::max<std::size_t>(open_files_max, 1)),
      sync_all_from_(sync_all_from),
      mode_(mode) {
    // Its own name is flushed with the first drafts: many small files share one flush.
    io::make_folders(folder_.parent_path());
    ours_ = new_folder_ =
        io::Folder::open_own(folder_.parent_path()).make_folder(folder_.filename().native());
}

std::filesystem::path DraftFiles::path(std::string_view recipient) const {
    return folder_ / (std::string(recipient) + std::string(suffix));
}

io::OutputFile DraftFiles::open_again(std::string_view recipient, std::uint64_t length) {
    const std::filesystem::path where = path(recipient);
    if (length == 0) {
        new_names_ = any_ = true;
        // What may lie there was never committed.
        return io::OutputFile::create_anew(where, mode_);
    }
    return io::OutputFile::resume(where, length, mode_);
}

io::OutputFile& DraftFiles::file(std::string_view recipient, std::uint64_t length) {
    for (auto at = open_.begin(); at != open_.end(); ++at) {
        if (at->recipient != recipient) continue;
        open_.splice(open_.begin(), open_, at);
        ENSURE(open_.front().file.bytes() == length);
        return open_.front().file;
    }
    if (open_.size() >= open_files_max_) open_.pop_back();
    open_.push_front({std::string(recipient), open_again(recipient, length)});
    return open_.front().file;
}

void DraftFiles::forget(std::string_view recipient) {
    const std::lock_guard<std::mutex> guard(mutex_);
    open_.remove_if([&](const Open& open) { return open.recipient == recipient; });
}

void DraftFiles::close() {
    const std::lock_guard<std::mutex> guard(mutex_);
    open_.clear();
}

void DraftFiles::touched(std::string_view recipient) {
    touched_.emplace(recipient);
}

// Few drafts are flushed one by one; for many, one flush of the file system is cheaper than
// hundreds of single ones.
void DraftFiles::sync() {
    if (touched_.empty()) return;
    const io::Folder folder = io::Folder::open(folder_);
    if (touched_.size() >= sync_all_from_) {
        if (io::file_system().syncfs(folder.fd()) != 0) {
            throw core::system_fault("flush the file system of", io::shown(folder_), errno);
        }
    } else {
        for (const std::string& recipient : touched_) {
            const std::filesystem::path where = path(recipient);
            const auto cached = std::find_if(open_.begin(), open_.end(), [&](const Open& open) {
                return open.recipient == recipient;
            });
            if (cached != open_.end()) {
                cached->file.sync();
            } else if (const auto facts = io::facts(where)) {
                io::OutputFile::resume(where, facts->bytes, mode_).sync();
            }
        }
        if (new_names_) folder.sync();
        if (new_folder_) io::sync_folder(folder_.parent_path());
    }
    io::crash_point("drafts.synced");
    touched_.clear();
    new_names_ = new_folder_ = false;
}

void DraftFiles::remove_all_but(const std::vector<std::string>& recipients) {
    if (ours_ && !any_) return;
    const io::Folder folder = io::Folder::open(folder_);
    io::FolderReader reader = folder.entries();
    std::vector<std::string> surplus;
    for (auto batch = reader.next(entries_at_once); !batch.empty();
         batch = reader.next(entries_at_once)) {
        for (const io::Entry& entry : batch) {
            if (entry.kind != io::Kind::regular || !entry.name.ends_with(suffix)) continue;
            const std::string recipient = entry.name.substr(0, entry.name.size() - suffix.size());
            if (std::find(recipients.begin(), recipients.end(), recipient) == recipients.end()) {
                surplus.push_back(entry.name);
            }
        }
    }
    for (const std::string& name : surplus) folder.remove(name);
}

}  // namespace outbox

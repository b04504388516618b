// From a committed draft to the file that is published: numbers are put in, rejected documents
// left out, zip is made, and the file gets its name. A plain or zstd draft that needs nothing of it
// is only renamed.
#include <unistd.h>

#include <algorithm>
#include <cerrno>

#include "core/ensure.hpp"
#include "core/fault.hpp"
#include "io/crash_point.hpp"
#include "io/frames.hpp"
#include "io/zip.hpp"
#include "outbox/draft_set_state.hpp"
#include "outbox/names.hpp"
#include "outbox/staging.hpp"

namespace outbox {
namespace {

// Calls `range` for what of [begin, end) is no gap.
void each_range(const Draft& draft, std::uint64_t begin, std::uint64_t end,
                const std::function<void(std::uint64_t, std::uint64_t)>& range) {
    for (const Gap& gap : draft.gaps) {
        if (gap.end <= begin || gap.begin >= end) continue;
        if (gap.begin > begin) range(begin, gap.begin);
        begin = gap.end;
    }
    if (begin < end) range(begin, end);
}

// The draft's ranges and the numbers between them, in order.
void each_part(const Draft& draft, const std::function<void(std::uint64_t, std::uint64_t)>& range,
               const std::function<void(std::string_view)>& text) {
    std::uint64_t at = 0;
    for (const Splice& splice : draft.splices) {
        each_range(draft, at, splice.offset, range);
        text(splice.text);
        at = splice.offset;
    }
    each_range(draft, at, draft.bytes, range);
}

void unpacked(const io::InputFile& file, std::uint64_t begin, std::uint64_t end,
              const std::function<void(std::string_view)>& take) {
    if (begin == end) return;
    std::uint64_t at = begin;
    io::UnpackLimits limits;
    limits.output_bytes_max = ~std::uint64_t{0};
    io::ZstdStream stream(
        [&](char* buffer, std::size_t count) {
            const auto left = static_cast<std::size_t>(std::min<std::uint64_t>(count, end - at));
            const std::size_t got = left == 0 ? 0 : file.read(at, buffer, left);
            at += got;
            return got;
        },
        limits);
    std::string block(copy_bytes, '\0');
    while (const std::size_t got = stream.read(block.data(), block.size())) {
        take(std::string_view(block).substr(0, got));
    }
    if (stream.state() != io::Unpacked::ok) {
        throw core::Fault(core::FaultKind::integrity, "unpack", file.shown_path(),
                          "it is not what was written");
    }
}

void write_spliced(const Draft& draft, const io::InputFile& from, bool compressed, int level,
                   io::OutputFile& to) {
    each_part(
        draft,
        [&](std::uint64_t begin, std::uint64_t end) {
            each_block(from, begin, end, [&](std::string_view block) { to.append(block); });
        },
        [&](std::string_view text) {
            if (!compressed) return to.append(text);
            std::string frame;
            io::compress_frame(text, frame, level);
            to.append(frame);
        });
}

void write_zip(const Draft& draft, const io::InputFile& from, const std::string& entry,
               core::Instant stamp, io::OutputFile& to) {
    io::ZipWriter zip(to, entry, stamp);
    const auto append = [&](std::string_view bytes) { zip.append(bytes); };
    each_part(
        draft, [&](std::uint64_t begin, std::uint64_t end) { unpacked(from, begin, end, append); },
        append);
    zip.finish();
}

// What is still open counts the whole parcel.
void fill_in(Draft& draft, const Counts& counts) {
    for (Splice& splice : draft.splices) {
        if (splice.known) continue;
        splice.text = counted(splice.hole, counts);
        splice.known = true;
    }
}

// False: it was before a crash, or there is nothing to move.
bool moved(const std::filesystem::path& from, const std::filesystem::path& to) {
    try {
        return io::rename_file(from, to, io::Replace::no);
    } catch (const core::Fault&) {
        if (io::facts(from)) throw;
        return false;
    }
}

// A second one: the first tells that something of it may lie there to be cleared away.
bool given_name(const std::filesystem::path& from, const std::filesystem::path& to) {
    if (::link(from.c_str(), to.c_str()) == 0) return true;
    if (errno == ENOENT) return false;
    throw core::system_fault("give a second name to", io::shown(from), errno,
                             "free space or mend the folder, then run again");
}

}  // namespace

DraftSet::Finished DraftSet::finish(RecipientIndex recipient, const core::FileIdentity& identity,
                                    core::Instant stamp, const std::filesystem::path& into,
                                    const std::filesystem::path& former) {
    ENSURE(recipient < state_->drafts.size());
    Draft draft = state_->drafts[recipient];
    ENSURE(draft.records > 0 && state_->splitter.open_document() == 0);
    const Counts* counts = state_->splitter.counts(recipient);
    ENSURE(counts != nullptr);
    fill_in(draft, *counts);

    const job::Compression compression = state_->recipients[recipient].compression;
    const bool zipped = compression == job::Compression::zip;
    const std::string name = member_name(zipped ? Member::zipped : Member::data, identity,
                                         compression == job::Compression::zstd ? ".zst" : "");
    const std::string& number = state_->recipients[recipient].number;
    const std::filesystem::path from = state_->files.path(number);
    const std::filesystem::path& target = into.empty() ? folder() : into;
    const std::filesystem::path to = target / name;

    Finished finished{{to, draft.bytes, draft.digest.value()},
                      draft.records,
                      draft.documents,
                      counts->sums,
                      draft.content_bytes};
    for (const Splice& splice : draft.splices) finished.content_bytes += splice.text.size();

    state_->files.forget(number);
    const bool as_it_is = !zipped && draft.splices.empty() && draft.gaps.empty();
    if (as_it_is && moved(from, to)) {
        io::crash_point("drafts.finished");
        return finished;
    }
    if (io::facts(to)) {
        finished.file = staged_again(to);
        io::remove_file(from);
        return finished;
    }
    if (!io::facts(from)) {
        if (!former.empty() && given_name(former / name, to)) {
            finished.file = staged_again(to);
            return finished;
        }
        throw core::Fault(core::FaultKind::integrity, "finish", io::shown(from),
                          "it was committed, but is not there",
                          "somebody changed the spool; restore it, or cancel the file");
    }
    write_named(target, name, state_->settings.published_mode, [&](io::OutputFile& file) {
        const io::InputFile source = io::InputFile::open(from);
        if (zipped) {
            write_zip(draft, source, member_name(Member::data, identity), stamp, file);
        } else {
            write_spliced(draft, source, compression == job::Compression::zstd,
                          state_->settings.compression_level, file);
        }
    });
    finished.file = staged_again(to);
    io::remove_file(from);
    io::crash_point("drafts.finished");
    return finished;
}

}  // namespace outbox

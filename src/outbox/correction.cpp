#include "outbox/correction.hpp"

#include <array>
#include <deque>

#include "io/file.hpp"
#include "outbox/draft_set.hpp"
#include "outbox/names.hpp"
#include "outbox/staging.hpp"

namespace outbox {
namespace {

constexpr std::string_view lane_name = "correction";
constexpr std::size_t group_bytes = 4U << 20;

DraftSettings settings_for(std::uint32_t sums) {
    DraftSettings settings;
    settings.group_bytes = group_bytes;
    settings.sums = sums;
    return settings;
}

}  // namespace

// A set of drafts with one recipient. Records are copied: they outlive the caller's bytes until the
// next flush.
struct CorrectionWriter::State {
    State(std::filesystem::path folder, std::uint32_t sums)
        : drafts(std::move(folder), {{std::string(lane_name), job::Compression::none}},
                 settings_for(sums)) {}

    void flush() {
        Group group = drafts.cut();
        group.pack_all();
        drafts.append(group);
        copies.clear();
    }

    DraftSet drafts;
    std::deque<std::string> copies;
    std::uint64_t records = 0;
};

CorrectionWriter::CorrectionWriter(std::filesystem::path folder, std::uint32_t sums)
    : state_(std::make_unique<State>(std::move(folder), sums)) {}

CorrectionWriter::~CorrectionWriter() = default;

void CorrectionWriter::open(std::string_view bytes, std::span<const Hole> holes) {
    state_->drafts.open(bytes, holes);
}

void CorrectionWriter::close(std::string_view bytes) {
    state_->drafts.close(bytes);
}

void CorrectionWriter::content(std::string_view bytes, std::span<const Hole> holes) {
    state_->drafts.content(bytes, holes);
}

void CorrectionWriter::maybe_content(std::string_view bytes, std::span<const Hole> holes) {
    state_->drafts.maybe_content(bytes, holes);
}

void CorrectionWriter::drop_content() {
    state_->drafts.drop_content();
}

void CorrectionWriter::begin_document(std::uint64_t ordinal) {
    state_->drafts.begin_document(ordinal);
}

void CorrectionWriter::end_document() {
    state_->drafts.end_document();
    if (state_->drafts.group_full()) state_->flush();
}

void CorrectionWriter::record(std::string_view bytes, std::span<const std::int64_t> sums) {
    static constexpr std::array<RecipientIndex, 1> only = {0};
    state_->copies.emplace_back(bytes);
    state_->drafts.record(state_->copies.back(), only, sums);
    state_->records += 1;
    if (state_->drafts.group_full()) state_->flush();
}

bool CorrectionWriter::is_written() const {
    return state_->drafts.is_taken();
}

std::uint64_t CorrectionWriter::records() const {
    return state_->records;
}

std::optional<StagedFile> CorrectionWriter::finish(const core::FileIdentity& identity,
                                                   std::uint64_t zip_above, core::Instant stamp) {
    if (state_->records == 0) return std::nullopt;
    state_->flush();
    state_->drafts.sync();
    const StagedFile whole = state_->drafts.finish(0, identity, stamp).file;
    if (whole.bytes <= zip_above) {
        io::sync_folder(state_->drafts.folder());
        return whole;
    }
    const io::Folder folder = io::Folder::open(state_->drafts.folder());
    folder.rename(whole.name(), folder, "correction.whole", io::Replace::yes);
    return stage(state_->drafts.folder() / "correction.whole", state_->drafts.folder(), identity,
                 zip_above, stamp);
}

}  // namespace outbox

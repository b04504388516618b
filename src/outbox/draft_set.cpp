#include "outbox/draft_set.hpp"

#include <algorithm>
#include <map>

#include "core/ensure.hpp"
#include "core/fault.hpp"
#include "io/crash_point.hpp"
#include "outbox/draft_set_state.hpp"

namespace outbox {

DraftSet::State::State(std::filesystem::path folder, std::vector<DraftRecipient> a_recipients,
                       DraftSettings a_settings)
    : recipients(std::move(a_recipients)),
      settings(a_settings),
      splitter(recipients, settings),
      files(std::move(folder), settings.open_files_max, settings.sync_all_from,
            settings.published_mode),
      drafts(recipients.size()),
      changed(recipients.size(), false) {}

DraftSet::DraftSet(std::filesystem::path folder, std::vector<DraftRecipient> recipients,
                   DraftSettings settings)
    : state_(std::make_unique<State>(std::move(folder), std::move(recipients), settings)) {
    state_->files.remove_all_but({});
}

DraftSet::DraftSet(std::filesystem::path folder, std::vector<DraftRecipient> recipients,
                   const DraftCommit& committed, DraftSettings settings)
    : state_(std::make_unique<State>(std::move(folder), std::move(recipients), settings)) {
    if (!committed.common.empty()) {
        state_->splitter.restore_common(committed.common);
        state_->common = committed.common;
    }
    std::map<std::string_view, RecipientIndex> index;
    for (RecipientIndex i = 0; i < state_->recipients.size(); ++i) {
        index.emplace(state_->recipients[i].number, i);
    }
    std::vector<std::string> kept;
    for (const DraftState& saved : committed.drafts) {
        const auto at = index.find(saved.recipient);
        if (at == index.end()) {
            throw core::Fault(core::FaultKind::job, "take up the draft for", saved.recipient,
                              "this partner is no longer delivered to by the job",
                              "put the partner back, then release the file, or cancel it");
        }
        kept.push_back(saved.recipient);
        state_->take_up(at->second, saved);
    }
    state_->files.remove_all_but(kept);
}

DraftSet::~DraftSet() = default;

// A draft may be longer than committed (what came after is cut off) and may be gone (finished under
// its published name); shorter it cannot be unless somebody else had his hands on it.
void DraftSet::State::take_up(RecipientIndex recipient, const DraftState& saved) {
    Draft draft = load_draft(saved.blob, saved.recipient);
    splitter.restore_lane(recipient, draft.lane);
    DraftRecipient& now = recipients[recipient];
    if (draft.compression) {
        if (draft.form != now.form) {
            throw core::Fault(core::FaultKind::job, "take up the draft for", saved.recipient,
                              "partners.xml says another format or schema for it than when the "
                              "file was begun",
                              "put the former partners.xml back, then release the file");
        }
        now.compression = *draft.compression;
    }
    const std::filesystem::path where = files.path(saved.recipient);
    const std::optional<io::Facts> facts = io::facts(where);
    draft.gone = !facts && draft.bytes > 0;
    if (facts && facts->bytes < draft.bytes) {
        throw core::Fault(core::FaultKind::integrity, "take up", io::shown(where),
                          "it is shorter than what was committed",
                          "somebody changed the spool; restore it, or cancel the file");
    }
    if (facts && facts->bytes > draft.bytes) {
        io::OutputFile::resume(where, draft.bytes, settings.published_mode);
    }
    drafts[recipient] = std::move(draft);
}

void DraftSet::open(std::string_view bytes, std::span<const Hole> holes) {
    state_->splitter.open(bytes, holes);
}

void DraftSet::close(std::string_view bytes) {
    state_->splitter.close(bytes);
}

void DraftSet::content(std::string_view bytes, std::span<const Hole> holes) {
    state_->splitter.content(bytes, holes);
}

void DraftSet::maybe_content(std::string_view bytes, std::span<const Hole> holes) {
    state_->splitter.maybe_content(bytes, holes);
}

void DraftSet::drop_content() {
    state_->splitter.drop_content();
}

void DraftSet::begin_document(std::uint64_t ordinal) {
    state_->splitter.begin_document(ordinal);
}

void DraftSet::end_document() {
    state_->splitter.end_document();
}

void DraftSet::reject_document() {
    state_->splitter.reject_document();
}

void DraftSet::record(std::string_view bytes, std::span<const RecipientIndex> recipients,
                      std::span<const std::int64_t> sums) {
    state_->splitter.record(bytes, recipients, sums);
}

void DraftSet::reject_file() {
    std::vector<DraftRecipient> recipients = state_->recipients;
    const DraftSettings settings = state_->settings;
    const std::filesystem::path folder = state_->files.folder();
    state_->files.remove_all_but({});
    state_ = std::make_unique<State>(folder, std::move(recipients), settings);
}

bool DraftSet::is_taken() const {
    return state_->splitter.is_taken();
}

std::optional<std::uint64_t> DraftSet::open_document() const {
    const std::uint64_t ordinal = state_->splitter.open_document();
    return ordinal == 0 ? std::nullopt : std::optional(ordinal);
}

std::size_t DraftSet::group_bytes() const {
    return state_->splitter.bytes();
}

std::size_t DraftSet::held_bytes() const {
    return state_->splitter.held_bytes();
}

bool DraftSet::group_full() const {
    return group_bytes() >= state_->settings.group_bytes;
}

Group DraftSet::cut() {
    return Group(state_->splitter.cut());
}

void DraftSet::append(Group& group, const std::function<void(std::size_t task)>& pack) {
    Group::Content& content = group.content();
    for (const Share& share : content.shares) state_->append(content, share, pack);
    state_->common = content.common;
}

void DraftSet::State::take_back(Draft& draft) {
    ENSURE(draft.mark);
    const DraftMark mark = std::move(*draft.mark);
    draft.mark.reset();
    if (!draft.gaps.empty() && draft.gaps.back().end == mark.bytes) {
        draft.gaps.back().end = draft.bytes;
    } else if (draft.bytes > mark.bytes) {
        draft.gaps.push_back({mark.bytes, draft.bytes});
    }
    draft.content_bytes = mark.content_bytes;
    ENSURE(draft.digest.restore(mark.digest));
    draft.splices.resize(mark.splices);
}

void DraftSet::State::resolve(Draft& draft, const Share& share) {
    for (const Resolution& resolution : share.resolutions) {
        const auto at = std::find_if(draft.splices.begin(), draft.splices.end(),
                                     [&](const Splice& s) { return s.id == resolution.splice; });
        ENSURE(at != draft.splices.end());
        at->text = resolution.text;
        at->known = true;
    }
}

void DraftSet::State::append(Group::Content& content, const Share& share,
                             const std::function<void(std::size_t task)>& pack) {
    Draft& draft = drafts[share.recipient];
    const std::string& number = recipients[share.recipient].number;
    if (!draft.exists && share.segments == 0) return;
    draft.exists = true;
    draft.compression = recipients[share.recipient].compression;
    draft.form = recipients[share.recipient].form;
    if (share.cut_first) take_back(draft);
    if (draft.mark && draft.mark->document != content.open_document) draft.mark.reset();
    resolve(draft, share);
    for (std::uint32_t i = 0; i < share.segments; ++i) {
        Segment& segment = content.segments[share.first_segment + i];
        if (!segment.done && pack) pack(share.first_segment + i);
        ENSURE(segment.done);
        if (segment.mark_before) {
            draft.mark = DraftMark{content.open_document, draft.bytes, draft.content_bytes,
                                   draft.splices.size(), draft.digest.save()};
        }
        if (!segment.packed.empty()) {
            files.file(number, draft.bytes).append(segment.packed);
            draft.digest.update(segment.packed);
            draft.bytes += segment.packed.size();
            draft.content_bytes += segment.content_bytes;
            files.touched(number);
            std::string().swap(segment.packed);
        }
        if (segment.splice_after) {
            draft.splices.push_back({segment.splice, draft.bytes, segment.hole, {}, false});
        }
    }
    draft.records = share.records;
    draft.documents = share.documents;
    draft.lane = share.lane;
    changed[share.recipient] = true;
    io::crash_point("drafts.appended");
}

void DraftSet::sync() {
    state_->files.sync();
}

void DraftSet::close_files() {
    state_->files.close();
}

DraftCommit DraftSet::take_state() {
    DraftCommit commit;
    commit.common = state_->common;
    for (RecipientIndex i = 0; i < state_->drafts.size(); ++i) {
        if (!state_->changed[i]) continue;
        state_->changed[i] = false;
        const Draft& draft = state_->drafts[i];
        commit.drafts.push_back({state_->recipients[i].number, draft.bytes, draft.records,
                                 draft.documents, save_draft(draft)});
    }
    return commit;
}

std::vector<RecipientIndex> DraftSet::recipients_with_data() const {
    std::vector<RecipientIndex> all;
    for (RecipientIndex i = 0; i < state_->drafts.size(); ++i) {
        if (state_->drafts[i].records > 0) all.push_back(i);
    }
    return all;
}

const std::filesystem::path& DraftSet::folder() const {
    return state_->files.folder();
}

}  // namespace outbox

#pragma once
// The parcels of one file while they grow: one draft for each recipient under
// spool/drafts/<file id>/, out of every partner's sight. The committer feeds tags, content and
// records in input order; a group of them becomes one zstd frame for each recipient (made on any
// thread), is appended and flushed, and what the ledger must commit is handed back. Nothing here
// knows of the ledger: after a crash the caller gives back what it committed last.
//
//     drafts.content(xml_declaration);  drafts.open("<Root>");
//     drafts.begin_document(1);  drafts.open("<Form><Id>7</Id>");
//     drafts.record(bytes, {0, 7});  drafts.close("</Form>");  drafts.end_document();
//     if (drafts.group_full()) { auto group = drafts.cut(); <workers: group.pack(i)>
//                                drafts.append(group); drafts.sync();
//                                commit(drafts.take_state()); }
//     ... drafts.close("</Root>"); cut, pack, append, sync, commit as above
//     drafts.finish(i, identity, stamp)        -> the file to be published
//
// An element is written to a recipient with its first record in it, with all the content that was
// given for it until then; elements without a record for a recipient are left out.
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/instant.hpp"
#include "job/partner.hpp"
#include "outbox/context.hpp"
#include "outbox/stage.hpp"

namespace outbox {

using RecipientIndex = std::uint32_t;  // position in the list the DraftSet was made with

struct DraftSettings {
    std::size_t open_files_max = 64;      // drafts-open-max: descriptors kept open
    std::size_t group_bytes = 64U << 20;  // drafts-group-bytes: raw bytes of one group
    std::size_t frame_bytes = 4U << 20;   // drafts-frame-bytes: no frame is made of more
    std::size_t sync_all_from = 8;        // from so many drafts on, one flush of the file system
    int compression_level = 1;            // drafts-compression-level
    std::uint32_t sums = 0;               // how many sums each record carries (<recount> of sums)
    unsigned published_mode = 0644;       // mode of what is published
};

struct DraftRecipient {
    std::string number;  // 6 digits, or any name fit for a file: the draft's own
    job::Compression compression = job::Compression::none;
    std::string form = {};  // in which it gets the records in the end; empty: as they came
};

// What a commit holds of one draft. `blob` is opaque and small (below 1 KiB but for recounts).
struct DraftState {
    std::string recipient;
    std::uint64_t bytes = 0, records = 0, documents = 0;
    std::string blob;
};

// What the ledger commits with a group: `common` takes the place of the former one, each draft's
// state that of the same recipient.
struct DraftCommit {
    std::string common;
    std::vector<DraftState> drafts;  // only those that changed
};

// The work of one group: frames of the recipients with data. pack() may run on many threads at once
// for different tasks; records' bytes must live until the last one has run.
class Group {
  public:
    struct Content;
    explicit Group(std::unique_ptr<Content> content);
    Group(Group&&) noexcept;
    Group& operator=(Group&&) noexcept;
    ~Group();

    std::size_t tasks() const;
    std::size_t task_bytes(std::size_t task) const;  // before it is packed
    // Copies and compresses the pieces of one frame.
    void pack(std::size_t task);
    void pack_all();
    std::size_t packed_bytes() const;  // of all that is packed and not yet appended

    Content& content() { return *content_; }

  private:
    std::unique_ptr<Content> content_;
};

class DraftSet {
  public:
    // A new file: what is left in the folder from an attempt that was never committed is removed.
    DraftSet(std::filesystem::path folder, std::vector<DraftRecipient> recipients,
             DraftSettings settings = {});
    // After a crash, or on the next run: cuts every draft back to what was committed and removes
    // those that never were. A committed draft that is shorter than committed, or absent although
    // it has bytes and was not finished, is a Fault of the integrity kind. A draft keeps the
    // compression that it was begun with; a recipient who takes another form since is a Fault of
    // the job kind.
    DraftSet(std::filesystem::path folder, std::vector<DraftRecipient> recipients,
             const DraftCommit& committed, DraftSettings settings = {});
    DraftSet(const DraftSet&) = delete;
    DraftSet& operator=(const DraftSet&) = delete;
    ~DraftSet();

    // ---- in input order, one thread ----
    // A start tag (with what belongs to it in front, such as white space), and the end tag of the
    // element that was opened last. Outside every element: content around the root.
    void open(std::string_view bytes, std::span<const Hole> holes = {});
    void close(std::string_view bytes);
    // Content directly inside the open element that every parcel with this element keeps.
    void content(std::string_view bytes, std::span<const Hole> holes = {});
    // The same if content or the end tag follows; not if a child does, or what is dropped.
    void maybe_content(std::string_view bytes, std::span<const Hole> holes = {});
    void drop_content();
    // Brackets around a document's open ... close (or around its single record). An ordinal is used
    // once, and they rise.
    void begin_document(std::uint64_t ordinal);
    void end_document();
    // An accepted record. `recipients` without repetition; may be empty (nobody gets it). The bytes
    // must live until the group they go into is packed.
    void record(std::string_view bytes, std::span<const RecipientIndex> recipients,
                std::span<const std::int64_t> sums = {});
    // Nothing of the open document goes out, whatever was committed of it before. Closes it and the
    // elements opened in it.
    void reject_document();
    // Nothing of the file goes out: all drafts are removed.
    void reject_file();
    std::optional<std::uint64_t> open_document() const;  // ordinal
    bool is_taken() const;                               // has somebody the innermost open element?

    std::size_t group_bytes() const;  // bytes for all recipients gathered since the last cut
    bool group_full() const;
    // Memory that the group takes beside the bytes of records, about; a pure function of what came
    // since the last cut.
    std::size_t held_bytes() const;
    Group cut();

    // ---- the commit, one thread, groups in the order of cut ----
    // Lets go of what is written. `pack` is called for a task that is not packed when its turn has
    // come, and may pack others; without it, all tasks are packed.
    void append(Group& group, const std::function<void(std::size_t task)>& pack = {});
    void sync();               // what was appended is durable: fsync of touched drafts only
    void close_files();        // instead of sync(), for one of many sets that share a flush
    DraftCommit take_state();  // what changed since the last call

    // ---- after the commit of the end; different recipients on different threads ----
    struct Finished {
        StagedFile file;
        std::uint64_t records = 0, documents = 0;
        std::vector<std::int64_t> sums;
        std::uint64_t content_bytes = 0;  // before compression
    };
    std::vector<RecipientIndex> recipients_with_data() const;
    // Makes the file that is published, under the name of `identity`: FO, FO with ".zst", or CO;
    // `into`: a folder of the same file system, else that of the drafts. May be repeated: what is
    // finished is only read again, also where it was to lie in `former` then.
    Finished finish(RecipientIndex recipient, const core::FileIdentity& identity,
                    core::Instant stamp, const std::filesystem::path& into = {},
                    const std::filesystem::path& former = {});
    const std::filesystem::path& folder() const;

  private:
    struct State;
    std::unique_ptr<State> state_;
};

}  // namespace outbox

#pragma once
// The committer's fold over the outcomes of one file in input order: what is only known at the end
// of a document or of the file (uniqueness, totals, percentages, accept units), the counts, and
// what goes into the drafts. Deterministic; its state is saved with each commit.
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "app/key_set.hpp"
#include "app/one_root.hpp"
#include "app/routing.hpp"
#include "ledger/facts.hpp"
#include "ledger/types.hpp"
#include "outbox/draft_set.hpp"
#include "parse/outcome.hpp"

namespace app {

struct FoldSettings {
    std::filesystem::path folder;  // of the drafts; spilled keys go there too
    bool deliver = true;           // false: T, or check: no drafts are made
    std::size_t unique_keys_max = 250'000;
    std::uint32_t parts = 1;  // of the set
    outbox::DraftSettings drafts;
    std::vector<outbox::DraftRecipient> recipients;  // all the job can name, in order of number
    // Of a supplement: documents that were refused as a whole when the file was decided first.
    std::map<std::int64_t, std::string> refused_before;
    // Is this document id taken already, by this or another file of the sender? `claims`: if not,
    // this document takes it. Null: not looked at.
    std::function<bool(const std::string& id, bool claims)> document_taken;
    // The documents beside the records; null: the job has none.
    std::shared_ptr<const parse::Enclosures> enclosures;
    // Of questions: the field with their reference; none where records are no questions.
    std::optional<std::size_t> reference;
    // Of answers: nothing where this good record answers a question, else what is wrong with it.
    std::function<std::optional<core::Finding>(const parse::Outcome& outcome, std::size_t record)>
        answer;
};

// What one outcome adds to the ledger.
struct Folded {
    ledger::Slice slice;                  // without resume
    std::vector<core::Finding> findings;  // kept ones, in order, those of the fold included
    std::map<std::pair<std::string, std::string>, std::int64_t>
        tallies;  // (code, severity) -> count
    std::vector<std::pair<std::int64_t, std::string>> refused_documents;
    std::vector<std::pair<std::string, std::int64_t>> document_ids;  // accepted ones, to be claimed
    std::vector<std::string> references;  // of questions, one for each record
};

// Bytes of memory, about; a pure function of what it holds.
std::uint64_t memory_of(const Folded& folded);

// What the file's end adds goes with the last slice.
void merge(Folded& into, Folded from);

// Of each total of the job; nothing: that nobody can say (parse::DocumentPart).
using TotalSums = std::vector<std::optional<parse::Decimal>>;

class Fold {
  public:
    Fold(std::shared_ptr<const parse::Plan> plan, FoldSettings settings);
    // After a crash: `saved` and the committed drafts as the ledger has them.
    Fold(std::shared_ptr<const parse::Plan> plan, FoldSettings settings, std::string_view saved,
         const outbox::DraftCommit& drafts);

    // The outcome's bytes must live until the drafts' group that took them is appended.
    Folded take(const parse::Outcome& outcome, const Routed* routed);
    // After the last outcome of the last part; the file-level rules. Where they let nothing of the
    // file go out, `reject_drafts` is next, when no draft is being written.
    Folded finish();
    bool rejects_drafts() const { return drafts_ && (refused() || !file_cause_.empty()); }
    void reject_drafts();

    const ledger::Counts& documents() const { return documents_; }
    const ledger::Counts& records() const { return records_; }
    // The whole file is refused, with this code and its finding; nothing of it goes out.
    bool refused() const { return !refused_code_.empty(); }
    const std::string& refused_code() const { return refused_code_; }
    // Why every document of an otherwise good file is rejected (accept unit="file"); empty: it is
    // not.
    const std::string& file_cause() const { return file_cause_; }
    std::int64_t findings_total() const { return findings_total_; }
    outbox::DraftSet* drafts() { return drafts_.get(); }
    // Records in the forms made for some recipients since the last call; the drafts point into them
    // until the group that took them is packed.
    std::deque<std::string> take_reduced() {
        reduced_bytes_ = 0;
        return std::exchange(reduced_, {});
    }
    // Memory that what the drafts gathered takes, beside the bytes of outcomes, about; a pure
    // function of what came since the last cut.
    std::uint64_t held_bytes() const {
        return reduced_bytes_ + (drafts_ ? drafts_->held_bytes() : 0);
    }
    // Records withheld, by (recipient, reason).
    const std::map<std::pair<std::string, std::string>, std::int64_t>& withheld() const {
        return withheld_;
    }

    std::string save() const;

  private:
    struct OpenDocument {
        std::uint64_t ordinal = 0;
        std::string id;
        std::int64_t records = 0, accepted = 0, percent = 0;
        std::string cause;  // first code that rejects it as a whole
        bool mandate_told = false;
        TotalSums sums;
        std::vector<parse::Declared> declared;  // numbers to be compared at its end
        std::map<std::pair<std::string, std::string>, std::int64_t> withheld;
    };
    void keep(Folded& folded, core::Finding finding);
    class Beside;
    void take_document_finding(Folded& folded, const core::Finding& finding);
    void take_file_finding(Folded& folded, const parse::Outcome& outcome,
                           const core::Finding& finding);
    void take_record(Folded& folded, const parse::Outcome& outcome, std::size_t index,
                     const Routed* routed, ledger::RecordFact& fact);
    bool take_directory_findings(Folded& folded, const Routed& routed, std::size_t index);
    void take_enclosures(const parse::Outcome& outcome, ledger::SliceFacts& facts);
    void tell_unnamed(Folded& folded);
    void take_mandate(Folded& folded, const Routed& routed, std::size_t document);
    bool check_uniques(Folded& folded, const parse::Outcome& outcome, std::size_t index,
                       bool& percent);
    void check_totals(Folded& folded, const std::vector<parse::Declared>& declared,
                      const TotalSums& sums);
    void end_document(Folded& folded, const parse::Outcome& outcome,
                      const parse::DocumentPart& part);
    void take_pieces(const parse::Outcome& outcome, const ledger::SliceFacts& facts,
                     const std::vector<char>& document_rejected, const Routed* routed);
    void deliver(std::string_view text, const ledger::Route& route, const Routed* routed,
                 std::size_t record, const std::vector<std::int64_t>& sums);
    void end_piece_document(bool rejected);
    std::span<const outbox::RecipientIndex> indexes(const ledger::Route& route);

    std::shared_ptr<const parse::Plan> plan_;
    FoldSettings settings_;
    std::unique_ptr<outbox::DraftSet> drafts_;
    ledger::Counts documents_, records_;
    std::optional<OpenDocument> open_;
    TotalSums file_sums_;
    std::vector<parse::Declared> file_declared_;
    std::int64_t findings_kept_ = 0, findings_total_ = 0, slices_ = 0;
    std::string refused_code_, file_cause_;
    std::map<std::pair<std::string, std::string>, std::int64_t> withheld_;
    std::vector<KeySet> uniques_;  // one for each rule of the job
    OneRoot one_root_;
    std::vector<bool> named_;  // of settings_.enclosures: by a record
    std::vector<outbox::RecipientIndex> scratch_;
    // Records without some groups, or with something added; drafts point into them.
    std::deque<std::string> reduced_;
    std::uint64_t reduced_bytes_ = 0;
};

}  // namespace app

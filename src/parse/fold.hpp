#pragma once
// Follows a scan from the true entry: counts documents and records, keeps the open levels and the
// values around records, and so computes the exit. With an outcome to fill it also makes its
// documents, records, cells and pieces; both ways give the same exit.
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "parse/evaluator.hpp"
#include "parse/outcome.hpp"
#include "parse/scan.hpp"

namespace parse {

// What the bytes of a slice are, whoever owns them.
struct SliceView {
    std::string_view walked;  // XML as the walker saw it, up to what was consumed
    std::string_view bytes;   // as parcels carry it
    const std::vector<std::pair<std::uint64_t, std::uint64_t>>* map = nullptr;  // null: identity
    Scale scale;
    bool last = false;
    std::string reader_state;  // behind the slice

    std::uint64_t mapped(std::uint64_t offset) const;
    std::uint64_t bytes_end() const;  // in bytes, of what was consumed

    mutable std::size_t near = 0;  // in the map, where the last offset was found
};

inline std::string_view part_of(std::string_view text, std::uint64_t begin, std::uint64_t end) {
    return text.substr(static_cast<std::size_t>(begin), static_cast<std::size_t>(end - begin));
}

struct Slice;
// What the fold needs to know of a slice; the slice must outlive it.
SliceView view_of(const Slice& slice, std::uint64_t consumed);

class Fold {
  public:
    // `outcome` may be null; then only the marks outside records are looked at.
    Fold(const Plan& plan, const Entry& entry, const SliceView& slice, Outcome* outcome);
    void run(const Scan& scan);
    // After run(). `scan` is the same.
    Entry exit(const Scan& scan);
    // After run(): is an element around records open whose first record is still to come, with a
    // field that may be missing there? Then findings go along, and a scan must know true paths.
    bool awaits_record() const;
    // What stands around records and before them goes along with every place to go on from, so all
    // of it is limited as one text is; and so is what stands between one of them and the next,
    // which all recipients get where it ends the document. Numbers to be counted again are limited
    // too.
    struct TooMuch {
        std::uint64_t end = 0;  // up to this walked byte it is not
        std::string limit;
        std::uint64_t most = 0;
    };
    // After run(). Nothing: it nowhere is too much.
    const std::optional<TooMuch>& too_much() const { return too_much_; }

  private:
    void reserve(const Scan& scan);
    void on_mark(const schema::Mark& mark);
    void enter_level(const schema::Mark& mark, std::uint32_t level);
    void leave_level(const schema::Mark& mark, std::uint32_t level);
    void enter_record(const schema::Mark& mark);
    void leave_record(const schema::Mark& mark);
    void leave_too_large(const schema::Mark& mark);
    bool is_too_large(std::uint64_t end) const {
        return record_limit_ != no_limit && slice_.mapped(end) > record_limit_;
    }
    void end_too_large(std::uint64_t end);
    void carried(const schema::Mark& mark);
    void begin_document(std::uint64_t begin);
    void end_document(std::uint64_t end);
    bool is_behind_child() const;
    void child_begins(std::uint64_t begin);
    using Keep = Piece::Keep;
    void content(std::uint64_t end, Keep keep);
    void count_context(std::uint64_t begin, std::uint64_t end);
    void count_gap(std::uint64_t begin, std::uint64_t end);
    void count_carried(std::uint64_t end);
    void count_recount(std::uint64_t begin);
    void limit_text(std::uint64_t so_far, std::uint64_t begin, std::uint64_t end);
    void limit(TooMuch found);
    void end_gap() { at_.gap_bytes = at_.gap_recounts = 0; }
    std::uint64_t context_of(std::size_t level) const;
    void piece(Piece::Kind kind, std::uint64_t begin, std::uint64_t end, Keep keep);
    Outcome::Parent around() const;
    void add_row();
    void add_sums(DocumentPart& part, std::size_t row);
    void add_declared(std::uint32_t level);
    void add_around(std::uint32_t level);
    void keep_values();
    void keep_said(const std::vector<core::Finding>& findings);
    void place_of_exit(const Scan& scan);

    const Plan& plan_;
    const std::uint64_t record_bytes_max_;
    const Entry& entry_;
    const SliceView& slice_;
    Outcome* outcome_;
    Entry at_;  // moves along
    Evaluator values_;
    Strings own_strings_;
    Strings& strings_;
    std::uint64_t cursor_ = 0;  // walked bytes before it are in pieces
    std::uint64_t lead_ = 0;    // begin of the record that is open, with the space before it
    static constexpr std::uint64_t no_limit = ~std::uint64_t{0};
    std::uint64_t record_limit_ = no_limit;  // of its bytes: behind it the open record is too large
    bool in_record_ = false;
    std::vector<std::uint64_t> context_;  // bytes before the records, of each open level
    std::uint64_t context_bytes_ = 0;     // their sum
    std::optional<TooMuch> too_much_;
    std::vector<RecountSpan> recounts_;  // in walked bytes, of the content not yet in a piece
};

}  // namespace parse

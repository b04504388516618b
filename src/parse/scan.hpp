#pragma once
// One walk over the bytes of a slice, from a state that is true or assumed. Knows nothing of
// ordinals, places and values: that is the fold's part.
#include <cstdint>
#include <string_view>
#include <vector>

#include "parse/encoding.hpp"
#include "parse/plan.hpp"

namespace parse {

struct Scan {
    schema::Stop stop = schema::Stop::need_more;
    std::uint64_t consumed = 0;
    // Behind the last record, or what holds records, that ended; 0: none did.
    std::uint64_t boundary = 0;
    std::vector<schema::Mark> marks;
    std::vector<std::uint32_t> outer;  // of marks: those outside records; the enter and leave of a
                                       // record are among them
    std::vector<core::Finding> findings;  // offsets count from the slice's begin
    bool rests = false;  // it ends before the slice does, for there is enough in it already
    bool dirty = false;  // something is wrong outside records
    schema::State exit;
    Extent extent;  // of the consumed bytes; not for flat files
    // A record is open at the end: where its start tag begins, and the white space before it.
    bool record_open = false;
    std::uint64_t record_tag = 0, record_begin = 0;
    // Likewise an element outside records whose value is wanted; without white space.
    bool value_open = false;
    std::uint64_t value_begin = 0;
    // Such an element is longer than a text may be: it is the one that begins at value_begin.
    bool value_too_long = false;
    std::uint32_t value_node = none;
};

enum class Inside : bool { no, oversize_record };
// May it rest before the end of the bytes?
enum class Rest : bool { no, yes };

class Scanner {
  public:
    explicit Scanner(const Plan& plan);
    // `all`: what is counted of the bytes already.
    Scan scan(std::string_view bytes, const schema::State& from, bool is_last, Inside inside,
              Rest rest, const core::Counted* all = nullptr);

  private:
    const Plan& plan_;
    schema::Walker walker_;
    std::size_t marks_before_ = 0;  // what the slice before came to
};

// Before the white space that ends at `offset`, but not before `floor`.
std::uint64_t before_space(std::string_view bytes, std::uint64_t offset, std::uint64_t floor);

}  // namespace parse

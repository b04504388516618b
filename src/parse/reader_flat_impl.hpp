#pragma once
// The inside of the reader of flat files, spread over reader_flat*.cpp: bytes and the place to go
// on from, units that fit, what does not fit.
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "dfdl/parser.hpp"
#include "parse/flat_layout.hpp"
#include "parse/flat_render.hpp"
#include "parse/flat_way.hpp"
#include "parse/reader_flat.hpp"

namespace parse {

class FlatReader final : public Reader {
  public:
    FlatReader(std::shared_ptr<const Plan> plan, const Source& source, const Entry& entry,
               std::uint64_t slice_bytes, Expected expected)
        : plan_(std::move(plan)),
          layout_(*plan_->layout),
          dfdl_(*layout_.dfdl),
          source_(source),
          slice_bytes_(slice_bytes),
          begin_(entry.delivered),
          position_(entry.delivered),
          expected_(expected),
          known_ways_(layout_),
          parser_(dfdl_) {
        record_ = chain_node(plan_->record_level);
        document_ = chain_node(plan_->document_level);
        if (plan_->job != nullptr) record_bytes_max_ = plan_->job->limits.record_bytes_max;
        restore(entry.reader_state);
    }

    bool next(Slice& slice) override;

  private:
    using Reason = core::Reason;
    using Parser = dfdl::Parser;
    using Layout = flat::Layout;
    using Node = flat::Node;
    using Open = flat::Open;
    using Way = flat::Way;

    // Of one slice: a file of nothing but unknown lines must fit in memory.
    static constexpr std::size_t findings_max = 100'000;
    // How far behind a unit of known length its end is looked for.
    static constexpr std::uint64_t end_within = 4096;

    // reader_flat.cpp
    std::uint32_t chain_node(std::uint32_t level) const;
    std::string save() const;
    void restore(const std::string& state);
    bool fill();
    void only_unit();
    std::string_view rest() const { return std::string_view(buffer_).substr(used_); }
    bool all_read() const { return position_ >= source_.size(); }
    bool may_grow() const { return rest().size() <= record_bytes_max_ + (1U << 20); }

    // reader_flat_units.cpp
    bool step();
    bool finish();
    bool again_before(const Way& way);
    bool take();
    bool fits(const Way& way, Parser::Mode mode, std::size_t& length);
    bool blocked(bool touched);
    bool frame(const Node& node, std::string_view data, std::size_t& at, bool& touched) const;
    bool guarded(const Node& node) const;
    void accept(const Way& way, std::size_t length);
    void forget(const Way& way);
    void keep();
    void close_to(std::size_t count);
    void consume(std::size_t length) {
        bytes_ += rest().substr(0, length);
        used_ += length;
    }
    void anchor() { flat::add_anchor(slice_->map, slice_->walked.size(), bytes_.size()); }

    // reader_flat_misfits.cpp
    bool take_badly();
    bool give_up();
    std::uint64_t known_length() const;
    std::size_t bad_length(std::size_t& content);
    std::size_t behind(std::string_view data, std::size_t& end, bool& touched) const;
    static std::size_t next_of(const std::vector<const dfdl::Markup*>& ends, std::string_view data,
                               std::size_t& end, bool& touched);
    void report(const dfdl::Note& note);
    static std::string_view type_name(dfdl::Base base);
    void unknown(std::string_view content);

    const std::shared_ptr<const Plan> plan_;
    const Layout& layout_;
    const dfdl::Layout& dfdl_;
    const Source& source_;
    const std::uint64_t slice_bytes_;
    const std::uint64_t begin_;
    std::uint64_t position_;  // of the next byte to read
    std::uint64_t record_bytes_max_ = 16U << 20;
    std::string buffer_;
    std::size_t used_ = 0;  // of the buffer
    const Expected expected_;
    std::vector<Open> open_;
    std::vector<dfdl::Kept> kept_;
    std::uint32_t record_ = none, document_ = none, last_unit_ = none;
    flat::KnownWays known_ways_;
    Parser parser_;
    std::vector<std::uint32_t> open_elements_;  // of the renderer
    Way suspect_, suspect_unkeyed_;             // units that the next bytes may be meant as
    std::size_t farthest_ = 0;                  // how far the second of them was read
    std::size_t front_ = 0;  // bytes in front of the unit: separators, initiators
    Slice* slice_ = nullptr;
    std::string bytes_;  // of it
    bool begun_ = false, done_ = false, touched_ = false, started_ = false, cut_ = false;
};

}  // namespace parse

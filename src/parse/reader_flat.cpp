#include "parse/reader_flat.hpp"

#include <algorithm>
#include <utility>

#include "parse/reader_flat_impl.hpp"
#include "parse/wire.hpp"

namespace parse {

bool FlatReader::next(Slice& slice) {
    if (done_) return false;
    slice = Slice{};
    slice.scale.encoding = layout_.encoding;
    slice.scale.raw = true;
    slice_ = &slice;
    slice.walked.reserve(expected_.walked + expected_.walked / 16);
    slice.map.reserve(expected_.map + expected_.map / 16);
    bytes_.reserve(std::min(slice_bytes_, source_.size() - begin_));
    if (layout_.nodes.front().is_line) {
        only_unit();
    } else {
        if (!begun_) {
            anchor();
            slice.walked += dfdl_.root_start();
            begun_ = true;
        }
        while (!step()) {
        }
        anchor();  // all bytes up to here are of this slice, also behind a line that is unknown
    }
    slice.reader_state = save();
    slice.bytes = SharedText(std::exchange(bytes_, {}));
    return true;
}

std::uint32_t FlatReader::chain_node(std::uint32_t level) const {
    std::vector<std::string> names;
    for (std::uint32_t i = 1; i <= level; ++i) names.push_back(plan_->watch[plan_->chain[i]].local);
    return layout_.find(names);
}

std::string FlatReader::save() const {
    std::string out;
    wire::put(out, std::uint64_t{last_unit_});
    wire::put(out, std::uint64_t{open_.size()});
    for (const Open& open : open_) {
        wire::put(out, std::uint64_t{open.node});
        wire::put(out, std::uint64_t{open.position});
        wire::put(out, open.count);
        wire::put(out, std::uint64_t{open.empty});
    }
    wire::put(out, std::uint64_t{kept_.size()});
    for (const dfdl::Kept& kept : kept_) {
        wire::put(out, std::uint64_t{kept.term});
        wire::put(out, kept.value);
    }
    return out;
}

void FlatReader::restore(const std::string& state) {
    open_.push_back({});
    if (state.empty()) return;
    begun_ = true;
    wire::Reader in(state);
    last_unit_ = static_cast<std::uint32_t>(in.number());
    open_.resize(in.count());
    for (Open& open : open_) {
        open.node = static_cast<std::uint32_t>(in.number());
        open.position = static_cast<std::uint32_t>(in.number());
        open.count = in.number();
        open.empty = in.flag();
    }
    kept_.resize(in.count());
    for (dfdl::Kept& kept : kept_) {
        kept.term = static_cast<std::uint32_t>(in.number());
        kept.value = in.text();
    }
}

bool FlatReader::fill() {
    if (all_read()) return false;
    // Once should be enough for a slice of short records.
    const std::size_t first = position_ == begin_ ? slice_bytes_ + (32U << 10) : 256U << 10;
    const std::size_t more = static_cast<std::size_t>(
        std::min<std::uint64_t>(std::max(first, rest().size()), source_.size() - position_));
    buffer_.erase(0, used_);
    used_ = 0;
    const std::size_t old = buffer_.size();
    buffer_.resize(old + more);
    const std::size_t got = source_.read(position_, buffer_.data() + old, more);
    buffer_.resize(old + got);
    position_ += got;
    return true;
}

// The whole file is one unit.
void FlatReader::only_unit() {
    while (may_grow() && fill()) {
    }
    const bool whole = all_read();
    std::size_t length = rest().size();
    if (!rest().empty() && whole) {
        const Node& node = layout_.nodes.front();
        const char* const blanks = is_ebcdic(dfdl_.charset) ? "\r\n \x15\x25" : "\r\n ";
        bool good =
            parser_.parse(node.term, rest(), Parser::Data::ends, Parser::Mode::strict, kept_) &&
            rest().find_first_not_of(blanks, parser_.consumed()) == std::string_view::npos;
        if (!good)
            good =
                parser_.parse(node.term, rest(), Parser::Data::ends, Parser::Mode::lenient, kept_);
        if (good) {
            flat::Rendered to{slice_->walked, slice_->map, bytes_.size(), {}, {}};
            flat::render(dfdl_, parser_, length, true, to);
            for (const dfdl::Note& note : parser_.notes()) report(note);
            for (const dfdl::Note& note : to.notes) report(note);
            length = 0;
        }
    }
    if (length > 0) unknown(rest().substr(0, 16));
    if (slice_->walked.empty()) {
        anchor();
        slice_->walked += whole && length == 0 ? dfdl_.root_start() + dfdl_.root_end() : "<";
    }
    consume(rest().size());
    slice_->cut = Cut::end;
    done_ = true;
}

std::unique_ptr<Reader> make_flat_reader(std::shared_ptr<const Plan> plan, const Source& source,
                                         const Entry& entry, std::uint64_t slice_bytes,
                                         Expected expected) {
    return std::make_unique<FlatReader>(std::move(plan), source, entry, slice_bytes, expected);
}

}  // namespace parse

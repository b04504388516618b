#include "parse/reader_flat.hpp"

#include <algorithm>

#include "parse/flat_render.hpp"
#include "parse/flat_way.hpp"
#include "parse/wire.hpp"

namespace parse {

namespace {

using core::Reason;
using dfdl::Parser;
using flat::Layout;
using flat::Node;
using flat::Open;
using flat::Way;

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

    bool next(Slice& slice) override {
        if (done_) return false;
        slice = Slice{};
        slice.scale.encoding = layout_.encoding;
        slice.scale.raw = true;
        slice_ = &slice;
        slice.walked.reserve(expected_.walked + expected_.walked / 16);
        slice.map.reserve(expected_.map + expected_.map / 16);
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
        }
        slice.reader_state = save();
        return true;
    }

  private:
    std::uint32_t chain_node(std::uint32_t level) const {
        std::vector<std::string> names;
        for (std::uint32_t i = 1; i <= level; ++i)
            names.push_back(plan_->watch[plan_->chain[i]].local);
        return layout_.find(names);
    }

    // ---- the place to go on from ----

    std::string save() const {
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

    void restore(const std::string& state) {
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

    // ---- bytes ----

    std::string_view rest() const { return std::string_view(buffer_).substr(used_); }
    bool all_read() const { return position_ >= source_.size(); }

    bool fill() {
        if (all_read()) return false;
        // Once should be enough for a slice of short records.
        const std::size_t first = position_ == begin_ ? slice_bytes_ + (32U << 10) : 256U << 10;
        const std::size_t more = std::max(first, rest().size());
        buffer_.erase(0, used_);
        used_ = 0;
        const std::size_t old = buffer_.size();
        buffer_.resize(old + more);
        const std::size_t got = source_.read(position_, buffer_.data() + old, more);
        buffer_.resize(old + got);
        position_ += got;
        return true;
    }

    bool may_grow() const { return rest().size() <= record_bytes_max_ + (1U << 20); }

    // ---- one unit ----

    // True: the slice is complete.
    bool step() {
        if (rest().empty() && !fill()) return finish();
        if (slice_->bytes.size() >= slice_bytes_ && last_unit_ != none && last_unit_ == record_) {
            slice_->cut = Cut::record;
            return true;
        }
        if (slice_->bytes.size() >= slice_bytes_ + record_bytes_max_) {
            slice_->cut = Cut::blind;
            return true;
        }
        for (;;) {
            touched_ = false;
            if (take()) return cut_;
            if (!touched_ || !may_grow() || !fill()) break;
        }
        return take_badly();
    }

    bool finish() {
        close_to(0);
        slice_->walked += dfdl_.root_end();
        slice_->cut = Cut::end;
        done_ = true;
        return true;
    }

    bool again_before(const Way& way) {
        if (slice_->bytes.size() < slice_bytes_) return false;
        for (std::size_t i = std::max<std::size_t>(way.keep, 1); i < open_.size(); ++i)
            if (open_[i].node == record_ || open_[i].node == document_) {
                slice_->cut = open_[i].node == record_ ? Cut::record : Cut::document;
                close_to(i);
                return true;
            }
        return false;
    }

    // Reads the next unit strictly. False: none fits, or more bytes are needed (touched_).
    bool take() {
        cut_ = false;
        suspect_.unit = suspect_unkeyed_.unit = none;
        for (const Way& way : known_ways_.from(open_)) {
            std::size_t length = 0;
            const bool good = fits(way, Parser::Mode::strict, length);
            if (touched_ && !all_read() && may_grow()) return false;
            if (good) {
                accept(way, length);
                return true;
            }
            // One that says that it is of this kind, but is not good.
            if (layout_.nodes[way.unit].keyed && !parser_.why_not().other &&
                suspect_.unit == none && started_) {
                suspect_ = way;
                return false;
            }
            const Parser::Failure failure = parser_.why_not();
            if (!layout_.nodes[way.unit].keyed && !failure.other && started_ &&
                (suspect_unkeyed_.unit == none || failure.at > farthest_)) {
                suspect_unkeyed_ = way;
                farthest_ = failure.at;
            }
        }
        return false;
    }

    // Is this unit what begins here, and where does it end (with its separator)?
    bool fits(const Way& way, Parser::Mode mode, std::size_t& length) {
        started_ = false;
        const std::string_view data = rest();
        std::size_t at = 0;
        front_ = 0;
        bool touched = false;
        for (const std::uint32_t group : way.opened)
            if (!frame(layout_.nodes[group], data, at, touched)) return blocked(touched);
        const Node& node = layout_.nodes[way.unit];
        if (!frame(node, data, at, touched)) return blocked(touched);
        if (!guarded(node)) return false;
        front_ = at;
        started_ = true;
        const auto more = all_read() || mode == Parser::Mode::lenient ? Parser::Data::ends
                                                                      : Parser::Data::goes_on;
        const bool good = parser_.parse(node.term, data.substr(at), more, mode, kept_);
        if (parser_.touched_end()) touched_ = true;
        if (!good) return false;
        at += parser_.consumed();
        const dfdl::Term* group = layout_.separated(node);
        if (group != nullptr && group->position != dfdl::Position::prefix) {
            touched = false;
            const std::size_t separator = group->separator.match(data.substr(at), touched);
            if (touched) touched_ = true;
            if (separator != dfdl::no_match)
                at += separator;
            else if (at < data.size())
                return false;
        }
        if (at == 0) return false;
        length = at;
        return true;
    }

    bool blocked(bool touched) {
        if (touched) touched_ = true;
        return false;
    }

    // What stands in front of an element: a separator, initiators of the groups around it.
    bool frame(const Node& node, std::string_view data, std::size_t& at, bool& touched) const {
        const auto take_markup = [&](const dfdl::Markup& markup) {
            if (markup.empty()) return true;
            const std::size_t length = markup.match(data.substr(at), touched);
            if (length == dfdl::no_match) return false;
            at += length;
            return true;
        };
        for (const std::uint32_t group : node.groups) {
            const dfdl::Term& term = dfdl_.terms[group];
            const bool first = open_.back().empty;
            if (first && !take_markup(term.initiator)) return false;
            if (term.position == dfdl::Position::prefix && !take_markup(term.separator))
                return false;
        }
        return node.is_line || take_markup(layout_.term(node).initiator);
    }

    // What choices and branches around it say of what was read before.
    bool guarded(const Node& node) const {
        const bool asks = std::any_of(node.groups.begin(), node.groups.end(), [&](auto group) {
            return !dfdl_.terms[group].asserts.empty() || !dfdl_.terms[group].dispatch.empty();
        });
        if (!asks) return true;
        const std::uint32_t around = dfdl_.element_around(node.term);
        const dfdl::ValuesOf values = [&](const dfdl::ValuePath& path) {
            return dfdl::values_of(dfdl_, kept_, around, path);
        };
        for (std::size_t i = 0; i < node.groups.size(); ++i) {
            const dfdl::Term& group = dfdl_.terms[node.groups[i]];
            for (const dfdl::Assert& each : group.asserts)
                if (!each.test.truth(values)) return false;
            if (group.dispatch.empty()) continue;
            const std::uint32_t inner = i + 1 < node.groups.size() ? node.groups[i + 1] : node.term;
            const auto branch = std::find(group.children.begin(), group.children.end(), inner);
            const auto& keys =
                group.branch_keys[static_cast<std::size_t>(branch - group.children.begin())];
            const auto key = group.dispatch.text(values);
            if (!key || std::find(keys.begin(), keys.end(), *key) == keys.end()) return false;
        }
        return true;
    }

    void accept(const Way& way, std::size_t length) {
        if (again_before(way)) {
            cut_ = true;
            return;
        }
        if (way.keep < open_.size()) close_to(way.keep);
        anchor();
        for (const std::uint32_t group : way.opened)
            slice_->walked += layout_.term(layout_.nodes[group]).start_tag;
        flat::go(layout_, way, open_);
        forget(way);
        last_unit_ = way.unit;
        flat::Rendered to{slice_->walked,
                          slice_->map,
                          slice_->bytes.size() + front_,
                          {},
                          std::move(open_elements_)};
        flat::render(dfdl_, parser_, length - front_, false, to);
        open_elements_ = std::move(to.open);
        for (const dfdl::Note& note : parser_.notes()) report(note);
        for (const dfdl::Note& note : to.notes) report(note);
        keep();
        consume(length);
    }

    // Of groups and units that begin anew, nothing that was kept holds any more.
    void forget(const Way& way) {
        if (kept_.empty()) return;
        const auto erase_inside = [&](std::uint32_t term) {
            kept_.erase(std::remove_if(kept_.begin(), kept_.end(),
                                       [&](const dfdl::Kept& one) {
                                           for (std::uint32_t up = one.term; up != dfdl::none;
                                                up = dfdl_.terms[up].parent)
                                               if (up == term) return true;
                                           return false;
                                       }),
                        kept_.end());
        };
        for (const std::uint32_t group : way.opened) erase_inside(layout_.nodes[group].term);
        erase_inside(layout_.nodes[way.unit].term);
    }

    void keep() {
        if (dfdl_.kept.empty() || last_unit_ == record_) return;
        for (const dfdl::Node& node : parser_.nodes()) {
            const dfdl::Term& term = dfdl_.terms[node.term];
            if (!term.complex &&
                std::binary_search(dfdl_.kept.begin(), dfdl_.kept.end(), term.name))
                kept_.push_back({node.term, std::string(parser_.value(node))});
        }
    }

    void consume(std::size_t length) {
        slice_->bytes += rest().substr(0, length);
        used_ += length;
    }

    // ---- what does not fit ----

    // True: the slice is complete.
    bool take_badly() {
        std::size_t content = 0;
        const std::size_t whole = bad_length(content);
        if (whole == 0) return give_up();
        const std::string_view all = rest();
        const bool blank = content == 0;
        const Way way = suspect_.unit != none ? suspect_ : suspect_unkeyed_;
        if (!blank && way.unit != none) {
            const std::string_view unit = all.substr(0, content);
            std::size_t at = 0;
            bool touched = false;
            bool framed = true;
            for (const std::uint32_t group : way.opened)
                framed = framed && frame(layout_.nodes[group], unit, at, touched);
            framed = framed && frame(layout_.nodes[way.unit], unit, at, touched);
            const Node& node = layout_.nodes[way.unit];
            if (framed && parser_.parse(node.term, unit.substr(at), Parser::Data::ends,
                                        Parser::Mode::lenient, kept_)) {
                front_ = at;
                accept(way, whole);
                return cut_;
            }
        }
        if (!blank) unknown(all.substr(0, content));
        anchor();
        slice_->walked += "<?line?>";  // something that is whole at the end of a slice
        last_unit_ = none;
        consume(whole);
        return false;
    }

    // Nothing says where the next unit could begin.
    bool give_up() {
        unknown(rest().substr(0, 16));
        anchor();
        slice_->walked += "<";  // not well-formed: the file is refused
        consume(rest().size());
        slice_->cut = Cut::end;
        done_ = true;
        return true;
    }

    // How many bytes to pass over; `content`: without what ends them. 0: nobody can say.
    std::size_t bad_length(std::size_t& content) {
        for (;;) {
            const std::string_view data = rest();
            bool touched = false;
            std::size_t end = 0;
            content = behind(data, end, touched);
            const bool sure = content != dfdl::no_match && !touched;
            if (sure || all_read() || !may_grow() || !fill()) {
                if (content != dfdl::no_match) return end;
                break;
            }
        }
        const std::string_view data = rest();
        if (layout_.length > 0 ||
            (suspect_.unit != none && layout_.nodes[suspect_.unit].length > 0)) {
            const std::uint64_t length =
                layout_.length > 0 ? layout_.length : layout_.nodes[suspect_.unit].length;
            content = static_cast<std::size_t>(std::min<std::uint64_t>(length, data.size()));
            return content;
        }
        if (!all_read() || layout_.ends.empty()) return 0;
        content = data.size();
        return data.size();
    }

    // The next end of a unit: where its content ends, and behind it.
    std::size_t behind(std::string_view data, std::size_t& end, bool& touched) const {
        if (layout_.ends.empty() && !layout_.loose_lines) return dfdl::no_match;
        if (layout_.ends.empty()) {
            const dfdl::Markup lines =
                dfdl::compile_markup("%NL;", dfdl_.charset, std::string(), false);
            // A line end far behind is not that of this unit.
            const std::uint64_t most = layout_.length > 0 ? layout_.length + 2 : 4096;
            return next_of({&lines},
                           data.substr(0, static_cast<std::size_t>(
                                              std::min<std::uint64_t>(most, data.size()))),
                           end, touched);
        }
        return next_of(layout_.ends, data, end, touched);
    }

    static std::size_t next_of(const std::vector<const dfdl::Markup*>& ends, std::string_view data,
                               std::size_t& end, bool& touched) {
        for (std::size_t at = 0; at < data.size(); ++at)
            for (const dfdl::Markup* markup : ends) {
                if (!markup->first[static_cast<unsigned char>(data[at])]) continue;
                touched = false;
                const std::size_t length = markup->match(data.substr(at), touched);
                if (length == dfdl::no_match || length == 0) continue;
                end = at + length;
                return at;
            }
        return dfdl::no_match;
    }

    // The whole file is one unit.
    void only_unit() {
        while (may_grow() && fill()) {
        }
        const bool whole = all_read();
        std::size_t length = rest().size();
        if (!rest().empty() && whole) {
            const Node& node = layout_.nodes.front();
            bool good =
                parser_.parse(node.term, rest(), Parser::Data::ends, Parser::Mode::strict, kept_) &&
                rest().find_first_not_of("\r\n \x15\x25", parser_.consumed()) ==
                    std::string_view::npos;
            if (!good)
                good = parser_.parse(node.term, rest(), Parser::Data::ends, Parser::Mode::lenient,
                                     kept_);
            if (good) {
                flat::Rendered to{slice_->walked, slice_->map, slice_->bytes.size(), {}, {}};
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

    // ---- XML ----

    void anchor() { flat::add_anchor(slice_->map, slice_->walked.size(), slice_->bytes.size()); }

    // Leaves the first `count` open groups open; the root is the first and closes at the end only.
    void close_to(std::size_t count) {
        anchor();
        while (open_.size() > std::max<std::size_t>(count, 1)) {
            slice_->walked += layout_.term(layout_.nodes[open_.back().node]).end_tag;
            open_.pop_back();
        }
    }

    // Offsets of notes count from the unit, whose bytes are not yet in the slice.
    void report(const dfdl::Note& note) {
        core::Finding finding;
        finding.code = "00000-" + std::string(note.ccc);
        finding.reason = note.reason;
        finding.place.offset = slice_->bytes.size() + front_ + note.at;
        if (note.reason == Reason::encoding) finding.details = {"XML"};
        if (note.reason == Reason::datatype && note.node != dfdl::none) {
            const dfdl::Node& node = parser_.nodes()[note.node];
            finding.details = {"xs:" + std::string(type_name(dfdl_.terms[node.term].base))};
            finding.element = dfdl_.terms[node.term].name;
            finding.value = std::string(parser_.value(node)).substr(0, 100);
        }
        slice_->findings.push_back(std::move(finding));
    }

    static std::string_view type_name(dfdl::Base base) {
        switch (base) {
            case dfdl::Base::string:
                return "string";
            case dfdl::Base::number:
                return "decimal";
            case dfdl::Base::integer:
                return "integer";
            case dfdl::Base::boolean:
                return "boolean";
            case dfdl::Base::date:
                return "date";
            case dfdl::Base::time:
                return "time";
            case dfdl::Base::date_time:
                return "dateTime";
        }
        return "";
    }

    void unknown(std::string_view content) {
        core::Finding finding;
        finding.code = "00000-092";
        finding.reason = Reason::record_type_unknown;
        finding.place.offset = slice_->bytes.size();
        const std::size_t two = dfdl::bytes_of(dfdl_.charset, content, 2);
        dfdl::decode(dfdl_.charset, content.substr(0, two), finding.value);
        for (char& c : finding.value)
            if (static_cast<unsigned char>(c) < 0x20) c = '?';
        slice_->findings.push_back(std::move(finding));
    }

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
    bool begun_ = false, done_ = false, touched_ = false, started_ = false, cut_ = false;
};

}  // namespace

std::unique_ptr<Reader> make_flat_reader(std::shared_ptr<const Plan> plan, const Source& source,
                                         const Entry& entry, std::uint64_t slice_bytes,
                                         Expected expected) {
    return std::make_unique<FlatReader>(std::move(plan), source, entry, slice_bytes, expected);
}

}  // namespace parse

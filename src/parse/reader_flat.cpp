#include "parse/reader_flat.hpp"

#include <algorithm>

#include "parse/flat_layout.hpp"
#include "parse/wire.hpp"

namespace parse {

namespace {

using flat::Field;
using flat::Layout;
using flat::Node;

bool is_control(char c) {
    const auto byte = static_cast<unsigned char>(c);
    return byte < 0x20 && c != '\t' && c != '\n' && c != '\r';
}

class FlatReader final : public Reader {
  public:
    FlatReader(std::shared_ptr<const Plan> plan, const Source& source, const Entry& entry,
               std::uint64_t slice_bytes)
        : plan_(std::move(plan)),
          layout_(*plan_->layout),
          source_(source),
          slice_bytes_(slice_bytes),
          position_(entry.delivered) {
        record_ = chain_node(plan_->record_level);
        document_ = chain_node(plan_->document_level);
        restore(entry.reader_state);
    }

    bool next(Slice& slice) override {
        if (done_) return false;
        slice = Slice{};
        slice.scale.encoding = layout_.encoding;
        slice.scale.raw = true;
        slice_ = &slice;
        if (!begun_) {
            anchor();
            slice.walked += layout_.root_start();
            begun_ = true;
        }
        for (;;) {
            const std::string_view line = peek_line();
            if (line.empty()) {
                close_to(0);
                slice.walked += layout_.root_end();
                slice.cut = Cut::end;
                done_ = true;
                break;
            }
            if (cut_before(line)) break;
            take(line);
        }
        slice.reader_state = save();
        return true;
    }

  private:
    struct Open {
        std::uint32_t node = 0;
        std::uint32_t position = 0;  // of the particle of the last line or group in it
        bool empty = true;
    };
    struct Way {
        std::size_t keep = 1;               // open groups that stay open
        std::vector<std::uint32_t> opened;  // groups to open, outermost first
    };

    std::uint32_t chain_node(std::uint32_t level) const {
        std::vector<std::string> names;
        for (std::uint32_t i = 1; i <= level; ++i)
            names.push_back(plan_->watch[plan_->chain[i]].local);
        return layout_.find(names);
    }

    std::string save() const {
        std::string out;
        wire::put(out, std::uint64_t{last_line_});
        wire::put(out, std::uint64_t{open_.size()});
        for (const Open& open : open_) {
            wire::put(out, std::uint64_t{open.node});
            wire::put(out, std::uint64_t{open.position});
            wire::put(out, std::uint64_t{open.empty});
        }
        return out;
    }

    void restore(const std::string& state) {
        open_.push_back({});
        if (state.empty()) return;
        begun_ = true;
        wire::Reader in(state);
        last_line_ = static_cast<std::uint32_t>(in.number());
        open_.resize(in.count());
        for (Open& open : open_) {
            open.node = static_cast<std::uint32_t>(in.number());
            open.position = static_cast<std::uint32_t>(in.number());
            open.empty = in.flag();
        }
    }

    // The next line with its end; empty at the end of the input.
    std::string_view peek_line() {
        for (;;) {
            const std::string_view rest = std::string_view(buffer_).substr(used_);
            const std::size_t end = rest.find_first_of("\r\n");
            const bool at_end = position_ >= source_.size();
            if (end != std::string_view::npos) {
                if (rest[end] == '\n') return rest.substr(0, end + 1);
                if (end + 1 < rest.size())
                    return rest.substr(0, end + (rest[end + 1] == '\n' ? 2 : 1));
            }
            if (at_end) return rest;
            fill();
        }
    }

    void fill() {
        constexpr std::size_t more = 256U << 10;
        buffer_.erase(0, used_);
        used_ = 0;
        const std::size_t old = buffer_.size();
        buffer_.resize(old + more);
        const std::size_t got = source_.read(position_, buffer_.data() + old, more);
        buffer_.resize(old + got);
        position_ += got;
    }

    static std::string_view without_end(std::string_view line) {
        while (!line.empty() && (line.back() == '\n' || line.back() == '\r')) line.remove_suffix(1);
        return line;
    }

    // Which groups close and open for this line.
    Way way_to(std::uint32_t line) const {
        std::vector<std::uint32_t> up;  // the line and the groups around it, without the root
        for (std::uint32_t at = line; at != none && at != 0; at = layout_.nodes[at].parent)
            up.push_back(at);
        std::reverse(up.begin(), up.end());
        Way way;
        while (way.keep < open_.size() && way.keep < up.size() &&
               open_[way.keep].node == up[way.keep - 1])
            ++way.keep;
        // A line that would go back in its group begins another group, if one may follow.
        for (std::size_t i = way.keep; i-- > 1;) {
            const Open& group = open_[i];
            const Node& next = layout_.nodes[up[i]];
            const bool back =
                !group.empty &&
                (next.position < group.position ||
                 (next.position == group.position && !next.repeats && i + 1 >= way.keep));
            if (back && layout_.nodes[group.node].repeats && i < way.keep) way.keep = i;
        }
        for (std::size_t i = way.keep; i < up.size(); ++i) way.opened.push_back(up[i - 1]);
        return way;
    }

    // A slice ends between lines, right behind a record or a document.
    bool cut_before(std::string_view line) {
        if (slice_->bytes.size() < slice_bytes_) return false;
        const std::uint32_t kind = layout_.line_of(without_end(line));
        if (last_line_ != none && last_line_ == record_) {
            slice_->cut = Cut::record;
            return true;
        }
        const std::size_t keep = kind == none ? open_.size() : way_to(kind).keep;
        for (std::size_t i = keep; i < open_.size(); ++i)
            if (open_[i].node == record_ || open_[i].node == document_) {
                slice_->cut = open_[i].node == record_ ? Cut::record : Cut::document;
                close_to(i);
                return true;
            }
        const bool in_record = std::any_of(open_.begin(), open_.end(),
                                           [&](const Open& open) { return open.node == record_; });
        slice_->cut = Cut::blind;
        const std::uint64_t most = plan_->job != nullptr ? plan_->job->limits.record_bytes_max : 0;
        return !in_record && slice_->bytes.size() >= slice_bytes_ + most;
    }

    void anchor() { slice_->map.emplace_back(slice_->walked.size(), slice_->bytes.size()); }
    void anchor(std::size_t more) {
        slice_->map.emplace_back(slice_->walked.size(), slice_->bytes.size() + more);
    }

    // Leaves the first `count` open groups open; the root is the first and closes at the end only.
    void close_to(std::size_t count) {
        anchor();
        while (open_.size() > std::max<std::size_t>(count, 1)) {
            slice_->walked += "</" + layout_.nodes[open_.back().node].name + ">";
            open_.pop_back();
        }
    }

    void take(std::string_view line) {
        const std::string_view content = without_end(line);
        const std::uint32_t kind = content.empty() ? none : layout_.line_of(content);
        last_line_ = kind;
        if (kind == none) {
            if (!content.empty()) report(core::Reason::record_type_unknown, "092", 0, {}, content);
            anchor();
            slice_->walked += "<?line?>";  // something that is whole at the end of a slice
            slice_->bytes += line;
            used_ += line.size();
            return;
        }
        const Way way = way_to(kind);
        if (way.keep < open_.size()) close_to(way.keep);
        anchor();
        for (std::uint32_t group : way.opened) {
            open_.back().position = layout_.nodes[group].position;
            open_.back().empty = false;
            slice_->walked += "<" + layout_.nodes[group].name + ">";
            open_.push_back({group, 0, true});
        }
        open_.back().position = layout_.nodes[kind].position;
        open_.back().empty = false;
        render(layout_.nodes[kind], content, line.size());
        slice_->bytes += line;
        used_ += line.size();
    }

    std::size_t characters(std::string_view text) const {
        if (layout_.encoding != Encoding::utf8) return text.size();
        return static_cast<std::size_t>(
            std::count_if(text.begin(), text.end(), [](char c) { return (c & '\xC0') != '\x80'; }));
    }

    // Bytes of the first `count` characters.
    std::size_t bytes_of(std::string_view text, std::size_t count) const {
        if (layout_.encoding != Encoding::utf8) return std::min(count, text.size());
        std::size_t at = 0;
        while (at < text.size() && count > 0) {
            ++at;
            while (at < text.size() && (text[at] & '\xC0') == '\x80') ++at;
            --count;
        }
        return at;
    }

    void render(const Node& node, std::string_view content, std::size_t whole) {
        slice_->walked += "<" + node.name + ">";
        std::size_t at = node.initiator.size();
        for (const Field& field : node.fields) {
            if (at >= content.size()) break;  // too short, or the last fields are not there
            std::size_t length = 0;
            if (node.separator.empty())
                length = bytes_of(content.substr(at), field.length);
            else
                length = std::min(content.find(node.separator, at), content.size()) - at;
            add_field(field, content.substr(at, length), at);
            at += length + node.separator.size();
        }
        check_length(node, content, at);
        anchor(content.size());
        slice_->walked += "\n";
        anchor(whole);
        slice_->walked += "</" + node.name + ">";
    }

    void check_length(const Node& node, std::string_view content, std::size_t behind) {
        if (!node.separator.empty()) {
            if (behind < content.size())
                report(core::Reason::line_too_long, "093", behind,
                       {std::to_string(node.fields.size())}, {});
            return;
        }
        const std::size_t length = characters(content);
        const std::vector<std::string> details = {std::to_string(node.length)};
        if (length < node.length)
            report(core::Reason::line_too_short, "093", content.size(), details, {});
        else if (length > node.length)
            report(core::Reason::line_too_long, "093", behind, details, {});
    }

    void add_field(const Field& field, std::string_view text, std::size_t at) {
        std::size_t begin = 0, end = text.size();
        if (field.trims && field.pads_left)
            while (begin < end && text[begin] == field.pad) ++begin;
        else if (field.trims)
            while (end > begin && text[end - 1] == field.pad) --end;
        const std::string_view value = text.substr(begin, end - begin);
        if (value.empty() && field.optional) return;
        anchor(at);
        slice_->walked += "<" + field.name + ">";
        anchor(at + begin);
        add_text(value, at + begin);
        anchor(at + end);
        slice_->walked += "</" + field.name + ">";
    }

    void add_text(std::string_view value, std::size_t at) {
        std::string decoded;
        decode(layout_.encoding, value, true, decoded);
        for (char c : decoded) {
            if (c == '&')
                slice_->walked += "&amp;";
            else if (c == '<')
                slice_->walked += "&lt;";
            else if (c == '>')
                slice_->walked += "&gt;";
            else if (is_control(c)) {
                // No XML can hold it: the line is wrong, whatever its type says.
                slice_->walked += '?';
                report(core::Reason::encoding, "008", at, {}, {});
            } else {
                slice_->walked += c;
            }
        }
    }

    // `at` counts in the line; the line's bytes are not yet in the slice.
    void report(core::Reason reason, const char* ccc, std::size_t at,
                std::vector<std::string> details, std::string_view content) {
        core::Finding finding;
        finding.code = "00000-" + std::string(ccc);
        finding.reason = reason;
        finding.details = std::move(details);
        finding.place.offset = slice_->bytes.size() + at;
        decode(layout_.encoding, content.substr(0, bytes_of(content, 2)), true, finding.value);
        slice_->findings.push_back(std::move(finding));
    }

    const std::shared_ptr<const Plan> plan_;
    const Layout& layout_;
    const Source& source_;
    const std::uint64_t slice_bytes_;
    std::uint64_t position_;  // of the next byte to read
    std::string buffer_;
    std::size_t used_ = 0;  // of the buffer
    std::vector<Open> open_;
    std::uint32_t record_ = none, document_ = none, last_line_ = none;
    Slice* slice_ = nullptr;
    bool begun_ = false, done_ = false;
};

}  // namespace

std::unique_ptr<Reader> make_flat_reader(std::shared_ptr<const Plan> plan, const Source& source,
                                         const Entry& entry, std::uint64_t slice_bytes) {
    return std::make_unique<FlatReader>(std::move(plan), source, entry, slice_bytes);
}

}  // namespace parse

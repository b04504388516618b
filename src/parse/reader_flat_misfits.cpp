// What does not fit: the lenient reading, where to go on behind it, and what is said of it.
#include <algorithm>

#include "parse/outcome.hpp"
#include "parse/reader_flat_impl.hpp"

namespace parse {

// True: the slice is complete.
bool FlatReader::take_badly() {
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
bool FlatReader::give_up() {
    unknown(rest().substr(0, 16));
    anchor();
    slice_->walked += "<";  // not well-formed: the file is refused
    consume(rest().size());
    slice_->cut = Cut::end;
    done_ = true;
    return true;
}

// Of what the next bytes are meant as; 0: it differs.
std::uint64_t FlatReader::known_length() const {
    if (layout_.length > 0) return layout_.length;
    return suspect_.unit != none ? layout_.nodes[suspect_.unit].length : 0;
}

// How many bytes to pass over; `content`: without what ends them. 0: nobody can say.
std::size_t FlatReader::bad_length(std::size_t& content) {
    const std::uint64_t known = known_length();
    for (;;) {
        std::string_view data = rest();
        // Where only the length is passed over, not all that follows is searched each time.
        const bool enough = known > 0 && data.size() >= known + end_within;
        if (enough) data = data.substr(0, static_cast<std::size_t>(known + end_within));
        bool touched = false;
        std::size_t end = 0;
        content = behind(data, end, touched);
        const bool sure = content != dfdl::no_match && !touched;
        if (sure || enough || all_read() || !may_grow() || !fill()) {
            if (content != dfdl::no_match && (sure || !enough)) return end;
            break;
        }
    }
    const std::string_view data = rest();
    if (known > 0) {
        content = static_cast<std::size_t>(std::min<std::uint64_t>(known, data.size()));
        return content;
    }
    if (!all_read() || layout_.ends.empty()) return 0;
    content = data.size();
    return data.size();
}

// The next end of a unit: where its content ends, and behind it.
std::size_t FlatReader::behind(std::string_view data, std::size_t& end, bool& touched) const {
    if (layout_.ends.empty() && !layout_.loose_lines) return dfdl::no_match;
    if (layout_.ends.empty()) {
        const dfdl::Markup lines =
            dfdl::compile_markup("%NL;", dfdl_.charset, std::string(), false);
        // A line end far behind is not that of this unit.
        const std::uint64_t most = layout_.length > 0 ? layout_.length + 2 : 4096;
        return next_of(
            {&lines},
            data.substr(0, static_cast<std::size_t>(std::min<std::uint64_t>(most, data.size()))),
            end, touched);
    }
    return next_of(layout_.ends, data, end, touched);
}

std::size_t FlatReader::next_of(const std::vector<const dfdl::Markup*>& ends, std::string_view data,
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

// Offsets of notes count from the unit, whose bytes are not yet in the slice.
void FlatReader::report(const dfdl::Note& note) {
    core::Finding finding;
    finding.code = "00000-" + std::string(note.ccc);
    finding.reason = note.reason;
    finding.place.offset = bytes_.size() + front_ + note.at;
    if (note.reason == Reason::encoding) finding.details = {"XML"};
    if (note.reason == Reason::datatype && note.node != dfdl::none) {
        const dfdl::Node& node = parser_.nodes()[note.node];
        finding.details = {"xs:" + std::string(type_name(dfdl_.terms[node.term].base))};
        finding.element = dfdl_.terms[node.term].name;
        finding.value = shortened(parser_.value(node));
    }
    slice_->findings.push_back(std::move(finding));
}

std::string_view FlatReader::type_name(dfdl::Base base) {
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

void FlatReader::unknown(std::string_view content) {
    core::Finding finding;
    finding.code = "00000-092";
    finding.reason = Reason::record_type_unknown;
    finding.place.offset = bytes_.size();
    const std::size_t two = dfdl::bytes_of(dfdl_.charset, content, 2);
    dfdl::decode(dfdl_.charset, content.substr(0, two), finding.value);
    for (char& c : finding.value)
        if (static_cast<unsigned char>(c) < 0x20) c = '?';
    slice_->findings.push_back(std::move(finding));
}

}  // namespace parse

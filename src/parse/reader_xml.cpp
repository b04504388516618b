#include <algorithm>
#include <cstring>
#include <utility>

#include "parse/count_tags.hpp"
#include "parse/reader.hpp"
#include "parse/reader_flat.hpp"

namespace parse {

namespace {

bool is_space(char c) {
    return c == ' ' || c == '\n' || c == '\t' || c == '\r';
}

bool is_name_character(char c) {
    return c != '<' && c != '>' && c != '/' && c != '"' && c != '\'' && c != '&' && c != '=' &&
           !is_space(c);
}

// Is the `local>` at `at` the rest of "</local>" or "</prefix:local>"?
bool ends_end_tag(std::string_view text, std::size_t at) {
    if (at >= 1 && text[at - 1] == ':') {
        --at;
        while (at > 0 && is_name_character(text[at - 1]) && text[at - 1] != ':') --at;
    }
    return at >= 2 && text[at - 1] == '/' && text[at - 2] == '<';
}

bool markup_follows(std::string_view text, std::size_t at) {
    while (at < text.size() && is_space(text[at])) ++at;
    return at < text.size() && text[at] == '<';
}

std::size_t find_one(std::string_view text, std::size_t from, std::string_view local) {
    const std::string tail = std::string(local) + ">";
    for (std::size_t at = from; (at = text.find(tail, at)) != std::string_view::npos; ++at) {
        const std::size_t behind = at + tail.size();
        if (ends_end_tag(text, at) && markup_follows(text, behind)) return behind;
    }
    return std::string_view::npos;
}

// Where a blind cut may be: not inside a character, not between \r and \n. Only a few bytes before
// `at`, whatever stands there: slices must not become short.
std::size_t whole_characters(std::string_view text, std::size_t at) {
    constexpr std::size_t continued = 3;
    for (std::size_t i = 0; i < continued && at > 1 && (text[at] & '\xC0') == '\x80'; ++i) --at;
    return at > 1 && text[at] == '\n' && text[at - 1] == '\r' ? at - 1 : at;
}

// What was read and is in no slice yet. It lies in one piece: mostly in the room that the source
// gave, where slices go on seeing it.
class Pending {
  public:
    std::string_view text() const {
        return room_ ? std::string_view(room_.get() + begin_, size_) : std::string_view("");
    }
    std::size_t size() const { return size_; }

    // Takes the first bytes away.
    SharedText take(std::size_t count) {
        SharedText taken(room_, text().substr(0, count));
        begin_ += count;
        size_ -= count;
        return taken;
    }

    void add(Taken more) {
        const std::string_view added(more.room.get() + more.begin, more.size);
        if (size_ <= more.begin) {
            more.begin -= size_;
            if (size_ > 0) std::memcpy(more.room.get() + more.begin, text().data(), size_);
            room_ = std::move(more.room);
            begin_ = more.begin;
            room_bytes_ = 0;
        } else {
            if (begin_ + size_ + added.size() > room_bytes_) grow(added.size());
            std::memcpy(room_.get() + begin_ + size_, added.data(), added.size());
        }
        size_ += added.size();
    }

  private:
    // A record that is longer than what comes at once: its room doubles.
    void grow(std::size_t more) {
        room_bytes_ = std::max(2 * size_, size_ + more);
        std::shared_ptr<char[]> room(new char[room_bytes_]);
        std::memcpy(room.get(), text().data(), size_);
        room_ = std::move(room);
        begin_ = 0;
    }

    std::shared_ptr<char[]> room_;
    std::size_t begin_ = 0, size_ = 0;
    std::size_t room_bytes_ = 0;  // what it has room for behind itself counts; 0: nothing
};

class XmlReader final : public Reader {
  public:
    XmlReader(const std::shared_ptr<const Plan>& plan, const Source& source, const Entry& entry,
              std::uint64_t slice_bytes)
        : source_(source), slice_bytes_(static_cast<std::size_t>(slice_bytes)) {
        grow_bytes_ = static_cast<std::size_t>(
            plan->job != nullptr ? plan->job->limits.record_bytes_max : slice_bytes);
        record_weight_ = record_weight(*plan);
        names_ = cut_names(*plan);
        begin(entry);
    }

    bool next(Slice& slice) override {
        if (done_) return false;
        slice = Slice{};
        slice.scale.encoding = encoding_;
        slice.scale.head_bytes = head_bytes_;
        head_bytes_ = 0;
        const std::size_t cut = rested_ ? end_of_rest(slice.cut) : find_end(slice.cut);
        slice.weight = std::max<std::uint64_t>(weight_, cut);
        slice.bytes = pending_.take(cut);
        slice.counted = counted_in(slice.bytes);
        done_ = slice.cut == Cut::end;
        return true;
    }

  private:
    void begin(const Entry& entry) {
        char head[1024];
        const std::size_t got = source_.read(0, head, sizeof head);
        const Detected detected = detect({head, got});
        encoding_ = detected.encoding;
        position_ = entry.delivered;
        carry_ = static_cast<std::size_t>(entry.carry);
        rested_ = entry.rested;
        if (encoding_ == Encoding::unsupported) {
            core::Finding finding;
            finding.code = "ACRF-138";
            finding.reason = core::Reason::encoding;
            finding.details = {detected.declared};
            finding.part = entry.part;
            problem_ = std::move(finding);
            done_ = true;
        } else if (entry.delivered == 0) {
            position_ = head_bytes_ = detected.bom_bytes;
            rewrite_ = encoding_ != Encoding::utf8;
        }
    }

    bool at_end() const { return position_ >= source_.size(); }

    void fill(std::size_t length) {
        if (encoding_ == Encoding::utf8) {
            // No further than to where slices end, so that little is left of it behind a cut.
            const auto wanted = static_cast<std::size_t>(slice_bytes_ - position_ % slice_bytes_);
            Taken taken = source_.take(position_, std::max(wanted, length));
            position_ += taken.size;
            pending_.add(std::move(taken));
        } else {
            pending_.add(decoded(length));
        }
    }

    Taken decoded(std::size_t length) {
        std::string raw(length, '\0'), text;
        const std::size_t got = source_.read(position_, raw.data(), length);
        const bool is_last = position_ + got >= source_.size();
        position_ += decode(encoding_, std::string_view(raw).substr(0, got), is_last, text);
        if (rewrite_) {
            rewrite_declaration(text);  // by as many characters
            rewrite_ = false;
        }
        Taken taken{std::shared_ptr<char[]>(new char[text.size()]), 0, text.size()};
        text.copy(taken.room.get(), text.size());
        return taken;
    }

    void fill_to(std::size_t length) {
        constexpr std::size_t least = 4096;
        while (pending_.size() < length && !at_end())
            fill(std::max(length - pending_.size(), least));
    }

    // Slices begin where a source's frames mostly do, but for the record that goes across and what
    // is read to find its end.
    std::size_t to_boundary() const {
        if (encoding_ != Encoding::utf8) return slice_bytes_;
        const std::uint64_t begin = position_ - pending_.size() + carry_;
        const std::size_t before = std::min(more, slice_bytes_ / 16);
        return slice_bytes_ - static_cast<std::size_t>((begin + before) % slice_bytes_);
    }

    // How many bytes the slice should have. Each block of it is judged by the records that begin in
    // it: a pure function of the input.
    std::size_t slice_length() {
        const std::size_t most = to_boundary();
        std::size_t length = 0;
        weight_ = 0;
        counted_ = {};
        counted_from_ = carry_;
        while (length < most && weight_ < weight_factor * slice_bytes_) {
            const std::size_t bytes = std::min(block, most - length);
            fill_to(carry_ + length + bytes);
            if (pending_.size() < carry_ + length) break;
            const std::string_view text = pending_.text().substr(carry_ + length, bytes);
            counted_ += core::count_text(text);  // while it is in the cache
            weight_ += bytes + record_weight_ * count_tags(text, names_);
            length += bytes;
        }
        counted_to_ = std::min(carry_ + length, pending_.size());
        return std::max<std::size_t>(length, 1);
    }

    core::Counted counted_in(std::string_view text) const {
        if (text.size() < counted_to_) return core::count_text(text);
        core::Counted counted = counted_;
        counted += core::count_text(text.substr(0, counted_from_));
        counted += core::count_text(text.substr(counted_to_));
        return counted;
    }

    // The slice that was read here before ends where it did.
    std::size_t end_of_rest(Cut& kind) {
        rested_ = false;
        const std::size_t length = std::exchange(carry_, 0);
        fill_to(length);
        kind = at_end() && pending_.size() <= length ? Cut::end : Cut::blind;
        return std::min(length, pending_.size());
    }

    // Reads on until a cut is found; its offset in pending_.
    std::size_t find_end(Cut& kind) {
        std::size_t from = carry_ + slice_length();
        // What stands before it was in the slice before: without a restart nobody would see it.
        const std::size_t begin = std::exchange(carry_, 0);
        const std::size_t most = begin + slice_bytes_ + grow_bytes_;
        std::size_t judged = from;
        std::uint64_t tags = 0;  // behind what was weighed: they need not have places for a cut
        // In steps of their own: how much the source gave at once decides nothing.
        std::size_t step = block;
        for (std::size_t seen = from + step;;
             seen = std::max(seen + block, std::min(seen + (step *= 2), most + more))) {
            fill_to(seen);
            const std::string_view text = pending_.text().substr(0, seen);
            std::size_t found = 0;
            const std::size_t cut = find_cut(text.substr(begin), from - begin, names_, found);
            if (cut != std::string_view::npos) {
                kind = found == 0 ? Cut::record : Cut::document;
                return begin + cut;
            }
            if (at_end() && pending_.size() <= std::min(seen, most)) {
                kind = Cut::end;
                return pending_.size();
            }
            tags += count_tags(text.substr(std::min(judged, text.size())), names_);
            judged = text.size();
            if (judged > most || record_weight_ * tags > slice_bytes_ / 4) {
                kind = Cut::blind;
                return begin +
                       whole_characters(text.substr(begin), std::min(most, judged - 1) - begin);
            }
            // An end tag may be half there already, with white space behind it.
            from = std::max(from, text.size() - std::min(text.size(), more / 2));
        }
    }

    static constexpr std::size_t more = 64U << 10, block = 16U << 10;

    const Source& source_;
    std::size_t slice_bytes_, grow_bytes_ = 0;
    std::uint64_t record_weight_ = 0, weight_ = 0;
    std::vector<std::string> names_;
    Encoding encoding_ = Encoding::utf8;
    std::size_t carry_ = 0;       // bytes before the place that the first slice is measured from
    std::uint64_t position_ = 0;  // of the next byte to read, as delivered
    std::uint64_t head_bytes_ = 0;
    Pending pending_;
    core::Counted counted_;  // from counted_from_ to counted_to_
    std::size_t counted_from_ = 0, counted_to_ = 0;
    bool rewrite_ = false, done_ = false, rested_ = false;
};

}  // namespace

// Marks of its walk, its row of values and what stages keep of it, with some room to grow; and a
// finding or two, which nobody can foresee.
std::uint64_t record_weight(const Plan& plan) {
    constexpr std::uint64_t findings = 600;
    return 400 + findings + 80 * plan.queries.size();
}

std::vector<std::string> cut_names(const Plan& plan) {
    if (plan.record_level == 0) return {};
    std::vector<std::string> names{plan.watch[plan.record_node()].local};
    const std::string& document = plan.watch[plan.chain[plan.document_level]].local;
    if (document != names.front()) names.push_back(document);
    return names;
}

std::size_t ends_in(std::string_view text, const std::vector<std::string>& names) {
    std::size_t count = 0;
    for (const std::string& name : names)
        for (std::size_t at = 0; (at = find_one(text, at, name)) != std::string_view::npos;)
            ++count;
    return count;
}

std::size_t find_cut(std::string_view text, std::size_t from, const std::vector<std::string>& names,
                     std::size_t& found) {
    std::size_t best = std::string_view::npos;
    for (std::size_t i = 0; i < names.size(); ++i) {
        // No need to look further than the best so far and the white space behind it.
        const std::size_t at =
            find_one(best == std::string_view::npos ? text : text.substr(0, best), from, names[i]);
        if (at >= best) continue;
        best = at;
        found = i;
    }
    return best;
}

void Slice::prepend(const Slice& before, std::uint64_t from) {
    const auto carried = std::string_view(before.bytes).substr(static_cast<std::size_t>(from));
    std::string both(carried);
    both += bytes;
    bytes = SharedText(std::move(both));
    if (counted) *counted += core::count_text(carried);
    if (from == 0) scale.head_bytes += before.scale.head_bytes;
}

std::unique_ptr<Reader> make_reader(std::shared_ptr<const Plan> plan, const Source& source,
                                    const Entry& entry, std::uint64_t slice_bytes,
                                    unsigned threads) {
    if (plan->layout)
        return make_ahead_reader(std::move(plan), source, entry, slice_bytes, threads);
    return std::make_unique<XmlReader>(std::move(plan), source, entry, slice_bytes);
}

}  // namespace parse

#include <algorithm>
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

// Where a blind cut may be: not inside a character, not between \r and \n.
std::size_t whole_characters(std::string_view text, std::size_t at) {
    while (at > 1 && ((text[at] & '\xC0') == '\x80' || text[at - 1] == '\r')) --at;
    return at;
}

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
        const std::size_t cut = find_end(slice.cut);
        slice.weight = std::max<std::uint64_t>(weight_, cut);
        slice.bytes = std::move(pending_);
        pending_.assign(slice.bytes, cut, std::string::npos);
        slice.bytes.resize(cut);
        slice.counted = std::exchange(counted_, core::count_text(pending_));
        *slice.counted -= counted_;
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
        const std::size_t before = pending_.size();
        append(length);
        counted_ += core::count_text(std::string_view(pending_).substr(before));
    }

    void append(std::size_t length) {
        if (encoding_ == Encoding::utf8) {
            length = static_cast<std::size_t>(
                std::min<std::uint64_t>(length, source_.size() - position_));
            pending_.reserve(pending_.size() + length);
            position_ += source_.append(position_, length, pending_);
            return;
        }
        raw_.resize(length);
        const std::size_t got = source_.read(position_, raw_.data(), length);
        const bool is_last = position_ + got >= source_.size();
        position_ += decode(encoding_, std::string_view(raw_).substr(0, got), is_last, pending_);
        if (rewrite_) {
            rewrite_declaration(pending_);  // by as many characters
            rewrite_ = false;
        }
    }

    void fill_to(std::size_t length) {
        constexpr std::size_t least = 4096;
        while (pending_.size() < length && !at_end())
            fill(std::max(length - pending_.size(), least));
    }

    // How many bytes the slice should have. Each block of it is judged by the records that begin in
    // it: a pure function of the input.
    std::size_t slice_length() {
        const std::size_t block = std::max(slice_bytes_ / 32, least_block);
        const std::uint64_t left = pending_.size() + (source_.size() - position_);
        pending_.reserve(static_cast<std::size_t>(
            std::min<std::uint64_t>(left, carry_ + length_before_ + block + more)));
        std::size_t length = 0;
        weight_ = 0;
        while (length < slice_bytes_ && weight_ < weight_factor * slice_bytes_) {
            const std::size_t bytes = std::min(block, slice_bytes_ - length);
            fill_to(carry_ + length + bytes);
            if (pending_.size() < carry_ + length) break;
            weight_ += bytes + record_weight_ * count_tags(std::string_view(pending_).substr(
                                                               carry_ + length, bytes),
                                                           names_);
            length += bytes;
        }
        length_before_ = length;
        return std::max<std::size_t>(length, 1);
    }

    // Reads on until a cut is found; its offset in pending_.
    std::size_t find_end(Cut& kind) {
        const std::size_t most = carry_ + slice_bytes_ + grow_bytes_;
        std::size_t from = carry_ + slice_length();
        carry_ = 0;
        fill_to(from + more);
        std::size_t judged = from;
        std::uint64_t tags = 0;  // behind what was weighed: they need not have places for a cut
        for (;;) {
            std::size_t found = 0;
            const std::size_t cut = find_cut(pending_, from, names_, found);
            if (cut != std::string_view::npos) {
                kind = found == 0 ? Cut::record : Cut::document;
                return cut;
            }
            if (at_end() && pending_.size() <= most) {
                kind = Cut::end;
                return pending_.size();
            }
            tags += count_tags(std::string_view(pending_).substr(judged), names_);
            judged = pending_.size();
            if (judged > most || record_weight_ * tags > slice_bytes_ / 4) {
                kind = Cut::blind;
                return whole_characters(pending_, std::min(most, judged - 1));
            }
            // An end tag may be half there already, with white space behind it.
            from = std::max(from, pending_.size() - std::min(pending_.size(), more / 2));
            fill(more);
        }
    }

    static constexpr std::size_t more = 64U << 10, least_block = 16U << 10;

    const Source& source_;
    std::size_t slice_bytes_, grow_bytes_ = 0, length_before_ = 0;
    std::uint64_t record_weight_ = 0, weight_ = 0;
    std::vector<std::string> names_;
    Encoding encoding_ = Encoding::utf8;
    std::size_t carry_ = 0;       // bytes before the place that the first slice is measured from
    std::uint64_t position_ = 0;  // of the next byte to read, as delivered
    std::uint64_t head_bytes_ = 0;
    std::string pending_, raw_;
    core::Counted counted_;  // of pending_, while its bytes are still in the cache
    bool rewrite_ = false, done_ = false;
};

}  // namespace

// Marks of its walk, its row of values and what stages keep of it, with some room to grow.
std::uint64_t record_weight(const Plan& plan) {
    return 400 + 80 * plan.queries.size();
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
    bytes.insert(0, carried);
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

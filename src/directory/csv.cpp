#include "directory/csv.hpp"

#include <algorithm>
#include <cstring>

namespace directory {

static constexpr std::size_t read_bytes = 1 << 20;

CsvReader::CsvReader(const io::fs::path& path) : file_(io::InputFile::open(path)) {
    file_.will_read_once();
    fill();
    if (buffer_.compare(0, 3, "\xEF\xBB\xBF") == 0) at_ = 3;
}

// More bytes behind those not yet used; false at the end of the file.
bool CsvReader::fill() {
    if (ended_) return false;
    buffer_.erase(0, at_);
    at_ = 0;
    const std::size_t old = buffer_.size();
    buffer_.resize(old + read_bytes);
    const std::size_t got = file_.read(offset_, buffer_.data() + old, read_bytes);
    buffer_.resize(old + got);
    offset_ += got;
    ended_ = got < read_bytes;
    return got > 0;
}

// The end of a row that has quotes: the first line end outside of them.
std::size_t CsvReader::quoted_end(std::size_t from) {
    bool inside = false;
    for (std::size_t i = from;; ++i) {
        if (i == buffer_.size()) {
            const std::size_t done = i - at_;
            if (done > csv_row_bytes_max || !fill()) return buffer_.size();
            i = at_ + done;
            if (i == buffer_.size()) return i;
        }
        if (buffer_[i] == '"') inside = !inside;
        if (buffer_[i] == '\n' && !inside) return i;
    }
}

bool CsvReader::next() {
    count_ = 0;
    fault_ = {};
    const char* end = nullptr;
    while (true) {
        const std::size_t left = buffer_.size() - at_;
        if (left > 0) end = static_cast<const char*>(std::memchr(buffer_.data() + at_, '\n', left));
        if (end != nullptr || left > csv_row_bytes_max) break;
        if (!fill()) {
            if (buffer_.size() == at_) return false;
            break;
        }
    }
    std::size_t stop = end ? static_cast<std::size_t>(end - buffer_.data()) : buffer_.size();
    const bool quotes = std::memchr(buffer_.data() + at_, '"', stop - at_) != nullptr;
    if (quotes) stop = quoted_end(at_);
    row_ = std::string_view(buffer_).substr(at_, stop - at_);
    line_ = lines_next_;
    lines_next_ += 1;
    if (quotes)
        lines_next_ += static_cast<std::uint64_t>(std::count(row_.begin(), row_.end(), '\n'));
    const std::size_t used = std::min(stop + 1, buffer_.size()) - at_;
    bytes_ += used;
    at_ += used;
    if (!row_.empty() && row_.back() == '\r') row_.remove_suffix(1);
    if (row_.size() > csv_row_bytes_max)
        fault_ = "the row is longer than 65536 bytes";
    else if (quotes)
        split_quoted(row_);
    else
        split_plain(row_);
    return true;
}

void CsvReader::split_plain(std::string_view row) {
    const char* begin = row.data();
    const char* const end = row.data() + row.size();
    while (true) {
        if (count_ == csv_fields_max) {
            fault_ = "the row has too many fields";
            return;
        }
        const char* comma = begin;
        while (comma != end && *comma != ',') ++comma;
        begins_[count_] = static_cast<std::size_t>(begin - row.data());
        fields_[count_++] = {begin, static_cast<std::size_t>(comma - begin)};
        if (comma == end) return;
        begin = comma + 1;
    }
}

void CsvReader::split_quoted(std::string_view row) {
    std::size_t at = 0;
    while (true) {
        if (count_ == csv_fields_max) {
            fault_ = "the row has too many fields";
            return;
        }
        begins_[count_] = at;
        if (at < row.size() && row[at] == '"') {
            std::string& text = unquoted_[count_];
            text.clear();
            for (++at;; ++at) {
                if (at >= row.size()) {
                    fault_ = "a quote is not closed";
                    return;
                }
                if (row[at] == '"') {
                    if (at + 1 >= row.size() || row[at + 1] != '"') break;
                    ++at;
                }
                text += row[at];
            }
            fields_[count_++] = text;
            if (++at < row.size() && row[at] != ',') {
                fault_ = "something stands behind a closing quote";
                return;
            }
        } else {
            const std::size_t comma = std::min(row.find(',', at), row.size());
            const std::string_view field = row.substr(at, comma - at);
            if (field.find('"') != std::string_view::npos) {
                fault_ = "a quote stands inside an unquoted field";
                return;
            }
            fields_[count_++] = field;
            at = comma;
        }
        if (at >= row.size()) return;
        ++at;
    }
}

std::uint64_t CsvReader::column(std::size_t field) const {
    const std::size_t begin = field < count_ ? begins_[field] : row_.size();
    std::uint64_t column = 1;
    for (const char c : row_.substr(0, begin))
        column += (static_cast<unsigned char>(c) & 0xC0U) != 0x80U ? 1U : 0U;
    return column;
}

std::string csv_quoted(std::string_view text) {
    if (text.find_first_of(",\"\r\n") == std::string_view::npos) return std::string(text);
    std::string quoted = "\"";
    for (const char c : text) {
        if (c == '"') quoted += '"';
        quoted += c;
    }
    return quoted + '"';
}

}  // namespace directory

#include "directory/text_table.hpp"

namespace directory {

std::array<std::string_view, table_fields_max> split_fields(std::string_view row) {
    std::array<std::string_view, table_fields_max> fields{};
    for (std::string_view& field : fields) {
        const std::size_t mark = std::min(row.find(field_mark), row.size());
        field = row.substr(0, mark);
        if (mark == row.size()) break;
        row.remove_prefix(mark + 1);
    }
    return fields;
}

TextTableWriter::TextTableWriter(const fs::path& path, std::unique_ptr<Digester> digester)
    : out_(path, table_kind, std::move(digester)), offsets_(fs::path(path).concat(".offsets")) {
    out_.begin_section(0);
}

void TextTableWriter::add(std::string_view row) {
    offsets_.add(bytes_);
    out_.append(row.data(), row.size());
    bytes_ += row.size();
    ++rows_;
}

std::string TextTableWriter::finish() {
    out_.end_section();
    offsets_.add(bytes_);
    out_.begin_section(1);
    offsets_.move_to(out_);
    out_.end_section();
    const std::uint64_t facts[] = {rows_};
    return out_.finish(facts);
}

std::shared_ptr<const TextTable> TextTable::open(const fs::path& path) {
    auto self = std::make_shared<TextTable>();
    self->file_ = BlockFile::open(path, table_kind);
    self->file_->map_only();
    self->texts_ = self->file_->section<char>(0);
    self->offsets_ = self->file_->section<std::uint64_t>(1);
    self->rows_ = self->file_->fact(0);
    return self;
}

std::string_view TextTable::operator[](std::uint64_t row) const {
    const std::uint64_t* offset = &offsets_[row];
    file_->need(offset, 2 * sizeof *offset);
    const auto text = texts_.subspan(offset[0], offset[1] - offset[0]);
    if (text.empty()) return {};
    file_->need(text.data(), text.size());
    return {text.data(), text.size()};
}

std::uint64_t TextTable::lower_bound(std::string_view text) const {
    std::uint64_t first = 0, length = rows_;
    while (length > 0) {
        const std::uint64_t half = length / 2;
        if ((*this)[first + half] < text) {
            first += half + 1;
            length -= half + 1;
        } else {
            length = half;
        }
    }
    return first;
}

TextTable::Range TextTable::find(std::string_view prefix) const {
    if (prefix.empty()) return {0, rows_};
    const std::uint64_t first = lower_bound(prefix);
    // Ranges are short as a rule: look ahead in growing steps, then between the last two.
    const auto begins = [&](std::uint64_t row) {
        return (*this)[row].substr(0, prefix.size()) == prefix;
    };
    std::uint64_t step = 1, good = first;
    while (first + step <= rows_ && begins(first + step - 1)) {
        good = first + step;
        step *= 2;
    }
    std::uint64_t bad = std::min(first + step, rows_ + 1);
    while (good + 1 < bad) {
        const std::uint64_t middle = good + (bad - good) / 2;
        (begins(middle - 1) ? good : bad) = middle;
    }
    return {first, good};
}

}  // namespace directory

#include <cstring>

#include "core/ensure.hpp"
#include "directory/block_file.hpp"
#include "directory/checksum.hpp"

namespace directory {

static_assert(__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__, "the files hold words as they lie");
static constexpr std::size_t alignment = 64;

BlockWriter::BlockWriter(const fs::path& path, std::uint64_t kind,
                         std::unique_ptr<Digester> digester)
    : out_(io::OutputFile::create(path)), digester_(std::move(digester)) {
    std::memcpy(footer_.magic, "SLDIRF01", 8);
    footer_.kind = kind;
    buffer_.reserve(block_bytes);
}

void BlockWriter::write_block() {
    if (buffer_.empty()) return;
    sums_.push_back(checksum(buffer_.data(), buffer_.size()));
    if (digester_) digester_->add(buffer_);
    out_.append(buffer_);
    buffer_.clear();
}

void BlockWriter::append(const void* bytes, std::size_t count) {
    const char* at = static_cast<const char*>(bytes);
    payload_ += count;
    while (count > 0) {
        const std::size_t part = std::min(count, block_bytes - buffer_.size());
        buffer_.append(at, part);
        at += part;
        count -= part;
        if (buffer_.size() == block_bytes) write_block();
    }
}

void BlockWriter::append_file(const fs::path& path) {
    const io::InputFile file = io::InputFile::open(path);
    for (std::uint64_t offset = 0;;) {
        const std::string part = file.read(offset, block_bytes);
        if (part.empty()) return;
        append(part.data(), part.size());
        offset += part.size();
    }
}

void BlockWriter::begin_section(std::size_t section) {
    ENSURE(section < sections_max);
    static constexpr char zeros[alignment] = {};
    append(zeros, (alignment - payload_ % alignment) % alignment);
    section_ = section;
    footer_.sections[section].offset = payload_;
}

void BlockWriter::end_section() {
    auto& section = footer_.sections[section_];
    section.bytes = payload_ - section.offset;
}

std::string BlockWriter::finish(std::span<const std::uint64_t> facts) {
    ENSURE(facts.size() <= facts_max);
    static constexpr char zeros[alignment] = {};
    append(zeros, (alignment - payload_ % alignment) % alignment);
    write_block();
    std::copy(facts.begin(), facts.end(), footer_.facts);
    footer_.payload_bytes = payload_;
    footer_.blocks = sums_.size();
    const std::size_t sums_bytes = sums_.size() * sizeof(std::uint64_t);
    footer_.sums_checksum = checksum(sums_.data(), sums_bytes);
    footer_.checksum = checksum(&footer_, offsetof(Footer, checksum));
    std::string tail(reinterpret_cast<const char*>(sums_.data()), sums_bytes);
    tail.append(reinterpret_cast<const char*>(&footer_), sizeof footer_);
    if (digester_) digester_->add(tail);
    out_.append(tail);
    out_.sync();
    return digester_ ? digester_->hex() : std::string();
}

Spill::Spill(const fs::path& path) : path_(path), out_(io::OutputFile::create(path)) {}

Spill::~Spill() {
    std::error_code ignored;
    fs::remove(path_, ignored);
}

void Spill::flush() {
    out_.append(buffer_);
    buffer_.clear();
}

void Spill::move_to(BlockWriter& writer) {
    if (out_.bytes() > 0) {
        flush();
        writer.append_file(path_);
    } else {
        writer.append(buffer_.data(), buffer_.size());
    }
}

}  // namespace directory

#include "outbox/blob.hpp"

#include "core/fault.hpp"

namespace outbox {

// LEB128: seven bits a byte, the lowest first.
void BlobWriter::number(std::uint64_t value) {
    while (value >= 0x80) {
        out_ += static_cast<char>((value & 0x7F) | 0x80);
        value >>= 7;
    }
    out_ += static_cast<char>(value);
}

void BlobWriter::text(std::string_view value) {
    number(value.size());
    out_ += value;
}

std::uint64_t BlobReader::number() {
    std::uint64_t value = 0;
    for (unsigned shift = 0; shift < 64; shift += 7) {
        if (rest_.empty()) fail();
        const auto byte = static_cast<unsigned char>(rest_.front());
        rest_.remove_prefix(1);
        value |= static_cast<std::uint64_t>(byte & 0x7F) << shift;
        if ((byte & 0x80) == 0) return value;
    }
    fail();
}

std::uint64_t BlobReader::number(std::uint64_t greatest) {
    const std::uint64_t value = number();
    if (value > greatest) fail();
    return value;
}

std::string_view BlobReader::text() {
    const std::uint64_t size = number();
    if (size > rest_.size()) fail();
    const std::string_view value = rest_.substr(0, size);
    rest_.remove_prefix(size);
    return value;
}

void BlobReader::finish() {
    if (!rest_.empty()) fail();
}

void BlobReader::fail() const {
    throw core::Fault(core::FaultKind::integrity, "read the committed state of", thing_,
                      "the ledger holds bytes that this program did not write",
                      "do not run again before the ledger was checked: sluice doctor");
}

}  // namespace outbox

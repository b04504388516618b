#include "directory/block_file.hpp"

#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "core/ensure.hpp"
#include "core/fault.hpp"
#include "directory/checksum.hpp"

namespace directory {

static core::Fault damaged(const std::string& shown, const std::string& what) {
    return core::Fault(core::FaultKind::integrity, "read the directory file", shown, what,
                       "restore it from the backup, then: sluice directory verify");
}

static bool plausible(const Footer& footer, std::uint64_t bytes, std::uint64_t kind) {
    if (std::memcmp(footer.magic, "SLDIRF01", 8) != 0 || footer.kind != kind) return false;
    if (footer.checksum != checksum(&footer, offsetof(Footer, checksum))) return false;
    if (footer.blocks != (footer.payload_bytes + block_bytes - 1) / block_bytes) return false;
    return bytes == footer.payload_bytes + footer.blocks * sizeof(std::uint64_t) + sizeof(Footer);
}

std::shared_ptr<const BlockFile> BlockFile::open(const fs::path& path, std::uint64_t kind) {
    std::shared_ptr<BlockFile> self(new BlockFile);
    const io::InputFile& file = self->file_.emplace(io::InputFile::open(path));
    self->shown_ = file.shown_path();
    self->bytes_ = file.bytes();
    if (self->bytes_ < sizeof(Footer)) throw damaged(self->shown_, "it is too short");
    file.read(self->bytes_ - sizeof(Footer), &self->footer_, sizeof(Footer));
    if (!plausible(self->footer_, self->bytes_, kind))
        throw damaged(self->shown_, "its footer does not hold");
    void* at = ::mmap(nullptr, self->bytes_, PROT_READ, MAP_SHARED, file.fd(), 0);
    if (at == MAP_FAILED) throw core::system_fault("map the directory file", self->shown_, errno);
    self->begin_ = static_cast<const char*>(at);
    self->sums_ =
        reinterpret_cast<const std::uint64_t*>(self->begin_ + self->footer_.payload_bytes);
    const std::size_t sums_bytes = self->footer_.blocks * sizeof(std::uint64_t);
    if (checksum(self->sums_, sums_bytes) != self->footer_.sums_checksum)
        throw damaged(self->shown_, "its table of sums does not hold");
    self->checked_ = std::make_unique<std::atomic<unsigned char>[]>(self->footer_.blocks + 1);
    return self;
}

BlockFile::~BlockFile() {
    if (begin_ != nullptr) ::munmap(const_cast<char*>(begin_), bytes_);
}

void BlockFile::unmap_front(std::uint64_t end) const {
    const auto page = static_cast<std::uint64_t>(::getpagesize());
    mapped_from_.store(std::max(end / page * page, mapped_from()), std::memory_order_relaxed);
    // Who still reads there maps a page again, and no more.
    if (mapped_from() > 0) ::madvise(const_cast<char*>(begin_), mapped_from(), MADV_DONTNEED);
}

void BlockFile::read(const void* at, void* to, std::size_t count) const {
    ENSURE(file_.has_value());
    if (file_->read(offset_of(at), to, count) != count) throw damaged(shown_, "it was cut short");
}

bool BlockFile::good(std::size_t block) const {
    const std::uint64_t offset = block * block_bytes;
    const std::uint64_t count =
        std::min<std::uint64_t>(block_bytes, footer_.payload_bytes - offset);
    return checksum(begin_ + offset, count) == sums_[block];
}

void BlockFile::check(std::size_t first, std::size_t last) const {
    for (std::size_t block = first; block <= last; ++block) {
        if (checked_[block].load(std::memory_order_relaxed) != 0) continue;
        // All pages in one call; a kernel that cannot (before 5.14) maps them as they are read.
        ::madvise(const_cast<char*>(begin_) + block * block_bytes,
                  std::min<std::uint64_t>(block_bytes, bytes_ - block * block_bytes),
                  MADV_POPULATE_READ);
        if (!good(block))
            throw damaged(shown_, "block " + std::to_string(block) + " does not match its sum");
        checked_[block].store(1, std::memory_order_relaxed);
    }
}

std::vector<std::size_t> BlockFile::damaged_blocks() const {
    std::vector<std::size_t> list;
    for (std::size_t block = 0; block < footer_.blocks; ++block)
        if (!good(block)) list.push_back(block);
    return list;
}

}  // namespace directory

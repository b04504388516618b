#include "parse/source.hpp"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <utility>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/fault.hpp"
#include "io/file.hpp"

namespace parse {

Taken Source::take(std::uint64_t offset, std::size_t wanted) const {
    const std::uint64_t left = size() - std::min(offset, size());
    const auto length = static_cast<std::size_t>(std::min<std::uint64_t>(wanted, left));
    Taken taken{std::shared_ptr<char[]>(new char[Taken::space_bytes + length]), Taken::space_bytes};
    taken.size = read(offset, taken.room.get() + taken.begin, length);
    return taken;
}

namespace {

class DescriptorSource final : public Source {
  public:
    DescriptorSource(int descriptor, std::string shown)
        : descriptor_(descriptor), shown_(std::move(shown)) {
        struct stat status {};
        if (::fstat(descriptor_, &status) != 0) {
            const int error = errno;
            ::close(descriptor_);
            throw core::system_fault("examine", shown_, error);
        }
        // A pipe has no length, and would pass for an empty file.
        if (!S_ISREG(status.st_mode)) {
            ::close(descriptor_);
            throw core::Fault(core::FaultKind::world, "read", shown_, "it is no regular file",
                              "put what it holds into a file first");
        }
        size_ = static_cast<std::uint64_t>(status.st_size);
        // Read ahead is worth it: slices are read in order.
        ::posix_fadvise(descriptor_, 0, 0, POSIX_FADV_SEQUENTIAL);
    }
    ~DescriptorSource() override { ::close(descriptor_); }
    DescriptorSource(const DescriptorSource&) = delete;
    DescriptorSource& operator=(const DescriptorSource&) = delete;

    std::uint64_t size() const override { return size_; }

    std::size_t read(std::uint64_t offset, char* buffer, std::size_t length) const override {
        if (offset >= size_) return 0;
        if (length > size_ - offset) length = static_cast<std::size_t>(size_ - offset);
        std::size_t done = 0;
        while (done < length) {
            const ssize_t got = ::pread(descriptor_, buffer + done, length - done,
                                        static_cast<off_t>(offset + done));
            if (got < 0 && errno == EINTR) continue;
            if (got < 0) throw core::system_fault("read", shown_, errno);
            if (got == 0)
                throw core::Fault(core::FaultKind::world, "read", shown_,
                                  "the file became shorter while it was read",
                                  "run again when nobody writes to it");
            done += static_cast<std::size_t>(got);
        }
        return done;
    }

  private:
    int descriptor_;
    std::string shown_;
    std::uint64_t size_ = 0;
};

class MemorySource final : public Source {
  public:
    explicit MemorySource(std::string bytes) : bytes_(std::move(bytes)) {}
    std::uint64_t size() const override { return bytes_.size(); }
    std::size_t read(std::uint64_t offset, char* buffer, std::size_t length) const override {
        if (offset >= bytes_.size()) return 0;
        return bytes_.copy(buffer, length, static_cast<std::size_t>(offset));
    }

  private:
    std::string bytes_;
};

}  // namespace

std::unique_ptr<Source> file_source(const std::filesystem::path& path, std::string shown) {
    shown = io::printable(shown.empty() ? path.string() : shown);
    // O_NONBLOCK: opening a FIFO must not wait for a writer.
    const int descriptor = ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (descriptor < 0) throw core::system_fault("open", shown, errno);
    return descriptor_source(descriptor, std::move(shown));
}

std::unique_ptr<Source> descriptor_source(int descriptor, std::string shown) {
    return std::make_unique<DescriptorSource>(descriptor, std::move(shown));
}

std::unique_ptr<Source> memory_source(std::string bytes) {
    return std::make_unique<MemorySource>(std::move(bytes));
}

}  // namespace parse

#include "directory/digesting.hpp"

#include <cstdio>

#include "directory/checksum.hpp"
#include "io/file.hpp"

namespace directory {

namespace {

// For tests and benches, where nobody relies on it. Independent of how the bytes were cut.
class FastSum final : public Digester {
  public:
    void add(std::string_view bytes) override {
        for (const char c : bytes) {
            word_ = word_ << 8 | static_cast<unsigned char>(c);
            if (++count_ % 8 == 0) sum_ = mixed(sum_ ^ word_, 0x2d358dccaa6c78a5ULL + count_);
        }
    }
    std::string hex() override {
        char text[17];
        sum_ = mixed(sum_ ^ word_, count_ ^ 0x8bb84b93962eacc9ULL);
        std::snprintf(text, sizeof text, "%016llx", static_cast<unsigned long long>(sum_));
        return text;
    }

  private:
    std::uint64_t sum_ = 0x9e3779b97f4a7c15ULL, word_ = 0, count_ = 0;
};

}  // namespace

std::unique_ptr<Digester> new_digester(const StoreOptions& options) {
    if (options.make_digester) return options.make_digester();
    return std::make_unique<FastSum>();
}

std::string digest_of(std::string_view text, const StoreOptions& options) {
    const auto digester = new_digester(options);
    digester->add(text);
    return digester->hex();
}

std::string digest_of_file(const fs::path& path, const StoreOptions& options) {
    const auto digester = new_digester(options);
    const io::InputFile file = io::InputFile::open(path);
    file.will_read_once();
    for (std::uint64_t offset = 0;;) {
        const std::string part = file.read(offset, 1 << 20);
        if (part.empty()) return digester->hex();
        digester->add(part);
        offset += part.size();
    }
}

}  // namespace directory

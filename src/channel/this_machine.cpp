// Folders of this machine, for partners that share a disk with us.
#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>

#include "channel/far.hpp"
#include "core/fault.hpp"
#include "io/file.hpp"

namespace channel {
namespace {

namespace fs = std::filesystem;

constexpr unsigned file_mode = 0640;  // readable for the group that takes the files

// The folder is not ours: what goes wrong in it must not stop the night.
template <typename Work>
auto guarded(const Work& work) -> decltype(work()) {
    try {
        return work();
    } catch (const core::Fault& fault) {
        const bool full = fault.reason() == std::strerror(ENOSPC);
        throw Trouble(full ? TroubleKind::full : TroubleKind::refused, fault.what());
    }
}

class Reader : public FarReader {
  public:
    Reader(io::InputFile file, std::uint64_t offset) : file_(std::move(file)), at_(offset) {}
    std::string read(std::size_t count_max) override {
        return guarded([&] {
            std::string bytes = file_.read(at_, count_max);
            at_ += bytes.size();
            return bytes;
        });
    }

  private:
    io::InputFile file_;
    std::uint64_t at_;
};

class Writer : public FarWriter {
  public:
    explicit Writer(io::OutputFile file) : file_(std::move(file)) {}
    void append(std::string_view bytes) override {
        guarded([&] { file_.append(bytes); });
    }
    void finish() override {
        guarded([&] { file_.sync(); });
    }

  private:
    io::OutputFile file_;
};

class ThisMachine : public Far {
  public:
    std::optional<FarFacts> facts(const std::string& path) override {
        return guarded([&]() -> std::optional<FarFacts> {
            const auto found = io::facts(path);
            if (!found) return std::nullopt;
            return FarFacts{found->bytes, found->kind == io::Kind::regular};
        });
    }

    std::vector<FarEntry> list(const std::string& folder, std::size_t count_max) override {
        return guarded([&] {
            std::vector<FarEntry> entries;
            for (const std::string& name : io::list(folder, count_max))
                if (const auto found = io::facts(fs::path(folder) / name);
                    found && found->kind == io::Kind::regular)
                    entries.push_back({name, found->bytes, found->modified.microseconds});
            return entries;
        });
    }

    std::unique_ptr<FarReader> reader(const std::string& path, std::uint64_t offset) override {
        return guarded([&] { return std::make_unique<Reader>(io::InputFile::open(path), offset); });
    }

    std::unique_ptr<FarWriter> writer(const std::string& path, std::uint64_t offset) override {
        return guarded([&] {
            return std::make_unique<Writer>(io::OutputFile::resume(path, offset, file_mode));
        });
    }

    void rename(const std::string& from, const std::string& to) override {
        guarded([&] {
            const fs::path source(from), target(to);
            const io::Folder here = io::Folder::open_own(source.parent_path());
            const io::Folder there = io::Folder::open_own(target.parent_path());
            if (!here.rename(source.filename(), there, target.filename(), io::Replace::no))
                throw Trouble(TroubleKind::taken, to + " is there already");
            there.sync();
        });
    }

    void remove(const std::string& path) override {
        guarded([&] { io::remove_file(path); });
    }

    std::optional<std::uint64_t> free_bytes(const std::string& folder) override {
        return guarded([&] { return io::disk_space(folder).bytes_free; });
    }
};

}  // namespace

std::unique_ptr<Far> this_machine() {
    return std::make_unique<ThisMachine>();
}

}  // namespace channel

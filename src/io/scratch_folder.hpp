#pragma once
// A folder of our own for a while, below the system's temporary one (TMPDIR): nobody else can look
// into it or have made it before us. Gone, with all in it, at the end of its life.
#include <filesystem>

namespace io {

class ScratchFolder {
  public:
    ScratchFolder();
    ScratchFolder(const ScratchFolder&) = delete;
    ScratchFolder& operator=(const ScratchFolder&) = delete;
    ~ScratchFolder();
    const std::filesystem::path& path() const { return path_; }

  private:
    std::filesystem::path path_;
};

}  // namespace io

#pragma once
// The versions of the reference directory that a file is decided with: the current ones when it is
// started, the same ones after a restart. Rehearsals and acceptance see the synthetic directory
// alone.
#include <map>
#include <memory>
#include <string>

#include "app/home.hpp"
#include "rules/version_view.hpp"

namespace app {

// What a file is pinned to. Null: nothing was loaded.
struct DirectoryPin {
    std::shared_ptr<const rules::VersionView> main;
    std::map<std::string, std::shared_ptr<const rules::VersionView>> sectoral;
    // "2026-11-22.1", sectoral ones behind it as "NAME=2026-11-20.3"; empty where there is none.
    std::string text() const;
};

class Directories {
  public:
    explicit Directories(const Home& home) : home_(home) {}
    ~Directories();
    Directories(const Directories&) = delete;
    Directories& operator=(const Directories&) = delete;
    // The current versions that a job asks for.
    DirectoryPin current(const job::Job& job, core::Environment environment);
    // Those that `text` names.
    DirectoryPin pinned(const std::string& text, core::Environment environment);
    // So many bytes of what is mapped count as ours no longer, as far as there is as much.
    void unmap(std::uint64_t bytes) const;

  private:
    using View = std::shared_ptr<const rules::VersionView>;
    View open(const std::string& name, core::Environment environment, const std::string& id);

    const Home& home_;
    std::map<std::pair<std::string, std::string>, View> open_;  // (folder, id)
};

// spool/directory/main, .../synthetic, .../NAME, .../NAME-synthetic
std::filesystem::path directory_folder(const Home& home, const std::string& name,
                                       core::Environment environment);

}  // namespace app

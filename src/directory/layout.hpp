#pragma once
// Where the files of a directory lie, and which of them make up the persons table of a version.
//   current                     the id of the current version
//   versions/ID.txt             manifest; ID.owners: rows of each partner; ID.at: current since;
//                               ID.held: why it waits for release
//   bases/ID.persons            all rows of version ID
//   deltas/ID.persons           its mutations to its parent
//   overlays/ID~BASE.persons    its mutations to the base BASE
//   tables/NAME-DIGEST.table    the smaller tables
//   work/                       what a writer is making
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "directory/chain.hpp"
#include "directory/manifest.hpp"

namespace directory {

class Layout {
  public:
    explicit Layout(fs::path folder) : folder_(std::move(folder)) {}

    fs::path manifest(std::string_view id) const { return path("versions", id, ".txt"); }
    fs::path owners(std::string_view id) const { return path("versions", id, ".owners"); }
    fs::path since(std::string_view id) const { return path("versions", id, ".at"); }
    fs::path held(std::string_view id) const { return path("versions", id, ".held"); }
    fs::path base(std::string_view id) const { return path("bases", id, ".persons"); }
    fs::path delta(std::string_view id) const { return path("deltas", id, ".persons"); }
    fs::path overlay(std::string_view id, std::string_view base) const {
        return path("overlays", std::string(id) + "~" + std::string(base), ".persons");
    }
    fs::path table(TableName name, std::string_view digest) const;
    fs::path work() const { return folder_ / "work"; }
    fs::path current() const { return folder_ / "current"; }
    const fs::path& folder() const { return folder_; }

    std::string current_id() const;        // empty: none
    std::vector<std::string> ids() const;  // of all manifests, oldest first
    bool has(std::string_view id) const;
    // A Fault (usage) where there is none of this id. `digest_text` gets the bytes it was read
    // from.
    Manifest read(std::string_view id, std::string* text = nullptr) const;
    void make_folders() const;

    // The files that give the persons of a version: its base, and what is laid over it.
    struct Parts {
        std::string base;                 // id; empty: there is none
        std::string overlay;              // id of the version whose overlay is used; or empty
        std::vector<std::string> deltas;  // ids, oldest first, where there is no overlay
    };
    Parts parts(std::string_view id) const;
    Chain chain(std::string_view id) const;

  private:
    fs::path path(const char* folder, std::string_view name, const char* suffix) const {
        return folder_ / folder / (std::string(name) + suffix);
    }
    fs::path folder_;
};

// Ids are DATE.COUNTER; ordered by both.
bool id_before(std::string_view a, std::string_view b);
bool is_id(std::string_view text);

}  // namespace directory

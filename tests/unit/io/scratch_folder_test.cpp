#include "io/scratch_folder.hpp"

#include <doctest/doctest.h>

#include <fstream>

namespace fs = std::filesystem;

TEST_CASE("a scratch folder is ours alone, differs from every other, and leaves nothing behind") {
    fs::path where;
    {
        const io::ScratchFolder one, other;
        where = one.path();
        CHECK(one.path() != other.path());
        CHECK(fs::status(where).permissions() == fs::perms::owner_all);
        fs::create_directories(where / "inside");
        std::ofstream(where / "inside" / "file") << "text";
    }
    CHECK_FALSE(fs::exists(where));
}

// replay FOLDER|FILE...: gives every file to the target once. So the corpora and what fuzzing has
// found are tested by any compiler.
#include <iostream>
#include <iterator>

#include "fuzz.hpp"

static void give(const std::filesystem::path& path) {
    std::ifstream in(path, std::ios::binary);
    const std::string bytes{std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
    std::cout << path.string() << std::endl;  // flushed: the last one is what broke
    LLVMFuzzerTestOneInput(reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size());
}

int main(int argc, char** argv) {
    std::size_t given = 0;
    for (int i = 1; i < argc; ++i) {
        if (!std::filesystem::is_directory(argv[i])) {
            give(argv[i]);
            ++given;
            continue;
        }
        for (const auto& entry : std::filesystem::recursive_directory_iterator(argv[i]))
            if (entry.is_regular_file()) {
                give(entry.path());
                ++given;
            }
    }
    std::cout << given << " inputs\n";
    return given == 0 ? 1 : 0;
}

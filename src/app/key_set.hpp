#pragma once
// Has this value been seen before? A set of 128-bit digests of values that holds a named number of
// keys in memory and spills sorted runs to a file beyond it. A spilled key costs a byte and a half
// of memory: a filter says of nearly every new key, without reading, that no run has it. For the
// uniqueness rules of a job.
#include <array>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "io/file.hpp"

namespace app {

using Key = std::array<std::uint64_t, 2>;
Key key_of(std::string_view value);

// Keys in open addressing: half the memory and a third of the time of a node for each.
class KeyTable {
  public:
    bool insert(const Key& key);  // false: it was there
    bool contains(const Key& key) const;
    void clear();
    std::size_t size() const { return size_; }
    std::vector<Key> sorted() const;

  private:
    std::size_t place_of(const Key& key) const;  // where it is or would be

    std::vector<Key> places_;  // none or a power of two; a digest is never all zeros: free
    std::size_t size_ = 0;
};

class KeySet {
  public:
    // `folder` takes the runs; it is made when it is needed. `name` tells sets of one folder apart.
    KeySet(std::filesystem::path folder, std::string name, std::size_t keys_max);

    // True: new. False: it was there.
    bool insert(const Key& key);
    bool contains(const Key& key) const;
    void clear();
    std::size_t size() const { return memory_.size() + spilled_; }

    // Canonical bytes of all keys, for the commit; spilled runs are durable files that the bytes
    // name.
    std::string save() const;
    void restore(std::string_view bytes);

  private:
    struct Run {
        std::string name;
        std::uint64_t keys = 0;
        std::shared_ptr<io::InputFile> file;
        std::vector<Key> index;             // every run_stride-th key
        std::vector<std::uint64_t> filter;  // bits of a Bloom filter over the keys
    };
    void spill();
    void open(Run& run) const;
    static void take_in(Run& run, const std::vector<Key>& keys);
    bool find(const Run& run, const Key& key) const;

    std::filesystem::path folder_;
    std::string name_;
    std::size_t keys_max_;
    std::uint64_t spilled_ = 0;
    std::uint64_t runs_made_ = 0;
    KeyTable memory_;
    std::vector<Run> runs_;
};

}  // namespace app

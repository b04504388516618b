#include "app/key_set.hpp"

#include <algorithm>
#include <cstring>
#include <iterator>

#include "core/ensure.hpp"
#include "core/fault.hpp"
#include "seal/digest.hpp"

namespace app {

namespace {
constexpr std::size_t run_stride = 256;
constexpr std::uint64_t filter_bits_per_key = 10, filter_probes = 7;  // one key in a hundred errs

// The keys are digests: their halves serve as two independent hashes (Kirsch and Mitzenmacher
// 2006), brought into the range by a multiplication (Lemire 2019).
__extension__ using Wide = unsigned __int128;

std::uint64_t filter_bit(const Key& key, std::uint64_t probe, std::uint64_t bits) {
    const std::uint64_t hash = key[0] + probe * (key[1] | 1);
    return static_cast<std::uint64_t>(static_cast<Wide>(hash) * bits >> 64);
}

std::vector<std::uint64_t> filter_for(std::uint64_t keys) {
    return std::vector<std::uint64_t>(
        static_cast<std::size_t>(keys * filter_bits_per_key / 64 + 1));
}

void note(std::vector<std::uint64_t>& filter, const Key& key) {
    for (std::uint64_t probe = 0; probe < filter_probes; ++probe) {
        const std::uint64_t bit = filter_bit(key, probe, filter.size() * 64);
        filter[bit / 64] |= 1ULL << bit % 64;
    }
}

bool may_have(const std::vector<std::uint64_t>& filter, const Key& key) {
    for (std::uint64_t probe = 0; probe < filter_probes; ++probe) {
        const std::uint64_t bit = filter_bit(key, probe, filter.size() * 64);
        if ((filter[bit / 64] >> bit % 64 & 1) == 0) return false;
    }
    return true;
}

std::string bytes_of(const std::vector<Key>& keys) {
    std::string bytes(keys.size() * sizeof(Key), '\0');
    if (!keys.empty()) std::memcpy(bytes.data(), keys.data(), bytes.size());
    return bytes;
}

std::vector<Key> keys_of(std::string_view bytes) {
    std::vector<Key> keys(bytes.size() / sizeof(Key));
    if (!keys.empty()) std::memcpy(keys.data(), bytes.data(), keys.size() * sizeof(Key));
    return keys;
}
}  // namespace

// The first half of SHA-256: two different values of one file never meet by chance or by intent.
Key key_of(std::string_view value) {
    const seal::Hash hash = seal::sha256(value);
    Key key{};
    std::memcpy(key.data(), hash.data(), sizeof key);
    return key;
}

std::size_t KeyTable::place_of(const Key& key) const {
    const std::size_t last = places_.size() - 1;
    std::size_t place = static_cast<std::size_t>(key[0]) & last;
    while (places_[place] != Key{} && places_[place] != key) place = (place + 1) & last;
    return place;
}

bool KeyTable::contains(const Key& key) const {
    return size_ > 0 && places_[place_of(key)] == key;
}

bool KeyTable::insert(const Key& key) {
    ENSURE(key != Key{});
    if (size_ * 2 >= places_.size()) {
        std::vector<Key> fewer = std::move(places_);
        places_.assign(std::max<std::size_t>(fewer.size() * 2, 1024), Key{});
        for (const Key& known : fewer)
            if (known != Key{}) places_[place_of(known)] = known;
    }
    Key& place = places_[place_of(key)];
    if (place == key) return false;
    place = key;
    ++size_;
    return true;
}

void KeyTable::clear() {
    std::fill(places_.begin(), places_.end(), Key{});
    size_ = 0;
}

std::vector<Key> KeyTable::sorted() const {
    std::vector<Key> keys;
    keys.reserve(size_);
    std::copy_if(places_.begin(), places_.end(), std::back_inserter(keys),
                 [](const Key& key) { return key != Key{}; });
    std::sort(keys.begin(), keys.end());
    return keys;
}

KeySet::KeySet(std::filesystem::path folder, std::string name, std::size_t keys_max)
    : folder_(std::move(folder)),
      name_(std::move(name)),
      keys_max_(std::max<std::size_t>(keys_max, run_stride)) {}

bool KeySet::contains(const Key& key) const {
    return memory_.contains(key) ||
           std::any_of(runs_.begin(), runs_.end(), [&](const Run& run) { return find(run, key); });
}

bool KeySet::insert(const Key& key) {
    for (const Run& run : runs_)
        if (find(run, key)) return false;
    if (!memory_.insert(key)) return false;
    if (memory_.size() >= keys_max_) spill();
    return true;
}

void KeySet::clear() {
    memory_.clear();
    runs_.clear();  // the files stay until the file is closed: the last commit may still name them
    spilled_ = 0;
}

void KeySet::spill() {
    const std::vector<Key> keys = memory_.sorted();
    Run run;
    run.name = name_ + "." + std::to_string(++runs_made_) + ".keys";
    run.keys = keys.size();
    io::make_folders(folder_);
    io::write_file(folder_ / run.name, bytes_of(keys));
    run.file = std::make_shared<io::InputFile>(io::InputFile::open(folder_ / run.name));
    run.filter = filter_for(run.keys);
    take_in(run, keys);
    runs_.push_back(std::move(run));
    spilled_ += keys.size();
    memory_.clear();
}

void KeySet::open(Run& run) const {
    run.file = std::make_shared<io::InputFile>(io::InputFile::open(folder_ / run.name));
    if (run.file->bytes() != run.keys * sizeof(Key))
        throw core::Fault(core::FaultKind::integrity, "read the keys in", run.name,
                          "the file is not as long as it was written",
                          "restore the spool from a backup");
    run.filter = filter_for(run.keys);
    constexpr std::uint64_t keys_at_once = run_stride * 64;
    for (std::uint64_t at = 0; at < run.keys; at += keys_at_once) {
        const std::uint64_t count = std::min(keys_at_once, run.keys - at);
        take_in(run, keys_of(run.file->read(at * sizeof(Key), count * sizeof(Key))));
    }
}

// The next keys of the run, a multiple of the stride but for the last.
void KeySet::take_in(Run& run, const std::vector<Key>& keys) {
    for (const Key& key : keys) note(run.filter, key);
    for (std::size_t i = 0; i < keys.size(); i += run_stride) run.index.push_back(keys[i]);
}

bool KeySet::find(const Run& run, const Key& key) const {
    if (!may_have(run.filter, key)) return false;
    const auto above = std::upper_bound(run.index.begin(), run.index.end(), key);
    if (above == run.index.begin()) return false;
    const auto block = static_cast<std::uint64_t>(above - run.index.begin() - 1) * run_stride;
    const std::uint64_t count = std::min<std::uint64_t>(run_stride, run.keys - block);
    const auto keys = keys_of(run.file->read(block * sizeof(Key), count * sizeof(Key)));
    return std::binary_search(keys.begin(), keys.end(), key);
}

std::string KeySet::save() const {
    std::string bytes = std::to_string(runs_made_) + " " + std::to_string(runs_.size());
    for (const Run& run : runs_) bytes += " " + run.name + " " + std::to_string(run.keys);
    bytes += '\n';
    return bytes + bytes_of(memory_.sorted());
}

void KeySet::restore(std::string_view bytes) {
    memory_.clear();
    runs_.clear();
    spilled_ = 0;
    const std::size_t line = bytes.find('\n');
    std::vector<std::string> words;
    std::string word;
    for (const char c : std::string(bytes.substr(0, line)) + ' ') {
        if (c != ' ') {
            word += c;
        } else {
            words.push_back(word);
            word.clear();
        }
    }
    runs_made_ = std::stoull(words.at(0));
    for (std::size_t i = 2; i + 1 < words.size(); i += 2) {
        Run run;
        run.name = words[i];
        run.keys = std::stoull(words[i + 1]);
        open(run);
        spilled_ += run.keys;
        runs_.push_back(std::move(run));
    }
    for (const Key& key : keys_of(bytes.substr(line + 1))) memory_.insert(key);
}

}  // namespace app

#include <algorithm>
#include <cstring>

#include "core/ensure.hpp"
#include "directory/sorting.hpp"

namespace directory {

LineSorter::LineSorter(std::filesystem::path folder, std::string name, std::uint64_t memory_bytes)
    : folder_(std::move(folder)), name_(std::move(name)), memory_bytes_(memory_bytes) {}

LineSorter::~LineSorter() {
    std::error_code ignored;
    for (const auto& run : runs_) std::filesystem::remove(run, ignored);
}

void LineSorter::add(std::string_view text, std::uint64_t line) {
    if (texts_.size() + text.size() + items_.size() * sizeof(Item) > memory_bytes_) spill();
    items_.push_back({texts_.size(), line, static_cast<std::uint32_t>(text.size())});
    texts_ += text;
}

void LineSorter::sort() {
    const std::string_view texts = texts_;
    std::sort(items_.begin(), items_.end(), [texts](const Item& a, const Item& b) {
        const int order =
            texts.substr(a.offset, a.length).compare(texts.substr(b.offset, b.length));
        return order != 0 ? order < 0 : a.line < b.line;
    });
}

void LineSorter::spill() {
    if (items_.empty()) return;
    sort();
    runs_.push_back(folder_ / (name_ + "." + std::to_string(runs_.size()) + ".run"));
    io::OutputFile out = io::OutputFile::create(runs_.back());
    std::string buffer;
    for (const Item& item : items_) {
        buffer.append(reinterpret_cast<const char*>(&item.length), sizeof item.length);
        buffer.append(reinterpret_cast<const char*>(&item.line), sizeof item.line);
        buffer.append(texts_, item.offset, item.length);
        if (buffer.size() < 1 << 20) continue;
        out.append(buffer);
        buffer.clear();
    }
    out.append(buffer);
    items_.clear();
    texts_.clear();
}

void LineSorter::end() {
    if (runs_.empty()) {
        sort();
        return;
    }
    spill();
    std::string().swap(texts_);
    for (const auto& run : runs_) {
        readers_.push_back(std::make_unique<RunReader>(run, 256 << 10));
        Head head;
        head.run = readers_.size() - 1;
        if (refill(head)) heap_.push_back(std::move(head));
    }
}

bool LineSorter::refill(Head& head) {
    RunReader& reader = *readers_[head.run];
    std::uint32_t length = 0;
    const std::string_view size = reader.take(sizeof length);
    if (size.empty()) return false;
    std::memcpy(&length, size.data(), sizeof length);
    const std::string_view line = reader.take(sizeof head.line);
    ENSURE(line.size() == sizeof head.line);
    std::memcpy(&head.line, line.data(), sizeof head.line);
    head.text = reader.take(length);
    return true;
}

bool LineSorter::next(std::string_view& text, std::uint64_t& line) {
    if (runs_.empty()) {
        if (at_ == items_.size()) return false;
        const Item& item = items_[at_++];
        text = std::string_view(texts_).substr(item.offset, item.length);
        line = item.line;
        return true;
    }
    const auto later = [](const Head& a, const Head& b) {
        const int order = a.text.compare(b.text);
        return order != 0 ? order > 0 : a.line > b.line;
    };
    if (current_.line == 0) std::make_heap(heap_.begin(), heap_.end(), later);
    if (heap_.empty()) return false;
    std::pop_heap(heap_.begin(), heap_.end(), later);
    std::swap(current_, heap_.back());
    Head& refilled = heap_.back();
    refilled.run = current_.run;
    if (refill(refilled))
        std::push_heap(heap_.begin(), heap_.end(), later);
    else
        heap_.pop_back();
    text = current_.text;
    line = current_.line;
    return true;
}

}  // namespace directory

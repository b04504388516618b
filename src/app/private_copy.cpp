#include "app/private_copy.hpp"

#include <algorithm>
#include <cstring>
#include <utility>

#include "core/ensure.hpp"
#include "intake/copying.hpp"
#include "io/file.hpp"
#include "seal/digest.hpp"

namespace app {

PrivateCopy::PrivateCopy(const std::filesystem::path& path, unsigned ahead, io::Rooms rooms,
                         unsigned frames)
    : reader_(io::FrameFileReader::open(path)),
      rooms_(std::move(rooms)),
      ahead_(ahead),
      frames_ahead_(frames) {}

io::Rooms PrivateCopy::frame_rooms() {
    return io::Rooms(parse::Taken::space_bytes + io::frame_input_bytes);
}

PrivateCopy::Frame PrivateCopy::unpack(std::size_t index) const {
    Frame frame;
    frame.bytes = reader_.input_bytes(index);
    if (frame.bytes == io::frame_input_bytes)
        frame.room = rooms_.take();
    else
        frame.room.reset(new char[parse::Taken::space_bytes + frame.bytes]);
    reader_.read_frame(index, frame.room.get() + parse::Taken::space_bytes);
    return frame;
}

PrivateCopy::Frame PrivateCopy::obtain(std::size_t index) const {
    core::Beside<Frame> coming;
    {
        const std::lock_guard<std::mutex> lock(guard_);
        while (!coming_.empty() && coming_.front().first < index) coming_.pop_front();
        if (!coming_.empty() && coming_.front().first == index) {
            coming = std::move(coming_.front().second);
            coming_.pop_front();
        }
    }
    Frame frame = coming.valid() ? coming.get() : unpack(index);
    if (ahead_ == 0) return frame;
    const std::lock_guard<std::mutex> lock(guard_);
    std::size_t next = coming_.empty() ? index + 1 : coming_.back().first + 1;
    for (; coming_.size() < frames_ahead_ && next < reader_.frames(); ++next)
        coming_.emplace_back(next, core::work_beside(ahead_, core::Rank::input,
                                                     [this, next] { return unpack(next); }));
    return frame;
}

PrivateCopy::Frame PrivateCopy::frame(std::size_t index) const {
    {
        const std::lock_guard<std::mutex> lock(guard_);
        for (const Slot& slot : slots_)
            if (slot.index == index) return slot.content;
    }
    Frame frame = obtain(index);
    const std::lock_guard<std::mutex> lock(guard_);
    slots_[next_] = {index, frame};
    if (ahead_ == 0) next_ = (next_ + 1) % slots_.size();
    return frame;
}

std::size_t PrivateCopy::read(std::uint64_t offset, char* buffer, std::size_t length) const {
    std::size_t done = 0;
    while (done < length && offset + done < size()) {
        const std::size_t index = reader_.frame_at(offset + done);
        const Frame content = frame(index);
        const auto from = static_cast<std::size_t>(offset + done - reader_.input_start(index));
        const std::size_t count = std::min(length - done, content.bytes - from);
        std::memcpy(buffer + done, content.content() + from, count);
        done += count;
    }
    return done;
}

parse::Taken PrivateCopy::take(std::uint64_t offset, std::size_t) const {
    if (offset >= size()) return {};
    const std::size_t index = reader_.frame_at(offset);
    Frame mine;
    {
        const std::lock_guard<std::mutex> lock(guard_);
        for (Slot& slot : slots_)
            if (slot.index == index) mine = std::exchange(slot, {}).content;
    }
    // Who reads the frame at this moment keeps it.
    if (mine.room.use_count() != 1) mine = obtain(index);
    const auto from = static_cast<std::size_t>(offset - reader_.input_start(index));
    return {std::move(mine.room), parse::Taken::space_bytes + from, mine.bytes - from};
}

std::unique_ptr<parse::Source> whole_copy(const std::filesystem::path& path) {
    const auto reader = io::FrameFileReader::open(path);
    std::string text;
    for (std::size_t frame = 0; frame < reader.frames(); ++frame) reader.read_frame(frame, text);
    return parse::memory_source(std::move(text));
}

namespace {

class Plain : public parse::Source {
  public:
    explicit Plain(const std::filesystem::path& path)
        : file_(io::InputFile::open(path)), size_(file_.bytes()) {}
    std::uint64_t size() const override { return size_; }
    std::size_t read(std::uint64_t offset, char* buffer, std::size_t length) const override {
        return file_.read(offset, buffer, length);
    }

  private:
    io::InputFile file_;
    std::uint64_t size_;
};

}  // namespace

std::filesystem::path envelope_beside(const std::filesystem::path& copy) {
    std::filesystem::path beside = copy;
    beside.replace_extension(intake::envelope_extension);
    return io::facts(beside) ? beside : std::filesystem::path();
}

std::unique_ptr<parse::Source> delivered(const std::filesystem::path& copy) {
    const auto envelope = envelope_beside(copy);
    if (envelope.empty()) return std::make_unique<PrivateCopy>(copy);
    return open_plain(envelope);
}

std::unique_ptr<parse::Source> open_plain(const std::filesystem::path& path) {
    return std::make_unique<Plain>(path);
}

std::string write_copy(const parse::Source& from, const std::filesystem::path& to, unsigned mode) {
    constexpr std::size_t copied_at_once = 4 << 20;
    auto out = io::OutputFile::create(to, mode);
    seal::Sha256 digest;
    std::string block(copied_at_once, '\0');
    for (std::uint64_t at = 0; at < from.size();) {
        const std::size_t count = from.read(at, block.data(), block.size());
        ENSURE(count > 0);
        out.append(std::string_view(block).substr(0, count));
        digest.update(std::string_view(block).substr(0, count));
        at += count;
    }
    out.sync();
    return seal::hex(digest.value());
}

}  // namespace app

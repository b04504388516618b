#include "intake/copying.hpp"

#include <algorithm>
#include <condition_variable>
#include <deque>
#include <exception>
#include <memory>
#include <mutex>
#include <optional>
#include <system_error>
#include <thread>

#include "io/frames.hpp"
#include "io/rooms.hpp"

namespace intake {

namespace {

// What is read at once; not changed while it is in a sink.
struct Block {
    std::shared_ptr<char[]> room;
    std::size_t size = 0;  // that are filled

    std::string_view text() const { return {room.get(), size}; }
};

Block block_of(std::string_view text) {
    Block block{std::shared_ptr<char[]>(new char[text.size()]), text.size()};
    text.copy(block.room.get(), text.size());
    return block;
}

struct Frame {
    Block input;
    std::string packed;
    bool done = false;
};

// Reader -> compressors, in order, with a fixed number of frames in flight. The reader takes the
// digest too and is the last to be done, so who has packed the first frame writes it, and those
// behind it that are ready.
class FrameLine {
  public:
    FrameLine(io::FrameFileWriter& writer, unsigned threads)
        : writer_(writer), in_flight_max_(2 * threads + 1) {
        workers_.reserve(threads);
        try {
            for (unsigned i = 0; i < threads; ++i) workers_.emplace_back([this] { compress(); });
        } catch (const std::system_error&) {  // no more to be had: fewer do all of it
            if (workers_.empty()) throw;
        }
    }
    ~FrameLine() { stop(); }
    FrameLine(const FrameLine&) = delete;
    FrameLine& operator=(const FrameLine&) = delete;

    void push(Block input) {
        auto frame = std::make_shared<Frame>();
        frame->input = std::move(input);
        Lock lock(guard_);
        waiting_.push_back(frame);
        order_.push_back(std::move(frame));
        to_pack_.notify_one();
        wait(lock, in_flight_max_ - 1);
    }
    void finish() {
        {
            Lock lock(guard_);
            wait(lock, 0);
        }
        stop();
    }

  private:
    using Lock = std::unique_lock<std::mutex>;

    // Until no more than so many are on their way.
    void wait(Lock& lock, std::size_t most) {
        written_.wait(lock, [&] { return error_ || order_.size() <= most; });
        if (error_) std::rethrow_exception(error_);
    }
    void compress() {
        Lock lock(guard_);
        for (;;) {
            to_pack_.wait(lock, [&] { return stopping_ || !waiting_.empty(); });
            if (waiting_.empty()) return;
            const std::shared_ptr<Frame> frame = std::move(waiting_.front());
            waiting_.pop_front();
            lock.unlock();
            std::exception_ptr error;
            try {
                io::compress_frame(frame->input.text(), frame->packed);
            } catch (...) {
                error = std::current_exception();
            }
            lock.lock();
            frame->done = true;
            if (error) fail(error);
            write_ready(lock);
        }
    }
    // One thread at a time.
    void write_ready(Lock& lock) {
        if (writing_) return;
        writing_ = true;
        while (!error_ && !order_.empty() && order_.front()->done) {
            const std::shared_ptr<Frame> frame = order_.front();
            lock.unlock();
            std::exception_ptr error;
            try {
                writer_.append(frame->packed, static_cast<std::uint32_t>(frame->input.size));
            } catch (...) {
                error = std::current_exception();
            }
            lock.lock();
            if (error) fail(error);
            order_.pop_front();
            written_.notify_one();
        }
        writing_ = false;
    }
    void fail(const std::exception_ptr& error) {
        if (!error_) error_ = error;
        written_.notify_one();
    }
    void stop() {
        {
            const std::lock_guard<std::mutex> lock(guard_);
            stopping_ = true;
        }
        to_pack_.notify_all();
        for (std::thread& worker : workers_) worker.join();
        workers_.clear();
    }

    io::FrameFileWriter& writer_;
    const std::size_t in_flight_max_;
    std::vector<std::thread> workers_;
    std::mutex guard_;
    std::condition_variable to_pack_, written_;
    std::deque<std::shared_ptr<Frame>> waiting_, order_;  // not packed yet; not written yet
    std::exception_ptr error_;
    bool writing_ = false, stopping_ = false;
};

// What becomes the private copy: frames of plain text, small ones on the caller's thread.
class FrameSink {
  public:
    FrameSink(io::FrameFileWriter& writer, unsigned threads) : writer_(writer) {
        if (threads > 0) line_.emplace(writer, threads);
    }
    void push(Block block) {
        if (line_) return line_->push(std::move(block));
        std::string packed;
        io::compress_frame(block.text(), packed);
        writer_.append(packed, static_cast<std::uint32_t>(block.size));
    }
    void finish() {
        if (line_) line_->finish();
    }

  private:
    io::FrameFileWriter& writer_;
    std::optional<FrameLine> line_;
};

// A CMS envelope: kept as it is, and opened as it comes.
class Envelope {
  public:
    Envelope(const std::filesystem::path& copy, const seal::DecryptionKey* key)
        : kept_(create(copy)), opener_(key) {}

    // False: it cannot be opened, or holds too much. It is kept all the same.
    bool feed(std::string_view block, FrameSink& sink, std::uint64_t bytes_max) {
        kept_.append(block);
        if (!opener_.feed(block, plain_)) return false;
        return give(sink, io::frame_input_bytes, bytes_max);
    }
    bool finish(FrameSink& sink, std::uint64_t bytes_max) {
        kept_.sync();
        return opener_.finish(plain_) && give(sink, 1, bytes_max);
    }
    bool too_long() const { return too_long_; }
    const std::string& fault() const { return opener_.reason(); }

  private:
    static io::OutputFile create(std::filesystem::path copy) {
        copy.replace_extension(envelope_extension);
        return io::OutputFile::create_anew(copy);
    }
    bool give(FrameSink& sink, std::size_t least, std::uint64_t bytes_max) {
        std::size_t from = 0;
        while (plain_.size() - from >= least) {
            const std::size_t count = std::min(plain_.size() - from, io::frame_input_bytes);
            given_ += count;
            too_long_ = given_ > bytes_max;
            if (too_long_) return false;
            sink.push(block_of(std::string_view(plain_).substr(from, count)));
            from += count;
        }
        plain_.erase(0, from);
        return true;
    }

    io::OutputFile kept_;
    seal::EnvelopeOpener opener_;
    std::string plain_;
    std::uint64_t given_ = 0;
    bool too_long_ = false;
};

}  // namespace

static constexpr std::size_t frame_bytes = io::frame_input_bytes, read_at_once = 256 << 10;

static void keep_reserve(const std::filesystem::path& copy, std::uint64_t reserve) {
    const std::uint64_t free = io::disk_space(copy.parent_path()).bytes_free;
    if (free >= reserve) return;
    throw core::Fault(core::FaultKind::world, "copy", io::shown(copy),
                      std::to_string(free) + " bytes are free, less than the reserve of " +
                          std::to_string(reserve) + " (disk-reserve-bytes)",
                      "free space; it is copied by the next reception");
}

Copied copy_privately(const io::InputFile& from, const std::filesystem::path& to,
                      std::uint64_t bytes_max, seal::DigestAlgorithm further, unsigned threads,
                      const seal::DecryptionKey* key, std::uint64_t disk_reserve_bytes) {
    constexpr std::uint64_t large_bytes = 64 << 20;
    std::uint64_t next_look = large_bytes;
    Copied copied;
    io::FrameFileWriter writer(io::OutputFile::create_anew(to));
    seal::Sha256 digest;
    std::optional<seal::Digest> other;
    if (further != seal::DigestAlgorithm::sha256) other.emplace(further);
    from.will_read_once();
    const std::uint64_t there = from.bytes();
    const auto get = [&](std::uint64_t offset, char* to_here, std::size_t wanted) {
        try {
            return from.read(offset, to_here, wanted);
        } catch (const core::Fault& fault) {
            throw NotRead(fault);
        }
    };
    const io::Rooms rooms(frame_bytes);
    // In pieces that are still in the cache when their digest is taken.
    const auto read = [&] {
        const std::uint64_t left = there - std::min(there, copied.bytes) + 1;  // to see the end
        const auto most = static_cast<std::size_t>(std::min<std::uint64_t>(left, frame_bytes));
        Block block;
        block.room = most == frame_bytes ? rooms.take() : std::shared_ptr<char[]>(new char[most]);
        for (bool more = true; more && block.size < most;) {
            const std::size_t wanted = std::min(most - block.size, read_at_once);
            char* const begin = block.room.get() + block.size;
            const std::size_t got = get(copied.bytes + block.size, begin, wanted);
            digest.update({begin, got});
            if (other) other->update({begin, got});
            block.size += got;
            more = got == wanted;
        }
        return block;
    };
    Block block = read();
    const bool small = block.size < frame_bytes;
    FrameSink sink(writer, small ? 0 : threads);
    std::optional<Envelope> envelope;
    if (seal::looks_enveloped(block.text())) envelope.emplace(to, key);
    bool opens = envelope.has_value();
    while (block.size > 0) {
        copied.bytes += block.size;
        if (copied.bytes > bytes_max) {
            copied.too_long = true;
            break;
        }
        if (copied.bytes >= next_look) {
            keep_reserve(to, disk_reserve_bytes);
            next_look += large_bytes;
        }
        const bool last = block.size < frame_bytes;
        if (!envelope)
            sink.push(std::move(block));
        else if (opens)
            opens = envelope->feed(block.text(), sink, bytes_max);
        if (last) break;
        block = {};  // its room may serve at once
        block = read();
    }
    if (opens && !copied.too_long) opens = envelope->finish(sink, bytes_max);
    if (envelope && !opens) {
        copied.too_long = copied.too_long || envelope->too_long();
        copied.envelope_fault = envelope->fault();
    }
    sink.finish();
    // Large copies are flushed here, beside the digest of the next part; small ones share the
    // caller's flush.
    writer.finish(small ? io::Sync::no : io::Sync::yes);
    const seal::Hash hash = digest.value();
    copied.sha256 = std::string(seal::bytes_of(hash));
    if (other) copied.other = other->value();
    return copied;
}

}  // namespace intake

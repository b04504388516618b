// One frame. At level 1 libzstd spends two thirds of its time looking for repetitions at nearly
// every byte. In records of XML they begin where a value ends, so we look them up ourselves
// (io/markup_search.hpp) and libzstd encodes them.
#include <cstdint>
#include <cstring>
#include <memory>

#include "core/ensure.hpp"
#include "io/frames.hpp"
#include "io/markup_search.hpp"

namespace io {

namespace {

constexpr std::size_t markup_input_bytes_min = 64 << 10;  // below, libzstd finds a tenth more
constexpr std::size_t markup_input_bytes_max = 8 << 20;   // above, what is found takes too much
constexpr std::size_t kept_bytes_max = 8 << 20;           // by a thread, of what a frame grows in

struct CompressorDeleter {
    void operator()(ZSTD_CCtx* c) const { ZSTD_freeCCtx(c); }
};

// Contexts are megabytes large; one a thread is made once.
ZSTD_CCtx* compressor() {
    thread_local const std::unique_ptr<ZSTD_CCtx, CompressorDeleter> context(ZSTD_createCCtx());
    ENSURE(context != nullptr);
    return context.get();
}

// Where a frame grows: kept for the next one, and never filled with zeros first.
class Room {
  public:
    char* at_least(std::size_t bytes) {
        if (bytes > bytes_) {
            room_.reset(new char[bytes]);
            bytes_ = bytes;
        }
        return room_.get();
    }

  private:
    std::unique_ptr<char[]> room_;
    std::size_t bytes_ = 0;
};

}  // namespace

void compress_frame(std::string_view input, std::string& output, int level) {
    thread_local Room room;
    thread_local MarkupSearch search;
    ZSTD_CCtx* context = compressor();
    ZSTD_CCtx_reset(context, ZSTD_reset_session_and_parameters);
    ZSTD_CCtx_setParameter(context, ZSTD_c_compressionLevel, level);
    ZSTD_CCtx_setParameter(context, ZSTD_c_checksumFlag, 1);
    const std::size_t bound = ZSTD_compressBound(input.size());
    char* const frame = room.at_least(bound);
    std::size_t n = 0;
    if (level == compression_level && input.size() >= markup_input_bytes_min &&
        input.size() <= markup_input_bytes_max && find_markup(search, input)) {
        ZSTD_CCtx_setParameter(context, ZSTD_c_windowLog, markup_window_log);
        ZSTD_CCtx_setParameter(context, ZSTD_c_blockDelimiters, ZSTD_sf_explicitBlockDelimiters);
        n = ZSTD_compressSequences(context, frame, bound, search.sequences.data(),
                                   search.sequences.size(), input.data(), input.size());
    } else {
        n = ZSTD_compress2(context, frame, bound, input.data(), input.size());
    }
    ENSURE(!ZSTD_isError(n));  // the room is sufficient by definition of the bound
    output.append(frame, n);
    if (bound > kept_bytes_max) room = {};
}

}  // namespace io

#include "journal/history.hpp"

#include <algorithm>

#include "io/file.hpp"

namespace journal {

static constexpr std::size_t piece_bytes = 64 << 10;
static constexpr std::uint64_t tail_bytes = 4 * seal::note_bytes_max;

std::optional<Signed> open_checkpoint(std::string note,
                                      const std::vector<seal::VerifierKey>& keys) {
    const auto text = seal::open_note(note, keys);
    if (!text) return std::nullopt;
    auto checkpoint = seal::Checkpoint::parse(*text);
    if (!checkpoint) return std::nullopt;
    return Signed{std::move(note), std::move(*checkpoint)};
}

History::History(std::filesystem::path file) : file_(std::move(file)) {}

// Length of the note at the start, with the empty line behind it; 0: it is not whole. A note has
// one empty line inside, in front of its signatures.
static std::size_t whole_note(std::string_view bytes) {
    const std::size_t inner = bytes.find("\n\n");
    if (inner == std::string_view::npos) return 0;
    const std::size_t outer = bytes.find("\n\n", inner + 2);
    return outer == std::string_view::npos ? 0 : outer + 2;
}

void History::each(const std::function<bool(std::string note)>& visit) const {
    if (!io::facts(file_)) return;
    const auto file = io::InputFile::open(file_);
    std::string bytes;
    for (std::uint64_t at = 0;;) {
        const std::string piece = file.read(at, piece_bytes);
        at += piece.size();
        bytes += piece;
        std::size_t begin = 0;
        while (const std::size_t length = whole_note(std::string_view(bytes).substr(begin))) {
            if (!visit(bytes.substr(begin, length - 1))) return;
            begin += length;
        }
        bytes.erase(0, begin);
        if (piece.size() < piece_bytes || bytes.size() > tail_bytes) return;
    }
}

History::Tail History::tail() const {
    Tail tail;
    if (!io::facts(file_)) return tail;
    const auto file = io::InputFile::open(file_);
    const std::uint64_t length = file.bytes();
    std::uint64_t start = length > tail_bytes ? length - tail_bytes : 0;
    const std::string bytes = file.read(start, static_cast<std::size_t>(length - start));
    std::size_t at = 0;
    // In the middle of the file the first whole note begins behind an empty line that no signature
    // line follows.
    if (start > 0)
        for (at = bytes.find("\n\n"); at != std::string::npos; at = bytes.find("\n\n", at + 2))
            if (bytes.compare(at + 2, 3, "\xE2\x80\x94") != 0) break;
    if (at == std::string::npos) return tail;
    if (start > 0) at += 2;
    while (const std::size_t note = whole_note(std::string_view(bytes).substr(at))) {
        tail.before = std::move(tail.newest);
        tail.newest = bytes.substr(at, note - 1);
        at += note;
        tail.length = start + at;
    }
    return tail;
}

void History::append(const std::string& note) const {
    io::OutputFile::resume(file_, tail().length).append(note + "\n");
}

}  // namespace journal

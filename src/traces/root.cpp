#include "traces/root.hpp"

#include "io/frames.hpp"
#include "traces/wire.hpp"

namespace traces {

static void put(Packer& out, const Piece& piece) {
    out.word(piece.key);
    out.word(piece.offset);
    out.word(piece.bytes, 4);
    out.word(piece.count, 4);
    out.bytes.append(seal::bytes_of(piece.hash));
}

static Piece get(Unpacker& in) {
    Piece piece;
    piece.key = in.word();
    piece.offset = in.word();
    piece.bytes = static_cast<std::uint32_t>(in.word(4));
    piece.count = static_cast<std::uint32_t>(in.word(4));
    if (!seal::to_hash(in.take(32), piece.hash)) throw Malformed{};
    return piece;
}

std::string pack_pieces(const std::vector<Piece>& pieces) {
    Packer out;
    for (const Piece& piece : pieces) put(out, piece);
    return std::move(out.bytes);
}

std::vector<Piece> unpack_pieces(std::string_view bytes, std::size_t count) {
    Unpacker in(bytes);
    std::vector<Piece> pieces;
    for (std::size_t i = 0; i < count; ++i) pieces.push_back(get(in));
    if (!in.empty()) throw Malformed{};
    return pieces;
}

std::string Root::pack() const {
    Packer out;
    out.number(static_cast<std::uint64_t>(summary.period));
    out.number(summary.rows);
    out.number(summary.persons);
    out.number(summary.sources);
    out.word(static_cast<std::uint64_t>(summary.from.microseconds));
    out.word(static_cast<std::uint64_t>(summary.to.microseconds));
    put(out, fates);
    for (const auto* pieces : {&source_pages, &index_pages}) {
        out.number(pieces->size());
        for (const Piece& piece : *pieces) put(out, piece);
    }
    return std::move(out.bytes);
}

Root Root::unpack(std::string_view bytes) {
    Unpacker in(bytes);
    Root root;
    root.summary.period = static_cast<int>(in.number());
    root.summary.rows = in.number();
    root.summary.persons = in.number();
    root.summary.sources = in.number();
    root.summary.from.microseconds = static_cast<std::int64_t>(in.word());
    root.summary.to.microseconds = static_cast<std::int64_t>(in.word());
    root.fates = get(in);
    for (auto* pieces : {&root.source_pages, &root.index_pages})
        for (std::size_t left = in.count(); left > 0; --left) pieces->push_back(get(in));
    if (!in.empty()) throw Malformed{};
    return root;
}

static constexpr std::size_t page_bytes_max = 64 << 20;  // of an unpacked page that is believed

static std::string frame_of(const Packer& out) {
    std::string frame;
    io::compress_frame(out.bytes, frame);
    return frame;
}

static std::string content_of(std::string_view frame) {
    std::string bytes;
    if (io::decompress_frame(frame, bytes, page_bytes_max) != io::Unpacked::ok) throw Malformed{};
    return bytes;
}

std::string pack_sources(const std::vector<Source>& sources) {
    Packer out;
    for (const Source& source : sources) {
        out.text(source.file);
        out.number(static_cast<std::uint64_t>(source.attempt));
        out.text(source.message);
        out.text(source.sender);
        out.text(source.user);
        out.text(source.directory_version);
        out.word(static_cast<std::uint64_t>(source.received.microseconds));
        out.word(static_cast<std::uint64_t>(source.sent.microseconds));
        out.number(static_cast<std::uint64_t>(source.closing_entry));
        out.number(static_cast<std::uint64_t>(source.first_record));
        out.number(source.records);
    }
    return frame_of(out);
}

static Source get_source(Unpacker& in) {
    Source source;
    source.file = in.text();
    source.attempt = static_cast<std::int64_t>(in.number());
    source.message = in.text();
    source.sender = in.text();
    source.user = in.text();
    source.directory_version = in.text();
    source.received.microseconds = static_cast<std::int64_t>(in.word());
    source.sent.microseconds = static_cast<std::int64_t>(in.word());
    source.closing_entry = static_cast<std::int64_t>(in.number());
    source.first_record = static_cast<std::int64_t>(in.number());
    source.records = in.number();
    return source;
}

std::vector<Source> unpack_sources(std::string_view bytes, std::size_t count) {
    const std::string content = content_of(bytes);
    Unpacker in(content);
    std::vector<Source> sources;
    for (std::size_t i = 0; i < count; ++i) sources.push_back(get_source(in));
    if (!in.empty()) throw Malformed{};
    return sources;
}

std::string pack_fates(const std::vector<Fate>& fates) {
    Packer out;
    for (const Fate& fate : fates) {
        out.number(static_cast<std::uint64_t>(fate.decision));
        out.text(fate.recipient);
        out.text(fate.reason);
        out.text(fate.authorisation);
        out.text(fate.quality);
    }
    return frame_of(out);
}

std::vector<Fate> unpack_fates(std::string_view bytes, std::size_t count) {
    const std::string content = content_of(bytes);
    Unpacker in(content);
    std::vector<Fate> fates;
    for (std::size_t i = 0; i < count; ++i) {
        Fate fate;
        const std::uint64_t decision = in.number();
        if (decision > static_cast<std::uint64_t>(Decision::rejected)) throw Malformed{};
        fate.decision = static_cast<Decision>(decision);
        fate.recipient = in.text();
        fate.reason = in.text();
        fate.authorisation = in.text();
        fate.quality = in.text();
        fates.push_back(std::move(fate));
    }
    if (!in.empty()) throw Malformed{};
    return fates;
}

}  // namespace traces

#include "parse/enclosures.hpp"

#include <algorithm>

#include "core/ensure.hpp"
#include "core/file_name.hpp"
#include "parse/media.hpp"

namespace parse {

namespace {

constexpr std::size_t piece_bytes = 64 << 10, name_bytes_max = 1024;

// Below one folder wherever it is unpacked, on any system, and not taken for a file of the channel.
bool is_safe_name(std::string_view name) {
    if (name.size() > name_bytes_max) return false;
    const bool odd = std::any_of(name.begin(), name.end(), [](char c) {
        return c == '\\' || c == ':' || static_cast<unsigned char>(c) < 0x20 || c == 0x7F;
    });
    Media text;
    text.update(name);
    if (odd || !text.is(job::MediaType::text)) return false;
    for (std::string_view rest = name;;) {
        const std::string_view step = rest.substr(0, rest.find('/'));
        core::FileIdentity identity;
        if (step.empty() || step == "." || step == ".." || core::parse_identity(step, identity))
            return false;
        if (step.size() == rest.size()) return true;
        rest.remove_prefix(step.size() + 1);
    }
}

std::size_t column_of(std::optional<seal::DigestAlgorithm> algorithm) {
    if (!algorithm) return 0;
    return *algorithm == seal::DigestAlgorithm::sha256 ? 1 : 2;
}

}  // namespace

Content look_at(const std::function<bool(const Take&)>& feed,
                std::optional<seal::DigestAlgorithm> algorithm) {
    Content content;
    Media media;
    std::optional<seal::Digest> digest;
    if (algorithm) digest.emplace(*algorithm);
    content.good = feed([&](std::string_view piece) {
        content.bytes += piece.size();
        media.update(piece);
        if (digest) digest->update(piece);
    });
    for (std::size_t i = 0; i < job::media_types; ++i)
        if (media.is(static_cast<job::MediaType>(i))) content.kinds |= 1U << i;
    if (digest) content.digest = digest->value();
    return content;
}

bool looks_zipped(const Source& source) {
    std::array<char, 4> head{};
    const std::size_t got = source.read(0, head.data(), head.size());
    const std::string_view begin(head.data(), got);
    return begin == std::string_view("PK\x03\x04") || begin == std::string_view("PK\x05\x06");
}

Enclosures::Enclosures(std::vector<Part> parts, const job::Limits& limits) {
    Sums sums;
    for (Part& part : parts) {
        sources_.push_back(std::move(part.source));
        part.source = sources_.back();
        if (!take_part(part, limits, sums)) return;
    }
    if (sums.plain > limits.enclosures_bytes_max) {
        refuse(parts_.front(), "ACRF-509", core::Reason::limit,
               {"enclosures-bytes-max", std::to_string(limits.enclosures_bytes_max)});
        return;
    }
    if (sums.packed < sums.plain / std::max(1U, limits.enclosures_ratio_max)) {
        refuse(parts_.front(), "ACRF-509", core::Reason::limit,
               {"enclosures-ratio-max", std::to_string(limits.enclosures_ratio_max)});
        return;
    }
    std::sort(keys_.begin(), keys_.end());
    compare_names();
}

bool Enclosures::refuse(std::uint32_t part, const char* code, core::Reason reason,
                        std::vector<std::string> details, std::string_view value) {
    core::Finding finding;
    finding.code = code;
    finding.reason = reason;
    finding.details = std::move(details);
    finding.part = part;
    constexpr std::size_t shown_bytes_max = 100;
    for (const char c : value.substr(0, shown_bytes_max)) {
        const bool plain = static_cast<unsigned char>(c) >= 0x20 && static_cast<signed char>(c) > 0;
        finding.value += plain ? c : '?';
    }
    problem_ = std::move(finding);
    return false;
}

bool Enclosures::take_part(const Part& part, const job::Limits& limits, Sums& sums) {
    const Source& source = *part.source;
    archives_.emplace_back(
        [&source](std::uint64_t offset, char* buffer, std::size_t count) {
            return source.read(offset, buffer, count);
        },
        source.size());
    parts_.push_back(part.number);
    const io::ZipDirectory& archive = archives_.back();
    const auto damaged = [&] {
        return refuse(part.number, "ACRF-280", core::Reason::archive_damaged);
    };
    if (!archive.good()) return damaged();
    if (archive.entries() > limits.enclosures_max - places_.size())
        return refuse(part.number, "ACRF-509", core::Reason::limit,
                      {"enclosures-max", std::to_string(limits.enclosures_max)});
    keys_.reserve(places_.size() + archive.entries());
    places_.reserve(places_.size() + archive.entries());
    std::uint64_t packed = 0;
    std::uint64_t at = archive.begin();
    for (std::uint64_t i = 0; i < archive.entries(); ++i) {
        const std::uint64_t begin = at;
        auto entry = archive.entry(at);
        // Entries that share bytes would be more than the archive holds.
        if (!entry || entry->packed > archive.begin() - packed) return damaged();
        packed += entry->packed;
        if (entry->plain > ~std::uint64_t{0} - sums.plain) return damaged();
        sums.plain += entry->plain;
        const Place place{begin, entry->plain, static_cast<std::uint32_t>(archives_.size() - 1),
                          entry->encrypted};
        if (!take_entry(part.number, *entry, place)) return false;
    }
    sums.packed += packed;
    return at == archive.end() || damaged();
}

bool Enclosures::take_entry(std::uint32_t part, const io::ZipEntry& entry, const Place& place) {
    std::string_view name = entry.name;
    if (entry.is_folder()) name.remove_suffix(1);
    if (!is_safe_name(name))
        return refuse(part, "ACRF-280", core::Reason::archive_name, {}, entry.name);
    if (entry.is_folder()) return true;
    keys_.push_back({seal::sha256(entry.name), static_cast<std::uint32_t>(places_.size())});
    places_.push_back(place);
    return true;
}

void Enclosures::compare_names() {
    const auto same = std::adjacent_find(
        keys_.begin(), keys_.end(), [](const Key& a, const Key& b) { return a.name == b.name; });
    if (same == keys_.end()) return;
    const std::uint32_t second = std::next(same)->index;
    refuse(part(second), "ACRF-280", core::Reason::archive_name_repeated, {}, entry(second).name);
}

std::optional<std::uint32_t> Enclosures::find(std::string_view name) const {
    const Key wanted{seal::sha256(name), 0};
    const auto at = std::lower_bound(keys_.begin(), keys_.end(), wanted);
    if (at == keys_.end() || at->name != wanted.name) return std::nullopt;
    return at->index;
}

const io::ZipDirectory& Enclosures::archive(std::uint32_t index) const {
    return archives_.at(places_.at(index).archive);
}

io::ZipEntry Enclosures::entry(std::uint32_t index) const {
    std::uint64_t at = places_.at(index).at;
    auto entry = archive(index).entry(at);
    ENSURE(entry.has_value());  // it was read once, of bytes that are ours
    return std::move(*entry);
}

Content Enclosures::content(std::uint32_t index,
                            std::optional<seal::DigestAlgorithm> algorithm) const {
    auto& column = known_[column_of(algorithm)];
    const std::size_t digest_bytes = algorithm ? seal::digest_bytes(*algorithm) : 0;
    {
        const std::lock_guard<std::mutex> lock(guard_);
        if (column.empty()) column.resize(size());
        const Known& known = column.at(index);
        if (known.looked_at)
            return {known.good, known.bytes, known.kinds, {known.digest.data(), digest_bytes}};
    }
    io::ZipStream stream(archive(index), entry(index));
    std::string piece(piece_bytes, '\0');
    Content content = look_at(
        [&](const Take& take) {
            while (const std::size_t got = stream.read(piece.data(), piece.size()))
                take(std::string_view(piece).substr(0, got));
            return stream.good();
        },
        algorithm);
    const std::lock_guard<std::mutex> lock(guard_);
    Known& known = column[index];
    known.bytes = content.bytes;
    known.kinds = content.kinds;
    known.looked_at = true;
    known.good = content.good;
    std::copy_n(content.digest.begin(), digest_bytes, known.digest.begin());
    return content;
}

}  // namespace parse

// The bytes of one record out of the private copy.
#include <algorithm>

#include "app/dossier.hpp"
#include "app/private_copy.hpp"
#include "core/ensure.hpp"
#include "core/fault.hpp"
#include "io/file.hpp"
#include "journal/record.hpp"
#include "ledger/facts.hpp"
#include "parse/encoding.hpp"

namespace app {

// Behind the markup that begins at `at`, or npos. The file was well-formed, so this need not judge.
static std::size_t behind_markup(std::string_view text, std::size_t at) {
    const auto behind = [&](std::string_view sign) {
        const std::size_t found = text.find(sign, at);
        return found == std::string_view::npos ? found : found + sign.size();
    };
    if (text.substr(at, 4) == "<!--") return behind("-->");
    if (text.substr(at, 9) == "<![CDATA[") return behind("]]>");
    if (text.substr(at, 2) == "<?") return behind("?>");
    char quote = 0;
    for (std::size_t i = at; i < text.size(); ++i) {
        const char c = text[i];
        if (quote != 0)
            quote = c == quote ? '\0' : quote;
        else if (c == '"' || c == '\'')
            quote = c;
        else if (c == '>')
            return i + 1;
    }
    return std::string_view::npos;
}

std::string_view first_element(std::string_view text) {
    const std::size_t begin = text.find('<');
    if (begin == std::string_view::npos) return text;
    int depth = 0;
    for (std::size_t at = begin; at != std::string_view::npos; at = text.find('<', at)) {
        const std::size_t end = behind_markup(text, at);
        if (end == std::string_view::npos) return text.substr(begin);
        const char kind = text[at + 1];
        const bool element = kind != '!' && kind != '?';
        if (element && kind == '/') --depth;
        if (element && kind != '/' && text[end - 2] != '/') ++depth;
        if (element && depth == 0) return text.substr(begin, end - begin);
        at = end;
    }
    return text.substr(begin);
}

static std::string_view element_in(std::string_view text, bool xml) {
    return xml ? first_element(text) : text;
}

static const ledger::Part& part_of(const std::vector<ledger::Part>& parts, int number) {
    const auto found = std::find_if(parts.begin(), parts.end(),
                                    [&](const ledger::Part& part) { return part.part == number; });
    ENSURE(found != parts.end());
    return *found;
}

// The text of a slice as its facts count in it: of XML as UTF-8, without a byte order mark.
static std::string text_of_slice(const parse::Source& copy, const ledger::Slice& slice, bool xml) {
    const auto read = [&](std::uint64_t from, std::uint64_t to) {
        std::string text(to - from, '\0');
        text.resize(copy.read(from, text.data(), text.size()));
        return text;
    };
    const auto begin = static_cast<std::uint64_t>(slice.begin);
    if (!xml) return read(begin, static_cast<std::uint64_t>(slice.end));
    static constexpr std::uint64_t head_bytes = 1024;
    const parse::Detected detected = parse::detect(read(0, std::min(head_bytes, copy.size())));
    std::string raw =
        read(begin + (begin == 0 ? detected.bom_bytes : 0), static_cast<std::uint64_t>(slice.end));
    if (detected.encoding == parse::Encoding::utf8) return raw;
    std::string text;
    parse::decode(detected.encoding, raw, true, text);
    return text;
}

static bool is_xml(Home& home, const ledger::File& file) {
    const auto job = home.find_job(file.job);
    return !job || job->format == job::Format::xml;
}

std::optional<std::string> record_bytes(Home& home, const ledger::File& file, std::int64_t record) {
    const auto slice = home.ledger().slice_of_record(file.id, record);
    if (!slice)
        throw core::Fault(core::FaultKind::usage, "take out the record", std::to_string(record),
                          "the file has no such record, or it was refused whole",
                          "see: sluice show " + file.identity.text());
    const auto parts = home.ledger().parts(file.id);
    const auto path = home.spool() / part_of(parts, slice->part).path;
    if (!io::facts(path)) return std::nullopt;
    const auto facts = ledger::SliceFacts::unpack(slice->facts);
    const auto index = static_cast<std::size_t>(record - slice->first_record);
    const bool xml = is_xml(home, file);
    const std::string text = text_of_slice(PrivateCopy(path), *slice, xml);
    const auto rest = std::string_view(text).substr(
        std::min<std::size_t>(text.size(), facts.records.at(index).offset));
    if (facts.bytes.empty())
        return std::string(index + 1 < facts.records.size()
                               ? element_in(rest.substr(0, facts.records[index + 1].offset -
                                                               facts.records[index].offset),
                                            xml)
                               : element_in(rest, xml));
    const std::string_view bytes = rest.substr(0, facts.bytes[index].length);
    const std::string key =
        journal::file_key(home.keys().journal_key(), file.identity.text(), file.id);
    const auto ordinal = static_cast<std::uint64_t>(record);
    if (journal::bytes_digests(key, ordinal, {bytes}).front() != facts.bytes[index].digest)
        throw core::Fault(core::FaultKind::integrity, "take out the record",
                          file.identity.text() + "#" + std::to_string(record),
                          "the private copy has other bytes than those that were judged",
                          "run sluice journal verify --against-ledger, and call somebody");
    return std::string(bytes);
}

}  // namespace app

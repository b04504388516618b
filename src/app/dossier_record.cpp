// The bytes of one record out of the private copy.
#include <algorithm>

#include "app/dossier.hpp"
#include "app/private_copy.hpp"
#include "core/ensure.hpp"
#include "core/fault.hpp"
#include "io/file.hpp"
#include "ledger/facts.hpp"

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

static const ledger::Part& part_of(const std::vector<ledger::Part>& parts, int number) {
    const auto found = std::find_if(parts.begin(), parts.end(),
                                    [&](const ledger::Part& part) { return part.part == number; });
    ENSURE(found != parts.end());
    return *found;
}

std::string record_bytes(Home& home, const ledger::File& file, std::int64_t record) {
    const auto slice = home.ledger().slice_of_record(file.id, record);
    if (!slice)
        throw core::Fault(core::FaultKind::usage, "take out the record", std::to_string(record),
                          "the file has no such record, or it was refused whole",
                          "see: sluice show " + file.identity.text());
    const auto facts = ledger::SliceFacts::unpack(slice->facts);
    const auto index = static_cast<std::size_t>(record - slice->first_record);
    const std::uint64_t begin =
        static_cast<std::uint64_t>(slice->begin) + facts.records.at(index).offset;
    const std::uint64_t end =
        index + 1 < facts.records.size()
            ? static_cast<std::uint64_t>(slice->begin) + facts.records[index + 1].offset
            : static_cast<std::uint64_t>(slice->end);
    const auto parts = home.ledger().parts(file.id);
    const PrivateCopy copy(home.spool() / part_of(parts, slice->part).path);
    std::string text(end - begin, '\0');
    text.resize(copy.read(begin, text.data(), text.size()));
    const auto job = home.find_job(file.job);
    const bool xml = !job || job->format == job::Format::xml;
    return xml ? std::string(first_element(text)) : text;
}

}  // namespace app

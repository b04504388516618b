// XML as it comes: whole or in pieces, framing gives the same marks, findings and end; and what it
// takes, libxml2 takes as well.
#include "fuzz.hpp"
#include "schema/walker.hpp"
#include "xml/document.hpp"

namespace {

std::string framed(std::string_view bytes, std::size_t step, bool& complete) {
    schema::WalkOptions options;
    options.validate = false;
    schema::Watch watch(3);
    watch[1] = {"", "a", 0, false, {{"", "b"}}, false};
    watch[2] = {"", "c", 1, true, {}, true};
    schema::Walker walker(nullptr, watch, options);
    walker.set_base(0, 1, 1);
    std::string seen;
    std::size_t begin = 0, end = std::min(step, bytes.size());
    for (;;) {
        const bool last = end == bytes.size();
        const schema::Stop stop = walker.walk(bytes.substr(begin, end - begin), last);
        begin += walker.consumed();
        fuzz::check(begin <= end, "more consumed than given");
        for (const schema::Mark& mark : walker.marks())
            seen += std::to_string(static_cast<int>(mark.kind)) + ":" + std::to_string(mark.node) +
                    ":" + std::to_string(mark.begin) + "-" + std::to_string(mark.end) + "\n";
        walker.clear_marks();
        if (stop == schema::Stop::end || stop == schema::Stop::malformed || last) {
            complete = stop == schema::Stop::end && walker.findings().empty();
            for (const core::Finding& finding : walker.findings())
                seen += finding.code + " " + std::to_string(finding.place.offset) + " " +
                        std::to_string(finding.place.line) + ":" +
                        std::to_string(finding.place.column) + "\n";
            return seen + std::to_string(static_cast<int>(stop));
        }
        end = std::min(end + step, bytes.size());
    }
}

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size > 20'000) return 0;
    const std::string_view bytes = fuzz::text(data, size);
    bool complete = false, complete_in_pieces = false;
    const std::string whole = framed(bytes, bytes.size() + 1, complete);
    for (const std::size_t step : {std::size_t{1}, std::size_t{7}})
        fuzz::check(framed(bytes, step, complete_in_pieces) == whole,
                    "pieces differ from the whole");
    if (!complete) return 0;
    std::vector<xml::Error> errors;
    if (bytes.find("encoding") != bytes.npos || bytes.find("version") != bytes.npos) return 0;
    // libxml2 also asks whether the name of a namespace is a URI, which no standard asks of a
    // parser.
    fuzz::check(xml::Document::parse(std::string(bytes), {}, errors).has_value() ||
                    errors.front().text.find("is not a valid URI") != std::string::npos,
                "libxml2 refuses what the scanner takes");
    return 0;
}

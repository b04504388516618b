#include "job/files.hpp"

#include <cstring>
#include <fstream>

#include "seal/digest.hpp"

namespace job {
namespace {

constexpr std::size_t file_bytes_max = 16U << 20;

std::optional<std::string> contents(const std::filesystem::path& file, Report& report) {
    std::error_code ignored;
    errno = std::filesystem::is_directory(file, ignored) ? EISDIR : 0;
    std::ifstream in(file, std::ios::binary);
    std::string bytes;
    char buffer[65536];
    while (errno != EISDIR && in && bytes.size() <= file_bytes_max) {
        in.read(buffer, sizeof buffer);
        bytes.append(buffer, static_cast<std::size_t>(in.gcount()));
    }
    if (errno == EISDIR || !in.eof()) {
        if (bytes.size() > file_bytes_max)
            report.error("the file is greater than " + std::to_string(file_bytes_max) + " bytes");
        else
            report.error(std::string("the file cannot be read: ") +
                         std::strerror(errno == 0 ? EIO : errno));
        return std::nullopt;
    }
    return bytes;
}

}  // namespace

std::optional<Opened> open(Kind kind, std::string_view space, std::string_view root,
                           Report& report) {
    auto bytes = contents(report.file(), report);
    if (!bytes) return std::nullopt;
    std::string digest = seal::hex(seal::sha256(*bytes));
    xml::Options options;
    options.depth_max = 64;
    std::vector<xml::Error> errors;
    auto document = xml::Document::parse(std::move(*bytes), options, errors);
    for (const xml::Error& each : errors) report.error_at(each.line, each.column, each.text);
    if (!document) return std::nullopt;
    Opened opened{std::make_unique<xml::Document>(std::move(*document)), std::move(digest)};
    report.set_document(*opened.document);
    const xml::Element& top = opened.document->root();
    if (!top.is(space, root)) {
        report.error(top, "this is not a <" + std::string(root) + " xmlns=\"" + std::string(space) +
                              "\">: the root is '" + top.local + "' in " +
                              (top.space.empty() ? "no namespace" : top.space));
        return std::nullopt;
    }
    validate(*opened.document, kind, report);
    return opened;
}

}  // namespace job

#include "job/read_attachments.hpp"

#include <algorithm>

#include "job/job.hpp"
#include "job/values.hpp"

namespace job {

namespace {

struct Row {
    std::string_view name;
    MediaType type;
};

// The first name of each type, in the order of the enumeration, then the other names.
constexpr Row rows[] = {
    {"application/pdf", MediaType::pdf},
    {"image/png", MediaType::png},
    {"image/jpeg", MediaType::jpeg},
    {"image/gif", MediaType::gif},
    {"image/tiff", MediaType::tiff},
    {"application/zip", MediaType::zip},
    {"application/vnd.openxmlformats-officedocument.wordprocessingml.document", MediaType::docx},
    {"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", MediaType::xlsx},
    {"application/vnd.openxmlformats-officedocument.presentationml.presentation", MediaType::pptx},
    {"application/xml", MediaType::xml},
    {"application/rtf", MediaType::rtf},
    {"text/plain", MediaType::text},
    {"text/xml", MediaType::xml},
    {"text/rtf", MediaType::rtf},
    {"image/jpg", MediaType::jpeg},
    {"application/x-zip-compressed", MediaType::zip},
};

std::string lower(std::string_view text) {
    std::string out(text);
    for (char& c : out)
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    return out;
}

std::string did_you_mean(const std::string& word, const std::vector<std::string>& names) {
    const std::string like = nearest(word, names);
    if (!like.empty()) return ": did you mean '" + like + "'?";
    std::string text = "; known are:";
    for (const std::string& each : names) text += " " + each;
    return text;
}

PathOrLiteral path_or_literal(const Attributes& a, const char* name, Report& report) {
    PathOrLiteral value;
    const std::string text = a.token(name);
    if (text.empty()) return value;
    if (text.front() != '\'' && text.front() != '"') {
        value.path = a.path(name);
    } else if (text.size() < 3 || text.back() != text.front()) {
        report.error(*a.find(name), "a literal stands between two quotes: 'application/pdf'");
    } else {
        value.literal = text.substr(1, text.size() - 2);
    }
    return value;
}

std::vector<MediaType> allowed(const Attributes& a, Report& report) {
    std::vector<MediaType> list;
    const std::string text = a.token("allow");
    for (std::size_t begin = 0; begin < text.size();) {
        const std::size_t end = std::min(text.find(' ', begin), text.size());
        const std::string word = text.substr(begin, end - begin);
        if (const auto type = parse_media_type(word))
            list.push_back(*type);
        else
            report.error(*a.find("allow"), "nothing tells a document of the type '" + word +
                                               "' from others" +
                                               did_you_mean(word, media_type_names()));
        begin = end + 1;
    }
    if (list.empty())
        for (std::size_t i = 0; i < media_types; ++i) list.push_back(static_cast<MediaType>(i));
    return list;
}

void check_literals(const Attachment& attachment, const Attributes& a, Report& report) {
    const std::string& media = attachment.media_type.literal;
    const auto type = parse_media_type(media);
    if (!media.empty() && !type)
        report.error(*a.find("media-type"), "'" + media + "' is no media type that is known here" +
                                                did_you_mean(media, media_type_names()));
    if (type && std::find(attachment.allow.begin(), attachment.allow.end(), *type) ==
                    attachment.allow.end())
        report.error(*a.find("media-type"), "'" + media + "' does not stand in allow=");
    const std::string& method = attachment.algorithm.literal;
    if (!method.empty() && !parse_integrity_method(method))
        report.error(*a.find("algorithm"),
                     "'" + method + "' is no digest that is taken here: SHA-256 or SHA-512");
}

}  // namespace

std::string_view to_string(MediaType type) {
    return rows[static_cast<std::size_t>(type)].name;
}

std::optional<MediaType> parse_media_type(std::string_view text) {
    text = text.substr(0, text.find(';'));
    while (!text.empty() && text.back() == ' ') text.remove_suffix(1);
    const std::string wanted = lower(text);
    for (const Row& row : rows)
        if (row.name == wanted) return row.type;
    return std::nullopt;
}

std::vector<std::string> media_type_names() {
    std::vector<std::string> names;
    for (const Row& row : rows) names.emplace_back(row.name);
    return names;
}

std::optional<seal::DigestAlgorithm> parse_integrity_method(std::string_view text) {
    const std::string wanted = lower(text);
    if (wanted == "sha-256" || wanted == "sha256") return seal::DigestAlgorithm::sha256;
    if (wanted == "sha-512" || wanted == "sha512") return seal::DigestAlgorithm::sha512;
    return std::nullopt;
}

bool encloses(const Job& job) {
    return job.attachments &&
           std::any_of(job.attachments->list.begin(), job.attachments->list.end(),
                       [](const Attachment& one) { return one.enclosed; });
}

const char* place_of(const Attachment& attachment) {
    return attachment.enclosed ? "file" : "path";
}

Attachment read_attachment(const xml::Element& element, Report& report) {
    const Attributes a(element, report);
    Attachment attachment;
    attachment.enclosed = a.find("file") != nullptr;
    if (attachment.enclosed == (a.find("path") != nullptr))
        report.error(element,
                     "a document stands in the record or lies beside it: write path= or file=");
    const char* place = place_of(attachment);
    if (auto path = a.path(place)) attachment.path = std::move(*path);
    if (attachment.path.absolute || attachment.path.up > 0)
        report.error(*a.find(place), attachment.enclosed
                                         ? "the record names its document: write the path "
                                           "downwards from there"
                                         : "the document stands inside the record: write the path "
                                           "downwards from there");
    if (attachment.enclosed && a.find("name") != nullptr)
        report.error(*a.find("name"), "file= is where the name stands: leave name= out");
    attachment.media_type = path_or_literal(a, "media-type", report);
    attachment.algorithm = path_or_literal(a, "algorithm", report);
    attachment.size = a.path("size");
    attachment.digest = a.path("digest");
    attachment.name = a.path("name");
    attachment.allow = allowed(a, report);
    a.size("bytes-max", attachment.bytes_max);
    attachment.severity = a.severity("severity", core::Severity::B);
    if ((a.find("digest") != nullptr) != (a.find("algorithm") != nullptr))
        report.error(element,
                     "digest= and algorithm= go together: algorithm=\"'SHA-256'\", or the path of "
                     "an element that says it");
    check_literals(attachment, a, report);
    return attachment;
}

std::vector<AttachmentPath> attribute_paths(const Attachment& attachment) {
    std::vector<AttachmentPath> list{{place_of(attachment), &attachment.path}};
    const auto add = [&](const char* attribute, const std::optional<Path>& path) {
        if (path) list.push_back({attribute, &*path});
    };
    add("media-type", attachment.media_type.path);
    add("size", attachment.size);
    add("digest", attachment.digest);
    add("algorithm", attachment.algorithm.path);
    add("name", attachment.name);
    return list;
}

std::vector<const Path*> paths_of(const Attachment& attachment) {
    std::vector<const Path*> list;
    for (const AttachmentPath& each : attribute_paths(attachment)) list.push_back(each.path);
    return list;
}

}  // namespace job

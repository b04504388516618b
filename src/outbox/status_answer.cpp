#include "outbox/status_answer.hpp"

#include "core/code_table.hpp"
#include "outbox/daily_list.hpp"
#include "outbox/remark.hpp"
#include "xml/document.hpp"
#include "xml/writer.hpp"

namespace outbox {
namespace {

constexpr std::string_view space = "urn:sluice:status:1";
constexpr int code_malformed = 102, code_root = 89, code_invalid = 312, code_too_large = 184;
constexpr std::uint64_t request_bytes_max = 1U << 20;

ParsedStatusRequest failed(int code, std::string error) {
    return {std::nullopt, {code}, std::move(error)};
}

std::string at(const xml::Document& document, const xml::Element& element,
               const std::string& text) {
    const core::Place place = document.place(element);
    return std::to_string(place.line) + ":" + std::to_string(place.column) + ": " + text;
}

std::string_view trimmed(std::string_view text) {
    constexpr std::string_view blanks = " \t\r\n";
    const std::size_t first = text.find_first_not_of(blanks);
    if (first == std::string_view::npos) return {};
    return text.substr(first, text.find_last_not_of(blanks) - first + 1);
}

// The identity where it is one, else the name as it was written.
std::string as_asked(std::string_view name) {
    core::FileIdentity identity;
    return core::parse_identity(name, identity) ? identity.text() : std::string(name);
}

ParsedStatusRequest read_request(const xml::Document& document) {
    const xml::Element& root = document.root();
    if (!root.is(space, "StatusRequest")) {
        return failed(code_root, at(document, root, "the root must be StatusRequest"));
    }
    StatusRequest request;
    for (const xml::Attribute& attribute : root.attributes) {
        if (!attribute.space.empty()) continue;  // xsi:schemaLocation and the like
        if (attribute.local != "since") {
            return failed(code_invalid, at(document, root, "the only attribute is since"));
        }
        request.since = core::parse_date(trimmed(attribute.value));
        if (!request.since) {
            return failed(code_invalid, at(document, root, "since must be YYYY-MM-DD"));
        }
    }
    for (const xml::Element* child : root.children) {
        const std::string name = child->deep_text();
        if (!child->is(space, "File") || !child->children.empty() || trimmed(name).empty()) {
            return failed(code_invalid, at(document, *child, "a File with one name is expected"));
        }
        if (request.files.size() >= status_request_files_max) {
            return failed(code_too_large, at(document, *child, "status-request-files-max"));
        }
        request.files.push_back(as_asked(trimmed(name)));
    }
    return {std::move(request), {}, {}};
}

void write_counts(xml::Writer& writer, std::string_view name, const StatusCounts& counts) {
    writer.start(name);
    writer.attribute("total", std::to_string(counts.total));
    writer.attribute("accepted", std::to_string(counts.accepted));
    writer.attribute("rejected", std::to_string(counts.rejected));
    writer.attribute("pending", std::to_string(counts.pending));
    writer.end();
}

void write_time(xml::Writer& writer, std::string_view name,
                const std::optional<core::Instant>& time) {
    if (time) writer.leaf(name, core::to_string(*time));
}

void write_file(xml::Writer& writer, const StatusFile& file, core::Language language) {
    writer.start("File");
    writer.attribute("name", file.file);
    writer.attribute("state", file.state);
    writer.attribute("final", file.final ? "true" : "false");
    if (!file.actor.empty()) writer.attribute("actor", file.actor);
    writer.leaf("Text", state_text(file.state, language));
    if (!file.ticket.empty()) writer.leaf("Ticket", file.ticket);
    if (!file.job.empty()) writer.leaf("Job", file.job);
    write_time(writer, "ReceivedAt", file.received_at);
    write_time(writer, "DeadlineAt", file.deadline_at);
    write_time(writer, "ClosedAt", file.closed_at);
    write_counts(writer, "Documents", file.documents);
    write_counts(writer, "Records", file.records);
    for (const std::string& code : file.codes) {
        writer.start("Code");
        writer.attribute("id", code);
        writer.text(core::label(code, language));
        writer.end();
    }
    writer.end();
}

}  // namespace

ParsedStatusRequest parse_status_request(std::string bytes) {
    xml::Options options;
    options.bytes_max = request_bytes_max;
    options.errors_max = 1;
    if (bytes.size() > request_bytes_max) return failed(code_too_large, "status request too large");
    std::vector<xml::Error> errors;
    const std::optional<xml::Document> document =
        xml::Document::parse(std::move(bytes), options, errors);
    if (document) return read_request(*document);
    const xml::Error& error = errors.front();
    return failed(code_malformed, std::to_string(error.line) + ":" + std::to_string(error.column) +
                                      ": " + error.text);
}

std::string status_answer(const std::string& sender, const std::vector<StatusFile>& files,
                          core::Environment environment, core::Language language,
                          core::Instant moment) {
    std::string out;
    xml::Writer writer(out);
    writer.declaration();
    writer.start("StatusAnswer");
    writer.attribute("xmlns", space);
    writer.attribute("sender", sender);
    writer.attribute("environment", std::string(1, static_cast<char>(environment)));
    writer.attribute("at", core::to_string(moment));
    const std::string said = remark(environment, language);
    if (!said.empty()) writer.leaf("Remark", said);
    for (const StatusFile& file : files) write_file(writer, file, language);
    writer.finish();
    return out;
}

}  // namespace outbox

#include "outbox/notification.hpp"

#include <algorithm>
#include <map>
#include <optional>
#include <tuple>
#include <utility>

#include "core/code_table.hpp"
#include "core/ensure.hpp"
#include "io/crash_point.hpp"
#include "io/file.hpp"
#include "outbox/moment.hpp"
#include "outbox/remark.hpp"
#include "xml/writer.hpp"

namespace outbox {
namespace {

// What the official schemas leave room for.
constexpr std::size_t error_id_max = 9, label_max = 500, location_max = 200, reference_max = 64;
constexpr std::size_t written_at_once = 256 << 10;  // bytes of a file
constexpr std::string_view handling_space = "urn:sluice:handling:1";
constexpr std::string_view prologue =
    "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
    "<NOTIFICATION xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\" "
    "xsi:noNamespaceSchemaLocation=\"noti.xsd\">\n";
constexpr std::string_view epilogue = "</NOTIFICATION>\n";

// One kind of finding of a document: same code, severity and element.
struct Kind {
    std::uint64_t count = 0;
    std::uint32_t listed = 0;
    core::Place first;
    std::uint64_t first_record = 0;
};
using KindKey = std::tuple<std::string, core::Severity, std::string>;

std::string number(std::uint64_t value) {
    return std::to_string(value);
}

std::string label_of(const core::Finding& finding, core::Language language) {
    return head(core::label(finding.code, language) + ": " + core::sentence(finding, language),
                label_max);
}

}  // namespace

struct NotificationWriter::State {
    State(std::filesystem::path a_folder, NotifiedFile a_file, const io::Zone& zone,
          NotificationSettings a_settings)
        : folder(std::move(a_folder)),
          file(std::move(a_file)),
          settings(a_settings),
          at(moment(file.at, zone)) {}

    void start_form(const NotifiedDocument& document);
    void report(const core::Finding& finding);
    void count(const core::Finding& finding);
    void handling();
    void kinds_and_totals();
    void put_form();
    void start_file();
    void append(std::string_view bytes);
    void end_file();

    std::filesystem::path folder;
    NotifiedFile file;
    NotificationSettings settings;
    Moment at;

    // The form that is being written.
    std::string form;
    std::optional<xml::Writer> writer;
    NotifiedDocument document;
    std::map<KindKey, Kind> kinds;
    std::uint64_t given = 0, uncounted_kinds = 0;
    std::uint32_t listed = 0;

    // The file that is being written.
    bool open = false;
    std::string text;  // what is in no file yet
    std::optional<io::OutputFile> output;
    std::vector<NotificationDraft> drafts;
};

void NotificationWriter::State::start_form(const NotifiedDocument& a_document) {
    document = a_document;
    form.clear();
    kinds.clear();
    given = uncounted_kinds = 0;
    listed = 0;
    writer.emplace(form);
    writer->start("Form");
    writer->leaf("Identification", "NOTI001");
    writer->leaf("FormCreationDate", at.date);
    writer->leaf("FormCreationHour", at.hour);
    writer->leaf("AttestationStatus", "0");
    writer->leaf("TypeForm", "FA");
    writer->start("FileReference");
    writer->leaf("FileName", head(file.go_name, reference_max));
    writer->leaf("ReferenceOrigin", "2");
    if (!file.ticket.empty()) writer->leaf("ReferenceNbr", file.ticket);
    writer->end();
    writer->start("HandledOriginalFile");
    writer->leaf("SenderId", file.sender);
    writer->end();
    if (!document.id.empty()) {
        writer->start("Reference");
        writer->leaf("ReferenceType", "1");
        writer->leaf("ReferenceOrigin", "1");
        writer->leaf("ReferenceNbr", head(document.id, reference_max));
        writer->end();
    }
    writer->start("HandledReference");
    writer->leaf("ReferenceType", "1");
    writer->leaf("ReferenceOrigin", "2");
    if (!document.ticket.empty()) writer->leaf("ReferenceNbr", document.ticket);
    writer->end();
    writer->start("HandlingResult");
    writer->leaf("ResultCode", document.accepted ? "1" : "0");
}

void NotificationWriter::State::report(const core::Finding& finding) {
    writer->start("AnomalyReport");
    writer->leaf("ErrorID", head(finding.code, error_id_max));
    if (!finding.element.empty()) writer->leaf("TagName", finding.element);
    if (!finding.value.empty()) writer->leaf("Value", finding.value);
    writer->leaf("AnomalyClass", core::to_string(finding.severity));
    writer->leaf("AnomalyLabel", label_of(finding, file.language));
    writer->start("AnomalyLocation");
    writer->leaf("LineNbr", number(std::max<std::uint64_t>(finding.place.line, 1)));
    writer->leaf("ColumnNbr", number(std::max<std::uint64_t>(finding.place.column, 1)));
    if (!finding.path.empty()) writer->leaf("Location", tail(finding.path, location_max));
    writer->end();
    writer->end();
    listed += 1;
}

// Counts the finding under its kind, and lists it while there is room for its kind.
void NotificationWriter::State::count(const core::Finding& finding) {
    given += 1;
    const KindKey key{finding.code, finding.severity, finding.element};
    auto found = kinds.find(key);
    if (found == kinds.end()) {
        if (kinds.size() >= settings.kinds_max) {
            uncounted_kinds += 1;
            return;
        }
        found = kinds.emplace(key, Kind{0, 0, finding.place, finding.record}).first;
    }
    Kind& kind = found->second;
    kind.count += 1;
    if (kind.listed >= settings.reports_per_kind_max ||
        listed >= settings.reports_per_document_max) {
        return;
    }
    kind.listed += 1;
    report(finding);
}

void NotificationWriter::State::kinds_and_totals() {
    const std::uint64_t total = std::max(document.findings, given);
    if (total == 0) return;
    writer->start("Findings");
    writer->attribute("total", number(total));
    writer->attribute("listed", number(listed));
    for (const auto& [key, kind] : kinds) {
        const auto& [code, severity, element] = key;
        writer->start("Kind");
        writer->attribute("code", code);
        writer->attribute("severity", core::to_string(severity));
        if (!element.empty()) writer->attribute("element", element);
        writer->attribute("count", number(kind.count));
        writer->attribute("listed", number(kind.listed));
        if (kind.first_record > 0) writer->attribute("record", number(kind.first_record));
        writer->attribute("line", number(kind.first.line));
        writer->attribute("column", number(kind.first.column));
        writer->leaf("Text", core::label(code, file.language));
        const std::string advice = core::advice(code, file.language);
        if (!advice.empty()) writer->leaf("Advice", advice);
        writer->end();
    }
    // Of kinds beyond kinds_max, and beyond what the ledger keeps of a file.
    const std::uint64_t others = uncounted_kinds + (total - given);
    if (others > 0) {
        writer->start("Others");
        writer->attribute("count", number(others));
        writer->end();
    }
    writer->end();
}

void NotificationWriter::State::handling() {
    writer->start("ApplicationData");
    writer->start("Handling");
    writer->attribute("xmlns", handling_space);
    writer->attribute("document", number(document.ordinal));
    writer->attribute("environment", std::string(1, static_cast<char>(file.environment)));
    const std::string said = remark(file.environment, file.language);
    if (!said.empty()) writer->leaf("Remark", said);
    if (!document.id.empty()) writer->leaf("Id", document.id);
    writer->start("Records");
    writer->attribute("accepted", number(document.records_accepted));
    writer->attribute("rejected", number(document.records_rejected));
    writer->end();
    if (file.delivered > 0 && document.ordinal == 1) {
        writer->start("Routing");
        writer->attribute("delivered", number(file.delivered));
        writer->attribute("withheld", number(file.withheld));
        writer->end();
    }
    if (!document.cause.empty()) {
        writer->start("Cause");
        writer->attribute("code", document.cause);
        writer->text(core::label(document.cause, file.language));
        writer->end();
    }
    kinds_and_totals();
    if (!file.correction.empty() && document.records_rejected > 0) {
        writer->leaf("Correction", file.correction);
    }
    writer->end();
    writer->end();
}

void NotificationWriter::State::start_file() {
    open = true;
    drafts.push_back({{}, {}, 0, 0, document.ordinal, document.ordinal});
    append(prologue);
}

void NotificationWriter::State::append(std::string_view bytes) {
    drafts.back().bytes += bytes.size();
    text += bytes;
    if (text.size() <= (output ? written_at_once : settings.memory_bytes_max)) return;
    if (!output) {
        io::make_folders(folder);
        drafts.back().path = folder / ("noti." + number(drafts.size()));
        io::remove_file(drafts.back().path);
        output.emplace(io::OutputFile::create(drafts.back().path, settings.mode));
    }
    output->append(text);
    text.clear();
}

void NotificationWriter::State::end_file() {
    if (!open) return;
    append(epilogue);
    open = false;
    if (!output) {
        drafts.back().text = std::exchange(text, {});
        return;
    }
    output->append(text);
    text.clear();
    output.reset();
    io::crash_point("notification.written");
}

void NotificationWriter::State::put_form() {
    const bool full =
        open && (drafts.back().forms >= settings.forms_max ||
                 drafts.back().bytes + form.size() + epilogue.size() > settings.bytes_max);
    if (full) end_file();
    if (!open) start_file();
    append(form);
    drafts.back().forms += 1;
    drafts.back().last_document = document.ordinal;
}

NotificationWriter::NotificationWriter(std::filesystem::path folder, NotifiedFile file,
                                       const io::Zone& zone, NotificationSettings settings)
    : state_(std::make_unique<State>(std::move(folder), std::move(file), zone, settings)) {
    ENSURE(settings.forms_max > 0);
}

NotificationWriter::~NotificationWriter() = default;

void NotificationWriter::begin_document(const NotifiedDocument& document) {
    ENSURE(!state_->writer);
    state_->start_form(document);
}

void NotificationWriter::finding(const core::Finding& finding) {
    ENSURE(state_->writer.has_value());
    state_->count(finding);
}

void NotificationWriter::end_document() {
    ENSURE(state_->writer.has_value());
    state_->writer->end();  // HandlingResult
    state_->handling();
    state_->writer->finish();
    state_->writer.reset();
    state_->put_form();
}

std::vector<NotificationDraft> NotificationWriter::finish() {
    ENSURE(!state_->writer);
    state_->end_file();
    return std::move(state_->drafts);
}

}  // namespace outbox

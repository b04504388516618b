#include "outbox/merged_answers.hpp"

#include "xml/writer.hpp"

namespace outbox {

static constexpr std::size_t buffer_bytes = 1U << 20;

static io::OutputFile made_anew(const std::filesystem::path& draft) {
    io::remove_file(draft);
    return io::OutputFile::create(draft);
}

static void attribute(std::string& out, std::string_view name, std::string_view value) {
    out.append(" ").append(name).append("=\"");
    xml::escape_attribute(value, out);
    out += '"';
}

MergedAnswers::MergedAnswers(const std::filesystem::path& draft, const MergedFacts& facts)
    : file_(made_anew(draft)) {
    buffer_ =
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<q:Answers xmlns:q=\"urn:sluice:answers:1\"";
    attribute(buffer_, "file", facts.file);
    attribute(buffer_, "ticket", facts.ticket);
    attribute(buffer_, "environment", std::string(1, static_cast<char>(facts.environment)));
    attribute(buffer_, "at", core::to_string(facts.at));
    attribute(buffer_, "part", std::to_string(facts.part));
    attribute(buffer_, "last", facts.last ? "true" : "false");
    attribute(buffer_, "questions", std::to_string(facts.questions));
    attribute(buffer_, "expected", std::to_string(facts.expected));
    attribute(buffer_, "answered", std::to_string(facts.answered));
    buffer_ += ">\n";
}

void MergedAnswers::write_out(std::size_t from) {
    if (buffer_.size() < from) return;
    file_.append(buffer_);
    buffer_.clear();
}

void MergedAnswers::begin_question(std::string_view reference, std::int64_t record) {
    buffer_ += "<q:Question";
    attribute(buffer_, "reference", reference);
    attribute(buffer_, "record", std::to_string(record));
    buffer_ += ">\n";
}

void MergedAnswers::answer(const MergedAnswer& answer) {
    buffer_ += "<q:Answer";
    attribute(buffer_, "source", answer.source);
    attribute(buffer_, "status", answer.status);
    attribute(buffer_, "final", answer.final ? "true" : "false");
    if (answer.file.empty()) {
        buffer_ += "/>\n";
        return;
    }
    attribute(buffer_, "at", answer.at);
    attribute(buffer_, "file", answer.file);
    attribute(buffer_, "record", std::to_string(answer.record));
    buffer_ += answer.flat ? "><q:Lines>" : "><q:Content";
    if (answer.flat) {
        xml::escape_text(answer.content, buffer_);
        buffer_ += "</q:Lines></q:Answer>\n";
    } else {
        buffer_.append(answer.namespaces).append(">").append(answer.content);
        buffer_ += "</q:Content></q:Answer>\n";
    }
}

void MergedAnswers::end_question() {
    buffer_ += "</q:Question>\n";
    write_out(buffer_bytes);
}

void MergedAnswers::finish() {
    buffer_ += "</q:Answers>\n";
    write_out(0);
    file_.sync();
}

std::string reminder(const ReminderFacts& facts) {
    std::string out;
    xml::Writer writer(out);
    writer.declaration();
    writer.start("Reminder");
    writer.attribute("xmlns", "urn:sluice:reminder:1");
    writer.attribute("source", facts.source);
    writer.attribute("environment", std::string(1, static_cast<char>(facts.environment)));
    writer.attribute("at", core::to_string(facts.at));
    writer.start("Parcel");
    writer.attribute("name", facts.parcel);
    writer.attribute("questions", std::to_string(facts.questions));
    writer.attribute("open", std::to_string(facts.open));
    writer.attribute("asked", core::to_string(facts.asked));
    writer.attribute("due", core::to_string(facts.due));
    writer.attribute("until", core::to_string(facts.until));
    writer.end();
    writer.finish();
    return out;
}

}  // namespace outbox

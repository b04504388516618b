#include "pages/status_page.hpp"

#include "pages/html.hpp"
#include "pages/texts.hpp"

namespace pages {

static Text step_text(Step step) {
    switch (step) {
        case Step::engine:
            return Text::step_engine;
        case Step::mend_file:
            return Text::step_mend_file;
        case Step::mend_records:
            return Text::step_mend_records;
        case Step::operators:
            return Text::step_operator;
        case Step::done:
            return Text::step_done;
        case Step::waiting:
            return Text::step_waiting;
    }
    return Text::step_done;
}

static bool asks_sender(Step step) {
    return step == Step::mend_file || step == Step::mend_records || step == Step::waiting;
}

namespace {

class Html {
  public:
    explicit Html(const StatusPage& page) : page_(page) {}
    std::string str();

  private:
    std::string word(Text which) const { return escaped(text(which, page_.language)); }
    std::string next(const PageFile& file) const {
        return file.advice.empty() ? word(step_text(file.step)) : escaped(file.advice);
    }
    static std::string tag(const PageFile& file) {
        const char* look = asks_sender(file.step) ? "bad" : file.final ? "good" : "wait";
        return "<span class=\"tag " + std::string(look) + "\">" + escaped(file.state_word) +
               "</span>";
    }
    std::string scroll(const std::string& label) const {
        return "<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"" + label + "\">";
    }
    std::string counts(std::int64_t accepted, std::int64_t rejected) const;
    void to_do();
    void overview();
    void detail(const PageFile& file, std::size_t number);
    void cause(const Cause& cause);
    void documents(const PageFile& file);
    void rejected_rows(const PageFile& file);
    void absences();

    const StatusPage& page_;
    std::string out_;
};

std::string Html::counts(std::int64_t accepted, std::int64_t rejected) const {
    std::string textual = std::to_string(accepted) + " " + word(Text::accepted);
    if (rejected > 0)
        textual +=
            ", <strong>" + std::to_string(rejected) + " " + word(Text::rejected) + "</strong>";
    return textual;
}

void Html::to_do() {
    out_ += "<section aria-labelledby=\"todo\"><h2 id=\"todo\">" + word(Text::to_do) + "</h2>\n";
    bool any = false;
    for (std::size_t i = 0; i < page_.files.size(); ++i) {
        const PageFile& file = page_.files[i];
        if (!asks_sender(file.step)) continue;
        if (!any) out_ += "<ul class=\"todo\">\n";
        any = true;
        out_ += "<li><a class=\"mono\" href=\"#f" + std::to_string(i) + "\">" + escaped(file.name) +
                "</a>: " + next(file) + "</li>\n";
    }
    out_ += any ? "</ul>\n" : "<p>" + word(Text::nothing_to_do) + "</p>\n";
    out_ += "</section>\n";
}

void Html::overview() {
    out_ += "<section aria-labelledby=\"files\"><h2 id=\"files\">" + word(Text::files) + "</h2>\n" +
            scroll(word(Text::files)) + "<table>\n<thead><tr>";
    for (const Text head : {Text::file, Text::state, Text::received, Text::deadline,
                            Text::documents, Text::records, Text::next})
        out_ += "<th scope=\"col\">" + word(head) + "</th>";
    out_ += "</tr></thead>\n<tbody>\n";
    for (std::size_t i = 0; i < page_.files.size(); ++i) {
        const PageFile& file = page_.files[i];
        out_ += "<tr><th scope=\"row\"><a class=\"mono\" href=\"#f" + std::to_string(i) + "\">" +
                escaped(file.name) + "</a></th><td>" + tag(file) + "</td><td class=\"day\">" +
                escaped(file.received) + "</td><td class=\"day\">" + escaped(file.deadline) +
                "</td><td>" + counts(file.documents_accepted, file.documents_rejected) +
                "</td><td>" + counts(file.records_accepted, file.records_rejected) + "</td><td>" +
                next(file) + "</td></tr>\n";
    }
    out_ += "</tbody>\n</table></div>\n";
    if (page_.files_left_out > 0)
        out_ += "<p>" + std::to_string(page_.files_left_out) + " " + word(Text::more) + "</p>\n";
    out_ += "</section>\n";
}

void Html::cause(const Cause& cause) {
    out_ += "<h4><code>" + escaped(cause.code) + "</code> " + escaped(cause.meaning) + " &times; " +
            std::to_string(cause.count) + " <span class=\"muted\">(" + word(Text::severity) + " " +
            escaped(cause.severity) + ")</span></h4>\n";
    if (!cause.advice.empty())
        out_ += "<p><strong>" + word(Text::what_to_correct) + ":</strong> " +
                escaped(cause.advice) + "</p>\n";
    if (cause.examples.empty()) return;
    out_ += scroll(word(Text::examples)) + "<table>\n<caption>" + word(Text::examples) +
            "</caption>\n<thead><tr>";
    for (const Text head : {Text::document, Text::line, Text::place, Text::value})
        out_ += std::string("<th scope=\"col\"") + (head == Text::line ? " class=\"n\">" : ">") +
                word(head) + "</th>";
    out_ += "</tr></thead>\n<tbody>\n";
    for (const Example& one : cause.examples)
        out_ += "<tr><td>" +
                escaped(one.document_id.empty() ? std::to_string(one.document) : one.document_id) +
                "</td><td class=\"n\">" + std::to_string(one.line) + "</td><td><code>" +
                escaped(one.path) + "</code></td><td><code>" + escaped(one.value) +
                "</code></td></tr>\n";
    out_ += "</tbody>\n</table></div>\n";
}

void Html::documents(const PageFile& file) {
    out_ += "<h4>" + word(Text::rejected_documents) + "</h4>\n";
    if (!file.rejected.empty()) rejected_rows(file);
    if (file.rejected_left_out > 0)
        out_ += "<p>" + std::to_string(file.rejected_left_out) + " " + word(Text::more) + "</p>\n";
}

void Html::rejected_rows(const PageFile& file) {
    out_ += scroll(word(Text::rejected_documents)) + "<table>\n<thead><tr><th scope=\"col\">" +
            word(Text::document) + "</th><th scope=\"col\" class=\"n\">" + word(Text::records) +
            "</th><th scope=\"col\" class=\"n\">" + word(Text::rejected) +
            "</th></tr></thead>\n<tbody>\n";
    for (const RejectedDocument& one : file.rejected)
        out_ += "<tr><td>" + escaped(one.id.empty() ? std::to_string(one.ordinal) : one.id) +
                "</td><td class=\"n\">" + std::to_string(one.records) + "</td><td class=\"n\">" +
                std::to_string(one.rejected) + "</td></tr>\n";
    out_ += "</tbody>\n</table></div>\n";
}

void Html::detail(const PageFile& file, std::size_t number) {
    out_ += "<article><h3 class=\"mono\" id=\"f" + std::to_string(number) + "\" tabindex=\"-1\">" +
            escaped(file.name) + "</h3>\n<p>" + tag(file) + " " + next(file) + "</p>\n<p>" +
            word(Text::received) + " " + escaped(file.received);
    if (!file.deadline.empty())
        out_ += " &middot; " + word(Text::deadline) + " " + escaped(file.deadline);
    if (!file.finished.empty())
        out_ += " &middot; " + word(Text::finished) + " " + escaped(file.finished);
    out_ += "</p>\n";
    if (!file.causes.empty()) {
        out_ += "<p><strong>" + word(Text::findings) + "</strong></p>\n";
        for (const Cause& one : file.causes) cause(one);
    }
    if (!file.rejected.empty() || file.rejected_left_out > 0) documents(file);
    if (!file.answers.empty()) {
        out_ += "<p>" + word(Text::receipts) + ":";
        for (const std::string& name : file.answers) out_ += " <code>" + escaped(name) + "</code>";
        out_ += "</p>\n";
    }
    out_ += "</article>\n";
}

void Html::absences() {
    if (page_.absences.empty()) return;
    out_ += "<section aria-labelledby=\"absent\"><h2 id=\"absent\">" + word(Text::absences) +
            "</h2>\n<ul>\n";
    for (const Absence& one : page_.absences)
        out_ += "<li>" + word(Text::from) + " " + escaped(one.from) + " " + word(Text::until) +
                " " + (one.until.empty() ? word(Text::unknown_end) : escaped(one.until)) + " (" +
                escaped(one.who) + ", " + word(one.planned ? Text::planned : Text::unplanned) +
                ")" + (one.text.empty() ? "" : ": " + escaped(one.text)) + "</li>\n";
    out_ += "</ul></section>\n";
}

std::string Html::str() {
    const std::string title = std::string(text(Text::title, page_.language)) + " – " +
                              page_.sender + " " + page_.sender_name;
    out_ = "<a class=\"skip\" href=\"#files\">" + word(Text::skip) + "</a>\n<header><h1>" +
           escaped(title) + "</h1>\n<p class=\"muted\">" + word(Text::made_at) + " " +
           escaped(page_.made) + " &middot; " + escaped(page_.installation) + "</p>\n";
    if (page_.environment == 'T') out_ += "<p class=\"todo\">" + word(Text::rehearsal) + "</p>\n";
    if (page_.environment == 'S') out_ += "<p class=\"todo\">" + word(Text::acceptance) + "</p>\n";
    out_ += "</header>\n<main>\n";
    to_do();
    overview();
    for (std::size_t i = 0; i < page_.files.size(); ++i) detail(page_.files[i], i);
    absences();
    return pages::page(title, core::to_string(page_.language), out_ + "</main>\n");
}

// ---- for programs ----

std::string attribute(const char* name, const std::string& value) {
    return value.empty() ? "" : " " + std::string(name) + "=\"" + escaped(value) + "\"";
}

std::string attribute(const char* name, std::int64_t value) {
    return " " + std::string(name) + "=\"" + std::to_string(value) + "\"";
}

std::string_view step_name(Step step) {
    switch (step) {
        case Step::mend_file:
        case Step::mend_records:
        case Step::waiting:
            return "sender";
        case Step::operators:
            return "operator";
        case Step::engine:
            return "engine";
        case Step::done:
            return "none";
    }
    return "";
}

std::string field(const std::string& value) {
    if (value.find_first_of(",\"\r\n") == std::string::npos) return value;
    std::string quoted = "\"";
    for (const char c : value) {
        if (c == '"') quoted += '"';
        quoted += c;
    }
    return quoted + '"';
}

void xml_of(const PageFile& file, core::Language language, std::string& out) {
    out += "  <file" + attribute("name", file.name) + attribute("state", file.state) +
           attribute("final", std::string(file.final ? "true" : "false")) +
           attribute("actor", std::string(step_name(file.step))) +
           attribute("ticket", file.ticket) + attribute("received", file.received_at) +
           attribute("deadline", file.deadline_at) + attribute("finished", file.finished_at) +
           ">\n";
    out += "    <action>" +
           escaped(file.advice.empty() ? text(step_text(file.step), language)
                                       : std::string_view(file.advice)) +
           "</action>\n";
    out += "    <documents" + attribute("total", file.documents) +
           attribute("accepted", file.documents_accepted) +
           attribute("rejected", file.documents_rejected) + "/>\n    <records" +
           attribute("total", file.records) + attribute("accepted", file.records_accepted) +
           attribute("rejected", file.records_rejected) + "/>\n";
    for (const Cause& cause : file.causes) {
        out += "    <cause" + attribute("code", cause.code) +
               attribute("severity", cause.severity) + attribute("count", cause.count) +
               ">\n      <meaning>" + escaped(cause.meaning) + "</meaning>\n";
        if (!cause.advice.empty()) out += "      <advice>" + escaped(cause.advice) + "</advice>\n";
        for (const Example& one : cause.examples)
            out += "      <example" +
                   attribute("document", static_cast<std::int64_t>(one.document)) +
                   attribute("documentId", one.document_id) +
                   attribute("record", static_cast<std::int64_t>(one.record)) +
                   attribute("line", static_cast<std::int64_t>(one.line)) +
                   attribute("column", static_cast<std::int64_t>(one.column)) +
                   attribute("path", one.path) + attribute("value", one.value) + "/>\n";
        out += "    </cause>\n";
    }
    for (const RejectedDocument& one : file.rejected)
        out += "    <rejected" + attribute("document", static_cast<std::int64_t>(one.ordinal)) +
               attribute("documentId", one.id) +
               attribute("records", static_cast<std::int64_t>(one.records)) +
               attribute("rejected", static_cast<std::int64_t>(one.rejected)) + "/>\n";
    for (const std::string& name : file.answers)
        out += "    <answer" + attribute("name", name) + "/>\n";
    out += "  </file>\n";
}

}  // namespace

std::string html_of(const StatusPage& page) {
    return Html(page).str();
}

std::string xml_of(const StatusPage& page) {
    std::string out =
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<status "
        "xmlns=\"urn:sluice:status-page:1\"" +
        attribute("installation", page.installation) + attribute("sender", page.sender) +
        attribute("environment", std::string(1, page.environment)) +
        attribute("language", std::string(core::to_string(page.language))) +
        attribute("at", page.made_at) + attribute("journalIndex", page.journal_index) + ">\n";
    for (const PageFile& file : page.files) xml_of(file, page.language, out);
    for (const Absence& one : page.absences)
        out += "  <unavailable" + attribute("who", one.who) + attribute("from", one.from_at) +
               attribute("to", one.until_at) +
               attribute("planned", std::string(one.planned ? "true" : "false")) + ">" +
               escaped(one.text) + "</unavailable>\n";
    return out + "</status>\n";
}

std::string csv_of(const StatusPage& page) {
    std::string out =
        "kind,file,state,final,actor,received_at,deadline_at,finished_at,documents,"
        "documents_rejected,records,records_accepted,records_rejected,code,severity,count,document,"
        "document_id,record,line,path,value\n";
    for (const PageFile& file : page.files) {
        const std::string name = field(file.name);
        out += "file," + name + "," + file.state + "," + (file.final ? "true" : "false") + "," +
               std::string(step_name(file.step)) + "," + file.received_at + "," + file.deadline_at +
               "," + file.finished_at + "," + std::to_string(file.documents) + "," +
               std::to_string(file.documents_rejected) + "," + std::to_string(file.records) + "," +
               std::to_string(file.records_accepted) + "," + std::to_string(file.records_rejected) +
               ",,,,,,,,,\n";
        for (const Cause& cause : file.causes) {
            out += "cause," + name + ",,,,,,,,,,,," + cause.code + "," + cause.severity + "," +
                   std::to_string(cause.count) + ",,,,,,\n";
            for (const Example& one : cause.examples)
                out += "example," + name + ",,,,,,,,,,,," + cause.code + "," + cause.severity +
                       ",," + std::to_string(one.document) + "," + field(one.document_id) + "," +
                       std::to_string(one.record) + "," + std::to_string(one.line) + "," +
                       field(one.path) + "," + field(one.value) + "\n";
        }
        for (const RejectedDocument& one : file.rejected)
            out += "document," + name + ",,,,,,,,," + std::to_string(one.records) + ",," +
                   std::to_string(one.rejected) + ",,,," + std::to_string(one.ordinal) + "," +
                   field(one.id) + ",,,,\n";
    }
    return out;
}

}  // namespace pages

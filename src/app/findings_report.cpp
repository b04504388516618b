#include "app/findings_report.hpp"

#include <array>

#include "app/json.hpp"
#include "app/terminal.hpp"
#include "core/code_table.hpp"
#include "pages/html.hpp"

namespace app {

const std::vector<std::string>& checks_skipped() {
    static const std::vector<std::string> names{"channel", "duplicates", "mandates", "directory"};
    return names;
}

// ---- for people ----

void TextFindings::finding(const std::string& file, const core::Finding& f) {
    out_ << plain(file) << ':' << f.place.line << ':' << f.place.column << ": "
         << core::to_string(f.severity) << ' ' << f.code << ' ' << core::sentence(f, language_);
    if (!f.value.empty()) out_ << " [" << plain(f.value) << ']';
    if (!f.path.empty()) out_ << "\n    " << f.path;
    if (f.record != 0) out_ << " (document " << f.document << ", record " << f.record << ')';
    out_ << '\n';
}

void TextFindings::summary(const Rehearsed& sums, double) {
    out_ << counted(sums.files, "file", "files") << ", "
         << counted(sums.documents, "document", "documents") << ", "
         << counted(sums.records, "record", "records") << ": " << sums.accepted << " accepted, "
         << sums.rejected << " rejected, " << counted(sums.findings, "finding", "findings")
         << " (not checked here: channel, duplicates, mandates, directory)\n";
}

// ---- for programs ----

void JsonFindings::finding(const std::string& file, const core::Finding& f) {
    out_ << JsonObject()
                .text("code", f.code)
                .text("severity", core::to_string(f.severity))
                .number("line", static_cast<std::int64_t>(f.place.line))
                .number("column", static_cast<std::int64_t>(f.place.column))
                .number("offset", static_cast<std::int64_t>(f.place.offset))
                .number("document", static_cast<std::int64_t>(f.document))
                .number("record", static_cast<std::int64_t>(f.record))
                .text("path", f.path)
                .text("element", f.element)
                .text("value", f.value)
                .text("message", core::sentence(f, language_))
                .text("file", file)
                .number("part", f.part)
                .text("document_id", f.document_id)
                .str()
         << '\n';
}

void JsonFindings::summary(const Rehearsed& sums, double seconds) {
    out_ << JsonObject()
                .boolean("summary", true)
                .number("files", sums.files)
                .number("documents", sums.documents)
                .number("records", sums.records)
                .number("accepted", sums.accepted)
                .number("rejected", sums.rejected)
                .number("findings", sums.findings)
                .texts("skipped", checks_skipped())
                .decimal("seconds", seconds)
                .str()
         << '\n';
}

// ---- a page ----

namespace {

// In the order of core::languages.
struct PageWords {
    core::Texts title, good, bad, skipped, cause, count, where, value, todo, more, file, totals;
};

const PageWords& page_words() {
    static const PageWords words{
        {"Result of the check", "R\u00e9sultat du contr\u00f4le", "Resultaat van de controle",
         "Ergebnis der Pr\u00fcfung"},
        {"Nothing would be rejected.", "Rien ne serait rejet\u00e9.",
         "Er zou niets geweigerd worden.", "Es w\u00fcrde nichts abgelehnt."},
        {"Something would be rejected.", "Quelque chose serait rejet\u00e9.",
         "Er zou iets geweigerd worden.", "Es w\u00fcrde etwas abgelehnt."},
        {"Only the platform can check:", "Seule la plateforme peut contr\u00f4ler :",
         "Alleen het platform kan controleren:", "Nur die Plattform kann pr\u00fcfen:"},
        {"Cause", "Cause", "Oorzaak", "Ursache"},
        {"Count", "Nombre", "Aantal", "Anzahl"},
        {"Where", "O\u00f9", "Waar", "Wo"},
        {"Value", "Valeur", "Waarde", "Wert"},
        {"What to do", "Que faire", "Wat te doen", "Was zu tun ist"},
        {"{0} more", "{0} de plus", "nog {0}", "{0} weitere"},
        {"File", "Fichier", "Bestand", "Datei"},
        // In an order in which one and many read the same.
        {"Files: {0}, documents: {1}, records: {2} (accepted: {3}, rejected: {4}), findings: {5}",
         "Fichiers : {0}, documents : {1}, enregistrements : {2} (accept\u00e9s : {3}, "
         "rejet\u00e9s : {4}), anomalies : {5}",
         "Bestanden: {0}, documenten: {1}, records: {2} (aanvaard: {3}, geweigerd: {4}), "
         "anomalie\u00ebn: {5}",
         "Dateien: {0}, Dokumente: {1}, Datens\u00e4tze: {2} (angenommen: {3}, abgelehnt: {4}), "
         "Befunde: {5}"}};
    return words;
}

std::string_view in(const core::Texts& texts, core::Language language) {
    return texts.at(static_cast<std::size_t>(language));
}

constexpr std::string_view style =
    ":root{color-scheme:light dark}body{font:16px/1.5 system-ui,sans-serif;margin:2rem auto;"
    "max-width:70rem;padding:0 1rem}h1{font-size:1.6rem}h2{font-size:1.1rem;margin:2rem 0 .3rem}"
    ".verdict{padding:.6rem 1rem;border-left:.4rem solid}.good{border-color:#19733c}"
    ".bad{border-color:#b3261e}table{border-collapse:collapse;width:100%}th,td{text-align:left;"
    "padding:.3rem .8rem .3rem 0;border-bottom:1px solid #8888;vertical-align:top}"
    "td.n{white-space:nowrap}code{overflow-wrap:anywhere}"
    "@media print{body{margin:0;max-width:none}h2{break-after:avoid}tr{break-inside:avoid}}";

}  // namespace

void HtmlFindings::finding(const std::string& file, const core::Finding& f) {
    const auto key = std::pair{f.code, f.element};
    if (causes_.size() >= causes_max && causes_.find(key) == causes_.end()) {
        ++further_;
        return;
    }
    Cause& cause = causes_[key];
    ++cause.count;
    if (cause.examples.size() < examples_max) cause.examples.emplace_back(file, f);
}

void HtmlFindings::cause(const std::string& title, const Cause& cause) {
    const PageWords& words = page_words();
    const core::Finding& first = cause.examples.front().second;
    out_ << "<h2>" << title << "</h2>\n<p>" << pages::escaped(core::sentence(first, language_));
    const std::string todo = core::advice(first.code, language_);
    if (!todo.empty())
        out_ << "<br><strong>" << in(words.todo, language_) << ":</strong> "
             << pages::escaped(todo);
    out_ << "</p>\n<table><thead><tr><th scope=\"col\">" << in(words.file, language_)
         << "</th><th scope=\"col\">" << in(words.where, language_) << "</th><th scope=\"col\">"
         << in(words.value, language_) << "</th></tr></thead><tbody>\n";
    for (const auto& [file, f] : cause.examples)
        out_ << "<tr><td class=\"n\">" << pages::escaped(file) << ':' << f.place.line << ':'
             << f.place.column << "</td><td><code>" << pages::escaped(f.path)
             << "</code></td><td><code>" << pages::escaped(f.value) << "</code></td></tr>\n";
    out_ << "</tbody></table>\n";
    const std::int64_t left = cause.count - static_cast<std::int64_t>(cause.examples.size());
    const std::array<std::string, 1> count{std::to_string(left)};
    if (left > 0) out_ << "<p>" << core::fill(in(words.more, language_), count) << "</p>\n";
}

void HtmlFindings::summary(const Rehearsed& sums, double) {
    const PageWords& words = page_words();
    const std::array<std::string, 6> totals{
        std::to_string(sums.files),    std::to_string(sums.documents),
        std::to_string(sums.records),  std::to_string(sums.accepted),
        std::to_string(sums.rejected), std::to_string(sums.findings)};
    out_ << "<!DOCTYPE html>\n<html lang=\"" << core::to_string(language_)
         << "\">\n<head><meta charset=\"utf-8\"><meta name=\"viewport\" "
            "content=\"width=device-width\"><title>"
         << in(words.title, language_) << "</title><style>" << style << "</style></head>\n<body>\n"
         << "<main>\n<h1>" << in(words.title, language_) << "</h1>\n<p class=\"verdict "
         << (sums.clean() ? "good" : "bad") << "\"><strong>"
         << in(sums.clean() ? words.good : words.bad, language_) << "</strong><br>"
         << core::fill(in(words.totals, language_), totals) << "</p>\n";
    for (const auto& [key, one] : causes_)
        cause(std::to_string(one.count) + " \u00d7 " + pages::escaped(key.first) +
                  (key.second.empty() ? std::string() : " " + pages::escaped(key.second)),
              one);
    const std::array<std::string, 1> further{std::to_string(further_)};
    if (further_ > 0) out_ << "<p>" << core::fill(in(words.more, language_), further) << "</p>\n";
    out_ << "<p>" << in(words.skipped, language_);
    for (std::size_t i = 0; i < checks_skipped().size(); ++i)
        out_ << (i == 0 ? " " : ", ") << checks_skipped()[i];
    out_ << ".</p>\n</main>\n</body>\n</html>\n";
}

}  // namespace app

#include "pages/html.hpp"

#include "pages/chart.hpp"

namespace pages {

std::string escaped(std::string_view text) {
    std::string out;
    out.reserve(text.size());
    for (const char c : text) {
        const auto byte = static_cast<unsigned char>(c);
        switch (c) {
            case '&':
                out += "&amp;";
                break;
            case '<':
                out += "&lt;";
                break;
            case '>':
                out += "&gt;";
                break;
            case '"':
                out += "&quot;";
                break;
            default:
                if (byte < 0x20 && c != '\n' && c != '\t')
                    out += "\xEF\xBF\xBD";
                else
                    out += c;
        }
    }
    return out;
}

// Contrast of every pair is at least 4.5 to 1 (WCAG AA); colour is never the only sign.
static constexpr std::string_view style = R"css(
:root{color-scheme:light}
*{box-sizing:border-box}
body{font:16px/1.5 "Liberation Sans",Arial,Helvetica,sans-serif;color:#1b1b1b;background:#fff;
margin:0 auto;
max-width:72rem;padding:1rem 1.25rem 3rem}
h1{font-size:1.6rem;line-height:1.25;margin:.5rem 0}
h2{font-size:1.2rem;margin:2rem 0 .5rem;border-bottom:2px solid #1f4e79;padding-bottom:.2rem}
h3{font-size:1rem;margin:1.25rem 0 .35rem}
p{margin:.4rem 0;max-width:48rem}
a{color:#0b4f8a}
a:focus-visible,summary:focus-visible,[tabindex]:focus-visible{outline:3px solid #b35900;
outline-offset:2px}
.skip{position:absolute;left:-999rem}
.skip:focus{position:static}
.muted{color:#4d4d4d}
.day,th .mono,td.n{white-space:nowrap}
.scroll{overflow-x:auto}
table{border-collapse:collapse;margin:.5rem 0 1rem;font-variant-numeric:tabular-nums}
caption{text-align:left;font-weight:bold;padding:.25rem 0}
th,td{text-align:left;vertical-align:top;padding:.3rem .7rem .3rem 0;
border-bottom:1px solid #c8c8c8}
thead th{border-bottom:2px solid #6b6b6b}
th.n,td.n{text-align:right}
code,.mono{font-family:"Liberation Mono",Consolas,monospace;font-size:.92em;
overflow-wrap:anywhere}
.cards{display:flex;flex-wrap:wrap;gap:.75rem;margin:1rem 0;padding:0;list-style:none}
.cards li{border:1px solid #8a8a8a;border-radius:.4rem;padding:.5rem .9rem;min-width:9rem}
.cards b{display:block;font-size:1.35rem;font-variant-numeric:tabular-nums}
.tag{display:inline-block;border:1px solid;border-radius:.25rem;padding:0 .4rem;font-size:.9em;
white-space:nowrap}
.good{color:#155c2e}.bad{color:#9c1c1c}.wait{color:#7a4a00}
h4{font-size:1rem;margin:1rem 0 .3rem}article{border-top:1px solid #c8c8c8;margin-top:1.5rem;
overflow-wrap:anywhere}ul.todo{list-style:none}
.todo{border-left:.35rem solid #b35900;background:#fff6e8;padding:.5rem .9rem;margin:.75rem 0;
overflow-wrap:anywhere}
svg{max-width:100%;height:auto}
@media print{body{font-size:10pt;max-width:none;padding:0}h2{break-after:avoid}
tr,figure,.cards li{break-inside:avoid}
thead{display:table-header-group}.skip{display:none}.scroll{overflow:visible}a{color:inherit;
text-decoration:none}}
)css";

std::string page(std::string_view title, std::string_view language, std::string_view body) {
    std::string out = "<!DOCTYPE html>\n<html lang=\"";
    out += language;
    out +=
        "\">\n<head>\n<meta charset=\"utf-8\">\n"
        "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
        "<title>";
    out += escaped(title);
    out += "</title>\n<style>";
    out += style;
    out += "</style>\n</head>\n<body>\n";
    out += body;
    return out + "</body>\n</html>\n";
}

std::string html_table(const Table& table) {
    std::string out = "<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"" +
                      escaped(table.title) + "\">\n<table>\n<thead><tr>";
    const auto numeric = [&](std::size_t column) {
        for (const auto& row : table.rows)
            if (row[column].kind != Value::Kind::unknown) return row[column].right();
        return false;
    };
    for (std::size_t i = 0; i < table.columns.size(); ++i)
        out += std::string(numeric(i) ? "<th scope=\"col\" class=\"n\">" : "<th scope=\"col\">") +
               escaped(table.columns[i].heading) + "</th>";
    out += "</tr></thead>\n<tbody>\n";
    for (const auto& row : table.rows) {
        out += "<tr>";
        for (std::size_t i = 0; i < row.size(); ++i)
            out += std::string(numeric(i) ? "<td class=\"n\">" : "<td>") +
                   escaped(row[i].for_people()) + "</td>";
        out += "</tr>\n";
    }
    return out + "</tbody>\n</table>\n</div>\n";
}

std::string html_of(const Sheet& sheet, std::string_view made_at) {
    std::string body = "<main>\n<h1>" + escaped(sheet.title) + "</h1>\n<p class=\"muted\">";
    if (!sheet.period.empty()) body += escaped(sheet.period) + " &middot; ";
    body += escaped(made_at) + "</p>\n";
    if (!sheet.figures.empty()) {
        body += "<ul class=\"cards\">\n";
        for (const Figure& figure : sheet.figures)
            body += "<li><b>" + escaped(figure.value.for_people()) + "</b>" +
                    escaped(figure.label) + "</li>\n";
        body += "</ul>\n";
    }
    for (const Table& table : sheet.tables)
        if (!table.rows.empty())
            body += "<h2>" + escaped(table.title) + "</h2>\n" + svg_of(table) + html_table(table);
    for (const std::string& note : sheet.notes) body += "<p>" + escaped(note) + "</p>\n";
    return page(sheet.title, "en", body + "</main>\n");
}

}  // namespace pages

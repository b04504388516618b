#include "pages/ical.hpp"

#include "core/instant.hpp"
#include "pages/texts.hpp"

namespace pages {

// 2026-12-05T19:00:00.000Z as 20261205T190000Z.
static std::string stamp(std::string_view instant) {
    std::string out;
    for (const char c : instant.substr(0, 19))
        if (c != '-' && c != ':') out += c;
    return out + "Z";
}

static std::string escaped_text(std::string_view text) {
    std::string out;
    for (const char c : text) {
        if (c == '\\' || c == ';' || c == ',') out += '\\';
        if (c == '\n')
            out += "\\n";
        else if (static_cast<unsigned char>(c) >= 0x20)
            out += c;
    }
    return out;
}

// Lines are folded at 75 bytes, never inside a character.
static void line(std::string& out, const std::string& text) {
    std::size_t width = 0;
    for (std::size_t at = 0; at < text.size();) {
        std::size_t length = 1;
        while (at + length < text.size() &&
               (static_cast<unsigned char>(text[at + length]) & 0xC0U) == 0x80U)
            ++length;
        if (width + length > 74) {
            out += "\r\n ";
            width = 1;
        }
        out += text.substr(at, length);
        width += length;
        at += length;
    }
    out += "\r\n";
}

std::string ics_of(std::string_view installation, std::string_view made_at,
                   const std::vector<Absence>& absences, core::Language language) {
    std::string out;
    line(out, "BEGIN:VCALENDAR");
    line(out, "VERSION:2.0");
    line(out, "PRODID:-//" + escaped_text(installation) + "//Sluice//EN");
    for (const Absence& one : absences) {
        std::string end = one.until_at;
        if (const auto from = core::parse_instant(one.from_at); end.empty() && from)
            end = core::to_string(core::Instant{from->microseconds + 3'600'000'000});
        const Text kind = one.planned ? Text::planned : Text::unplanned;
        line(out, "BEGIN:VEVENT");
        line(out, "UID:" + stamp(one.from_at) + "-" + escaped_text(one.who) + "@" +
                      escaped_text(installation));
        line(out, "DTSTAMP:" + stamp(made_at));
        line(out, "DTSTART:" + stamp(one.from_at));
        line(out, "DTEND:" + stamp(end));
        line(out, "SUMMARY:" + escaped_text(one.who) + ": " +
                      std::string(text(Text::absences, language)) + " (" +
                      std::string(text(kind, language)) + ")");
        std::string description = escaped_text(one.text);
        if (one.until_at.empty())
            description += (description.empty() ? "" : ". ") +
                           std::string(text(Text::until, language)) + ": " +
                           std::string(text(Text::unknown_end, language));
        if (!description.empty()) line(out, "DESCRIPTION:" + description);
        line(out, "END:VEVENT");
    }
    line(out, "END:VCALENDAR");
    return out;
}

}  // namespace pages

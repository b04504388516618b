#include "outbox/daily_list.hpp"

#include "core/code_table.hpp"
#include "xml/writer.hpp"

namespace outbox {

static constexpr std::string_view space = "urn:sluice:daily-list:1";

std::string state_text(const std::string& state, core::Language language) {
    for (const core::Word word : core::words()) {
        if (word > core::Word::quarantined) break;
        const bool same = core::word(word, core::Language::en) == state ||
                          (state == "processing" && word == core::Word::processing) ||
                          (state == "quarantined" && word == core::Word::quarantined);
        if (same) return std::string(core::word(word, language));
    }
    return state;
}

static void write_file(xml::Writer& writer, const DailyFile& file, core::Language language) {
    writer.start("File");
    writer.attribute("name", file.name);
    writer.attribute("state", file.state);
    writer.attribute("receivedAt", core::to_string(file.received_at));
    writer.attribute("bytes", std::to_string(file.bytes));
    if (!file.digest.empty()) writer.attribute("sha256", file.digest);
    if (!file.ticket.empty()) writer.attribute("ticket", file.ticket);
    if (file.duplicate) writer.attribute("duplicate", "true");
    writer.leaf("Text", state_text(file.state, language));
    for (const std::string& code : file.codes) {
        writer.start("Code");
        writer.attribute("id", code);
        writer.text(core::label(code, language));
        writer.end();
    }
    writer.end();
}

std::string daily_list(const DailyFacts& facts) {
    std::string out;
    xml::Writer writer(out);
    writer.declaration();
    writer.start("DailyList");
    writer.attribute("xmlns", space);
    writer.attribute("sender", facts.sender);
    writer.attribute("day", core::to_string(facts.day));
    writer.attribute("environment", std::string(1, static_cast<char>(facts.environment)));
    writer.attribute("at", core::to_string(facts.at));
    writer.attribute("files", std::to_string(facts.files.size() + facts.unlisted));
    if (facts.unlisted > 0) writer.attribute("unlisted", std::to_string(facts.unlisted));
    for (const DailyFile& file : facts.files) write_file(writer, file, facts.language);
    for (const DailyWaiting& one : facts.waiting) {
        writer.start("Waiting");
        writer.attribute("name", one.name);
        writer.attribute("complete", one.complete ? "true" : "false");
        writer.attribute("since", core::to_string(one.since));
        writer.end();
    }
    for (const DailyGap& gap : facts.gaps) {
        writer.start("Missing");
        writer.attribute("first", std::to_string(gap.first));
        writer.attribute("last", std::to_string(gap.last));
        writer.end();
    }
    writer.finish();
    return out;
}

}  // namespace outbox

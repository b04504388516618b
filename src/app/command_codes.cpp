// sluice codes: the table of all codes, or one of them explained.
#include <iostream>

#include "app/command_list.hpp"
#include "app/json.hpp"
#include "app/terminal.hpp"
#include "core/code_table.hpp"
#include "core/fault.hpp"

namespace app {

static core::Language language_of(const Arguments& arguments) {
    const std::string text = arguments.get("language", "en");
    const auto language = core::parse_language(text);
    if (!language)
        throw core::Fault(core::FaultKind::usage, "read the option", "--language",
                          "'" + text + "' is not en, fr, nl or de", "see: sluice help codes");
    return *language;
}

static std::string json_of(const core::Code& code, core::Language language) {
    return JsonObject()
        .text("code", code.id())
        .text("name", code.name)
        .text("level", core::to_string(code.level))
        .text("severity", core::to_string(code.severity))
        .boolean("final", code.final)
        .boolean("retryable", code.retryable)
        .text("actor", core::to_string(code.actor))
        .text("text", code.text[core::index_of(language)])
        .text("advice", code.advice[core::index_of(language)])
        .str();
}

static void explain(const core::Code& code, core::Language language) {
    std::cout << coloured(code.id(), Colour::bold) << "  " << code.name << "\n\n"
              << code.text[core::index_of(language)] << ".\n"
              << code.advice[core::index_of(language)] << "\n\n"
              << "severity " << core::to_string(code.severity) << "; "
              << core::to_string(code.actor) << " acts next; "
              << (code.final ? "final" : "not final") << "; "
              << (code.retryable ? "the same bytes may pass another time"
                                 : "the same bytes never pass")
              << '\n';
}

static int run_codes(const Arguments& arguments) {
    const core::Language language = language_of(arguments);
    if (!arguments.operands().empty()) {
        const core::Code* code = core::find_code(arguments.operand(0));
        if (code == nullptr)
            throw core::Fault(core::FaultKind::usage, "find the code", arguments.operand(0),
                              "the table has none like it", "see: sluice codes");
        if (arguments.has("json"))
            std::cout << json_of(*code, language) << '\n';
        else
            explain(*code, language);
        return 0;
    }
    TextTable table;
    for (const core::Code& code : core::code_table()) {
        if (arguments.has("json")) {
            std::cout << json_of(code, language) << '\n';
            continue;
        }
        table.row({{code.id(), Colour::bold},
                   {std::string(core::to_string(code.severity))},
                   {std::string(code.name)},
                   {std::string(code.text[core::index_of(language)])}});
    }
    std::cout << table.str();
    return 0;
}

static constexpr Option options[] = {
    {"language", "L", "en (default), fr, nl or de"},
    {"json", "", "one JSON object a code"},
};

const Command codes_command{
    "codes",
    "[CODE]",
    "list the codes of answers, or explain one",
    "Every code that an answer can carry: of the channel (ACRF-133: a file or a document as a\n"
    "whole) and of a field (-004: a place in the data; zzzzz-004 with the zone of the element).\n"
    "CODE may be written in any of these ways, as three digits, or as its name.",
    "sluice codes ACRF-133 --language fr",
    options,
    0,
    1,
    run_codes};

}  // namespace app

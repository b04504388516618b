// sluice key list: which keys sign and signed, and the algorithms in use.
#include <iostream>

#include "app/command_list.hpp"
#include "app/home.hpp"
#include "app/json.hpp"
#include "app/terminal.hpp"
#include "io/file.hpp"
#include "seal/key_roll.hpp"

namespace app {

namespace {

struct Use {
    const char *algorithm, *use;
};
// What is computed without a key that rolls.
constexpr Use always[] = {
    {"SHA-256", "digests of files, parcels, entries; the tree of the journal (RFC 6962)"},
    {"HMAC-SHA-256", "pseudonyms of persons"},
};

const char* use_of(seal::KeyKind kind) {
    return kind == seal::KeyKind::signer ? "CMS signatures (CAdES) of everything that goes out"
                                         : "checkpoints of the journal (C2SP signed notes)";
}

std::string optional_text(const std::optional<core::Instant>& at) {
    return at ? core::to_string(*at) : std::string();
}

void print_json(const std::vector<seal::KeyRecord>& keys) {
    for (const seal::KeyRecord& key : keys)
        std::cout << JsonObject()
                         .text("kind", to_string(key.kind))
                         .text("id", key.id)
                         .text("state", to_string(key.state))
                         .text("algorithm", key.algorithm)
                         .text("use", use_of(key.kind))
                         .text_or_null("from", key.state == seal::KeyState::next
                                                   ? std::string()
                                                   : core::to_string(key.from))
                         .text_or_null("to", optional_text(key.to))
                         .text_or_null("not_after", optional_text(key.not_after))
                         .str()
                  << '\n';
    for (const Use& one : always)
        std::cout << JsonObject()
                         .text("kind", "none")
                         .text("id", "")
                         .text("state", "active")
                         .text("algorithm", one.algorithm)
                         .text("use", one.use)
                         .null("from")
                         .null("to")
                         .null("not_after")
                         .str()
                  << '\n';
}

void print_table(const std::vector<seal::KeyRecord>& keys) {
    TextTable table;
    std::vector<TextTable::Cell> head;
    for (const char* name : {"KIND", "STATE", "ALGORITHM", "FROM", "TO", "CERTIFICATE ENDS", "ID"})
        head.push_back({name, Colour::bold});
    table.row(std::move(head));
    for (const seal::KeyRecord& key : keys)
        table.row({{std::string(to_string(key.kind))},
                   {std::string(to_string(key.state)),
                    key.state == seal::KeyState::active    ? Colour::green
                    : key.state == seal::KeyState::retired ? Colour::red
                                                           : Colour::none},
                   {key.algorithm},
                   {key.state == seal::KeyState::next ? "" : core::to_string(key.from)},
                   {optional_text(key.to)},
                   {optional_text(key.not_after)},
                   {key.id}});
    std::cout << table.str() << '\n';
    for (const Use& one : always) std::cout << one.algorithm << ": " << one.use << '\n';
}

}  // namespace

static int run_key_list(const Arguments& arguments) {
    Home home(arguments);
    home.keys();  // finishes a roll that was cut short, and checks who can read them
    const auto keys = seal::list_keys(home.keys_folder());
    if (arguments.has("json"))
        print_json(keys);
    else
        print_table(keys);
    return 0;
}

static constexpr Option options[] = {
    {"json", "", "one object a line, with the algorithms that need no key"},
};

const Command key_list_command{
    "key list",
    "",
    "list the keys that sign and signed, and the algorithms",
    "Lists the signing key of our CMS signatures and the key of the journal: the next one where\n"
    "one was created, the active one, and all former ones with the time in which they counted.\n"
    "Former public keys are kept for ever, so that old answers and proofs can be verified. "
    "Nothing\n"
    "secret is printed.",
    "sluice key list --json",
    options,
    0,
    0,
    run_key_list};

}  // namespace app

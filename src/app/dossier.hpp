#pragma once
// A dossier: one folder with everything that a stranger needs to judge what was received, decided,
// delivered and answered, and the commands to check it with openssl and sha256sum alone.
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "app/command.hpp"
#include "app/home.hpp"
#include "app/trust_keeping.hpp"
#include "ledger/types.hpp"

namespace app {

struct DossierRequest {
    std::string number;   // EV-1, drawn by the ledger
    std::string purpose;  // why somebody asks
    core::Instant asked_at;
    core::Date due;  // a month later
    std::optional<std::int64_t> record;
};

// What the statement says, gathered once.
struct DossierFacts {
    ledger::File file;
    std::vector<ledger::Part> parts;
    std::vector<ledger::Outgoing> outgoing;
    std::vector<ledger::Tally> tallies;
    std::vector<ledger::Entry> entries;
    std::vector<std::string> signers;  // of each part: the subject of the certificate, or empty
    // of the record alone
    bool record_accepted = false;
    std::vector<std::string> record_codes, record_recipients;
    std::vector<std::pair<std::string, std::string>> record_withheld;
};

// Plain text in one language.
std::string dossier_statement(Home& home, const DossierFacts& facts, const DossierRequest& request,
                              core::Language language);

// Fills `folder`, which is new. `arguments` are those of the command, for the proof.
void write_dossier(Home& home, const ledger::File& file, const DossierRequest& request,
                   const std::filesystem::path& folder, const Arguments& arguments);

// check.sh of a dossier: checks its tlog-proof.
extern const char* const proof_script;

// The bytes of one record as they stand in the private copy (XML as UTF-8), which are those that
// were judged where its facts tell; none where the copy has expired.
std::optional<std::string> record_bytes(Home& home, const ledger::File& file, std::int64_t record);
// From the first `<` of `text` to the end of that element; all of it where it is no XML.
std::string_view first_element(std::string_view text);

}  // namespace app

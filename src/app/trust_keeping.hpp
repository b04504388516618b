#pragma once
// The authorities and revocation lists as they were at a reception, kept for as long as somebody
// may ask why a signature was believed: each file once, by its digest, in spool/archive/trust.
#include <filesystem>
#include <string>
#include <vector>

#include "app/home.hpp"

namespace app {

// Keeps what is in jobs/trust now and names it by a digest: of a list that the ledger holds.
std::string keep_trust(Home& home, ledger::Step& step);

struct KeptTrust {
    std::string path;  // as it lay under jobs/trust: "crl/root.pem"
    std::string content;
};
// What a digest of keep_trust names; nothing where none was kept. A Fault (integrity) where a file
// or the list is no longer what it was.
std::vector<KeptTrust> kept_trust(Home& home, const std::string& digest);

}  // namespace app

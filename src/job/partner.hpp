#pragma once
// Who may send and receive: the checked content of jobs/partners.xml. Plain values; reading is
// job/read.hpp.
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/instant.hpp"
#include "core/language.hpp"

namespace job {

enum class PartnerState : unsigned char { test, active, closed };
using Language = core::Language;
enum class Compression : unsigned char { none, zstd, zip };

using core::parse_language;
using core::to_string;

struct Certificate {
    std::filesystem::path file;          // absolute; PEM or DER
    std::optional<core::Date> from, to;  // both included; none: as the certificate says
    std::size_t place = 0;               // among all <certificate> of its partner
};

struct Onboarding;  // job/onboarding.hpp: request, checklist and conformance of a new partner

// One way to or from a partner. `sftp`: the partner comes to our server. `push`: we upload what
// goes out to its server. `fetch`: we fetch its files there. `folder`: a folder of this machine.
struct Channel {
    std::string kind;
    std::string key;  // OpenSSH public key, one line, or the path of a file holding it
    std::string host, user;
    unsigned port = 22;
    std::string host_key;            // OpenSSH public key of the other side, pinned
    std::filesystem::path identity;  // private key we log in with; absolute
    std::string folder;    // there; {box} in it: OUT, OUTTEST, OUTTEST-S (of fetch IN, INTEST, ...)
    std::string capacity;  // whose channel it is, where a partner has several; or empty
    std::optional<core::Date> from, to;  // both included; none: open
};

struct Partner {
    std::string number;  // 6 digits
    std::string name;
    PartnerState state = PartnerState::active;
    Language language = Language::en;
    std::string capacity, sector, institution, cbe;  // empty where not given
    bool acceptance = false;                         // opted in to S deliveries
    std::vector<Certificate> certificates;
    std::vector<Channel> channels;  // in order of preference
    std::optional<std::filesystem::path>
        encryption;                                // certificate that its parcels are enveloped to
    bool answers_enveloped = false;                // and what we answer it
    std::shared_ptr<const Onboarding> onboarding;  // absent: nothing was noted
    Compression compression = Compression::none;
    std::string preferred_format, preferred_schema;
};

struct Partners {
    std::vector<Partner> list;  // ordered by number
    std::string digest;         // hex SHA-256 of the file
    const Partner* find(std::string_view number) const;
};

}  // namespace job

#pragma once
// Confidential parcels: what goes to a partner with an encryption certificate leaves as a CMS
// envelope. The plain file never lies in the staging folder, in OUT or in the archive.
#include "app/dispatch.hpp"
#include "app/home.hpp"
#include "outbox/stage.hpp"

namespace app {

// Whether parcels of this recipient are enveloped.
bool is_enveloped(Home& home, const std::string& recipient);

// A finished parcel, enveloped under its name and .p7m into the staging folder; `file` becomes that
// one. Whatever an earlier attempt made there: the certificate may be another one since.
void envelope_parcel(Home& home, const std::string& recipient, outbox::StagedFile& file);

// Of what is about to be signed all answers to partners that ask for it. Each is made anew: nobody
// has seen what an earlier attempt left.
void envelope_answers(Home& home, std::vector<Parting>& partings);

}  // namespace app

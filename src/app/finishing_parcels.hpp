#pragma once
// Parcels to their last byte: in the form that each recipient prefers, with documents, enveloped,
// and with their vouchers.
#include <vector>

#include "app/dispatch.hpp"
#include "app/finishing.hpp"

namespace app {

// Of all that was decided and not published yet, in the order of the files. What cannot be written
// in its recipient's form is noted as failed and left out.
std::vector<Parting> finish_parcels(Home& home, std::vector<Ending>& endings);

}  // namespace app

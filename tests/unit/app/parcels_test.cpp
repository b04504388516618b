// What went to each recipient of a file, as the entries about its parcels tell it.
#include <doctest/doctest.h>

#include "app/agreement_time.hpp"

using ledger::EntryKind;

TEST_CASE("a parcel is in time by the entry that says it was published") {
    ledger::History history;
    history.moments = {
        {EntryKind::outgoing, core::Instant{100},
         R"({"of":"parcels","files":[{"kind":"parcel","name":"FO.A","recipient":"400001",)"
         R"("records":3},{"kind":"parcel","name":"FO.B","recipient":"400002","records":2}]})"},
        {EntryKind::outgoing, core::Instant{110},
         R"({"of":"answers","files":[{"kind":"receipt","name":"FO.C","recipient":"100101"}]})"},
        {EntryKind::published, core::Instant{200},
         R"({"of":"parcels","files":[{"name":"FO.A","recipient":"400001"}],)"
         R"("waiting":[{"name":"FO.B","recipient":"400002","why":"no folder"}]})"},
        {EntryKind::published, core::Instant{210},
         R"({"of":"answers","files":[{"name":"FO.C","recipient":"100101"}]})"}};
    auto parcels = app::parcels_of(history);
    REQUIRE(parcels.size() == 2);  // answers are none
    CHECK(parcels[0].recipient == "400001");
    CHECK(parcels[0].records == 3);
    CHECK(parcels[0].published == core::Instant{200});
    CHECK_FALSE(parcels[1].published.has_value());
    // The one that waited; and sent once more by an operator: the first time counts.
    for (const std::int64_t at : {300, 400})
        history.moments.push_back(
            {EntryKind::published, core::Instant{at},
             R"({"of":"parcels","files":[{"name":"FO.B","recipient":"400002"}]})"});
    parcels = app::parcels_of(history);
    CHECK(parcels[1].published == core::Instant{300});
}

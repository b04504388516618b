#include "outbox/unfetched.hpp"

#include "xml/writer.hpp"

namespace outbox {

std::string unfetched_list(const UnfetchedFacts& facts) {
    std::string out;
    xml::Writer writer(out);
    writer.declaration();
    writer.start("Unfetched");
    writer.attribute("xmlns", "urn:sluice:unfetched:1");
    writer.attribute("recipient", facts.recipient);
    writer.attribute("environment", std::string(1, static_cast<char>(facts.environment)));
    writer.attribute("at", core::to_string(facts.at));
    writer.attribute("parcels", std::to_string(facts.parcels.size() + facts.unlisted));
    if (facts.unlisted > 0) writer.attribute("unlisted", std::to_string(facts.unlisted));
    for (const UnfetchedParcel& one : facts.parcels) {
        writer.start("Parcel");
        writer.attribute("name", one.name);
        writer.attribute("number", std::to_string(one.number));
        writer.attribute("publishedAt", core::to_string(one.published_at));
        writer.attribute("expires", core::to_string(one.expires));
        writer.attribute("records", std::to_string(one.records));
        writer.attribute("bytes", std::to_string(one.bytes));
        writer.attribute("sha256", one.digest);
        writer.end();
    }
    writer.finish();
    return out;
}

}  // namespace outbox

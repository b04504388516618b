#include "app/conservation.hpp"

#include <algorithm>
#include <set>

#include "app/backup.hpp"
#include "app/json.hpp"
#include "app/parallel.hpp"
#include "ledger/facts.hpp"

namespace app {

using ledger::OutgoingKind;
using ledger::OutgoingState;

static constexpr std::size_t slices_at_once = 64;

namespace {

// A set that a restore found, and that is of an attempt that has not come to it yet, is not among
// the parcels of this one.
bool is_of_another(const ledger::Outgoing& row) {
    return row.detail == restored_detail && row.state != OutgoingState::withheld;
}

// Refused documents by their ordinal; 0 stands for all of them.
using Refused = std::map<std::int64_t, std::string>;

void count_route(Sums& sums, const ledger::Route& route, std::int64_t records) {
    for (const std::string& recipient : route.recipients) sums.delivered[recipient] += records;
    for (const auto& withheld : route.withheld) sums.withheld[withheld] += records;
}

Sums count_slice(const std::string& packed, const Refused& refused) {
    Sums sums;
    const auto facts = ledger::SliceFacts::unpack(packed);
    const auto whole = refused.find(0);
    std::vector<const std::string*> causes(facts.documents.size(), nullptr);
    for (std::size_t d = 0; d < causes.size(); ++d) {
        const auto own = refused.find(static_cast<std::int64_t>(facts.documents[d].ordinal));
        if (whole != refused.end()) causes[d] = &whole->second;
        if (own != refused.end()) causes[d] = &own->second;
    }
    std::vector<std::int64_t> of_route(std::max<std::size_t>(1, facts.routes.size()), 0);
    for (const ledger::RecordFact& record : facts.records) {
        ++sums.records;
        const std::string* cause =
            record.document < causes.size() ? causes[record.document] : nullptr;
        if (record.accepted && cause == nullptr) {
            ++sums.accepted;
            ++of_route.at(record.route);
        } else {
            ++sums.rejected;
            if (cause != nullptr) ++sums.with_document[*cause];
        }
    }
    for (std::size_t r = 0; r < facts.routes.size(); ++r)
        if (of_route[r] > 0) count_route(sums, facts.routes[r], of_route[r]);
    return sums;
}

void add(Sums& into, const Sums& from) {
    into.records += from.records;
    into.accepted += from.accepted;
    into.rejected += from.rejected;
    for (const auto& [code, count] : from.with_document) into.with_document[code] += count;
    for (const auto& [recipient, count] : from.delivered) into.delivered[recipient] += count;
    for (const auto& [withheld, count] : from.withheld) into.withheld[withheld] += count;
}

std::string differ(const std::string& what, std::int64_t decided, std::int64_t said) {
    return what + ": " + std::to_string(decided) + " were decided, " + std::to_string(said) +
           " are said";
}

}  // namespace

Sums count_decided(const ledger::Ledger& book, const ledger::File& file, unsigned threads) {
    Sums sums;
    const Refused refused = book.refused_documents(file.id);
    std::vector<std::string> packed;
    const auto count = [&] {
        std::vector<Sums> counted(packed.size());
        parallel_for(threads, packed.size(),
                     [&](std::size_t i) { counted[i] = count_slice(packed[i], refused); });
        for (const Sums& one : counted) add(sums, one);
        packed.clear();
    };
    book.each_slice(file.id, [&](const ledger::Slice& slice) {
        packed.push_back(slice.facts);
        if (packed.size() == slices_at_once) count();
        return true;
    });
    count();
    return sums;
}

std::string imbalance(const Sums& sums, const ledger::File& file,
                      const std::vector<ledger::Outgoing>& rows,
                      const std::vector<std::string>& recipients) {
    if (file.records.pending() != 0)
        return std::to_string(file.records.pending()) + " records have no verdict";
    if (sums.records != file.records.total)
        return differ("records", sums.records, file.records.total);
    if (sums.accepted != file.records.accepted)
        return differ("accepted records", sums.accepted, file.records.accepted);
    if (sums.rejected != file.records.rejected)
        return differ("rejected records", sums.rejected, file.records.rejected);
    std::map<std::string, std::int64_t> parcels;
    std::map<std::pair<std::string, std::string>, std::int64_t> withheld;
    for (const ledger::Outgoing& row : rows) {
        if (row.kind != OutgoingKind::parcel || is_of_another(row)) continue;
        if (row.state == OutgoingState::withheld)
            withheld[{row.recipient, row.detail}] += row.records;
        else
            parcels[row.recipient] += row.records;
    }
    const auto of = [](const auto& map, const auto& key) {
        const auto at = map.find(key);
        return at == map.end() ? std::int64_t{0} : at->second;
    };
    for (const std::string& recipient : recipients)
        if (of(sums.delivered, recipient) != of(parcels, recipient))
            return differ("records for " + recipient, of(sums.delivered, recipient),
                          of(parcels, recipient));
    for (const auto& [recipient, records] : parcels)
        if (!std::binary_search(recipients.begin(), recipients.end(), recipient))
            return "there is a parcel for " + recipient + ", which was to get nothing";
    if (sums.withheld == withheld) return {};
    for (const auto& [who, records] : sums.withheld)
        if (of(withheld, who) != records)
            return differ("records withheld from " + who.first, records, of(withheld, who));
    return "more was withheld than was decided";
}

std::string closing_body(const Sums& sums, const ledger::File& file,
                         const std::vector<ledger::Outgoing>& rows,
                         const std::vector<ledger::Tally>& tallies) {
    std::vector<std::string> documents, codes, recipients, outgoing;
    for (const auto& [code, count] : sums.with_document)
        documents.push_back(JsonObject().text("code", code).number("records", count).str());
    for (const ledger::Tally& tally : tallies)
        codes.push_back(JsonObject()
                            .text("code", tally.code)
                            .text("severity", tally.severity)
                            .number("count", tally.count)
                            .str());
    std::map<std::string, std::pair<std::int64_t, std::int64_t>> of_recipient;
    for (const ledger::Outgoing& row : rows) {
        if (row.kind != OutgoingKind::parcel || is_of_another(row)) continue;
        auto& [delivered, withheld] = of_recipient[row.recipient];
        (row.state == OutgoingState::withheld ? withheld : delivered) += row.records;
    }
    for (const auto& [recipient, counts] : of_recipient)
        recipients.push_back(JsonObject()
                                 .text("partner", recipient)
                                 .number("delivered", counts.first)
                                 .number("withheld", counts.second)
                                 .str());
    for (const ledger::Outgoing& row : rows)
        outgoing.push_back(JsonObject()
                               .text("kind", to_string(row.kind))
                               .text("recipient", row.recipient)
                               .text("state", to_string(row.state))
                               .number("records", row.records)
                               .text("sha256", row.digest)
                               .text("why", row.state == OutgoingState::withheld ? row.detail : "")
                               .str());
    return JsonObject()
        .text("sha256", file.digest)
        .number("bytes", file.bytes)
        .number("records", file.records.total)
        .number("accepted", file.records.accepted)
        .number("rejected", file.records.rejected)
        .raw("rejected_with_document", json_array(documents))
        .raw("findings", json_array(codes))
        .raw("recipients", json_array(recipients))
        .raw("outgoing", json_array(outgoing))
        .str();
}

}  // namespace app

#include "ledger/impact.hpp"

#include <algorithm>
#include <set>

#include "ledger/database.hpp"
#include "ledger/facts.hpp"
#include "ledger/rows.hpp"

namespace ledger {

using VisitFile = std::function<void(const File&)>;

static void select(const Ledger& book, const std::string& condition, std::string_view value,
                   const VisitFile& visit) {
    auto query = book.database().prepare("SELECT " + std::string(file_columns) +
                                         " FROM file WHERE " + condition + " ORDER BY id");
    query.bind(value);
    while (query.step()) visit(read_file(query));
}

void each_file_of_schema(const Ledger& book, std::string_view digest, const VisitFile& visit) {
    select(book, "schema_digest >= ?1 AND schema_digest < ?1 || 'g'", digest, visit);
}

void each_file_of_directory_version(const Ledger& book, std::string_view version,
                                    const VisitFile& visit) {
    select(book, "directory_version = ?", version, visit);
}

std::vector<std::string> schema_digests(const Ledger& book, std::string_view name) {
    auto query = book.database().prepare(
        "SELECT digest FROM configuration WHERE kind = 'schema' AND (name = ?1 OR name LIKE '%/' "
        "|| "
        "?1)");
    query.bind(name);
    std::vector<std::string> digests;
    while (query.step()) digests.push_back(query.text(0));
    return digests;
}

void each_delivered_file(const Ledger& book, core::Instant from, core::Instant to,
                         const std::function<void(const File&)>& visit) {
    auto query = book.database().prepare(
        "SELECT " + std::string(file_columns) +
        " FROM file WHERE received_at >= ? AND received_at < ? AND EXISTS (SELECT 1 FROM outgoing "
        "WHERE outgoing.file = file.id AND outgoing.kind = 'parcel' AND outgoing.name <> '') ORDER "
        "BY received_at, id");
    query.bind(from.microseconds).bind(to.microseconds);
    while (query.step()) visit(read_file(query));
}

static void add(Ranges& ranges, std::int64_t ordinal) {
    if (!ranges.empty() && ranges.back().second == ordinal - 1)
        ranges.back().second = ordinal;
    else
        ranges.emplace_back(ordinal, ordinal);
}

// Of each route, the recipients that count.
static std::vector<std::vector<std::string>> wanted(const SliceFacts& facts,
                                                    std::string_view authorisation) {
    std::vector<std::vector<std::string>> routes;
    for (const Route& route : facts.routes) {
        std::vector<std::string> recipients;
        for (std::size_t i = 0; i < route.recipients.size(); ++i)
            if (authorisation.empty() ||
                (i < route.grounds.size() && route.grounds[i] == authorisation))
                recipients.push_back(route.recipients[i]);
        routes.push_back(std::move(recipients));
    }
    return routes;
}

std::map<std::string, Ranges> records_by_recipient(const Ledger& book, FileId file,
                                                   std::string_view authorisation) {
    std::map<std::string, Ranges> records;
    const auto refused = book.refused_documents(file);
    if (refused.count(0) > 0) return records;
    book.each_slice(file, [&](const Slice& slice) {
        const SliceFacts facts = SliceFacts::unpack(slice.facts);
        const auto routes = wanted(facts, authorisation);
        const bool any = std::any_of(routes.begin(), routes.end(),
                                     [](const auto& route) { return !route.empty(); });
        for (std::size_t i = 0; any && i < facts.records.size(); ++i) {
            const RecordFact& fact = facts.records[i];
            if (!fact.accepted || fact.route >= routes.size()) continue;
            if (fact.document < facts.documents.size() &&
                refused.count(static_cast<std::int64_t>(facts.documents[fact.document].ordinal)) >
                    0)
                continue;
            for (const std::string& recipient : routes[fact.route])
                add(records[recipient], slice.first_record + static_cast<std::int64_t>(i));
        }
        return true;
    });
    return records;
}

}  // namespace ledger

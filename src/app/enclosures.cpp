#include "app/enclosures.hpp"

#include <algorithm>

#include "app/private_copy.hpp"
#include "app/then.hpp"
#include "core/ensure.hpp"
#include "io/file.hpp"
#include "job/attachments.hpp"
#include "ledger/facts.hpp"
#include "outbox/enclosing.hpp"
#include "outbox/names.hpp"

namespace app {

std::shared_ptr<const parse::Enclosures> take_enclosures(const Home& home, const job::Job& job,
                                                         std::vector<ledger::Part>& parts) {
    if (!job::encloses(job)) return nullptr;
    std::vector<parse::Enclosures::Part> taken;
    while (parts.size() > 1) {
        auto copy = std::make_shared<PrivateCopy>(home.spool() / parts.back().path);
        if (!parse::looks_zipped(*copy)) break;
        taken.push_back({static_cast<std::uint32_t>(parts.back().part), std::move(copy)});
        parts.pop_back();
    }
    std::reverse(taken.begin(), taken.end());
    return std::make_shared<const parse::Enclosures>(std::move(taken), job.limits);
}

std::shared_ptr<const parse::Enclosures> kept_enclosures(Home& home, const ledger::File& file) {
    const auto job = definitions_of(home, file).job;
    auto parts = home.ledger().parts(file.id);
    const bool kept = std::all_of(parts.begin(), parts.end(), [&](const ledger::Part& part) {
        return !part.path.empty() && io::facts(home.spool() / part.path);
    });
    if (!job || !kept) return nullptr;
    auto enclosures = take_enclosures(home, *job, parts);
    return enclosures && enclosures->problem() ? nullptr : enclosures;
}

Enclosed enclosed_of(const ledger::Ledger& book, ledger::FileId file, std::size_t enclosures) {
    Enclosed enclosed;
    const auto refused = book.refused_documents(file);
    if (refused.count(0) > 0) return enclosed;
    book.each_slice(file, [&](const ledger::Slice& slice) {
        const auto facts = ledger::SliceFacts::unpack(slice.facts);
        for (const auto& [index, enclosure] : facts.enclosed) {
            const ledger::RecordFact& record = facts.records[index];
            const auto document =
                static_cast<std::int64_t>(facts.documents.at(record.document).ordinal);
            if (!record.accepted || refused.count(document) > 0 || facts.routes.empty()) continue;
            for (const std::string& recipient : facts.routes.at(record.route).recipients) {
                std::vector<bool>& his = enclosed[recipient];
                his.resize(enclosures);
                his.at(enclosure) = true;
            }
        }
        return true;
    });
    return enclosed;
}

outbox::StagedFile enclose(const parse::Enclosures& enclosures, const std::vector<bool>& his,
                           const ledger::Outgoing& row, const outbox::StagedFile& records,
                           const std::filesystem::path& folder, std::uint64_t& content_bytes) {
    const auto identity = outbox::data_identity(row.name);
    ENSURE(identity.has_value());
    const auto each = [&](const auto& take) {
        for (std::uint32_t i = 0; i < his.size(); ++i)
            if (his[i]) take(enclosures.archive(i), enclosures.entry(i));
    };
    each([&](const io::ZipDirectory&, const io::ZipEntry& entry) { content_bytes += entry.plain; });
    return outbox::enclose(records, folder, *identity, row.at, each);
}

}  // namespace app

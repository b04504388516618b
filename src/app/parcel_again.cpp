#include "app/parcel_again.hpp"

#include <algorithm>

#include "app/correction_walk.hpp"
#include "app/enclosures.hpp"
#include "app/operate.hpp"
#include "app/private_copy.hpp"
#include "app/then.hpp"
#include "core/ensure.hpp"
#include "io/file.hpp"
#include "ledger/facts.hpp"
#include "outbox/names.hpp"

namespace app {

namespace fs = std::filesystem;

namespace {

// Which records went to the recipient, asked in rising order. One slice's facts are held at a time.
class Share {
  public:
    Share(const ledger::Ledger& book, const ledger::Outgoing& parcel)
        : book_(book), parcel_(parcel), refused_(book.refused_documents(parcel.file)) {}

    bool record(std::uint64_t ordinal, std::uint64_t document) {
        if (refused_.count(0) > 0 || refused_.count(static_cast<std::int64_t>(document)) > 0)
            return false;
        if (ordinal < first_ || ordinal >= first_ + facts_.records.size()) load(ordinal);
        const ledger::RecordFact& record = facts_.records.at(ordinal - first_);
        return record.accepted && record.route < goes_.size() && goes_[record.route];
    }

  private:
    void load(std::uint64_t ordinal) {
        const auto slice = book_.slice_of_record(parcel_.file, static_cast<std::int64_t>(ordinal));
        ENSURE(slice.has_value());
        facts_ = ledger::SliceFacts::unpack(slice->facts);
        first_ = static_cast<std::uint64_t>(slice->first_record);
        goes_.clear();
        for (const ledger::Route& route : facts_.routes)
            goes_.push_back(std::find(route.recipients.begin(), route.recipients.end(),
                                      parcel_.recipient) != route.recipients.end());
    }

    const ledger::Ledger& book_;
    const ledger::Outgoing& parcel_;
    std::map<std::int64_t, std::string> refused_;
    ledger::SliceFacts facts_;
    std::vector<bool> goes_;
    std::uint64_t first_ = 0;
};

// The private copies with records; none where one of them is gone.
std::vector<fs::path> copies_of(Home& home, const ledger::File& file, const job::Job& job) {
    if (!has_copies(home, file)) return {};
    auto parts = home.ledger().parts(file.id);
    take_enclosures(home, job, parts);
    std::vector<fs::path> copies;
    for (const ledger::Part& part : parts) copies.push_back(copy_of(home, file, part.path));
    return copies;
}

}  // namespace

std::optional<ParcelAgain> write_parcel_again(Home& home, const ledger::File& file,
                                              const ledger::Outgoing& parcel,
                                              const fs::path& folder) {
    const Then then = definitions_of(home, file);
    if (!then.missing.empty()) return std::nullopt;
    const std::vector<fs::path> copies = copies_of(home, file, *then.job);
    if (copies.empty()) return std::nullopt;
    const auto framing = framing_of(*then.plan);
    outbox::CorrectionWriter writer(folder,
                                    static_cast<std::uint32_t>(2 * then.job->recounts.size()));
    Share share(home.ledger(), parcel);
    Marks marks;
    marks.as_parcel = true;
    marks.written = [&](std::uint64_t record, std::uint64_t document) {
        return share.record(record, document);
    };
    CorrectionWalk stages(*framing, static_cast<std::uint32_t>(copies.size()), marks, writer);
    parse::PipelineOptions options;
    options.slice_bytes = home.settings().slice_bytes;
    for (const fs::path& copy : copies) {
        const PrivateCopy source(copy);
        const parse::Entry entry =
            &copy == &copies.front() ? parse::Entry{} : stages.exit().next_part();
        parse::run_pipeline(framing, source, entry, options, stages);
    }
    const auto identity = outbox::data_identity(parcel.name);
    ENSURE(identity.has_value());
    const auto made = writer.finish(*identity, ~std::uint64_t{0}, parcel.at);
    if (!made) return std::nullopt;
    return ParcelAgain{made->path, then.job->groups.empty() && then.job->enrichments.empty()};
}

}  // namespace app

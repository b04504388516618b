#include "app/parcel_places.hpp"

#include <algorithm>
#include <map>
#include <memory>
#include <optional>

#include "app/archive.hpp"
#include "app/correction_walk.hpp"
#include "app/parcel_again.hpp"
#include "app/private_copy.hpp"
#include "app/rendering.hpp"
#include "io/file.hpp"
#include "io/frames.hpp"
#include "io/zip.hpp"
#include "ledger/facts.hpp"
#include "outbox/names.hpp"
#include "parse/choose.hpp"
#include "parse/pipeline.hpp"
#include "parse/place.hpp"

namespace app {

namespace fs = std::filesystem;

namespace {

// ---- its bytes ----

// Unpacked where it was packed, for as long as this lives.
class ParcelText {
  public:
    ParcelText(Home& home, const ledger::File& file, const ledger::Outgoing& parcel)
        : folder_(home.work() / "notified") {
        const fs::path kept = kept_data(home, parcel);
        const std::string name = kept.filename().string();
        if (name.ends_with(outbox::envelope_suffix)) make_again(home, file, parcel);
        if (text_ || !io::facts(kept)) return;
        const bool packed = name.ends_with(outbox::zstd_suffix), zipped = name.rfind("CO.", 0) == 0;
        if (packed || zipped) unpack(kept, packed);
        text_ = open_plain(packed || zipped ? path() : kept);
    }
    ParcelText(const ParcelText&) = delete;
    ~ParcelText() {
        text_.reset();
        std::error_code ignored;
        fs::remove_all(folder_, ignored);
    }
    const parse::Source* get() const { return text_.get(); }
    // Lines and columns in it are those that its recipient sees.
    bool exact() const { return exact_; }

  private:
    fs::path path() const { return folder_ / "parcel"; }

    void make_again(Home& home, const ledger::File& file, const ledger::Outgoing& parcel) {
        const auto made = write_parcel_again(home, file, parcel, folder_);
        if (!made) return;
        text_ = open_plain(made->path);
        exact_ = made->exact;
    }

    void unpack(const fs::path& kept, bool zstd) {
        io::make_folders(folder_);
        auto to = io::OutputFile::resume(path(), 0);
        const auto from = io::InputFile::open(kept);
        io::UnpackLimits limits;
        limits.output_bytes_max = ~std::uint64_t{0};  // it is ours
        std::string block(1 << 20, '\0');
        const auto copy = [&](auto& stream) {
            while (const std::size_t got = stream.read(block.data(), block.size()))
                to.append(std::string_view(block).substr(0, got));
        };
        std::uint64_t at = 0;
        const auto next = [&](char* buffer, std::size_t count) {
            const std::size_t got = from.read(at, buffer, count);
            at += got;
            return got;
        };
        if (zstd) {
            io::ZstdStream stream(next, limits);
            copy(stream);
        } else {
            io::ZipReader stream(from, limits, ~std::uint64_t{0});  // documents may come behind
            copy(stream);
        }
    }

    fs::path folder_;
    std::unique_ptr<parse::Source> text_;
    bool exact_ = true;
};

// ---- where it is in the parcel ----

// Without prefixes and attributes, each step with its position.
std::string plain_path(std::string_view path) {
    std::string plain;
    while (!path.empty()) {
        path.remove_prefix(path.front() == '/' ? 1 : 0);
        std::string_view step = path.substr(0, path.find('/'));
        path.remove_prefix(step.size());
        if (step.empty() || step.front() == '@') continue;
        const std::size_t bracket = std::min(step.find('['), step.size());
        std::string_view name = step.substr(0, bracket);
        if (const std::size_t colon = name.rfind(':'); colon != std::string_view::npos)
            name.remove_prefix(colon + 1);
        plain += "/" + std::string(name) +
                 (bracket < step.size() ? std::string(step.substr(bracket)) : "[1]");
    }
    return plain;
}

// The first steps of a plain path; nothing where it has fewer.
std::optional<std::string> first_steps(const std::string& path, std::size_t count) {
    std::size_t at = 0;
    for (; count > 0; --count) {
        if (at >= path.size()) return std::nullopt;
        at = std::min(path.find('/', at + 1), path.size());
    }
    return path.substr(0, at);
}

class PlaceFinder {
  public:
    PlaceFinder(std::vector<ParcelPlace>& places, const parse::Plan& plan)
        : places_(places), plan_(plan) {
        for (std::size_t i = 0; i < places.size(); ++i) {
            const std::string path = plain_path(places[i].path);
            if (const auto steps = first_steps(path, plan.record_level); steps && !path.empty())
                records_[*steps].push_back(i);
            if (const auto steps = first_steps(path, plan.document_level); steps && !path.empty())
                documents_[*steps].push_back(i);
            if (places[i].line > 0)
                lines_.emplace(
                    std::pair(places[i].line, std::max<std::uint64_t>(1, places[i].column)), i);
        }
        by_line_.resize(places.size());
        by_path_.resize(places.size());
    }

    void take(const parse::Outcome& outcome) {
        records_seen_ += static_cast<std::int64_t>(outcome.records.size());
        if (!records_.empty() || !documents_.empty()) look_for_paths(outcome);
        if (!lines_.empty()) look_for_lines(outcome);
    }

    // `records`: of the parcel. Where others were found the job, or the form, is not that of then.
    void finish(std::int64_t records) {
        if (records_seen_ != records) return;
        for (const auto& [position, i] : lines_) by_line_[i] = now_;
        for (std::size_t i = 0; i < places_.size(); ++i) {
            const Found found = by_path_[i].document > 0 ? by_path_[i] : by_line_[i];
            places_[i].document = found.document;
            places_[i].record = found.record;
        }
    }

  private:
    struct Found {
        std::int64_t document = 0, record = 0;
    };
    using Wanted = std::map<std::string, std::vector<std::size_t>>;

    void look_for_paths(const parse::Outcome& outcome) {
        const std::string_view walked = outcome.walked_bytes();
        for (std::size_t i = 0; i < outcome.records.size(); ++i) {
            const parse::Outcome::Origin& origin = outcome.origins[i];
            const std::string path = plain_path(
                parse::path_inside(walked.substr(static_cast<std::size_t>(origin.tag)), 0,
                                   outcome.parents[origin.parent].path, origin.position));
            const auto document =
                static_cast<std::int64_t>(outcome.documents[outcome.records[i].document].ordinal);
            if (const auto at = records_.find(path); at != records_.end())
                for (const std::size_t place : at->second)
                    by_path_[place] = {document,
                                       static_cast<std::int64_t>(outcome.records[i].ordinal)};
            const auto around = first_steps(path, plan_.document_level);
            if (const auto at = around ? documents_.find(*around) : documents_.end();
                at != documents_.end())
                for (const std::size_t place : at->second) by_path_[place].document = document;
        }
    }

    // Begins and ends of documents and records in the order of the bytes; what lies before one of
    // them is in what was open until then.
    void look_for_lines(const parse::Outcome& outcome) {
        struct Turn {
            std::uint64_t at = 0;
            Found then;
        };
        std::vector<Turn> turns;
        for (const parse::DocumentPart& part : outcome.documents) {
            const auto document = static_cast<std::int64_t>(part.ordinal);
            if (part.begins) turns.push_back({part.begin, {document, 0}});
            for (std::uint32_t i = 0; i < part.records; ++i) {
                const parse::Record& record = outcome.records[part.first_record + i];
                turns.push_back(
                    {record.begin, {document, static_cast<std::int64_t>(record.ordinal)}});
                turns.push_back({record.end, {document, 0}});
            }
            if (part.ends) turns.push_back({part.end, {0, 0}});
        }
        parse::PlaceCounter counter(outcome.entry, outcome.scale, outcome.bytes);
        for (const Turn& turn : turns) {
            const core::Place place = counter.at(turn.at);
            const auto behind = lines_.lower_bound({place.line, place.column});
            for (auto at = lines_.begin(); at != behind; ++at) by_line_[at->second] = now_;
            lines_.erase(lines_.begin(), behind);
            now_ = turn.then;
        }
    }

    std::vector<ParcelPlace>& places_;
    const parse::Plan& plan_;
    Wanted records_, documents_;
    std::multimap<std::pair<std::uint64_t, std::uint64_t>, std::size_t> lines_;
    std::vector<Found> by_path_, by_line_;
    Found now_;
    std::int64_t records_seen_ = 0;
};

void read_parcel(Home& home, const ledger::File& file, const ledger::Outgoing& parcel,
                 std::vector<ParcelPlace>& places) {
    const auto said = [](const ParcelPlace& one) { return one.line > 0 || !one.path.empty(); };
    const auto job = home.find_job(file.job);
    if (!job || std::none_of(places.begin(), places.end(), said)) return;
    if (RenditionTable(*job, home.partners()).flat_for(parcel.recipient) != nullptr) return;
    const ParcelText text(home, file, parcel);
    if (text.get() == nullptr) return;
    if (!text.exact())
        for (ParcelPlace& place : places) place.line = 0;
    const parse::Choice choice = parse::choose({job.get()}, *text.get());
    if (choice.job == nullptr) return;
    const auto plan = framing_of(*parse::make_plan(*job, choice.version));
    PlaceFinder finder(places, *plan);
    parse::PipelineOptions options;
    options.slice_bytes = home.settings().slice_bytes;
    parse::run_pipeline(plan, *text.get(), parse::Entry{}, options,
                        [&](std::unique_ptr<parse::Outcome> one) {
                            finder.take(*one);
                            return true;
                        });
    finder.finish(parcel.records);
}

// ---- where that is in the file ----

// Ordinals in the parcel become those in the file.
class BackToFile {
  public:
    BackToFile(std::vector<ParcelPlace>& places) : places_(places), found_(places) {
        for (std::size_t i = 0; i < places.size(); ++i) {
            if (places[i].record > 0) records_.emplace(places[i].record, i);
            if (places[i].document > 0) documents_.emplace(places[i].document, i);
            if (places[i].document == 0 && !places[i].document_id.empty())
                ids_.emplace(places[i].document_id, i);
            found_[i].document = found_[i].record = 0;
        }
    }

    void record(std::int64_t ordinal, const ledger::DocumentFact& document) {
        const auto in_file = static_cast<std::int64_t>(document.ordinal);
        ++record_;
        if (in_file != last_document_) ++document_;
        last_document_ = in_file;
        for (auto [at, end] = records_.equal_range(record_); at != end; ++at)
            found_[at->second].record = ordinal;
        for (auto [at, end] = documents_.equal_range(document_); at != end; ++at)
            found_[at->second].document = in_file;
        if (document.id.empty()) return;
        for (auto [at, end] = ids_.equal_range(document.id); at != end; ++at)
            found_[at->second].document = in_file;
    }

    // `records`: of the parcel. Where that is not what the facts say, nothing is claimed.
    void finish(std::int64_t records) {
        const bool same = record_ == records;
        for (std::size_t i = 0; i < places_.size(); ++i) {
            places_[i].document = same ? found_[i].document : 0;
            places_[i].record = same ? found_[i].record : 0;
        }
    }

  private:
    std::vector<ParcelPlace>& places_;
    std::vector<ParcelPlace> found_;
    std::multimap<std::int64_t, std::size_t> records_, documents_;
    std::multimap<std::string, std::size_t> ids_;
    std::int64_t record_ = 0, document_ = 0, last_document_ = 0;
};

}  // namespace

void find_in_parcel(Home& home, const ledger::Outgoing& parcel, std::vector<ParcelPlace>& places) {
    const ledger::Ledger& book = home.ledger();
    const auto file = book.find_file(parcel.file);
    if (!file || places.empty()) return;
    read_parcel(home, *file, parcel, places);
    const auto refused = book.refused_documents(file->id);
    BackToFile back(places);
    book.each_slice(file->id, [&](const ledger::Slice& slice) {
        const auto facts = ledger::SliceFacts::unpack(slice.facts);
        std::vector<bool> goes;
        for (const ledger::Route& route : facts.routes)
            goes.push_back(std::find(route.recipients.begin(), route.recipients.end(),
                                     parcel.recipient) != route.recipients.end());
        std::int64_t ordinal = slice.first_record - 1;
        for (const ledger::RecordFact& record : facts.records) {
            ++ordinal;
            if (!record.accepted || record.route >= goes.size() || !goes[record.route]) continue;
            const ledger::DocumentFact& document = facts.documents.at(record.document);
            if (refused.count(0) == 0 &&
                refused.count(static_cast<std::int64_t>(document.ordinal)) == 0)
                back.record(ordinal, document);
        }
        return true;
    });
    back.finish(parcel.records);
}

}  // namespace app

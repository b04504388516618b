#pragma once
// Matches the records of answer files with the questions they answer, while they are folded: by the
// name of our parcel and the reference of the question. What it takes is true only when the file is
// decided; until then it is remembered here, and by the ledger as runs that nobody counts.
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <tuple>
#include <vector>

#include "app/home.hpp"
#include "job/questions.hpp"
#include "ledger/questions.hpp"
#include "parse/outcome.hpp"

namespace app {

class AnswerBook {
  public:
    explicit AnswerBook(Home& home);
    ~AnswerBook();

    // Nothing: the record answers a question, and is the first to do so. Else why it does not.
    std::optional<core::Finding> take(const ledger::File& file, const job::Job& job,
                                      const parse::Outcome& outcome, std::size_t record);
    // What was taken of this file since the last call, for the step that commits it.
    std::vector<ledger::AnswerRun> cut(const ledger::File& file);
    // The file is refused as a whole: its answers can be given again.
    void withdraw(const ledger::File& file);
    // Everything is in the ledger.
    void clear();

  private:
    struct Parcel;
    struct Place;
    using ChunkKey = std::tuple<ledger::FileId, std::string, std::int64_t>;
    Parcel* parcel_of(const ledger::File& file, const job::Job& job, std::string_view name);
    std::int64_t record_of(const ledger::File& file, Parcel& parcel, std::string_view reference);
    bool is_next(const ledger::File& file, Parcel& parcel, std::string_view reference);
    ledger::Chunk& chunk(const ledger::File& file, const Parcel& parcel, std::int64_t number);
    void remember(const ledger::File& file, const Parcel& parcel, std::int64_t question,
                  std::uint32_t status, const parse::Outcome& outcome, std::size_t record);

    Home& home_;
    std::map<std::pair<ledger::FileId, std::string>, std::unique_ptr<Parcel>> parcels_;
    std::map<ChunkKey, ledger::Chunk> chunks_;
    struct Taken {
        std::vector<ledger::AnswerRun> runs;  // by file, chunk and context
        std::map<std::tuple<ledger::FileId, std::int64_t, std::string>, std::size_t> index;
    };
    std::map<ledger::FileId, Taken> taken_;
    std::map<ledger::FileId, std::int64_t> next_run_;
    std::unique_ptr<Place> place_;
};

// Where the text of an answer came from, and what it needs to stand by itself: kept as the context
// of a run. "xml 0 xmlns=..." or "flat 0 ".
struct AnswerContext {
    bool flat = false;
    parse::Encoding encoding = parse::Encoding::utf8;
    std::string namespaces;  // declarations as attributes, with a blank in front of each
    std::string text() const;
    static AnswerContext parse(std::string_view text);
};

// The declarations that are in force inside these start tags.
std::string namespaces_of(std::string_view start_tags);

}  // namespace app

#pragma once
// Walks a file once more and writes some of its records in the context of their documents: those
// that were rejected for the correction file of the night and for the skeleton that a sender makes
// with `check`, those of one recipient for his parcel as it was.
#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "app/one_root.hpp"
#include "outbox/correction.hpp"
#include "parse/pipeline.hpp"

namespace app {

// Asked in rising order of the records.
struct Marks {
    std::function<bool(std::uint64_t record, std::uint64_t document)> written;
    // Bytes that come before such a record, or behind the start of a document that has one; null:
    // none do.
    std::function<std::string(std::uint64_t record)> before_record;
    std::function<std::string(std::uint64_t document)> in_document;
    // In the place of such a record that is over the limit of the job: sent again it would be over
    // it again. Null: nothing.
    std::function<std::string(std::uint64_t record)> instead_of_record;
    // Without content that goes to nobody else than us, and with numbers counted again.
    bool as_parcel = false;
};

// The plan of a file that was checked already: records are found, and nothing else is asked.
std::shared_ptr<const parse::Plan> framing_of(const parse::Plan& plan);

class CorrectionWalk : public parse::Stages {
  public:
    CorrectionWalk(const parse::Plan& plan, std::uint32_t parts, const Marks& marks,
                   outbox::CorrectionWriter& writer)
        : plan_(plan), one_root_(parts), marks_(marks), writer_(writer) {}

    bool take(std::unique_ptr<parse::Outcome> outcome, std::unique_ptr<parse::Product>) override;

    // Where the last slice ended: ordinals run on from part to part.
    const parse::Entry& exit() const { return exit_; }

  private:
    std::vector<outbox::Hole> holes(const parse::Outcome& outcome, const parse::Piece& piece) const;
    void take_record(const parse::Outcome& outcome, const parse::Piece& piece,
                     std::uint64_t document);

    const parse::Plan& plan_;
    OneRoot one_root_;
    const Marks& marks_;
    outbox::CorrectionWriter& writer_;
    parse::Entry exit_;
};

}  // namespace app

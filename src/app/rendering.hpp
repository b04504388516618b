#pragma once
// Records in the form that their recipient prefers: whether one can be written in it, and whole
// parcels.
#include <map>
#include <memory>
#include <string>
#include <variant>
#include <vector>

#include "dfdl/unparser.hpp"
#include "job/renditions.hpp"
#include "outbox/rendered.hpp"
#include "parse/outcome.hpp"

namespace app {

// Which recipients of a job take another form than the one that arrives. Immutable.
class RenditionTable {
  public:
    RenditionTable(const job::Job& job, const job::Partners& partners);
    bool empty() const { return flat_.empty(); }
    // Null: it takes records as they come, or in a form that can hold all of them.
    const job::Rendition* flat_for(const std::string& recipient) const;

  private:
    std::map<std::string, const job::Rendition*> flat_;
};

// Tries records of one slice in flat renditions. One for each slice.
class RecordFitting {
  public:
    explicit RecordFitting(const parse::Outcome& outcome) : outcome_(outcome) {}
    // Empty: it can be written. Else why not, in words that hold no value.
    const std::string& why_not(const job::Rendition& rendition, std::size_t record);

  private:
    struct Tried {
        std::size_t record = 0;
        std::string why;
    };
    const parse::Outcome& outcome_;
    std::map<const job::Rendition*, Tried> tried_;  // the last record of each
};

// The finished parcel `from` (as the records came) in another form, in `folder`. A refusal: its
// surroundings cannot be written in that form.
std::variant<outbox::RenderedFile, std::string> render_parcel(
    const std::shared_ptr<const parse::Plan>& plan, const job::Rendition& rendition,
    const std::filesystem::path& from, const std::filesystem::path& folder,
    const core::FileIdentity& identity, job::Compression compression, core::Instant stamp,
    unsigned mode);

}  // namespace app

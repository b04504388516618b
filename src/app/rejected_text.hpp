#pragma once
// What the correction file is made of: a part's private copy without the records that were
// accepted. The contexts and the rejected records are left, which is all that is walked again.
#include <cstdint>
#include <map>
#include <string>

#include "app/private_copy.hpp"
#include "ledger/facts.hpp"
#include "ledger/ledger.hpp"

namespace app {

// What became of the records of a file, in their order. One slice's facts are held at a time.
class Verdicts {
  public:
    // `document_is_record`: they stand side by side, though each is a document.
    Verdicts(const ledger::Ledger& book, ledger::FileId file, bool document_is_record);

    struct Verdict {
        int part = 0;  // 0: there are no more records
        bool rejected = false;
        std::uint64_t begin = 0, length = 0;  // bytes of the part; length 0: not known
        std::int64_t document = 0;
        // Not for the correction. But where something stands between it and the next record, it
        // stays: else that would be taken for what stands before all records.
        bool left_out = false;
    };
    const Verdict& get() const { return verdict_; }
    void next();

  private:
    bool load();
    Verdict read();

    const ledger::Ledger& book_;
    const ledger::FileId file_;
    const bool document_is_record_;
    const std::map<std::int64_t, std::string> refused_;  // documents as a whole; 0: the file
    ledger::Slice slice_;
    ledger::SliceFacts facts_;
    std::size_t index_ = 0;     // in facts_.records, of the record that is read next
    std::int64_t ordinal_ = 0;  // of the slice that comes
    Verdict verdict_, coming_;
};

// For the one reader that takes it from its beginning to its end.
class RejectedText : public parse::Source {
  public:
    RejectedText(const std::filesystem::path& path, unsigned ahead, int part, Verdicts& verdicts);

    // False where the text is not UTF-8 without a mark: places in it are not those of the bytes.
    bool is_shortened() const { return is_shortened_; }
    // Of all that was not left out so far.
    std::uint64_t size() const override { return whole_.size() - left_out_; }
    std::size_t read(std::uint64_t offset, char* buffer, std::size_t length) const override {
        return whole_.read(offset, buffer, length);  // of what is shortened the head alone
    }
    parse::Taken take(std::uint64_t offset, std::size_t wanted) const override;

  private:
    void leave_out(parse::Taken& taken, std::uint64_t offset) const;
    // The next stretch that is left out, from the verdict that comes.
    void find_stretch() const;

    const PrivateCopy whole_;
    const int part_;
    Verdicts& verdicts_;
    bool is_shortened_ = false;
    mutable std::uint64_t left_out_ = 0;
    mutable std::uint64_t begin_ = 0, end_ = 0;  // of the stretch; both the end of all: none comes
};

}  // namespace app

#include "app/rejected_text.hpp"

#include <algorithm>
#include <cstring>
#include <utility>

#include "core/ensure.hpp"
#include "parse/encoding.hpp"

namespace app {

Verdicts::Verdicts(const ledger::Ledger& book, ledger::FileId file, bool document_is_record)
    : book_(book),
      file_(file),
      document_is_record_(document_is_record),
      refused_(book.refused_documents(file)) {
    coming_ = read();
    next();
}

bool Verdicts::load() {
    bool found = false;
    book_.each_slice_from(file_, ordinal_, [&](const ledger::Slice& slice) {
        slice_ = slice;
        found = true;
        return false;
    });
    if (!found) return false;
    ordinal_ = slice_.ordinal + 1;
    facts_ = ledger::SliceFacts::unpack(slice_.facts);
    index_ = 0;
    return true;
}

Verdicts::Verdict Verdicts::read() {
    Verdict verdict;
    while (index_ == facts_.records.size())
        if (!load()) return verdict;
    const ledger::RecordFact& record = facts_.records[index_];
    verdict.document = static_cast<std::int64_t>(facts_.documents.at(record.document).ordinal);
    verdict.part = slice_.part;
    verdict.rejected =
        !record.accepted || refused_.count(0) > 0 || refused_.count(verdict.document) > 0;
    verdict.begin = static_cast<std::uint64_t>(slice_.begin) + record.offset;
    if (!facts_.bytes.empty()) verdict.length = facts_.bytes[index_].length;
    ++index_;
    return verdict;
}

void Verdicts::next() {
    verdict_ = std::exchange(coming_, read());
    const bool beside = coming_.part == verdict_.part &&
                        (document_is_record_ || coming_.document == verdict_.document);
    const bool stays = beside && coming_.begin > verdict_.begin + verdict_.length;
    verdict_.left_out = !verdict_.rejected && verdict_.length > 0 && !stays;
}

RejectedText::RejectedText(const std::filesystem::path& path, unsigned ahead, int part,
                           Verdicts& verdicts)
    : whole_(path, ahead, PrivateCopy::frame_rooms(), 2), part_(part), verdicts_(verdicts) {
    char head[1024];
    const parse::Detected detected = parse::detect({head, whole_.read(0, head, sizeof head)});
    is_shortened_ = detected.encoding == parse::Encoding::utf8 && detected.bom_bytes == 0;
    find_stretch();
}

void RejectedText::find_stretch() const {
    begin_ = end_ = whole_.size();
    if (!is_shortened_) return;
    for (; verdicts_.get().part != 0 && verdicts_.get().part <= part_; verdicts_.next()) {
        const Verdicts::Verdict& verdict = verdicts_.get();
        if (verdict.part < part_ || !verdict.left_out) continue;
        begin_ = verdict.begin;
        end_ = verdict.begin + verdict.length;
        return;
    }
}

parse::Taken RejectedText::take(std::uint64_t offset, std::size_t wanted) const {
    for (;;) {
        const std::uint64_t at = offset + left_out_;
        parse::Taken taken = whole_.take(at, wanted);
        if (taken.size == 0) return taken;
        leave_out(taken, at);
        if (taken.size > 0) return taken;
    }
}

void RejectedText::leave_out(parse::Taken& taken, std::uint64_t offset) const {
    char* const bytes = taken.room.get() + taken.begin;
    const std::uint64_t end = offset + taken.size;
    std::size_t kept = 0;
    for (std::uint64_t at = offset; at < end;) {
        if (at < begin_) {
            const auto count = static_cast<std::size_t>(std::min(begin_, end) - at);
            std::memmove(bytes + kept, bytes + (at - offset), count);
            kept += count;
            at += count;
            continue;
        }
        const std::uint64_t count = std::min(end_, end) - at;
        left_out_ += count;
        at += count;
        if (at < end_) break;
        ENSURE(bytes[at - offset - 1] == '>');
        verdicts_.next();
        find_stretch();
    }
    taken.size = kept;
}

}  // namespace app

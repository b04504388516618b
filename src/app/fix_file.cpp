#include "app/fix_file.hpp"

#include <limits>

#include "app/correction_walk.hpp"
#include "core/code_table.hpp"
#include "core/fault.hpp"
#include "io/file.hpp"
#include "io/scratch_folder.hpp"
#include "ledger/facts.hpp"
#include "outbox/stage.hpp"
#include "parse/choose.hpp"
#include "xml/writer.hpp"

namespace app {

namespace fs = std::filesystem;

void FixFile::take(const Folded& folded) {
    for (const auto& [ordinal, code] : folded.refused_documents)
        if (documents_.size() < records_max_)
            documents_.insert(static_cast<std::uint64_t>(ordinal));
        else
            full_ = true;
    if (full_ || folded.slice.facts.empty()) return;
    const auto facts = ledger::SliceFacts::unpack(folded.slice.facts);
    auto ordinal = static_cast<std::uint64_t>(folded.slice.first_record);
    for (const ledger::RecordFact& fact : facts.records) {
        if (!fact.accepted && records_.size() >= records_max_) {
            full_ = true;
            return;
        }
        if (!fact.accepted) records_.insert(ordinal);
        ++ordinal;
    }
}

// Two dashes would end the comment; what else XML cannot carry is replaced by the writer's rules.
static std::string comment_text(const std::string& text) {
    std::string plain;
    for (const char c : xml::escape_text(text)) {
        if (c == '-' && !plain.empty() && plain.back() == '-') plain += ' ';
        plain += c == '\n' || c == '\r' || c == '\t' ? ' ' : c;
    }
    return plain;
}

void FixFile::finding(const core::Finding& f) {
    auto& of = f.record != 0 ? of_record_ : of_document_;
    const std::uint64_t key = f.record != 0 ? f.record : f.document;
    if (of.size() >= records_max_ && of.find(key) == of.end()) return;
    of[key] += "<!-- " + std::to_string(f.place.line) + ":" + std::to_string(f.place.column) + " " +
               std::string(core::to_string(f.severity)) + " " + f.code + " " +
               comment_text(core::sentence(f, language_)) + " " + comment_text(f.path) + " -->\n";
}

std::string FixFile::comments(const std::map<std::uint64_t, std::string>& of,
                              std::uint64_t key) const {
    const auto at = of.find(key);
    return at == of.end() ? std::string() : "\n" + at->second;
}

namespace {

void copy_out(const fs::path& from, const fs::path& to) {
    constexpr std::size_t at_once = 1 << 20;
    const auto input = io::InputFile::open(from);
    auto output = io::OutputFile::create(to);
    for (std::uint64_t offset = 0;;) {
        const std::string bytes = input.read(offset, at_once);
        output.append(bytes);
        offset += bytes.size();
        if (bytes.size() < at_once) break;
    }
    output.sync();
}

}  // namespace

FixWritten FixFile::write(const std::string& file, const std::vector<const job::Job*>& candidates,
                          Plans& plans, const fs::path& out, core::Instant now) {
    const auto source = parse::file_source(file, file);
    const auto choice = parse::choose(candidates, *source);
    if (choice.job == nullptr || (records_.empty() && documents_.empty())) return {};
    const bool flat = choice.job->format == job::Format::flat;
    const auto framing = framing_of(*plans.get(*choice.job, choice.version));
    const io::ScratchFolder scratch;
    outbox::CorrectionWriter writer(scratch.path());
    Marks marks;
    marks.written = [&](std::uint64_t record, std::uint64_t document) {
        return documents_.count(0) > 0 || documents_.count(document) > 0 ||
               records_.count(record) > 0;
    };
    FixWritten written;
    marks.instead_of_record = [&](std::uint64_t record) {
        ++written.left_out;
        return flat ? std::string() : comments(of_record_, record);
    };
    if (!flat) {  // a flat file has no comments: it is mended with the findings beside it
        marks.before_record = [&](std::uint64_t record) { return comments(of_record_, record); };
        marks.in_document = [&](std::uint64_t document) {
            return comments(of_document_, document);
        };
    }
    CorrectionWalk walk(*framing, 1, marks, writer);
    parse::run_pipeline(framing, *source, {}, {}, walk);
    core::FileIdentity identity;
    core::parse_identity("CORR.000000.20000101.00001.R", identity);
    written.records = writer.records() - written.left_out;
    if (written.records == 0) return written;
    const auto staged = writer.finish(identity, std::numeric_limits<std::uint64_t>::max(), now);
    copy_out(staged->path, out);
    return written;
}

}  // namespace app

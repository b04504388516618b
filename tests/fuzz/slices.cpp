// XML files of a small job, put together from tokens: slices of any size, and going on from any
// place between them, come to the same records, findings and contents of parcels.
#include <array>
#include <utility>
#include <vector>

#include "fuzz.hpp"
#include "job/read.hpp"
#include "parse/pipeline.hpp"

#ifndef SLUICE_TOP
#error "SLUICE_TOP names the root of the source tree"
#endif

namespace {

using Kind = parse::Piece::Kind;
using Keep = parse::Piece::Keep;

struct NoPrefixes final : job::PrefixLookup {
    bool find(std::string_view prefix, std::string& space) const override {
        space.clear();
        return prefix.empty();
    }
};

job::Job read() {
    const std::filesystem::path home = std::filesystem::path(SLUICE_TOP) / "tests/e2e/home";
    std::vector<job::Diagnostic> diagnostics;
    job::ReadOptions options;
    options.home = home;
    auto read = job::read_job(home / "jobs/list.xml", options, diagnostics);
    fuzz::check(read.has_value(), "the job of the target");
    std::string error;
    read->carry.push_back(*job::parse_path("/List/Form/Note", NoPrefixes{}, error));
    read->limits.text_bytes_max = 3000;
    read->limits.record_bytes_max = 700;
    read->limits.recounts_max = 6;
    return std::move(*read);
}

// A job that rests after few findings, and one that never does.
struct Two {
    job::Job resting = read(), other = read();
    std::shared_ptr<const parse::Plan> few, all;
    Two() {
        resting.limits.findings_per_file_max = 2;
        few = parse::make_plan(resting, 0, {parse::PlanOptions::Referee::no});
        all = parse::make_plan(other, 0, {parse::PlanOptions::Referee::no});
    }
};

// What all of a run comes to that must not depend on slices.
struct Result {
    std::string records, of_documents, declared, of_file;
    std::string parcel;  // of who gets all records
    std::string undecided;
    std::vector<std::string> exits;
    std::vector<Result> before;  // when each of them was reached
    parse::End end = parse::End::stopped;

    bool operator==(const Result& other) const {
        return records == other.records && of_documents == other.of_documents &&
               declared == other.declared && of_file == other.of_file && end == other.end &&
               (end != parse::End::complete || parcel == other.parcel);
    }
};

std::string shown(const core::Finding& finding) {
    return finding.code + " " + std::to_string(finding.place.offset) + " " +
           std::to_string(finding.place.line) + ":" + std::to_string(finding.place.column) + " " +
           finding.path + " " + std::to_string(finding.document) + "." +
           std::to_string(finding.record) + "\n";
}

void add_piece(Result& result, const parse::Piece& piece, std::string_view text) {
    const bool is_child = piece.kind != Kind::content && piece.kind != Kind::close;
    if (is_child || (piece.kind == Kind::content && piece.keep == Keep::no))
        result.undecided.clear();
    if (piece.kind == Kind::too_large || (piece.kind == Kind::content && piece.keep == Keep::no))
        return;
    if (piece.kind == Kind::content && piece.keep == Keep::maybe) {
        result.undecided += text;
        return;
    }
    result.parcel += result.undecided + std::string(text);
    result.undecided.clear();
}

Result run(const std::shared_ptr<const parse::Plan>& plan, const std::string& bytes,
           std::uint64_t slice_bytes, const parse::Entry& from, Result result, bool keeps) {
    parse::PipelineOptions options;
    options.slice_bytes = slice_bytes;
    options.threads = 1;
    const auto source = parse::memory_source(bytes);
    const auto take = [&](std::unique_ptr<parse::Outcome> outcome) {
        for (const parse::DocumentPart& part : outcome->documents) {
            if (part.begins) result.records += "document " + std::to_string(part.ordinal) + "\n";
            for (std::uint32_t i = 0; i < part.records; ++i) {
                const std::size_t r = part.first_record + i;
                const parse::Record& record = outcome->records[r];
                result.records += std::to_string(record.ordinal) + (record.accepted ? "+" : "-");
                if (!record.too_large) result.records += outcome->text(record);
                for (std::size_t q = 0; q < outcome->plan->queries.size(); ++q)
                    result.records += "|" + std::string(outcome->value(r, q).text);
                result.records += "\n";
                for (std::uint32_t f = 0; f < record.findings; ++f)
                    result.records += shown(outcome->findings[record.first_finding + f]);
            }
            for (const core::Finding& one : part.findings) result.of_documents += shown(one);
            for (const parse::Declared& one : part.declared) result.declared += shown(one.place);
            if (part.ends) result.records += "end of " + part.id + "\n";
        }
        for (const core::Finding& one : outcome->file_findings) result.of_file += shown(one);
        const std::string_view text = outcome->bytes;
        for (const parse::Piece& piece : outcome->pieces)
            add_piece(result, piece, text.substr(piece.begin, piece.end - piece.begin));
        if (keeps) {
            std::vector<Result> before = std::exchange(result.before, {});
            std::vector<std::string> exits = std::exchange(result.exits, {});
            before.push_back(result);
            exits.push_back(outcome->exit.save());
            result.before = std::move(before);
            result.exits = std::move(exits);
        }
        return true;
    };
    result.end = parse::run_pipeline(plan, *source, from, options, take);
    return result;
}

std::string file_of(std::string_view choices) {
    const std::string fill(90, 'f');
    const std::string person =
        "<Person><INSS>61020200269</INSS><Name>Jan</Name><City>Gent</City><Amount>1</Amount>"
        "</Person>";
    const std::array<std::string, 24> tokens = {
        "<Form><Reference>F</Reference><Total>1</Total>",
        "</Form>",
        person,
        person,
        person + person + person + person,
        "<Person><INSS>1</INSS><City>Paris</City></Person>",
        "<Person/>",
        "<Person><Name>" + fill + fill + fill + "</Name></Person>",
        "<Person><INSS>" + fill + fill + fill + fill + fill + fill + fill + fill +
            "</INSS></Person>",
        "<x/>",
        "<x/><x/><x/><x/><x/><x/><x/><x/>",
        "<!-- " + fill + " -->",
        "<!-- <Person></Person> </Form> -->",
        " \n",
        std::string(150, ' '),
        "<Total>7</Total>",
        "<Total>1<!-- " + fill + fill + " --></Total>",
        "<Note>" + fill + "</Note>",
        "<Note><Person/></Note>",
        "<Form>",
        "<Reference>R</Reference>",
        "<![CDATA[</Person>]]>",
        "words",
        "<?p </Person> ?>"};
    std::string text = "<List>";
    for (const char c : choices) text += tokens[static_cast<unsigned char>(c) % tokens.size()];
    return text;
}

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    static const Two plans;
    if (size < 2 || size > 300) return 0;
    constexpr std::array<std::uint64_t, 6> lengths = {1, 64, 150, 400, 900, 2500};
    std::string bytes = file_of(fuzz::text(data + 2, size - 2));
    if (data[1] % 4 != 0) bytes += "</Form></List>";
    const Result whole = run(plans.all, bytes, 1 << 20, {}, {}, false);
    const std::uint64_t length = lengths[data[0] % lengths.size()];
    fuzz::check(run(plans.few, bytes, 1 << 20, {}, {}, false) == whole, "pieces of a slice differ");
    const Result cut = run(plans.few, bytes, length, {}, {}, true);
    fuzz::check(cut == whole, "small slices differ");
    if (cut.exits.empty()) return 0;
    const std::size_t at = data[1] / 4 % cut.exits.size();
    const parse::Entry entry = parse::Entry::restore(cut.exits[at]);
    fuzz::check(entry.save() == cut.exits[at], "a place to go on from is not what was saved");
    const Result rest = run(plans.few, bytes, length, entry, cut.before[at], true);
    if (!entry.at_end) fuzz::check(rest == cut, "a restart differs");
    const std::vector<std::string> left(cut.exits.begin() + static_cast<std::ptrdiff_t>(at) + 1,
                                        cut.exits.end());
    fuzz::check(rest.exits == left, "a restart cuts elsewhere");
    return 0;
}

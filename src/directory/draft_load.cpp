// The persons table of a new version from a whole file.
#include "directory/digesting.hpp"
#include "directory/draft.hpp"
#include "directory/person_parser.hpp"
#include "directory/table_rules.hpp"

namespace directory {

namespace {

// A delta beside a new base is worth its room up to this share of the old rows; else the base stays
// for ever.
constexpr std::uint64_t delta_share = 4, delta_rows_min = 4096;

// The sorted records of one person, checked against each other.
class PersonRows {
  public:
    explicit PersonRows(FindingList& findings) : findings_(findings) {}
    void begin(std::uint32_t person) {
        person_ = PersonKey{person};
        rows_.clear();
    }
    void add(const Record& record) {
        const Row row{record.row};
        if (rows_.size() >= rows_of_a_person_max)
            return error(record.line, "limit", "this person has more than 65536 rows");
        if (!rows_.empty() && rows_.back().code() == row.code() &&
            row.from_day() <= rows_.back().to_day())
            return error(record.line, "overlap",
                         "its period overlaps that of line " + std::to_string(line_));
        rows_.push_back(row);
        line_ = record.line;
    }
    PersonKey person() const { return person_; }
    std::span<const Row> rows() const { return rows_; }

  private:
    void error(std::uint32_t line, const char* code, std::string text) {
        findings_.add({TableName::persons, line, 1, true, code, std::move(text)});
    }
    FindingList& findings_;
    PersonKey person_;
    std::vector<Row> rows_;
    std::uint32_t line_ = 0;
};

}  // namespace

void Store::Draft::read_persons(const fs::path& csv, Dictionary& dictionary, RecordSorter& sorter) {
    CsvReader reader(csv);
    if (!check_header(reader, TableName::persons, header_line(TableName::persons), findings))
        return;
    PersonParser parser(dictionary, findings);
    const std::size_t columns = column_count(TableName::persons);
    Record record{};
    while (reader.next()) {
        const RowForm form = check_form(reader, TableName::persons, columns, findings);
        if (form == RowForm::blank) continue;
        ++rows_read;
        if (form == RowForm::good && parser.parse(reader, 0, record)) sorter.add(record);
        if (rows_read % 65536 == 0 && options.progress) options.progress(reader.bytes(), rows_read);
    }
}

void Store::Draft::load_persons(const fs::path& csv) {
    const Chain chain = before.id.empty() ? Chain() : layout.chain(before.id);
    Dictionary dictionary(chain.holders());
    RecordSorter sorter(layout.work(), "persons", options.memory_budget_bytes / 2,
                        RecordOrder::by_row);
    read_persons(csv, dictionary, sorter);
    sorter.end();
    write_persons(sorter, dictionary, chain);
}

void Store::Draft::write_persons(RecordSorter& sorter, const Dictionary& dictionary,
                                 const Chain& chain) {
    const fs::path base_path = work("base"), delta_path = work("delta");
    PersonsWriter base(base_path, rows_read, new_digester(options));
    std::optional<PersonsWriter> delta;
    if (before.counts.rows > 0) delta.emplace(delta_path, 0, new_digester(options));
    const std::uint64_t delta_max = before.counts.rows / delta_share + delta_rows_min;
    Comparison comparison(dictionary, before, owners_before());
    ChainCursor old(chain);
    const auto drop_delta = [&] {
        delta.reset();
        std::error_code ignored;
        fs::remove(delta_path, ignored);
    };
    const auto compare = [&](PersonKey person, std::span<const Row> a, std::span<const Row> b) {
        comparison.person(person, a, b, delta ? &*delta : nullptr);
        if (delta && delta->rows() > delta_max) drop_delta();
    };
    PersonRows fresh(findings);
    const auto take = [&] {
        if (fresh.rows().empty()) return;
        for (; !old.done() && old.person() < fresh.person(); old.next())
            compare(old.person(), old.rows(), {});
        const bool both = !old.done() && old.person() == fresh.person();
        compare(fresh.person(), both ? old.rows() : std::span<const Row>(), fresh.rows());
        if (both) old.next();
        for (const Row row : fresh.rows()) base.add(fresh.person(), row);
    };
    Record record{};
    while (sorter.next(record)) {
        if (record.person != fresh.person().value) {
            take();
            fresh.begin(record.person);
        }
        fresh.add(record);
    }
    take();
    for (; !old.done(); old.next()) compare(old.person(), old.rows(), {});

    comparison.count_into(manifest);
    owners = comparison.owners_after();
    for (OwnerChange& change : comparison.too_many(options)) too_many.push_back(std::move(change));
    const std::string base_digest = base.finish(dictionary.holders(), 0, comparison.sum());
    publications_.push_back({base_path, layout.base(manifest.id)});
    manifest.persons = PersonsForm::base;
    manifest.persons_digest = base_digest;
    if (!delta) return;
    const std::size_t known = chain.holders().size();
    manifest.persons = PersonsForm::delta;
    manifest.persons_digest =
        delta->finish(dictionary.holders().subspan(known), known, comparison.sum());
    publications_.push_back({delta_path, layout.delta(manifest.id)});
}

}  // namespace directory

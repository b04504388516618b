// The persons table of a new version from mutations of the current one.
#include <algorithm>

#include "directory/digesting.hpp"
#include "directory/draft.hpp"
#include "directory/mutation.hpp"
#include "directory/person_parser.hpp"
#include "directory/table_rules.hpp"

namespace directory {

bool Store::Draft::read_mutations(const fs::path& csv, std::string_view owner,
                                  Dictionary& dictionary, RecordSorter& sorter) {
    CsvReader reader(csv);
    const std::string header = "action," + std::string(header_line(TableName::persons));
    if (!check_header(reader, TableName::persons, header, findings)) return false;
    PersonParser parser(dictionary, findings);
    const std::size_t columns = column_count(TableName::persons) + 1;
    while (reader.next()) {
        const RowForm form = check_form(reader, TableName::persons, columns, findings);
        if (form == RowForm::blank) continue;
        ++rows_read;
        if (form == RowForm::bad) continue;
        const auto action = parse_action(reader[0]);
        if (!action)
            findings.add({TableName::persons, reader.line(), 1, true, "action",
                          "it is insert, change or close"});
        const bool own = owner.empty() || reader[2] == owner;
        if (!own)
            findings.add({TableName::persons, reader.line(), reader.column(2), true, "owner",
                          "this row is another institution's"});
        Record record{};
        if (!parser.parse(reader, 1, record) || !action || !own) continue;
        // The order of lines stays, and the action travels with it.
        record.line = record.line << 2 | static_cast<std::uint32_t>(*action);
        sorter.add(record);
        if (rows_read % 65536 == 0 && options.progress) options.progress(reader.bytes(), rows_read);
    }
    return true;
}

void Store::Draft::apply(const fs::path& csv, std::string_view owner) {
    const Chain chain = before.id.empty() ? Chain() : layout.chain(before.id);
    Dictionary dictionary(chain.holders());
    RecordSorter sorter(layout.work(), "mutations", options.memory_budget_bytes / 2,
                        RecordOrder::by_line);
    read_mutations(csv, owner, dictionary, sorter);
    sorter.end();
    const fs::path path = work("delta");
    PersonsWriter delta(path, 0, new_digester(options));
    Comparison comparison(dictionary, before, owners_before());
    PersonKey person;
    std::vector<Row> merged, rows;
    std::span<const Row> old;
    bool any = false;
    Record record{};
    while (sorter.next(record)) {
        if (!any || record.person != person.value) {
            if (any) comparison.person(person, old, rows, &delta);
            any = true;
            person = PersonKey{record.person};
            old = chain.find(person, merged);
            rows.assign(old.begin(), old.end());
        }
        const char* problem = mutate(rows, static_cast<Action>(record.line & 3U), Row{record.row});
        if (problem != nullptr)
            findings.add({TableName::persons, record.line >> 2, 1, true, problem,
                          std::string(words_of(problem))});
    }
    if (any) comparison.person(person, old, rows, &delta);
    comparison.count_into(manifest);
    owners = comparison.owners_after();
    too_many = comparison.too_many(options);
    const std::size_t known = chain.holders().size();
    manifest.persons = PersonsForm::delta;
    manifest.persons_digest =
        delta.finish(dictionary.holders().subspan(known), known, comparison.sum());
    publications_.push_back({path, layout.delta(manifest.id)});
}

}  // namespace directory

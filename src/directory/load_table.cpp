#include <algorithm>
#include <unordered_set>

#include "core/fault.hpp"
#include "directory/digesting.hpp"
#include "directory/sorting.hpp"
#include "directory/table_rules.hpp"
#include "directory/text_table.hpp"

namespace directory {

namespace {

struct Replacement {
    std::uint32_t from, to, line;
};

// What can only be seen of a row beside others.
class Together {
  public:
    Together(TableName table, FindingList& findings) : table_(table), findings_(findings) {}

    // As delivered: ids that are unique, and how many rows a table that lives in memory may have.
    void delivered(const CsvReader& row) {
        if (table_ == TableName::authorisations) {
            if (ids_.size() > authorisations_max) return;
            if (!ids_.insert(std::string(row[0])).second)
                error(row.line(), "duplicate", "another row has this id");
            if (ids_.size() > authorisations_max)
                error(row.line(), "limit", "there are more than 1000000 authorisations");
        }
        if (table_ == TableName::replaced && replaced_.size() <= replaced_max) {
            replaced_.push_back({parse_insz(row[0])->value, parse_insz(row[1])->value,
                                 static_cast<std::uint32_t>(row.line())});
            if (replaced_.size() > replaced_max)
                error(row.line(), "limit", "there are more than 20000000 replaced numbers");
        }
    }

    // In order. False: not to be kept.
    bool sorted(std::string_view row, std::uint64_t line) {
        if (row == last_ && line_ != 0) {
            error(line, "duplicate", "it repeats line " + std::to_string(line_));
            return false;
        }
        if (table_ == TableName::mandates && line_ != 0) check_overlap(row, line);
        last_ = row;
        line_ = line;
        return true;
    }

    void end() {
        std::sort(replaced_.begin(), replaced_.end(), [](const auto& a, const auto& b) {
            return a.from != b.from ? a.from < b.from : a.line < b.line;
        });
        for (std::size_t i = 0; i < replaced_.size(); ++i) {
            if (i > 0 && replaced_[i].from == replaced_[i - 1].from)
                error(replaced_[i].line, "duplicate", "this number is replaced twice");
            else if (!ends(replaced_[i]))
                error(replaced_[i].line, "cycle",
                      "these replacements lead to no number that counts");
        }
    }

  private:
    void error(std::uint64_t line, const char* code, std::string text) {
        findings_.add({table_, line, 1, true, code, std::move(text)});
    }

    void check_overlap(std::string_view row, std::uint64_t line) {
        const auto a = split_fields(last_), b = split_fields(row);
        if (!std::equal(a.begin(), a.begin() + 4, b.begin())) {
            reach_.clear();
            return;
        }
        // The open end, or the latest one, of those before.
        const std::string_view end = a[5];
        if (reach_.empty() || end.empty() || (reach_ != "open" && end > reach_))
            reach_ = end.empty() ? "open" : std::string(end);
        if (reach_ == "open" || b[4] <= reach_)
            error(line, "overlap", "its period overlaps that of line " + std::to_string(line_));
    }

    // Whether following the replacements comes to an end.
    bool ends(const Replacement& first) const {
        std::uint32_t number = first.to;
        for (int steps = 0; steps < 16; ++steps) {
            const auto at = std::lower_bound(
                replaced_.begin(), replaced_.end(), number,
                [](const Replacement& r, std::uint32_t value) { return r.from < value; });
            if (at == replaced_.end() || at->from != number) return true;
            number = at->to;
        }
        return false;
    }

    TableName table_;
    FindingList& findings_;
    std::unordered_set<std::string> ids_;
    std::vector<Replacement> replaced_;
    std::string last_, reach_;
    std::uint64_t line_ = 0;
};

}  // namespace

static bool is_declared(const CsvReader& row, TableName table, const StoreOptions& options,
                        FindingList& findings) {
    if (table != TableName::registers || !options.register_fault) return true;
    static constexpr std::pair<std::string_view, std::size_t> columns[] = {
        {"register", 0}, {"key", 1}, {"group", 4}, {"name", 5}};
    const std::string_view fault = options.register_fault(row[0], row[1], row[4], row[5]);
    for (const auto& [name, column] : columns)
        if (name == fault)
            findings.add({table, row.line(), row.column(column), true, "undeclared",
                          "no register is declared with this " + std::string(name)});
    return fault.empty();
}

LoadedTable load_table(TableName table, const fs::path& csv, const fs::path& out,
                       const fs::path& work, const StoreOptions& options, FindingList& findings) {
    LoadedTable loaded;
    CsvReader reader(csv);
    if (!check_header(reader, table, header_line(table), findings)) return loaded;
    Together together(table, findings);
    LineSorter sorter(work, std::string(to_string(table)), options.memory_budget_bytes / 2);
    const std::size_t columns = column_count(table);
    while (reader.next()) {
        const RowForm form = check_form(reader, table, columns, findings);
        if (form == RowForm::blank) continue;
        ++loaded.rows_read;
        if (form == RowForm::bad) continue;
        const std::string kept = kept_row(reader, table, findings);
        if (kept.empty() || !is_declared(reader, table, options, findings)) continue;
        together.delivered(reader);
        sorter.add(kept, reader.line());
    }
    sorter.end();
    TextTableWriter writer(out, new_digester(options));
    std::string_view row;
    std::uint64_t line = 0;
    while (sorter.next(row, line))
        if (together.sorted(row, line)) writer.add(row);
    together.end();
    loaded.rows = writer.rows();
    loaded.digest = writer.finish();
    return loaded;
}

}  // namespace directory

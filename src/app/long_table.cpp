#include "app/long_table.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <cstring>

#include "core/ensure.hpp"
#include "core/fault.hpp"
#include "io/file.hpp"

namespace app {

namespace fs = std::filesystem;
using pages::Value;

static constexpr std::size_t rows_at_once = 1000;
static constexpr char cell_end = '\x1f';

static core::Fault fault(const fs::path& folder) {
    return {core::FaultKind::world, "keep rows of a long table in", io::shown(folder),
            std::strerror(errno)};
}

LongTable::LongTable(const fs::path& folder, pages::Table table)
    : folder_(folder), table_(std::move(table)) {
    std::string name = folder / ".tmp-rows-XXXXXX";
    const int descriptor = ::mkostemp(name.data(), O_CLOEXEC);
    if (descriptor < 0) throw fault(folder);
    ::unlink(name.c_str());
    file_.reset(::fdopen(descriptor, "w+"));
    ENSURE(file_ != nullptr);
    for (const pages::Column& column : table_.columns) widths_.push_back(column.heading.size());
}

// A cell is its kind, its words and an end; a row is a line. None of our names has either sign.
void LongTable::add(const std::vector<Value>& row) {
    std::string line;
    for (std::size_t i = 0; i < row.size(); ++i) {
        const bool number = row[i].kind == Value::Kind::number;
        ENSURE(number || row[i].kind == Value::Kind::text);
        const std::string text = row[i].plain();
        ENSURE(text.find_first_of("\x1f\n") == std::string::npos);
        widths_[i] = std::max(widths_[i], text.size());
        line += (number ? 'n' : 't') + text + cell_end;
    }
    line += '\n';
    if (std::fwrite(line.data(), 1, line.size(), file_.get()) != line.size()) throw fault(folder_);
    ++count_;
}

std::vector<Value> LongTable::read(const std::string& line) const {
    std::vector<Value> row;
    for (std::size_t at = 0; row.size() < table_.columns.size();) {
        const std::size_t end = line.find(cell_end, at);
        ENSURE(end != std::string::npos && end > at);
        std::string text = line.substr(at + 1, end - at - 1);
        row.push_back(line[at] == 'n' ? Value::of(std::int64_t{std::stoll(text)})
                                      : Value(std::move(text)));
        at = end + 1;
    }
    return row;
}

void LongTable::each(const std::function<void(const pages::Table&)>& visit) {
    if (std::fflush(file_.get()) != 0) throw fault(folder_);
    std::rewind(file_.get());
    std::string line;
    for (std::int64_t left = count_; left > 0;) {
        line.clear();
        for (int c = std::getc(file_.get()); c != '\n'; c = std::getc(file_.get())) {
            if (c == EOF) throw fault(folder_);
            line += static_cast<char>(c);
        }
        table_.rows.push_back(read(line));
        --left;
        if (table_.rows.size() < rows_at_once && left > 0) continue;
        visit(table_);
        table_.rows.clear();
    }
    if (count_ == 0) visit(table_);
}

}  // namespace app

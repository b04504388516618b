#include "app/directory_xml.hpp"

#include <algorithm>
#include <sstream>

#include "core/code_table.hpp"
#include "core/finding.hpp"
#include "core/language.hpp"
#include "directory/csv.hpp"
#include "io/file.hpp"
#include "job/validate.hpp"
#include "schema/walker.hpp"

namespace app {

namespace fs = std::filesystem;

static constexpr std::string_view space = "urn:sluice:directory:1";
static constexpr std::size_t chunk_bytes = 1 << 20;
static constexpr std::size_t findings_max = 100;

bool is_xml_table(const fs::path& file) {
    return file.extension() == ".xml";
}

namespace {

class Converter {
  public:
    Converter(const fs::path& xml, directory::TableName table, const fs::path& to)
        : file_(io::InputFile::open(xml)),
          table_(table),
          out_(io::OutputFile::resume(to, 0)),
          walker_(job::schema_of(job::Kind::directory), watch(), {}) {
        walker_.set_base(0, 1, 1);
        line_to(std::string(header_line(table)));
    }

    std::vector<directory::RowFinding> run() {
        std::string buffer;
        std::uint64_t offset = 0;
        for (bool last = false; !last;) {
            const std::string more = file_.read(offset, chunk_bytes);
            offset += more.size();
            last = more.empty();
            buffer += more;
            const schema::Stop stop = walker_.walk(buffer, last);
            take(buffer);
            const std::size_t done = walker_.consumed();
            count_lines(buffer, begin_ + done);
            buffer.erase(0, done);
            begin_ += done;
            if (stop == schema::Stop::malformed || findings_.size() >= findings_max) break;
        }
        flush();
        out_.sync();
        return std::move(findings_);
    }

  private:
    schema::Watch watch() {
        std::istringstream names{std::string(header_line(table_))};
        schema::WatchNode root, row;
        root.space = row.space = space;
        root.local = to_string(table_);
        row.local = "row";
        row.parent = 1;
        row.record = true;
        for (std::string name; std::getline(names, name, ',');)
            row.attributes.emplace_back("", name);
        values_.resize(row.attributes.size());
        return {schema::WatchNode{}, root, row};
    }

    // Lines before an offset; offsets only grow.
    void count_lines(std::string_view buffer, std::uint64_t until) {
        for (; counted_ < until && counted_ - begin_ < buffer.size(); ++counted_)
            line_ += buffer[counted_ - begin_] == '\n' ? 1U : 0U;
    }

    void take(std::string_view buffer) {
        using Kind = schema::Mark::Kind;
        for (const schema::Mark& mark : walker_.marks()) {
            if (mark.node != 2) continue;
            if (mark.kind == Kind::enter) {
                count_lines(buffer, mark.begin);
                for (std::string& value : values_) value.clear();
            } else if (mark.kind == Kind::attribute) {
                const auto raw = buffer.substr(mark.begin - begin_, mark.end - mark.begin);
                values_[mark.attribute] = mark.literal ? std::string(raw) : schema::text_of(raw);
            } else if (mark.kind == Kind::leave) {
                write_row();
            }
        }
        walker_.clear_marks();
        for (const core::Finding& finding : walker_.findings())
            if (findings_.size() < findings_max)
                findings_.push_back({table_, finding.place.line, finding.place.column, true, "xml",
                                     core::sentence(finding, core::Language::en)});
        walker_.clear_findings();
    }

    void write_row() {
        while (written_ < line_) line_to({});
        std::string row;
        for (std::size_t i = 0; i < values_.size(); ++i)
            row += (i > 0 ? "," : "") + directory::csv_quoted(values_[i]);
        line_to(row);
    }

    // The next line of the CSV.
    void line_to(const std::string& text) {
        pending_ += text + "\n";
        ++written_;
        if (pending_.size() > chunk_bytes) flush();
    }
    void flush() {
        out_.append(pending_);
        pending_.clear();
    }

    io::InputFile file_;
    directory::TableName table_;
    io::OutputFile out_;
    std::vector<std::string> values_;
    schema::Walker walker_;
    std::uint64_t begin_ = 0, counted_ = 0, line_ = 1, written_ = 1;  // the line to come
    std::string pending_;
    std::vector<directory::RowFinding> findings_;
};

}  // namespace

std::vector<directory::RowFinding> table_as_csv(const fs::path& xml, directory::TableName table,
                                                const fs::path& to) {
    return Converter(xml, table, to).run();
}

}  // namespace app

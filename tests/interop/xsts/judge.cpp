// judge MANIFEST SUITE KNOWN OUT: the verdicts of our general path, of our fast path and of the
// referee on every case of the W3C suite, each schema in a process and a time of its own. Every
// verdict goes to OUT; differences from the expected verdict must be listed in KNOWN/*.tsv (who,
// kind, schema, instance, verdict, reason), and the fast path may never accept what is invalid.
#include <poll.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <csignal>
#include <ctime>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <iterator>
#include <map>
#include <set>
#include <sstream>
#include <string>
#include <vector>

#include "schema/hints.hpp"
#include "schema/referee.hpp"
#include "schema/schema.hpp"
#include "schema/walker.hpp"
#include "xml/encoding.hpp"

namespace {

namespace fs = std::filesystem;
constexpr int seconds_max = 30;  // for one schema and its instances, of the processor's time

std::vector<std::string> split(const std::string& line, char separator) {
    std::vector<std::string> fields;
    std::istringstream in(line);
    for (std::string field; std::getline(in, field, separator);) fields.push_back(field);
    return fields;
}

struct Group {  // one set of schema documents, and what is to be judged by it
    std::string schema;
    std::vector<std::pair<std::string, std::string>> cases;  // instance or "-", expected
};

struct Verdicts {  // valid, invalid, none (no opinion), hangs
    std::string ours = "hangs", fast = "none", referee = "hangs";
};

std::string content_of(const fs::path& path) {
    std::ifstream in(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
}

// Of our own: `went_fast` says whether any element went through the fast path.
std::string walk(const std::shared_ptr<const schema::Schema>& compiled, const std::string& text,
                 bool fast, bool& went_fast) {
    schema::WalkOptions options;
    options.fast = fast;
    options.limits.attributes_max = options.limits.depth_max = 10'000;
    options.allow_doctype = true;
    options.limits.identity_bytes_max = 256ULL << 20;
    schema::Walker walker(compiled, {}, options);
    const bool good = walker.walk(text, true) == schema::Stop::end && walker.findings().empty() &&
                      !walker.dirty();
    went_fast = walker.elements_fast() != 0;
    return good ? "valid" : "invalid";
}

class Judge {
  public:
    Judge(const fs::path& suite, const Group& group) : suite_(suite) {
        for (const auto& document : split(group.schema, ';'))
            documents_.push_back(suite / document);
        options_.documents = documents_;
        options_.folders = {suite_};
        options_.ask_referee = false;
        options_.require_includes = false;
        loaded_ = schema::load(options_);
        std::vector<schema::RefereeFault> faults;
        std::string refused;
        grammar_ = schema::load_grammar(documents_, {}, faults, refused);
        referee_on_schema_ = !refused.empty() ? "none" : grammar_ ? "valid" : "invalid";
    }

    Verdicts judge(const std::string& instance) const {
        Verdicts verdicts;
        if (instance == "-") {
            verdicts.ours = loaded_.schema ? "valid" : "invalid";
            verdicts.referee = referee_on_schema_;
            return verdicts;
        }
        std::vector<schema::RefereeFault> faults;
        const std::string bytes = content_of(suite_ / instance);
        verdicts.referee = grammar_ == nullptr                              ? "none"
                           : schema::Referee(grammar_).judge(bytes, faults) ? "valid"
                                                                            : "invalid";
        std::string text = bytes, error;
        if (!xml::to_utf8(text, error)) {
            verdicts.ours = "invalid";
            return verdicts;
        }
        schema::Hints hints;
        if (loaded_.schema)
            hints = schema::hints_of(text, (suite_ / instance).parent_path(), loaded_.documents);
        if (hints.late) {
            verdicts.ours = "invalid";
            return verdicts;
        }
        const schema::Loaded loaded = with_hints(hints);
        if (!loaded.schema || !loaded.fallback_reasons.empty()) {
            verdicts.ours = loaded.schema ? verdicts.referee : "none";
            return verdicts;
        }
        bool went_fast = false;
        verdicts.ours = walk(loaded.schema, text, false, went_fast);
        // The fast path reads ahead: room behind the document lets it take part.
        const std::string with_fast =
            walk(loaded.schema, text + std::string(4096, '\n'), true, went_fast);
        if (went_fast) verdicts.fast = with_fast;
        return verdicts;
    }
    bool falls_back() const { return loaded_.schema && !loaded_.fallback_reasons.empty(); }

  private:
    // As the suite has it, and as check --follow-hints does it: what the instance points to comes
    // to the schema documents of the case, where all of them can be one schema.
    schema::Loaded with_hints(const schema::Hints& hints) const {
        if (hints.documents.empty()) return loaded_;
        schema::LoadOptions options = options_;
        options.documents.insert(options.documents.end(), hints.documents.begin(),
                                 hints.documents.end());
        schema::Loaded all = schema::load(options);
        return all.schema ? all : loaded_;
    }

    fs::path suite_;
    std::vector<fs::path> documents_;
    schema::LoadOptions options_;
    schema::Loaded loaded_;
    std::shared_ptr<const schema::Grammar> grammar_;
    std::string referee_on_schema_;
};

// One line a case, as soon as it is known: what is missing at the end has hung or died.
void judge_in_child(const fs::path& suite, const Group& group, int out) {
    alarm(10 * seconds_max);
    try {
        const Judge judge(suite, group);
        for (const auto& [instance, expected] : group.cases) {
            const Verdicts v = judge.judge(instance);
            const std::string line = v.ours + " " + v.fast + " " + v.referee +
                                     (judge.falls_back() ? " back\n" : " on\n");
            if (write(out, line.data(), line.size()) < 0) _exit(1);
        }
    } catch (const std::exception& e) {
        std::cerr << group.schema << ": " << e.what() << "\n";
    }
    _exit(0);
}

struct Child {
    pid_t pid;
    int in;
    std::time_t began;
    const Group* group;
};

Child start(const fs::path& suite, const Group& group) {
    std::array<int, 2> ends{};
    if (pipe(ends.data()) != 0) std::exit(3);
    const pid_t pid = fork();
    if (pid == 0) {
        close(ends[0]);
        judge_in_child(suite, group, ends[1]);
    }
    close(ends[1]);
    return {pid, ends[0], std::time(nullptr), &group};
}

std::string finish(const Child& child) {
    std::string output;
    std::array<char, 4096> block{};
    for (;;) {
        const auto left = 10L * seconds_max - (std::time(nullptr) - child.began);
        pollfd wanted{child.in, POLLIN, 0};
        if (left <= 0 || poll(&wanted, 1, static_cast<int>(left) * 1000) <= 0) break;
        const ssize_t got = read(child.in, block.data(), block.size());
        if (got <= 0) break;
        output.append(block.data(), static_cast<std::size_t>(got));
    }
    close(child.in);
    kill(child.pid, SIGKILL);
    waitpid(child.pid, nullptr, 0);
    return output;
}

class Report {
  public:
    Report(const fs::path& known, const fs::path& out) : out_(out) {
        if (!fs::is_directory(known)) return;
        for (const auto& file : fs::directory_iterator(known)) {
            if (file.path().extension() != ".tsv") continue;
            std::ifstream in(file.path());
            for (std::string line; std::getline(in, line);) {
                const auto fields = split(line, '\t');
                if (fields.size() >= 6 && fields[0] != "who")
                    known_.insert(fields[0] + '\t' + fields[1] + '\t' + fields[2] + '\t' +
                                  fields[3] + '\t' + fields[4]);
            }
        }
    }

    void add(const std::string& schema, const std::string& instance, const std::string& expected,
             const Verdicts& v) {
        const std::string kind = instance == "-" ? "schema" : "instance";
        out_ << kind << '\t' << schema << '\t' << instance << '\t' << expected << '\t' << v.ours
             << '\t' << v.fast << '\t' << v.referee << '\n';
        ++counts_[kind + " cases"];
        if (v.fast != "none") ++counts_[kind + " cases in which the fast path took part"];
        compare("ours", kind, schema, instance, expected, v.ours);
        compare("referee", kind, schema, instance, expected, v.referee);
        if (v.fast == "valid" && expected == "invalid")
            compare("fast", kind, schema, instance, expected, v.fast);
        if (v.fast != "none" && v.fast != v.ours)
            compare("fast-against-general", kind, schema, instance, v.ours, v.fast);
    }
    void count(const std::string& what) { ++counts_[what]; }

    // The exit status.
    int finish() const {
        for (const auto& [what, number] : counts_) std::cout << what << ": " << number << "\n";
        for (const auto& line : unlisted_) std::cout << "not listed: " << line << "\n";
        return unlisted_.empty() ? 0 : 1;
    }

  private:
    void compare(const std::string& who, const std::string& kind, const std::string& schema,
                 const std::string& instance, const std::string& expected,
                 const std::string& verdict) {
        if (verdict == expected) return;
        ++counts_[who + " on " + kind + "s: " + expected + " judged " + verdict];
        const std::string key =
            who + '\t' + kind + '\t' + schema + '\t' + instance + '\t' + verdict;
        if (known_.count(key) == 0) unlisted_.push_back(key);
    }

    std::ofstream out_;
    std::set<std::string> known_;
    std::map<std::string, std::size_t> counts_;
    std::vector<std::string> unlisted_;
};

std::vector<Group> read_manifest(const fs::path& path) {
    std::map<std::string, Group> groups;
    std::ifstream in(path);
    std::string line;
    std::getline(in, line);
    while (std::getline(in, line)) {
        const auto fields = split(line, '\t');
        if (fields.size() != 6) continue;
        Group& group = groups[fields[3]];
        group.schema = fields[3];
        group.cases.emplace_back(fields[4], fields[5]);
    }
    std::vector<Group> all;
    for (auto& [name, group] : groups) all.push_back(std::move(group));
    return all;
}

}  // namespace

int main(int argc, char** argv) {
    if (argc != 5) {
        std::cerr << "judge MANIFEST SUITE KNOWN OUT\n";
        return 2;
    }
    const fs::path suite = argv[2];
    const std::vector<Group> groups = read_manifest(argv[1]);
    Report report(argv[3], argv[4]);
    std::vector<Child> running;
    std::size_t next = 0;
    while (next < groups.size() || !running.empty()) {
        while (next < groups.size() && running.size() < 4)
            running.push_back(start(suite, groups[next++]));
        const Child child = running.front();
        running.erase(running.begin());
        const auto lines = split(finish(child), '\n');
        for (std::size_t i = 0; i < child.group->cases.size(); ++i) {
            Verdicts verdicts;
            const auto fields = split(i < lines.size() ? lines[i] : "", ' ');
            if (fields.size() == 4) verdicts = {fields[0], fields[1], fields[2]};
            if (fields.size() == 4 && fields[3] == "back")
                report.count("cases left to the referee");
            const std::string& instance = child.group->cases[i].first;
            if (instance != "-" && !fs::is_regular_file(suite / instance)) {
                report.count("instance cases that the archive does not hold");
                continue;
            }
            report.add(child.group->schema, instance, child.group->cases[i].second, verdicts);
        }
    }
    return report.finish();
}

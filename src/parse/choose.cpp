#include "parse/choose.hpp"

#include <algorithm>
#include <memory>
#include <utility>

#include "parse/encoding.hpp"
#include "parse/evaluator.hpp"
#include "parse/plan_builder.hpp"
#include "xml/scanner.hpp"

namespace parse {

namespace {

constexpr std::size_t first_look_bytes = 2048;
constexpr std::string_view xsi = "http://www.w3.org/2001/XMLSchema-instance";

core::Finding channel_finding(const char* code, core::Reason reason) {
    core::Finding finding;
    finding.code = code;
    finding.reason = reason;
    return finding;
}

// The first bytes of an input as UTF-8.
struct Head {
    std::string text;
    bool whole = false;  // the input ends here
    Detected detected;
};

Head read_head(const Source& source, std::uint64_t most) {
    Head head;
    std::string raw(static_cast<std::size_t>(std::min(most, source.size())), '\0');
    raw.resize(source.read(0, raw.data(), raw.size()));
    head.whole = raw.size() == source.size();
    head.detected = detect(raw);
    if (head.detected.encoding == Encoding::unsupported) return head;
    decode(head.detected.encoding, std::string_view(raw).substr(head.detected.bom_bytes),
           head.whole, head.text);
    if (head.detected.encoding != Encoding::utf8) rewrite_declaration(head.text);
    return head;
}

// What a walk over the head, with the paths of a job's schema@when watched, has found.
struct Look {
    bool root = false;               // it is the root of this job's document path
    bool settled = false;            // more of the text would not tell more
    std::vector<std::string> hints;  // base names of schema locations
    std::unique_ptr<Plan> plan;
    Entry entry;
    Strings strings;
    std::unique_ptr<Evaluator> values;
    std::optional<core::Finding> malformed;
};

// Puts a finding about the root where the root is.
void place_at_root(core::Finding& finding, const Head& head) {
    xml::Scanner scanner(xml::ScanOptions{});
    const char* const begin = head.text.data();
    scanner.window(begin, begin + head.text.size(), head.whole);
    xml::Token token = scanner.next();
    while (token != xml::Token::start) {
        if (token == xml::Token::error || token == xml::Token::need_more ||
            token == xml::Token::finish)
            return;
        token = scanner.next();
    }
    finding.element = scanner.name().local;
    finding.path = "/" + std::string(scanner.name().qname) + "[1]";
    const std::string_view before(begin, static_cast<std::size_t>(scanner.token_begin() - begin));
    advance(finding.place.line, finding.place.column, before);
    finding.place.offset =
        head.detected.bom_bytes + delivered_length(head.detected.encoding, before);
}

void add_hints(std::string_view text, bool pairs, std::vector<std::string>& hints) {
    std::size_t index = 0;
    while (!(text = trimmed(text)).empty()) {
        const std::size_t end = std::min(text.find_first_of(" \t\r\n"), text.size());
        const std::string_view location = text.substr(0, end);
        if (!pairs || index % 2 == 1)
            hints.emplace_back(location.substr(location.find_last_of("/\\") + 1));
        ++index;
        text.remove_prefix(end);
    }
}

std::unique_ptr<Plan> plan_of(const job::Job& job) {
    auto plan = std::make_unique<Plan>();
    plan->job = &job;
    PlanBuilder builder(*plan, job.document, job.record);
    for (const job::SchemaVersion& version : job.schemas)
        if (version.when) builder.add_condition(*version.when, plan->document_level);
    builder.finish();
    plan->condition_queries = plan->queries.size();
    auto& attributes = plan->watch[plan->chain[1]].attributes;
    attributes.emplace_back(xsi, "schemaLocation");
    attributes.emplace_back(xsi, "noNamespaceSchemaLocation");
    plan->walk.validate = false;
    return plan;
}

Look look(const job::Job& job, std::string_view text, bool whole) {
    using Kind = schema::Mark::Kind;
    Look result;
    result.plan = plan_of(job);
    const Plan& plan = *result.plan;
    result.values = std::make_unique<Evaluator>(plan, result.entry);
    schema::Walker walker(nullptr, plan.watch, plan.walk);
    const schema::Stop stop = walker.walk(text, whole);
    const std::uint32_t root = plan.chain[1], document = plan.chain[plan.document_level];
    const std::size_t own = plan.watch[root].attributes.size() - 2;
    for (const schema::Mark& mark : walker.marks()) {
        if (mark.node == root && mark.kind == Kind::enter) result.root = true;
        if (mark.node == root && mark.kind == Kind::attribute && mark.attribute >= own) {
            const auto raw = text.substr(static_cast<std::size_t>(mark.begin),
                                         static_cast<std::size_t>(mark.end - mark.begin));
            add_hints(raw, mark.attribute == own, result.hints);
        }
        result.values->on_mark(mark, text, result.strings);
        // Only the first document is looked at.
        result.settled = mark.node == document && mark.kind == Kind::leave;
        if (result.settled) break;
    }
    // Without conditions the root's own start tag tells all there is to know.
    result.settled |= result.root && plan.queries.empty();
    if (stop == schema::Stop::malformed && !walker.findings().empty())
        result.malformed = walker.findings().back();
    return result;
}

// Most files say at their very beginning what they are.
Look look(const job::Job& job, const Head& head) {
    if (head.text.size() > first_look_bytes) {
        Look first = look(job, std::string_view(head.text).substr(0, first_look_bytes), false);
        if (first.settled) return first;
    }
    return look(job, head.text, head.whole);
}

struct Looked final : job::PathValues {
    explicit Looked(const Look& seen) : look(seen) {}
    std::optional<std::string_view> find(const job::Path& path) const override {
        const std::uint32_t query = look.plan->query_of(path);
        if (query == none || !(*look.values)[query].settled()) return {};
        return (*look.values)[query].text;
    }
    const Look& look;
};

bool in_force(const job::SchemaVersion& version, std::optional<core::Date> day) {
    if (!day) return true;
    return !(version.valid_from && *day < *version.valid_from) &&
           !(version.valid_to && *version.valid_to < *day);
}

// The best version: one that a hint names before one that none names; `when` must hold where there
// is one.
std::optional<std::size_t> version_of(const job::Job& job, const Look& seen,
                                      std::optional<core::Date> day) {
    const Looked values(seen);
    std::optional<std::size_t> best;
    bool best_named = false;
    bool any_named = false;
    const auto named = [&](const job::SchemaVersion& version) {
        return std::find(seen.hints.begin(), seen.hints.end(), version.base_name) !=
               seen.hints.end();
    };
    for (const job::SchemaVersion& version : job.schemas) any_named |= named(version);
    for (std::size_t i = 0; i < job.schemas.size(); ++i) {
        const job::SchemaVersion& version = job.schemas[i];
        if (!in_force(version, day)) continue;
        if (version.when && !job::holds(*version.when, values)) continue;
        if (any_named && !named(version)) continue;
        // A hint that names none of ours: only the data itself can still say which one it is. Where
        // there is but one there is nothing to choose.
        const bool choosing = job.schemas.size() > 1;
        if (choosing && !any_named && !seen.hints.empty() && !version.when) continue;
        if (!best || (named(version) && !best_named)) {
            best = i;
            best_named = named(version);
        }
    }
    return best;
}

}  // namespace

Choice choose(const std::vector<const job::Job*>& jobs, const Source& source,
              std::optional<core::Date> day, std::uint64_t look_ahead_bytes_max) {
    Choice choice;
    std::optional<core::Finding> malformed;
    std::optional<Head> head;
    bool root_known = false;
    for (const job::Job* job : jobs) {
        if (job->format == job::Format::flat) {
            // Nothing in a flat file names its schema: dates alone decide.
            root_known = true;
            for (std::size_t i = 0; i < job->schemas.size(); ++i)
                if (in_force(job->schemas[i], day)) return {job, i, {}};
            continue;
        }
        if (!head) head = read_head(source, look_ahead_bytes_max);
        if (head->detected.encoding == Encoding::unsupported) {
            choice.findings.push_back(channel_finding("ACRF-138", core::Reason::encoding));
            choice.findings.back().details = {head->detected.declared};
            return choice;
        }
        const Look seen = look(*job, *head);
        if (!seen.root && seen.malformed) malformed = seen.malformed;
        if (!seen.root) continue;
        root_known = true;
        if (const auto version = version_of(*job, seen, day)) return {job, *version, {}};
    }
    if (malformed && !root_known) {
        choice.findings.push_back(*malformed);
    } else {
        choice.findings.push_back(root_known
                                      ? channel_finding("ACRF-088", core::Reason::schema_unknown)
                                      : channel_finding("ACRF-089", core::Reason::root_unknown));
        if (head) place_at_root(choice.findings.back(), *head);
    }
    return choice;
}

}  // namespace parse

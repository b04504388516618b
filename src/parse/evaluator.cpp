#include "parse/evaluator.hpp"

#include "parse/wire.hpp"

namespace parse {

using Kind = schema::Mark::Kind;
using Role = Plan::Use::Role;

namespace {

bool is_space(char c) {
    return c == ' ' || c == '\n' || c == '\t' || c == '\r';
}

// The characters of a mark, trimmed, and where they begin.
struct Content {
    std::string_view text;
    std::uint64_t begin;
};
Content content_of(const schema::Mark& mark, std::string_view walked, Strings& strings) {
    const std::string_view raw = walked.substr(static_cast<std::size_t>(mark.begin),
                                               static_cast<std::size_t>(mark.end - mark.begin));
    const std::string_view whole = trimmed(raw);
    const auto skipped = whole.empty() ? 0 : static_cast<std::uint64_t>(whole.data() - raw.data());
    if (mark.literal) return {whole, mark.begin + skipped};
    strings.push_back(std::make_unique<std::string>(schema::text_of(raw)));
    return {trimmed(*strings.back()), mark.begin + skipped};
}

}  // namespace

std::string_view trimmed(std::string_view text) {
    while (!text.empty() && is_space(text.front())) text.remove_prefix(1);
    while (!text.empty() && is_space(text.back())) text.remove_suffix(1);
    return text;
}

Evaluator::Evaluator(const Plan& plan, const Entry& entry)
    : plan_(plan), running_(plan.queries.size()) {
    if (entry.values.empty()) return;
    wire::Reader saved(entry.query_state);
    for (std::size_t i = 0; i < running_.size(); ++i) {
        Running& running = running_[i];
        running.pending = static_cast<std::uint32_t>(saved.number());
        running.fulfilled = static_cast<std::uint32_t>(saved.number());
        if (!entry.values[i].present) continue;
        running.present = running.before = true;
        running.text = entry.values[i].text;
        running.decided = running.settled();
    }
}

std::string Evaluator::query_state() const {
    std::string out;
    for (std::size_t i = 0; i < running_.size(); ++i) {
        // What the last record left behind is no state: the next one forgets it.
        const bool of_record =
            plan_.record_level != 0 && plan_.queries[i].level == plan_.record_level;
        wire::put(out, std::uint64_t{of_record ? 0 : running_[i].pending});
        wire::put(out, std::uint64_t{of_record ? 0 : running_[i].fulfilled});
    }
    return out;
}

void Evaluator::on_target(Running& running, const Query& query, const schema::Mark& mark,
                          std::string_view walked, Strings& strings) {
    const bool wants_attribute = query.attribute != none;
    if (mark.kind == Kind::leave) {
        running.open = false;
        return;
    }
    if (wants_attribute != (mark.kind == Kind::attribute)) return;
    if (wants_attribute && mark.attribute != query.attribute) return;
    const bool first = !running.present;
    if (!first && !(running.open && mark.kind == Kind::value)) return;
    if (first) {
        running.present = true;
        running.before = running.decided = false;
        running.pending = static_cast<std::uint32_t>(query.predicates.size());
        running.text = {};
        running.begin = mark.begin;
    }
    running.open = mark.kind == Kind::enter;
    if (mark.kind == Kind::enter) return;
    const Content content = content_of(mark, walked, strings);
    running.text = content.text;
    running.begin = content.begin;
}

void Evaluator::on_predicate_leave(Running& running, std::uint32_t predicate) {
    if (!running.present || running.pending != predicate + 1) return;
    if ((running.fulfilled & (1U << predicate)) != 0)
        running.pending = predicate;
    else
        running.present = false;
}

void Evaluator::on_mark(const schema::Mark& mark, std::string_view walked, Strings& strings) {
    for (const Plan::Use& use : plan_.uses[mark.node]) {
        Running& running = running_[use.query];
        const Query& query = plan_.queries[use.query];
        switch (use.role) {
            case Role::anchor:
                if (mark.kind == Kind::enter) running = Running{};
                break;
            case Role::predicate_element:
                if (mark.kind == Kind::enter) running.fulfilled &= ~(1U << use.predicate);
                if (mark.kind == Kind::leave) on_predicate_leave(running, use.predicate);
                break;
            case Role::predicate_child:
                if (mark.kind == Kind::value && content_of(mark, walked, strings).text ==
                                                    query.predicates[use.predicate].literal)
                    running.fulfilled |= 1U << use.predicate;
                break;
            case Role::target:
                on_target(running, query, mark, walked, strings);
                break;
        }
    }
}

}  // namespace parse

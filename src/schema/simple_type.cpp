#include "schema/simple_type.hpp"

#include <algorithm>

#include "schema/datatype_lexical.hpp"
#include "schema/simple_type_builder.hpp"

namespace schema {

namespace {

bool is_space(char c) {
    return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

// Blanks inside that the collapsed text would not have.
bool is_collapsed_inside(std::string_view text) {
    bool after_space = false;
    for (const char c : text) {
        if (!is_space(c)) {
            after_space = false;
            continue;
        }
        if (after_space || c != ' ') return false;
        after_space = true;
    }
    return true;
}

std::string_view collapse(std::string_view raw, std::string& scratch) {
    while (!raw.empty() && is_space(raw.front())) raw.remove_prefix(1);
    while (!raw.empty() && is_space(raw.back())) raw.remove_suffix(1);
    if (is_collapsed_inside(raw)) return raw;
    scratch.clear();
    for (const char c : raw) {
        if (!is_space(c))
            scratch += c;
        else if (scratch.back() != ' ')
            scratch += ' ';
    }
    return scratch;
}

std::string number(const std::optional<std::uint64_t>& value) {
    return value ? std::to_string(*value) : std::string();
}

bool fail(Violation* out, core::Reason reason, std::string_view clause,
          std::vector<std::string> details = {}) {
    if (out != nullptr) *out = {reason, clause, std::move(details)};
    return false;
}

bool is_numeric(Builtin primitive) {
    return primitive == Builtin::decimal || primitive == Builtin::float_ ||
           primitive == Builtin::double_;
}

std::string bound_text(const std::shared_ptr<const Bound>& bound, std::string_view open) {
    if (!bound) return {};
    return bound->inclusive ? bound->text : std::string(open) + bound->text;
}

// Calls `visit` with each item of a collapsed list until it says false.
template <class Visit>
bool each_item(std::string_view text, Visit visit) {
    while (!text.empty()) {
        const std::size_t end = std::min(text.find(' '), text.size());
        if (!visit(text.substr(0, end))) return false;
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    return true;
}

}  // namespace

std::string_view normalize(WhiteSpace mode, std::string_view raw, std::string& scratch) {
    if (mode == WhiteSpace::preserve) return raw;
    if (mode == WhiteSpace::collapse) return collapse(raw, scratch);
    if (raw.find_first_of("\t\n\r") == std::string_view::npos) return raw;
    scratch.assign(raw);
    std::replace_if(scratch.begin(), scratch.end(), is_space, ' ');
    return scratch;
}

void Enumeration::add(std::string text, std::string key) {
    texts_.push_back(std::move(text));
    keys_.push_back(std::move(key));
}

void Enumeration::seal() {
    std::sort(keys_.begin(), keys_.end());
    keys_.erase(std::unique(keys_.begin(), keys_.end()), keys_.end());
}

bool Enumeration::has_key(std::string_view key) const {
    return std::binary_search(keys_.begin(), keys_.end(), key);
}

bool Enumeration::has_string(std::string_view text) const {
    const auto place = std::lower_bound(keys_.begin(), keys_.end(), text,
                                        [](const std::string& key, std::string_view value) {
                                            return std::string_view(key).substr(1) < value;
                                        });
    return place != keys_.end() && std::string_view(*place).substr(1) == text;
}

bool SimpleType::derives_from(const SimpleType& other) const {
    for (const SimpleType* type = this; type != nullptr; type = type->base_.get())
        if (type == &other) return true;
    return false;
}

bool SimpleType::derived_ok(const SimpleType& other) const {
    return derives_from(other) ||
           std::any_of(other.members_.begin(), other.members_.end(),
                       [&](const SimpleTypePtr& member) { return derived_ok(*member); });
}

bool SimpleType::check(std::string_view raw, const Prefixes* prefixes, Violation* out) const {
    if (variety_ == Variety::any) return true;
    if (variety_ == Variety::union_) return check_union(raw, prefixes, out);
    std::string scratch;
    const std::string_view text = normalize(facets_.white_space, raw, scratch);
    const bool good = variety_ == Variety::list ? check_list(text, prefixes, out)
                                                : check_atomic(text, prefixes, out);
    // Whatever broke: nothing was there.
    if (!good && out != nullptr && text.empty()) out->reason = core::Reason::value_empty;
    return good;
}

bool SimpleType::check_atomic(std::string_view text, const Prefixes* prefixes,
                              Violation* out) const {
    Value value;
    if (!is_lexical(builtin_, text, prefixes, value)) {
        if (is_numeric(primitive_))
            return fail(out, core::Reason::not_numeric, "cvc-datatype-valid.1.2.1");
        return fail(out, core::Reason::datatype, "cvc-datatype-valid.1.2.1",
                    {std::string(to_string(builtin_))});
    }
    const bool has_length = facets_.length || facets_.min_length || facets_.max_length;
    // Section 4.3.1.4: every length is right for these two.
    if (has_length && primitive_ != Builtin::qname && primitive_ != Builtin::notation &&
        !check_length(value_length(primitive_, text), out))
        return false;
    return check_patterns(text, out) && check_enumeration(text, prefixes, out) &&
           check_value(value, out);
}

bool SimpleType::check_list(std::string_view text, const Prefixes* prefixes, Violation* out) const {
    std::uint64_t items = 0;
    const bool good = each_item(text, [&](std::string_view item) {
        ++items;
        return item_->check(item, prefixes, out);
    });
    return good && check_length(items, out) && check_patterns(text, out) &&
           check_enumeration(text, prefixes, out);
}

bool SimpleType::check_union(std::string_view raw, const Prefixes* prefixes, Violation* out) const {
    const auto member = std::find_if(
        members_.begin(), members_.end(),
        [&](const SimpleTypePtr& candidate) { return candidate->check(raw, prefixes, nullptr); });
    if (member == members_.end()) {
        if (members_.size() == 1) return members_.front()->check(raw, prefixes, out);
        return fail(out, core::Reason::datatype, "cvc-datatype-valid.1.2.3", {"union"});
    }
    if (facets_.patterns.empty() && !facets_.enumeration) return true;
    const std::string text = (*member)->normalized(raw, prefixes);
    return check_patterns(text, out) && check_enumeration(text, prefixes, out);
}

bool SimpleType::check_length(std::uint64_t length, Violation* out) const {
    std::string_view clause;
    if (facets_.length && length != *facets_.length)
        clause = "cvc-length-valid";
    else if (facets_.min_length && length < *facets_.min_length)
        clause = "cvc-minLength-valid";
    else if (facets_.max_length && length > *facets_.max_length)
        clause = "cvc-maxLength-valid";
    else
        return true;
    return fail(out, core::Reason::length, clause,
                {number(facets_.length ? facets_.length : facets_.min_length),
                 number(facets_.length ? facets_.length : facets_.max_length)});
}

bool SimpleType::check_patterns(std::string_view text, Violation* out) const {
    for (const auto& pattern : facets_.patterns)
        if (!pattern->matches(text)) return fail(out, core::Reason::pattern, "cvc-pattern-valid");
    return true;
}

bool SimpleType::check_enumeration(std::string_view text, const Prefixes* prefixes,
                                   Violation* out) const {
    if (!facets_.enumeration) return true;
    bool found = false;
    if (primitive_ == Builtin::string || primitive_ == Builtin::any_uri) {
        found = facets_.enumeration->has_string(text);
    } else {
        std::string key;
        append_key(text, prefixes, key);
        found = facets_.enumeration->has_key(key);
    }
    return found || fail(out, core::Reason::enumeration, "cvc-enumeration-valid");
}

bool SimpleType::check_value(const Value& value, Violation* out) const {
    if (const auto* decimal = std::get_if<Decimal>(&value)) {
        const std::size_t fraction = decimal->fraction.size();
        if (facets_.fraction_digits && fraction > *facets_.fraction_digits)
            return fail(out, core::Reason::fraction_digits, "cvc-fractionDigits-valid",
                        {number(facets_.fraction_digits)});
        if (facets_.total_digits && decimal->whole.size() + fraction > *facets_.total_digits)
            return fail(out, core::Reason::total_digits, "cvc-totalDigits-valid",
                        {number(facets_.total_digits)});
    }
    std::string_view clause;
    if (facets_.min) {
        const Order order = schema::compare(value, facets_.min->value);
        if (order != Order::greater && !(order == Order::equal && facets_.min->inclusive))
            clause = facets_.min->inclusive ? "cvc-minInclusive-valid" : "cvc-minExclusive-valid";
    }
    if (facets_.max && clause.empty()) {
        const Order order = schema::compare(value, facets_.max->value);
        if (order != Order::less && !(order == Order::equal && facets_.max->inclusive))
            clause = facets_.max->inclusive ? "cvc-maxInclusive-valid" : "cvc-maxExclusive-valid";
    }
    if (clause.empty()) return true;
    return fail(out, core::Reason::range, clause,
                {bound_text(facets_.min, "> "), bound_text(facets_.max, "< ")});
}

const SimpleType* SimpleType::active(std::string_view raw, const Prefixes* prefixes) const {
    if (!check(raw, prefixes, nullptr)) return nullptr;
    if (variety_ != Variety::union_) return this;
    for (const SimpleTypePtr& member : members_)
        if (const SimpleType* found = member->active(raw, prefixes)) return found;
    return nullptr;
}

std::string SimpleType::normalized(std::string_view raw, const Prefixes* prefixes) const {
    std::string scratch;
    if (variety_ == Variety::union_) {
        for (const SimpleTypePtr& member : members_)
            if (member->check(raw, prefixes, nullptr)) return member->normalized(raw, prefixes);
        return std::string(raw);
    }
    return std::string(normalize(facets_.white_space, raw, scratch));
}

void SimpleType::append_key(std::string_view text, const Prefixes* prefixes,
                            std::string& out) const {
    switch (variety_) {
        case Variety::any:
            out.append("*").append(text);
            return;
        case Variety::atomic:
            append_atomic_key(primitive_, text, prefixes, out);
            return;
        case Variety::union_:
            for (const SimpleTypePtr& member : members_)
                if (member->check(text, prefixes, nullptr))
                    return member->append_key(member->normalized(text, prefixes), prefixes, out);
            return;
        case Variety::list:
            break;
    }
    out += "[";
    each_item(text, [&](std::string_view item) {
        std::string key;
        item_->append_key(item, prefixes, key);
        out.append(std::to_string(key.size())).append(":").append(key);
        return true;
    });
}

std::optional<std::string> SimpleType::value_key(std::string_view raw,
                                                 const Prefixes* prefixes) const {
    if (!check(raw, prefixes, nullptr)) return std::nullopt;
    std::string scratch, key;
    const bool as_is = variety_ == Variety::union_;  // its member normalises
    append_key(as_is ? raw : normalize(facets_.white_space, raw, scratch), prefixes, key);
    return key;
}

Order SimpleType::compare(std::string_view left, std::string_view right) const {
    std::string left_scratch, right_scratch;
    const std::string_view a = normalize(facets_.white_space, left, left_scratch);
    const std::string_view b = normalize(facets_.white_space, right, right_scratch);
    Value left_value, right_value;
    if (variety_ != Variety::atomic || !is_lexical(builtin_, a, nullptr, left_value) ||
        !is_lexical(builtin_, b, nullptr, right_value))
        return Order::incomparable;
    return schema::compare(left_value, right_value);
}

}  // namespace schema

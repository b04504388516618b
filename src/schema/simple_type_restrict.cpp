// Restriction: facets as written are checked for themselves, against each other and against the
// base (part 2, section 4.3, "constraints on ... schema components").
#include <array>

#include "schema/datatype_lexical.hpp"
#include "schema/simple_type_builder.hpp"

namespace schema {

namespace {

constexpr std::array<std::string_view, 12> facet_names = {
    "length",       "minLength",    "maxLength",    "pattern",
    "enumeration",  "whiteSpace",   "maxInclusive", "maxExclusive",
    "minExclusive", "minInclusive", "totalDigits",  "fractionDigits"};

constexpr unsigned bit(Facet facet) {
    return 1U << static_cast<unsigned>(facet);
}

// Section 4.1.5: which facets a type may have.
unsigned applicable(const SimpleType& base) {
    constexpr unsigned any = bit(Facet::pattern) | bit(Facet::enumeration);
    constexpr unsigned space = bit(Facet::white_space);
    constexpr unsigned lengths =
        bit(Facet::length) | bit(Facet::min_length) | bit(Facet::max_length);
    constexpr unsigned bounds = bit(Facet::min_inclusive) | bit(Facet::min_exclusive) |
                                bit(Facet::max_inclusive) | bit(Facet::max_exclusive);
    if (base.variety() == Variety::union_) return any;
    if (base.variety() == Variety::list) return any | space | lengths;
    switch (base.primitive()) {
        case Builtin::string:
        case Builtin::any_uri:
        case Builtin::qname:
        case Builtin::notation:
        case Builtin::hex_binary:
        case Builtin::base64_binary:
            return any | space | lengths;
        case Builtin::boolean:
            return bit(Facet::pattern) | space;
        case Builtin::decimal:
            return any | space | bounds | bit(Facet::total_digits) | bit(Facet::fraction_digits);
        default:
            return any | space | bounds;
    }
}

class Restriction {
  public:
    Restriction(const SimpleTypePtr& base, const std::vector<FacetSource>& sources,
                std::vector<TypeError>& errors)
        : base_(base), old_(base->facets()), sources_(sources), errors_(errors) {}

    SimpleTypePtr build() {
        const std::size_t before = errors_.size();
        type_ = SimpleTypeBuilder::derive(base_);
        new_ = &SimpleTypeBuilder::facets(*type_);
        for (at_ = 0; at_ < sources_.size(); ++at_) take(sources_[at_]);
        at_ = TypeError::none;
        if (errors_.size() == before) {
            check_lengths();
            check_digits();
            check_bounds();
            compile_patterns();
            finish_enumeration();
        }
        return errors_.size() == before ? type_ : nullptr;
    }

  private:
    using Count = std::optional<std::uint64_t>;

    void wrong(std::string text, std::string clause, std::size_t facet) {
        TypeError error;
        error.text = std::move(text);
        error.clause = std::move(clause);
        error.facet = facet;
        errors_.push_back(std::move(error));
    }
    void wrong(std::string text, std::string clause) {
        wrong(std::move(text), std::move(clause), at_);
    }

    bool written(Facet facet) const { return (written_ & bit(facet)) != 0; }
    std::size_t index(Facet facet) const { return index_[static_cast<std::size_t>(facet)]; }

    void take(const FacetSource& source) {
        const std::string name(to_string(source.facet));
        if ((applicable(*base_) & bit(source.facet)) == 0) {
            wrong(name + " does not apply to this type", "cos-applicable-facets");
            return;
        }
        const bool repeatable =
            source.facet == Facet::pattern || source.facet == Facet::enumeration;
        if (written(source.facet) && !repeatable) {
            wrong(name + " stands twice", "src-single-facet-value");
            return;
        }
        written_ |= bit(source.facet);
        index_[static_cast<std::size_t>(source.facet)] = at_;
        if (source.fixed && !repeatable)
            new_->fixed = static_cast<std::uint16_t>(new_->fixed | bit(source.facet));
        read(source);
    }

    void read(const FacetSource& source) {
        switch (source.facet) {
            case Facet::length:
                count(source, new_->length, old_.length, "length-valid-restriction");
                return;
            case Facet::min_length:
                count(source, new_->min_length, old_.min_length, "minLength-valid-restriction");
                return;
            case Facet::max_length:
                count(source, new_->max_length, old_.max_length, "maxLength-valid-restriction");
                return;
            case Facet::total_digits:
                count(source, new_->total_digits, old_.total_digits,
                      "totalDigits-valid-restriction");
                return;
            case Facet::fraction_digits:
                count(source, new_->fraction_digits, old_.fraction_digits,
                      "fractionDigits-valid-restriction");
                return;
            case Facet::pattern:
                patterns_.push_back(source.value);
                return;
            case Facet::enumeration:
                enumerate(source);
                return;
            case Facet::white_space:
                space(source);
                return;
            case Facet::min_inclusive:
                bound(source, new_->min, old_.min, true);
                return;
            case Facet::min_exclusive:
                bound(source, new_->min, old_.min, false);
                return;
            case Facet::max_inclusive:
                bound(source, new_->max, old_.max, true);
                return;
            case Facet::max_exclusive:
                bound(source, new_->max, old_.max, false);
                return;
        }
    }

    void check_fixed(Facet facet, bool same) {
        if (old_.is_fixed(facet) && !same)
            wrong("the base has fixed " + std::string(to_string(facet)), "st-restrict-facets");
    }

    // A number of characters, items or digits.
    void count(const FacetSource& source, Count& mine, const Count& theirs, const char* clause) {
        std::string scratch;
        const std::string_view text = normalize(WhiteSpace::collapse, source.value, scratch);
        Value value;
        const bool numeric = is_lexical(Builtin::integer, text, nullptr, value);
        const auto* decimal = std::get_if<Decimal>(&value);
        if (!numeric || decimal->negative ||
            (source.facet == Facet::total_digits && decimal->whole.empty())) {
            wrong(std::string(to_string(source.facet)) + " must be a " +
                      (source.facet == Facet::total_digits ? "positive" : "non-negative") +
                      " integer",
                  "s4s-att-invalid-value");
            return;
        }
        std::uint64_t number = decimal->whole.size() > 19 ? Facets::no_limit : 0;
        if (number == 0)
            for (const char digit : decimal->whole)
                number = number * 10 + static_cast<std::uint64_t>(digit - '0');
        mine = number;
        check_fixed(source.facet, theirs == mine);
        if (!theirs) return;
        const bool good = source.facet == Facet::length       ? number == *theirs
                          : source.facet == Facet::min_length ? number >= *theirs
                                                              : number <= *theirs;
        if (!good) wrong("wider than the base allows: " + std::to_string(*theirs), clause);
    }

    void space(const FacetSource& source) {
        std::string scratch;
        const std::string_view text = normalize(WhiteSpace::collapse, source.value, scratch);
        WhiteSpace mode = WhiteSpace::preserve;
        if (text == "replace") {
            mode = WhiteSpace::replace;
        } else if (text == "collapse") {
            mode = WhiteSpace::collapse;
        } else if (text != "preserve") {
            wrong("whiteSpace is preserve, replace or collapse", "s4s-att-invalid-value");
            return;
        }
        check_fixed(Facet::white_space, mode == old_.white_space);
        if (mode < old_.white_space)
            wrong("the base treats white space more strictly", "whiteSpace-valid-restriction");
        new_->white_space = mode;
    }

    void enumerate(const FacetSource& source) {
        Violation violation;
        if (!base_->check(source.value, source.prefixes, &violation)) {
            wrong("the enumeration value is not valid for the base (" +
                      std::string(violation.clause) + ")",
                  "enumeration-valid-restriction");
            return;
        }
        if (!enumeration_) enumeration_ = std::make_shared<Enumeration>();
        enumeration_->add(base_->normalized(source.value, source.prefixes),
                          *base_->value_key(source.value, source.prefixes));
    }

    void finish_enumeration() {
        if (!enumeration_) return;
        enumeration_->seal();
        new_->enumeration = enumeration_;
    }

    void compile_patterns() {
        if (patterns_.empty()) return;
        RegexError error;
        auto regex = Regex::compile(patterns_, error);
        if (regex) {
            new_->patterns.push_back(std::move(regex));
            return;
        }
        TypeError result;
        result.clause = "pattern-value";
        result.facet = index(Facet::pattern);
        result.limit = error.too_large;
        // Which of several it was.
        for (std::size_t i = 0; i < sources_.size() && !error.too_large; ++i) {
            RegexError own;
            if (sources_[i].facet != Facet::pattern || Regex::compile({sources_[i].value}, own))
                continue;
            result.facet = i;
            error = own;
            break;
        }
        result.text = "pattern, byte " + std::to_string(error.position + 1) + ": " + error.text;
        errors_.push_back(std::move(result));
    }

    void bound(const FacetSource& source, std::shared_ptr<const Bound>& mine,
               const std::shared_ptr<const Bound>& theirs, bool inclusive) {
        auto made = make_bound(base_->builtin(), source.value, inclusive);
        if (!made) {
            wrong(std::string(to_string(source.facet)) + " is not a value of the base",
                  std::string(to_string(source.facet)) + "-valid-restriction");
            return;
        }
        const bool same_kind = theirs && theirs->inclusive == inclusive;
        check_fixed(source.facet, same_kind && compare(made->value, theirs->value) == Order::equal);
        const bool least =
            source.facet == Facet::min_inclusive || source.facet == Facet::min_exclusive;
        if (!within_base(*made, least))
            wrong(std::string(to_string(source.facet)) + " lies outside the bounds of the base",
                  std::string(to_string(source.facet)) + "-valid-restriction");
        else if (!(same_kind && !inclusive &&
                   compare(made->value, theirs->value) == Order::equal) &&
                 !base_->check(source.value, nullptr, nullptr))
            wrong(std::string(to_string(source.facet)) + " is not a value of the base",
                  std::string(to_string(source.facet)) + "-valid-restriction");
        mine = std::move(made);
    }

    // Sections 4.3.7.4 to 4.3.10.4. An exclusive bound may equal a bound on its own side, even one
    // that is not a value itself; an inclusive one must lie inside.
    bool within_base(const Bound& bound, bool least) const {
        const auto inside = [&](const Bound& limit, Order outer, bool own_side) {
            const Order order = compare(bound.value, limit.value);
            if (order == outer) return false;
            if (order != Order::equal) return true;
            if (limit.inclusive) return bound.inclusive || own_side || least;
            return !bound.inclusive && own_side;
        };
        return (!old_.min || inside(*old_.min, Order::less, least)) &&
               (!old_.max || inside(*old_.max, Order::greater, !least));
    }

    // Length and a bound of it may not be stated at once: one of them must come from an ancestor,
    // with the bound as it is now. (The recommendation speaks of the bound alone, but the W3C
    // suite, errata10/errF001, takes a bound behind a length too.)
    template <class Member>
    bool stood_apart(Member member) const {
        if (old_.length) return true;
        for (const SimpleType* type = base_.get(); type != nullptr; type = type->base().get())
            if (type->facets().*member == new_->*member && !type->facets().length) return true;
        return false;
    }

    void check_lengths() {
        const Count &exact = new_->length, &least = new_->min_length, &most = new_->max_length;
        if (least && most && *least > *most)
            wrong("minLength is above maxLength", "minLength-less-than-equal-to-maxLength",
                  index(written(Facet::min_length) ? Facet::min_length : Facet::max_length));
        if (!exact) return;
        const std::size_t place = index(written(Facet::length) ? Facet::length : Facet::min_length);
        if (least && (*least > *exact || !stood_apart(&Facets::min_length)))
            wrong("length and minLength together", "length-minLength-maxLength.1", place);
        if (most && (*most < *exact || !stood_apart(&Facets::max_length)))
            wrong("length and maxLength together", "length-minLength-maxLength.2", place);
    }

    void check_digits() {
        if (new_->total_digits && new_->fraction_digits &&
            *new_->fraction_digits > *new_->total_digits)
            wrong("fractionDigits is above totalDigits", "fractionDigits-totalDigits",
                  index(written(Facet::fraction_digits) ? Facet::fraction_digits
                                                        : Facet::total_digits));
    }

    void check_bounds() {
        if (written(Facet::min_inclusive) && written(Facet::min_exclusive))
            wrong("minInclusive and minExclusive together", "minInclusive-minExclusive",
                  index(Facet::min_exclusive));
        if (written(Facet::max_inclusive) && written(Facet::max_exclusive))
            wrong("maxInclusive and maxExclusive together", "maxInclusive-maxExclusive",
                  index(Facet::max_exclusive));
        if (!new_->min || !new_->max) return;
        const bool low = new_->min->inclusive, high = new_->max->inclusive;
        const Order order = compare(new_->min->value, new_->max->value);
        // Two exclusive bounds may be equal, though nothing lies between.
        if (order != Order::greater && (order != Order::equal || low == high)) return;
        const char* clause = low ? (high ? "minInclusive-less-than-equal-to-maxInclusive"
                                         : "minInclusive-less-than-maxExclusive")
                                 : (high ? "minExclusive-less-than-maxInclusive"
                                         : "minExclusive-less-than-equal-to-maxExclusive");
        wrong("the least value is above the greatest", clause,
              index(written(Facet::min_inclusive)   ? Facet::min_inclusive
                    : written(Facet::min_exclusive) ? Facet::min_exclusive
                    : written(Facet::max_inclusive) ? Facet::max_inclusive
                                                    : Facet::max_exclusive));
    }

    const SimpleTypePtr& base_;
    const Facets& old_;
    const std::vector<FacetSource>& sources_;
    std::vector<TypeError>& errors_;
    std::shared_ptr<SimpleType> type_;
    Facets* new_ = nullptr;
    std::vector<std::string> patterns_;
    std::shared_ptr<Enumeration> enumeration_;
    unsigned written_ = 0;
    std::array<std::size_t, facet_names.size()> index_{};
    std::size_t at_ = TypeError::none;
};

}  // namespace

std::string_view to_string(Facet facet) {
    return facet_names[static_cast<std::size_t>(facet)];
}

std::optional<Facet> parse_facet(std::string_view local_name) {
    for (std::size_t i = 0; i < facet_names.size(); ++i)
        if (facet_names[i] == local_name) return static_cast<Facet>(i);
    return std::nullopt;
}

SimpleTypePtr restrict_type(const SimpleTypePtr& base, const std::vector<FacetSource>& facets,
                            std::vector<TypeError>& errors) {
    if (base->variety() == Variety::any) {
        TypeError error;
        error.text = "anySimpleType cannot be restricted";
        error.clause = "cos-st-restricts.1.1";
        errors.push_back(std::move(error));
        return nullptr;
    }
    return Restriction(base, facets, errors).build();
}

}  // namespace schema

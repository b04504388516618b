#pragma once
// Simple types of XML Schema 1.0 (second edition): the built-in ones and those derived from them by
// restriction, list and union. Immutable, shared by all threads. Knows nothing of names and
// documents: that is the reader's; `final` and the resolution of references are the reader's too.
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/finding.hpp"
#include "schema/datatype_value.hpp"
#include "schema/regex.hpp"

namespace schema {

enum class Builtin : std::uint8_t {
    any_simple_type,
    // primitives
    string,
    boolean,
    decimal,
    float_,
    double_,
    duration,
    date_time,
    time,
    date,
    g_year_month,
    g_year,
    g_month_day,
    g_day,
    g_month,
    hex_binary,
    base64_binary,
    any_uri,
    qname,
    notation,
    // derived from string
    normalized_string,
    token,
    language,
    name,
    ncname,
    id,
    idref,
    entity,
    nmtoken,
    // lists
    idrefs,
    entities,
    nmtokens,
    // derived from decimal
    integer,
    non_positive_integer,
    negative_integer,
    long_,
    int_,
    short_,
    byte,
    non_negative_integer,
    unsigned_long,
    unsigned_int,
    unsigned_short,
    unsigned_byte,
    positive_integer,
};
inline constexpr std::size_t builtin_count = 45;
std::string_view to_string(Builtin builtin);  // the local name: "normalizedString"

enum class Variety : std::uint8_t { any, atomic, list, union_ };  // any: anySimpleType alone
enum class WhiteSpace : std::uint8_t { preserve, replace, collapse };

enum class Facet : std::uint8_t {
    length,
    min_length,
    max_length,
    pattern,
    enumeration,
    white_space,
    max_inclusive,
    max_exclusive,
    min_exclusive,
    min_inclusive,
    total_digits,
    fraction_digits,
};
std::string_view to_string(Facet facet);  // "minLength"
std::optional<Facet> parse_facet(std::string_view local_name);

// What namespace a prefix stands for where a value is written; "" asks for the default namespace.
class Prefixes {
  public:
    virtual ~Prefixes() = default;
    // nullopt: not bound. For "" without a default namespace: an empty string.
    virtual std::optional<std::string_view> find(std::string_view prefix) const = 0;
};

// A facet as the schema document has it.
struct FacetSource {
    Facet facet = Facet::length;
    std::string value;
    bool fixed = false;
    const Prefixes* prefixes = nullptr;  // of its element (enumerations of QNames); used during the
                                         // call only
};

struct TypeError {
    std::string text;
    std::string clause;        // e.g. "minLength-less-than-equal-to-maxLength"
    std::size_t facet = none;  // index of the offending facet
    bool limit = false;        // not wrong: above a limit of ours; ask the referee instead
    static constexpr std::size_t none = ~std::size_t{0};
};

// Why a value is not valid. `details` are as core::Reason asks for them.
struct Violation {
    core::Reason reason = core::Reason::datatype;
    std::string_view clause;  // "cvc-pattern-valid"; static storage
    std::vector<std::string> details;
};

class SimpleType;
using SimpleTypePtr = std::shared_ptr<const SimpleType>;

struct Bound {
    std::string text;  // collapsed, as the schema has it
    Value value;       // points into text
    bool inclusive = true;
};

// The distinct values of an enumeration.
class Enumeration {
  public:
    void add(std::string text, std::string key);
    void seal();  // after the last add
    bool has_key(std::string_view key) const;
    // The same for values whose primitive is string: the text is the key but for its tag.
    bool has_string(std::string_view text) const;
    const std::vector<std::string>& texts() const { return texts_; }  // normalised, schema order
    const std::vector<std::string>& keys() const { return keys_; }    // sorted, distinct

  private:
    std::vector<std::string> texts_, keys_;
};

// All facets in force, those of the ancestors included.
struct Facets {
    static constexpr std::uint64_t no_limit = ~std::uint64_t{0};
    WhiteSpace white_space = WhiteSpace::preserve;
    std::optional<std::uint64_t> length, min_length, max_length;  // saturate at no_limit
    std::optional<std::uint64_t> total_digits, fraction_digits;
    std::vector<std::shared_ptr<const Regex>> patterns;  // every one must match; each is the OR of
                                                         // the patterns of one derivation step
    std::shared_ptr<const Enumeration> enumeration;
    std::shared_ptr<const Bound> min, max;
    std::uint16_t fixed = 0;  // bit (1 << Facet)

    bool is_fixed(Facet facet) const { return (fixed >> static_cast<unsigned>(facet) & 1U) != 0; }
};

class SimpleType {
  public:
    Variety variety() const { return variety_; }
    // The nearest built-in type among itself and its ancestors; of user's lists and unions:
    // any_simple_type.
    Builtin builtin() const { return builtin_; }
    // The primitive under an atomic type; any_simple_type otherwise.
    Builtin primitive() const { return primitive_; }
    bool is_builtin() const { return is_builtin_; }  // itself, not only an ancestor
    const Facets& facets() const { return facets_; }
    WhiteSpace white_space() const {
        return facets_.white_space;
    }                                                    // of a union: preserve, its
                                                         // members decide
    const SimpleTypePtr& base() const { return base_; }  // null for anySimpleType
    const SimpleTypePtr& item() const { return item_; }  // of a list
    const std::vector<SimpleTypePtr>& members() const { return members_; }  // of a union
    // Its lexical check needs prefixes (QName or NOTATION is somewhere in it).
    bool needs_prefixes() const { return needs_prefixes_; }
    // It is xs:ID or a restriction of it; lists and unions are derived from xs:anySimpleType.
    bool is_id() const { return builtin_ == Builtin::id; }
    // ID is somewhere in it.
    bool has_id() const { return has_id_; }
    // This type or one of its ancestors is `other`.
    bool derives_from(const SimpleType& other) const;
    // Likewise, or of a member of `other` (cos-st-derived-ok 2.2.4).
    bool derived_ok(const SimpleType& other) const;

    // Validates raw character data: white space, lexical space, facets. No allocation in the usual
    // accepting case. `out` may be null. Without `prefixes` QNames are checked by form only.
    bool check(std::string_view raw, const Prefixes* prefixes, Violation* out) const;

    // Equal keys if and only if the values are equal; keys of different primitives differ. Nullopt
    // if the text is not valid.
    std::optional<std::string> value_key(std::string_view raw, const Prefixes* prefixes) const;

    // Order of two valid texts; incomparable for types without an order.
    Order compare(std::string_view left, std::string_view right) const;

    // Text after the white space normalisation of this type (a union: of its active member).
    std::string normalized(std::string_view raw, const Prefixes* prefixes = nullptr) const;

    // The atomic or list type that validates the text: of a union its first member that accepts,
    // else this. Null when invalid.
    const SimpleType* active(std::string_view raw, const Prefixes* prefixes) const;

  private:
    friend struct SimpleTypeBuilder;  // makes them, in the .cpp files
    SimpleType() = default;
    bool check_list(std::string_view text, const Prefixes* prefixes, Violation* out) const;
    bool check_union(std::string_view raw, const Prefixes* prefixes, Violation* out) const;
    bool check_atomic(std::string_view text, const Prefixes* prefixes, Violation* out) const;
    bool check_length(std::uint64_t length, Violation* out) const;
    bool check_patterns(std::string_view text, Violation* out) const;
    bool check_enumeration(std::string_view text, const Prefixes* prefixes, Violation* out) const;
    bool check_value(const Value& value, Violation* out) const;
    void append_key(std::string_view text, const Prefixes* prefixes, std::string& out) const;

    Variety variety_ = Variety::atomic;
    Builtin builtin_ = Builtin::any_simple_type;
    Builtin primitive_ = Builtin::any_simple_type;
    bool is_builtin_ = false, needs_prefixes_ = false, has_id_ = false;
    Facets facets_;
    SimpleTypePtr base_, item_;
    std::vector<SimpleTypePtr> members_;
};

// The one object of a built-in type.
const SimpleTypePtr& builtin_type(Builtin builtin);
// By local name in the namespace http://www.w3.org/2001/XMLSchema; null if there is none.
SimpleTypePtr builtin_type(std::string_view local_name);

// Derivation. Null with at least one entry in `errors` when the result would break the
// recommendation (or a limit); all faults found are reported.
SimpleTypePtr restrict_type(const SimpleTypePtr& base, const std::vector<FacetSource>& facets,
                            std::vector<TypeError>& errors);
SimpleTypePtr list_of(const SimpleTypePtr& item, std::vector<TypeError>& errors);
SimpleTypePtr union_of(const std::vector<SimpleTypePtr>& members, std::vector<TypeError>& errors);

// White space normalisation; the result points into `raw` or into `scratch`.
std::string_view normalize(WhiteSpace mode, std::string_view raw, std::string& scratch);

}  // namespace schema

#include <doctest/doctest.h>

#include <map>

#include "schema/simple_type.hpp"

using schema::Builtin;
using schema::Facet;
using schema::FacetSource;
using schema::Order;
using schema::SimpleTypePtr;

namespace {

class MapPrefixes : public schema::Prefixes {
  public:
    explicit MapPrefixes(std::map<std::string, std::string> map) : map_(std::move(map)) {}
    std::optional<std::string_view> find(std::string_view prefix) const override {
        const auto found = map_.find(std::string(prefix));
        if (found != map_.end()) return found->second;
        return prefix.empty() ? std::optional<std::string_view>("") : std::nullopt;
    }

  private:
    std::map<std::string, std::string> map_;
};

bool valid(std::string_view type, std::string_view text) {
    const SimpleTypePtr found = schema::builtin_type(type);
    REQUIRE(found);
    return found->check(text, nullptr, nullptr);
}

FacetSource facet(Facet kind, std::string value, bool fixed = false) {
    return {kind, std::move(value), fixed, nullptr};
}

SimpleTypePtr restricted(const SimpleTypePtr& base, const std::vector<FacetSource>& facets) {
    std::vector<schema::TypeError> errors;
    SimpleTypePtr type = schema::restrict_type(base, facets, errors);
    REQUIRE_MESSAGE(type, (errors.empty() ? "no error" : errors[0].clause));
    return type;
}

SimpleTypePtr restricted(std::string_view base, const std::vector<FacetSource>& facets) {
    return restricted(schema::builtin_type(base), facets);
}

std::string clause(const SimpleTypePtr& base, const std::vector<FacetSource>& facets) {
    std::vector<schema::TypeError> errors;
    const SimpleTypePtr type = schema::restrict_type(base, facets, errors);
    CHECK(errors.empty() == (type != nullptr));
    return errors.empty() ? "" : errors[0].clause;
}

std::string clause(std::string_view base, const std::vector<FacetSource>& facets) {
    return clause(schema::builtin_type(base), facets);
}

std::optional<std::string> key(std::string_view type, std::string_view text) {
    return schema::builtin_type(type)->value_key(text, nullptr);
}

struct Sample {
    const char* type;
    std::vector<const char*> good, bad;
};

}  // namespace

TEST_CASE("The lexical spaces of the built-in types are those of the recommendation") {
    const std::vector<Sample> samples = {
        {"boolean", {"true", "false", "1", "0", " true\n"}, {"TRUE", "yes", "", "10"}},
        {"decimal",
         {"1", "-1.50", "+.5", "5.", "0000", "123456789012345678901234567890.5"},
         {"", ".", "+", "1e3", "1,5", "1 2", "--1", "INF"}},
        {"integer", {"0", "-0", "+007", "99999999999999999999999"}, {"1.0", "1.", "", "a"}},
        {"nonPositiveInteger", {"0", "-1"}, {"1"}},
        {"negativeInteger", {"-1"}, {"0", "-0"}},
        {"positiveInteger", {"1", "+1"}, {"0"}},
        {"byte", {"127", "-128"}, {"128", "-129"}},
        {"long", {"9223372036854775807"}, {"9223372036854775808"}},
        {"unsignedLong", {"18446744073709551615"}, {"18446744073709551616", "-1"}},
        {"float",
         {"1e10", "-1.5E-3", "INF", "-INF", "NaN", "1e999", ".5", "5."},
         {"+INF", "inf", "1e", "e5", "1e5.5", "0x10", "", "nan"}},
        {"double", {"12.78e-2", "-0"}, {"1d", "infinity"}},
        {"dateTime",
         {"2002-10-10T12:00:00", "2002-10-10T24:00:00Z", "-0045-01-01T00:00:00",
          "12002-01-01T00:00:00.123+14:00", "2000-02-29T00:00:00"},
         {"2002-10-10T12:00:60", "0000-01-01T00:00:00", "02002-01-01T00:00:00",
          "2001-02-29T00:00:00", "2002-10-10T24:00:01", "2002-10-10T12:00", "2002-10-10",
          "2002-10-10T12:00:00.", "2002-10-10T12:00:00+14:01", "2002-10-10T12:00:00+15:00",
          "2002-10-10t12:00:00", "2002-10-10T12:00:00z", "+2002-10-10T12:00:00"}},
        {"time", {"24:00:00", "12:00:00.5-05:00"}, {"24:00:01", "1:00:00", "12:60:00"}},
        {"date", {"2004-02-29", "1999-12-31Z"}, {"1900-02-29", "99-01-01", "2004-13-01"}},
        {"gYearMonth", {"2004-02"}, {"2004-00", "2004"}},
        {"gYear", {"2004", "-0001", "12345Z"}, {"0000", "04", "01234"}},
        {"gMonthDay", {"--02-29", "--12-31+01:00"}, {"--02-30", "-02-29", "--04-31"}},
        {"gDay", {"---31"}, {"---32", "--31", "---00"}},
        {"gMonth", {"--12", "--01Z"}, {"--13", "--1", "--12--"}},
        {"duration",
         {"P1Y2M3DT4H5M6.7S", "-P1D", "PT0S", "P0Y", "PT5M", "P1YT1S"},
         {"P", "PT", "P1YT", "P1S", "PT1Y", "P1M1Y", "1Y", "P-1Y", "P1.5Y", "PT1.S", "+P1Y", "P1DT",
          "PT1S1S", "P1"}},
        {"hexBinary", {"", "0aFF"}, {"0", "0g"}},
        {"base64Binary",
         {"", "AAAA", "AA==", "AAA=", "A A A A", "AA = ="},
         {"A", "AB==", "AAB=", "AA=A", "====", "A===", "AA=", "AAAA="}},
        {"language", {"en", "fr-BE", "x-klingon-12345678"}, {"", "123", "toolonglang", "en-"}},
        {"Name", {":a", "a:b", "\xC3\xA9t\xC3\xA9"}, {"1a", "", "a b"}},
        {"NCName", {"_a", "a.b-c"}, {"a:b", "-a"}},
        {"NMTOKEN", {"1a", "-:."}, {"", "a b"}},
        {"NMTOKENS", {"a b  c"}, {"", "   "}},
        {"QName", {"a", "a:b"}, {"a:b:c", ":a", "a:", ""}},
        {"anyURI", {"", "http://a/b c", "\xC3\xA9"}, {}},
        {"token", {" a  b "}, {}},
    };
    for (const Sample& sample : samples) {
        CAPTURE(sample.type);
        for (const char* text : sample.good) {
            CAPTURE(text);
            CHECK(valid(sample.type, text));
        }
        for (const char* text : sample.bad) {
            CAPTURE(text);
            CHECK_FALSE(valid(sample.type, text));
        }
    }
}

TEST_CASE("Keys are equal exactly where values are") {
    CHECK(key("decimal", "1.0") == key("decimal", "01.00"));
    CHECK(key("decimal", "-0") == key("integer", "0"));
    CHECK(key("decimal", "1") != key("decimal", "-1"));
    CHECK(key("decimal", "1") != key("string", "1"));
    CHECK(key("float", "1") != key("double", "1"));
    CHECK(key("float", "100") == key("float", "1e2"));
    CHECK(key("double", "-0") == key("double", "0"));
    CHECK(key("double", "NaN") == key("double", " NaN"));
    CHECK(key("dateTime", "2000-01-01T00:00:00Z") == key("dateTime", "1999-12-31T19:00:00-05:00"));
    CHECK(key("dateTime", "1999-12-31T24:00:00") == key("dateTime", "2000-01-01T00:00:00.00"));
    CHECK(key("dateTime", "2000-01-01T00:00:00Z") != key("dateTime", "2000-01-01T00:00:00"));
    CHECK(key("date", "2002-10-10+13:00") == key("date", "2002-10-09-11:00"));
    CHECK(key("time", "23:00:00-02:00") == key("time", "01:00:00Z"));
    CHECK(key("dateTime", "-0001-12-31T24:00:00") == key("dateTime", "0001-01-01T00:00:00"));
    CHECK(key("duration", "P1Y") == key("duration", "P12M"));
    CHECK(key("duration", "P1D") == key("duration", "PT24H"));
    CHECK(key("duration", "P1M") != key("duration", "P30D"));
    CHECK(key("hexBinary", "ab") == key("hexBinary", "AB"));
    CHECK(key("base64Binary", "A AAA") == key("base64Binary", "AAAA"));
    CHECK(key("boolean", "1") == key("boolean", "true"));
    CHECK(key("NMTOKENS", "a  b") == key("NMTOKENS", " a b"));
    CHECK(key("NMTOKENS", "a") != key("NMTOKEN", "a"));
    CHECK_FALSE(key("byte", "300"));
}

TEST_CASE("QNames are equal by their expanded names, and prefixes must be bound") {
    using Map = std::map<std::string, std::string>;
    const MapPrefixes one(Map{{"p", "urn:x"}});
    const MapPrefixes two(Map{{"q", "urn:x"}, {"", "urn:x"}});
    const auto& type = schema::builtin_type(Builtin::qname);
    CHECK(type->value_key("p:a", &one) == type->value_key("q:a", &two));
    CHECK(type->value_key("p:a", &one) == type->value_key("a", &two));
    CHECK(type->value_key("a", &one) != type->value_key("a", &two));
    CHECK_FALSE(type->check("q:a", &one, nullptr));
}

TEST_CASE("The order of dates and durations is partial") {
    const auto order = [](std::string_view type, std::string_view a, std::string_view b) {
        return schema::builtin_type(type)->compare(a, b);
    };
    CHECK(order("dateTime", "2000-01-15T00:00:00", "2000-02-15T00:00:00") == Order::less);
    CHECK(order("dateTime", "2000-01-15T12:00:00", "2000-01-16T12:00:00Z") == Order::less);
    CHECK(order("dateTime", "2000-01-01T12:00:00", "1999-12-31T23:00:00Z") == Order::incomparable);
    CHECK(order("duration", "P5M", "P153D") == Order::incomparable);
    CHECK(order("duration", "P5M", "P154D") == Order::less);
    CHECK(order("duration", "P5M", "P149D") == Order::greater);
    CHECK(order("duration", "PT0.5S", "-PT0.5S") == Order::greater);
    CHECK(order("duration", "-PT0.5S", "-PT0.25S") == Order::less);
    CHECK(order("double", "NaN", "1") == Order::incomparable);
    CHECK(order("decimal", "-10", "-9.5") == Order::less);
    CHECK(order("decimal", "0.1", "0.09") == Order::greater);
    CHECK(order("string", "a", "b") == Order::incomparable);
}

TEST_CASE("Facets are checked in the value space") {
    const auto digits = restricted(
        "decimal", {facet(Facet::total_digits, "4"), facet(Facet::fraction_digits, "2")});
    CHECK(digits->check("0012.3400", nullptr, nullptr));
    CHECK_FALSE(digits->check("123.45", nullptr, nullptr));
    CHECK_FALSE(digits->check("1.234", nullptr, nullptr));

    const auto text =
        restricted("string", {facet(Facet::min_length, "2"), facet(Facet::max_length, "3")});
    CHECK(text->check("\xC3\xA9\xC3\xA9\xC3\xA9", nullptr, nullptr));
    CHECK_FALSE(text->check("a", nullptr, nullptr));

    const auto octets = restricted("base64Binary", {facet(Facet::length, "2")});
    CHECK(octets->check("AAA=", nullptr, nullptr));
    CHECK_FALSE(octets->check("AA==", nullptr, nullptr));

    const auto names = restricted("QName", {facet(Facet::length, "1")});
    CHECK(names->check("much:longer", nullptr, nullptr));

    const auto few =
        restricted("decimal", {facet(Facet::enumeration, "1.0"), facet(Facet::enumeration, "2")});
    CHECK(few->check("1", nullptr, nullptr));
    CHECK(few->check("+2.00", nullptr, nullptr));
    CHECK_FALSE(few->check("3", nullptr, nullptr));
}

TEST_CASE("Patterns of one step are alternatives, those of several steps all hold") {
    const auto first =
        restricted("string", {facet(Facet::pattern, "[a-z]+"), facet(Facet::pattern, "[0-9]+")});
    CHECK(first->check("abc", nullptr, nullptr));
    CHECK(first->check("123", nullptr, nullptr));
    const auto second = restricted(first, {facet(Facet::pattern, ".{2}")});
    CHECK(second->check("ab", nullptr, nullptr));
    CHECK_FALSE(second->check("abc", nullptr, nullptr));
    CHECK_FALSE(second->check("a1", nullptr, nullptr));
}

TEST_CASE("A violation tells reason and bounds but never the value") {
    const auto type =
        restricted("int", {facet(Facet::min_inclusive, "5"), facet(Facet::max_exclusive, "10")});
    schema::Violation violation;
    CHECK_FALSE(type->check("11", nullptr, &violation));
    CHECK(violation.reason == core::Reason::range);
    CHECK(violation.clause == "cvc-maxExclusive-valid");
    CHECK(violation.details == std::vector<std::string>{"5", "< 10"});
    CHECK_FALSE(type->check("x", nullptr, &violation));
    CHECK(violation.reason == core::Reason::not_numeric);
    CHECK_FALSE(type->check("  ", nullptr, &violation));
    CHECK(violation.reason == core::Reason::value_empty);
}

TEST_CASE("Facets that break the recommendation are named by clause") {
    CHECK(clause("string", {facet(Facet::total_digits, "1")}) == "cos-applicable-facets");
    CHECK(clause("boolean", {facet(Facet::enumeration, "true")}) == "cos-applicable-facets");
    CHECK(clause("string", {facet(Facet::min_length, "3"), facet(Facet::max_length, "2")}) ==
          "minLength-less-than-equal-to-maxLength");
    CHECK(clause("string", {facet(Facet::length, "-1")}) == "s4s-att-invalid-value");
    CHECK(clause("decimal", {facet(Facet::total_digits, "0")}) == "s4s-att-invalid-value");
    CHECK(clause("string", {facet(Facet::length, "3"), facet(Facet::min_length, "3")}) ==
          "length-minLength-maxLength.1");
    CHECK(clause("NMTOKENS", {facet(Facet::length, "3")}).empty());
    CHECK(clause("string", {facet(Facet::length, "1"), facet(Facet::length, "1")}) ==
          "src-single-facet-value");
    CHECK(clause("int", {facet(Facet::min_inclusive, "5"), facet(Facet::max_inclusive, "4")}) ==
          "minInclusive-less-than-equal-to-maxInclusive");
    CHECK(clause("int", {facet(Facet::min_inclusive, "5"), facet(Facet::max_exclusive, "5")}) ==
          "minInclusive-less-than-maxExclusive");
    CHECK(clause("int", {facet(Facet::min_exclusive, "5"), facet(Facet::max_exclusive, "5")})
              .empty());
    CHECK(clause("int", {facet(Facet::min_inclusive, "1.5")}) == "minInclusive-valid-restriction");
    CHECK(clause("byte", {facet(Facet::max_inclusive, "128")}) == "maxInclusive-valid-restriction");
    CHECK(clause("byte", {facet(Facet::enumeration, "128")}) == "enumeration-valid-restriction");
    CHECK(clause("integer", {facet(Facet::fraction_digits, "1")}) == "st-restrict-facets");
    CHECK(clause("token", {facet(Facet::white_space, "replace")}) ==
          "whiteSpace-valid-restriction");
    CHECK(clause("decimal", {facet(Facet::total_digits, "2"),
                             facet(Facet::fraction_digits, "3")}) == "fractionDigits-totalDigits");
    CHECK(clause("string", {facet(Facet::pattern, "[")}) == "pattern-value");
    CHECK(clause("anySimpleType", {}) == "cos-st-restricts.1.1");
    CHECK(clause("int", {facet(Facet::min_inclusive, "1"), facet(Facet::min_exclusive, "1")}) ==
          "minInclusive-minExclusive");
    const auto fixed = restricted("string", {facet(Facet::max_length, "5", true)});
    CHECK(clause(fixed, {facet(Facet::max_length, "4")}) == "st-restrict-facets");
    CHECK(clause(fixed, {facet(Facet::max_length, "5")}).empty());
    const auto five = restricted("string", {facet(Facet::length, "5")});
    CHECK(clause(five, {facet(Facet::max_length, "5")}).empty());
    CHECK(clause(five, {facet(Facet::max_length, "4")}) == "length-minLength-maxLength.2");
    const auto open = restricted("int", {facet(Facet::max_exclusive, "10")});
    CHECK(clause(open, {facet(Facet::max_exclusive, "10")}).empty());
    CHECK(clause(open, {facet(Facet::max_inclusive, "10")}) == "maxInclusive-valid-restriction");
    // A bound is a value of the base, or what the base has there.
    const auto listed =
        restricted("int", {facet(Facet::enumeration, "1"), facet(Facet::enumeration, "9")});
    CHECK(clause(listed, {facet(Facet::min_inclusive, "9")}).empty());
    CHECK(clause(listed, {facet(Facet::min_inclusive, "5")}) == "minInclusive-valid-restriction");
    CHECK(clause(listed, {facet(Facet::max_exclusive, "5")}) == "maxExclusive-valid-restriction");
    const auto even = restricted("int", {facet(Facet::pattern, "[02468]")});
    CHECK(clause(even, {facet(Facet::max_inclusive, "7")}) == "maxInclusive-valid-restriction");
}

TEST_CASE("Lists count items, and unions take the first member that accepts") {
    std::vector<schema::TypeError> errors;
    const auto list = schema::list_of(schema::builtin_type(Builtin::int_), errors);
    REQUIRE(list);
    const auto two = restricted(list, {facet(Facet::length, "2")});
    CHECK(two->check(" 1\n2 ", nullptr, nullptr));
    CHECK_FALSE(two->check("1 2 3", nullptr, nullptr));
    CHECK_FALSE(two->check("1 x", nullptr, nullptr));
    CHECK_FALSE(schema::list_of(list, errors));
    CHECK(errors.back().clause == "cos-list-of-atomic");

    const auto both = schema::union_of(
        {schema::builtin_type(Builtin::int_), schema::builtin_type(Builtin::string)}, errors);
    REQUIRE(both);
    CHECK(both->value_key(" 07 ", nullptr) == key("int", "7"));
    CHECK(both->value_key("a ", nullptr) == key("string", "a "));
    CHECK(both->active("x", nullptr) == schema::builtin_type(Builtin::string).get());
    const auto seven = restricted(both, {facet(Facet::enumeration, "7")});
    CHECK(seven->check("+7", nullptr, nullptr));
    CHECK_FALSE(seven->check("x", nullptr, nullptr));
}

TEST_CASE("Every built-in type is found by its name and derives from its base") {
    for (std::size_t i = 0; i < schema::builtin_count; ++i) {
        const auto builtin = static_cast<Builtin>(i);
        const auto& type = schema::builtin_type(builtin);
        CHECK(schema::builtin_type(schema::to_string(builtin)) == type);
        CHECK(type->builtin() == builtin);
        CHECK(type->derives_from(*schema::builtin_type(Builtin::any_simple_type)));
    }
    CHECK_FALSE(schema::builtin_type("anyType"));
    CHECK(schema::builtin_type(Builtin::id)->has_id());
    CHECK_FALSE(schema::builtin_type(Builtin::idref)->has_id());
    CHECK(schema::builtin_type(Builtin::id)->derives_from(*schema::builtin_type(Builtin::token)));
}

#include <doctest/doctest.h>

#include "dfdl/calendar.hpp"
#include "dfdl/charset.hpp"
#include "dfdl/expression.hpp"
#include "dfdl/literal.hpp"
#include "dfdl/number.hpp"

using namespace dfdl;

namespace {

std::string number(const char* pattern, const char* text, bool zoned = false) {
    NumberFormat format;
    format.zoned = zoned;
    compile_pattern(pattern, format);
    const auto read = parse_number(format, text);
    if (!read) return "-";
    const auto back = format_number(format, *read);
    return *read + " " + back.value_or("-");
}

std::string calendar(const char* pattern, const char* text, bool date = true, bool time = false) {
    CalendarFormat format;
    format.has_date = date;
    format.has_time = time;
    compile_pattern(pattern, format);
    const auto read = parse_calendar(format, text);
    if (!read) return "-";
    return *read + " " + format_calendar(format, *read).value_or("-");
}

std::string evaluate(const char* text) {
    const ValuesOf values = [](const ValuePath& path) -> std::vector<std::string> {
        if (path.names.empty()) return {"self"};
        if (path.names.back() == "n") return {"3", "4"};
        if (path.names.back() == "kind") return {"CCD"};
        return {};
    };
    try {
        return Expression::compile(text).text(values).value_or("nothing");
    } catch (const std::string& why) {
        return "error";
    }
}

}  // namespace

TEST_CASE("Numbers go by their pattern, and back") {
    CHECK(number("#,##0.00", "1,234.50") == "1234.5 1,234.50");
    CHECK(number("#,##0.00", "1,23") == "-");
    CHECK(number("#,##0.00", "12,3450") == "-");
    CHECK(number("#,##0.00", "-0.05") == "-0.05 -0.05");
    CHECK(number("000", "007") == "7 007");
    CHECK(number("0V00", "012345") == "123.45 12345");
    CHECK(number("#0.##;(#0.##)", "(12.5)") == "-12.5 (12.5)");
    CHECK(number("+0", "+7") == "7 +7");
    CHECK(number("+0", "-7") == "-7 -7");
    CHECK(number("'EUR #'0", "EUR #5") == "5 EUR #5");
    CHECK(number("##0", "12x") == "-");
    CHECK(number("##0", "") == "-");
}

TEST_CASE("Zoned numbers carry their sign in a digit") {
    CHECK(number("0V00+", "0001q", true) == "-0.11 01q");
    NumberFormat format;
    format.zoned = format.ebcdic = true;
    compile_pattern("000V00+", format);
    CHECK(parse_number(format, "0123}") == "-12.3");
    CHECK(format_number(format, "-12.3") == "0123}");
    CHECK(format_number(format, "12.34") == "0123D");
    CHECK(parse_number(format, "012 D") == std::nullopt);
}

TEST_CASE("A number that the pattern would round is not written") {
    NumberFormat format;
    compile_pattern("0.0", format);
    CHECK(format_number(format, "1.25") == std::nullopt);
    CHECK(format_number(format, "1.5") == "1.5");
    CHECK(canonical_decimal("-007.50") == "-7.5");
    CHECK(canonical_decimal("1e3") == std::nullopt);
}

TEST_CASE("Dates and times go by their pattern, and back") {
    CHECK(calendar("ddMMyy", "010299") == "1999-02-01 010299");
    CHECK(calendar("yyyyMMdd", "20240229") == "2024-02-29 20240229");
    CHECK(calendar("yyyyMMdd", "20230229") == "-");
    CHECK(calendar("d/M/yyyy", "1/12/2024") == "2024-12-01 1/12/2024");
    CHECK(calendar("dd MMM yyyy", "01 Feb 2024") == "2024-02-01 01 Feb 2024");
    CHECK(calendar("yyyyDDD", "2024366") == "2024-12-31 2024366");
    CHECK(calendar("HHmmss", "235959", false, true) == "23:59:59 235959");
    CHECK(calendar("hh:mm a", "12:05 AM", false, true) == "00:05:00 12:05 AM");
    CHECK(calendar("yyyyMMddHHmmssSSS", "20240101120000250", true, true) ==
          "2024-01-01T12:00:00.25 20240101120000250");
    CHECK(calendar("yyyy-MM-dd'T'HH:mm:ssXXX", "2024-01-01T12:00:00+02:00", true, true) ==
          "2024-01-01T12:00:00+02:00 2024-01-01T12:00:00+02:00");
    CalendarFormat days;
    days.has_time = true;
    compile_pattern("yyyyMMdd", days);
    CHECK(format_calendar(days, "2024-01-01T12:00:00") == std::nullopt);
}

TEST_CASE("EBCDIC pages know their letters and the euro") {
    std::string out;
    CHECK(decode(Charset::ebcdic500, "\xC1\xF0\x40\x4B", out));
    CHECK(out == "A0 .");
    CHECK(encoded(Charset::ebcdic1148, "€é") == "\x9F\x51");
    CHECK(encoded(Charset::ebcdic037, "!") == "\x5A");
    CHECK(encoded(Charset::ebcdic500, "!") == "\x4F");
    CHECK(charset_named("ibm-1148") == Charset::ebcdic1148);
    CHECK(charset_named("iso-8859-15") == Charset::latin9);
    CHECK_FALSE(charset_named("UTF-16").has_value());
    std::string none;
    CHECK_FALSE(encode(Charset::latin1, "€", none));
    for (const Charset page : {Charset::ebcdic037, Charset::ebcdic500, Charset::ebcdic1140}) {
        std::string all, text, back;
        for (int i = 0; i < 256; ++i) all.push_back(static_cast<char>(i));
        CHECK(decode(page, all, text));
        CHECK(encode(page, text, back));
        CHECK(back == all);
    }
}

TEST_CASE("Literals know entities, classes and raw bytes") {
    bool touched = false;
    const Markup line = compile_markup("%NL;", Charset::utf8, "\n", false);
    CHECK(line.match("\r\nx", touched) == 2);
    CHECK(line.match("\nx", touched) == 1);
    CHECK(line.match("x", touched) == no_match);
    CHECK_FALSE(touched);
    CHECK(line.match("\r", touched) == 1);
    CHECK(touched);
    const Markup two = compile_markup("; ;;", Charset::utf8, "\n", false);
    CHECK(two.match(";;a", touched) == 2);
    CHECK(compile_markup("%#x41;%#66;%#r80;%%", Charset::utf8, "\n", false).output() == "AB\x80%");
    CHECK(compile_markup("%WSP*;", Charset::utf8, "\n", false).match(" \t\nx", touched) == 3);
    CHECK(compile_markup("end", Charset::utf8, "\n", true).match("END.", touched) == 3);
    CHECK(compile_markup("%NL;", Charset::ebcdic500, "\x15", false).match("\x15", touched) == 1);
    CHECK_THROWS_AS(compile_literal("%NIX;", Charset::utf8, ""), std::string);
    CHECK_THROWS_AS(compile_literal("50%", Charset::utf8, ""), std::string);
}

TEST_CASE("Expressions of the subset are worked out, others refused") {
    CHECK(evaluate("{ ../kind eq 'CCD' }") == "true");
    CHECK(evaluate("{ fn:not(. ne 'self' and ./kind ne 'X') }") == "true");
    CHECK(evaluate("{ fn:count(../../x/n) + 1 }") == "3");
    CHECK(evaluate("{ xs:int(./n) * 2 }") == "6");
    CHECK(evaluate("{ ../n lt 10 }") == "true");
    CHECK(evaluate("{ 9223372036854775807 + 1 }") == "9223372036854775808.000000");
    CHECK(evaluate("{ 9223372036854775807 * 4 gt 1 }") == "true");
    CHECK(evaluate(("{ " + std::string(6000, '9') + " * 2 }").c_str()) == "nothing");
    CHECK(evaluate("{ ./nix }") == "nothing");
    CHECK(evaluate("{ fn:exists(./nix) or fn:true() }") == "true");
    CHECK(evaluate("{ dfdl:occursIndex() }") == "error");
    CHECK(evaluate("{ ../a[1] }") == "error");
    CHECK(evaluate("{ 1 + }") == "error");
}

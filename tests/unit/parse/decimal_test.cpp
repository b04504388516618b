#include <doctest/doctest.h>

#include "parse/decimal.hpp"

TEST_CASE("A sum of amounts comes back from its text, however long it has become") {
    const auto amount = parse::Decimal::parse("999999999999999999.999999999");
    REQUIRE(amount.has_value());
    parse::Decimal sum;
    for (int i = 0; i < 100'000; ++i) sum += *amount;
    CHECK(sum.text() == "99999999999999999999999.9999");
    CHECK_FALSE(parse::Decimal::parse(sum.text()).has_value());
    CHECK(parse::Decimal::parse(sum.text(), parse::Decimal::sum_digits) == sum);
    for (int i = 0; i < 200'000; ++i) sum -= *amount;
    CHECK(parse::Decimal::parse(sum.text(), parse::Decimal::sum_digits) == sum);
}

#include "app/conservation.hpp"

#include <doctest/doctest.h>

namespace {

ledger::Outgoing row(std::string recipient, std::int64_t records, std::string why = {}) {
    ledger::Outgoing one;
    one.kind = ledger::OutgoingKind::parcel;
    one.recipient = std::move(recipient);
    one.records = records;
    one.detail = std::move(why);
    one.state =
        one.detail.empty() ? ledger::OutgoingState::staged : ledger::OutgoingState::withheld;
    return one;
}

struct Balance {
    app::Sums sums;
    ledger::File file;
    std::vector<ledger::Outgoing> rows;
    std::vector<std::string> recipients{"400001", "400002"};

    Balance() {
        sums.records = 10;
        sums.accepted = 7;
        sums.rejected = 3;
        sums.with_document["00000-090"] = 2;
        sums.delivered = {{"400001", 7}, {"400002", 2}};
        sums.withheld[{"400003", "A2 not authorised"}] = 5;
        file.records = {10, 7, 3};
        rows = {row("400001", 7), row("400002", 2), row("400003", 5, "A2 not authorised")};
    }
    std::string problem() const { return app::imbalance(sums, file, rows, recipients); }
};

}  // namespace

TEST_CASE("sums that balance say nothing") {
    CHECK(Balance().problem() == "");
}

TEST_CASE("each sum that does not balance is named") {
    Balance balance;
    SUBCASE("a record without a verdict") {
        balance.file.records.rejected = 2;
        CHECK(balance.problem() == "1 records have no verdict");
    }
    SUBCASE("a record that was lost between facts and counts") {
        balance.file.records = {9, 6, 3};
        CHECK(balance.problem() == "records: 10 were decided, 9 are said");
    }
    SUBCASE("a verdict that changed") {
        balance.file.records = {10, 8, 2};
        CHECK(balance.problem() == "accepted records: 7 were decided, 8 are said");
    }
    SUBCASE("a parcel that lacks a record") {
        balance.rows[1].records = 1;
        CHECK(balance.problem() == "records for 400002: 2 were decided, 1 are said");
    }
    SUBCASE("a parcel that is not there") {
        balance.rows.erase(balance.rows.begin());
        CHECK(balance.problem() == "records for 400001: 7 were decided, 0 are said");
    }
    SUBCASE("a parcel for somebody else") {
        balance.rows.push_back(row("400009", 1));
        CHECK(balance.problem() == "there is a parcel for 400009, which was to get nothing");
    }
    SUBCASE("something withheld that is not said") {
        balance.rows.pop_back();
        CHECK(balance.problem() == "records withheld from 400003: 5 were decided, 0 are said");
    }
    SUBCASE("something said to be withheld that was not") {
        balance.rows.push_back(row("400002", 1, "A1"));
        CHECK(balance.problem() == "more was withheld than was decided");
    }
}

TEST_CASE("the closing entry holds the sums by recipient and by cause") {
    const Balance balance;
    const std::string body =
        app::closing_body(balance.sums, balance.file, balance.rows, {{"00224-008", "B", 3}});
    CHECK(body.find("\"records\":10,\"accepted\":7,\"rejected\":3,") != std::string::npos);
    CHECK(body.find("{\"code\":\"00000-090\",\"records\":2}") != std::string::npos);
    CHECK(body.find("{\"code\":\"00224-008\",\"severity\":\"B\",\"count\":3}") !=
          std::string::npos);
    CHECK(body.find("{\"partner\":\"400002\",\"delivered\":2,\"withheld\":0}") !=
          std::string::npos);
    CHECK(body.find("{\"partner\":\"400003\",\"delivered\":0,\"withheld\":5}") !=
          std::string::npos);
    CHECK(body.find("\"why\":\"A2 not authorised\"") != std::string::npos);
}

#include <doctest/doctest.h>

#include "core/fault.hpp"
#include "io/frames.hpp"
#include "io/packing.hpp"
#include "ledger/facts.hpp"

static ledger::SliceFacts some_facts() {
    ledger::SliceFacts facts;
    facts.routes.push_back({{"400001"}, {"A-1"}, {{"400002", "no right"}}});
    facts.documents.push_back({1, true, true, "D1", 2, 1});
    facts.records = {{true, 0, 100, 0, 0xFEDCBA9876543210U}, {false, 0, 350, 0, 0}};
    return facts;
}

TEST_CASE("facts come back as they were, with digests of the records' bytes and without") {
    ledger::SliceFacts facts = some_facts();
    CHECK(ledger::SliceFacts::unpack(facts.pack()).records == facts.records);
    CHECK(ledger::SliceFacts::unpack(facts.pack()).bytes.empty());
    facts.bytes = {{250, {1, 2, 3}}, {70'000, {9}}};
    const auto again = ledger::SliceFacts::unpack(facts.pack());
    CHECK(again.records == facts.records);
    CHECK(again.routes == facts.routes);
    CHECK(again.bytes == facts.bytes);
    CHECK(ledger::documents_in(facts.pack()) == facts.documents);
    CHECK(ledger::documents_in("").empty());
    for (const bool with_bytes : {true, false}) {
        if (!with_bytes) facts.bytes.clear();
        facts.enclosed = {{0, 7}, {0, 70'000}, {1, 2}};
        const auto enclosed = ledger::SliceFacts::unpack(facts.pack());
        CHECK(enclosed.enclosed == facts.enclosed);
        CHECK(enclosed.records == facts.records);
        CHECK(enclosed.bytes == facts.bytes);
    }
}

TEST_CASE("facts of an unknown version or cut short are damage of the ledger") {
    const auto framed = [](const std::string& bytes) {
        std::string frame;
        io::compress_frame(bytes, frame);
        return frame;
    };
    io::Packer five;
    five.number(5);
    CHECK_THROWS_AS(ledger::SliceFacts::unpack(framed(five.bytes)), core::Fault);
    CHECK_THROWS_AS(ledger::documents_in(framed(five.bytes)), core::Fault);
    const auto cut_short = [&](const ledger::SliceFacts& facts) {
        std::string bytes;
        REQUIRE(io::decompress_frame(facts.pack(), bytes, 1 << 20) == io::Unpacked::ok);
        for (std::size_t size = 1; size < bytes.size(); ++size)
            CHECK_THROWS_AS(ledger::SliceFacts::unpack(framed(bytes.substr(0, size))), core::Fault);
    };
    ledger::SliceFacts facts = some_facts();
    facts.bytes.resize(2);
    cut_short(facts);
    facts.enclosed = {{1, 3}};
    cut_short(facts);
    facts.bytes.clear();
    cut_short(facts);
    facts.enclosed = {{2, 3}};  // there are two records
    CHECK_THROWS_AS(ledger::SliceFacts::unpack(facts.pack()), core::Fault);
}

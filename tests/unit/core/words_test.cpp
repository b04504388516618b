#include <doctest/doctest.h>

#include "core/file_name.hpp"
#include "core/identifiers.hpp"
#include "core/instant.hpp"

using core::check_identifier;
using core::IdentifierKind;
using core::IdentifierVerdict;

TEST_CASE("Names of 6, 7 and 8 elements parse and are written back as they were") {
    for (const char* name :
         {"FI.DMFA.006400.20070423.00001.R.4.2", "GO.DMFA.112768.20250109.00014.R.1",
          "FI.WECH.123456.20030801.00001.R", "TD.DIMN.000001.20120213.24AZG.T.1"}) {
        const auto parsed = core::parse_file_name(name);
        CHECK_MESSAGE(parsed.good(), name);
        CHECK(parsed.name.text() == name);
    }
}

TEST_CASE("Each fault of a name has its annex 30 code") {
    const auto codes = [](const char* name) { return core::parse_file_name(name).errors; };
    CHECK(codes("FI.DMFA.006400.2007042.00001.R.1.1") == std::vector<int>{109});
    CHECK(codes("FI.DMFA.006400.20070230.00001.R.1.1") == std::vector<int>{110});
    CHECK(codes("FI.DMFA.006400.20070423.0001.R.1.1") == std::vector<int>{112});
    CHECK(codes("FI.DMFA.006400.20070423.0000a.R.1.1") == std::vector<int>{367});
    CHECK(codes("FI.DMFA.006400.20070423.00000.R.1.1") == std::vector<int>{127});
    CHECK(codes("FI.DMFA.006400.20070423.00001.X.1.1") == std::vector<int>{117});
    CHECK(codes("GO.DMFA.006400.20070423.00001.R.10") == std::vector<int>{114});
    CHECK(codes("GO.DMFA.006400.20070423.00001.R.A") == std::vector<int>{115});
    CHECK(codes("GO.DMFA.006400.20070423.00001.R.0") == std::vector<int>{116});
    CHECK(codes("GO.DMFA.006400") == std::vector<int>{107});
    CHECK(codes("FI.DMFA.6400.20070423.00001.R.1.1") == std::vector<int>{131});
    CHECK(codes("FS.DMFA.006400.20070423.00001.R.2.3") == std::vector<int>{124});
    CHECK(codes("XX.DMFA.006400.20070423.00001.R.1") == std::vector<int>{129});
}

TEST_CASE("Commands take any member of a set as the name of the file") {
    core::FileIdentity identity;
    for (const char* name :
         {"GO.DMFA.006400.20070423.00001.R.1", "FI.DMFA.006400.20070423.00001.R.1.1",
          "DMFA.006400.20070423.00001.R"}) {
        REQUIRE(core::parse_identity(name, identity));
        CHECK(identity.text() == "DMFA.006400.20070423.00001.R");
    }
    CHECK_FALSE(core::parse_identity("nonsense", identity));
}

TEST_CASE("Check digits: published numbers verify and a changed digit does not") {
    CHECK(check_identifier(IdentifierKind::insz, "85073003328") == IdentifierVerdict::good);
    CHECK(check_identifier(IdentifierKind::insz, "17073003384") == IdentifierVerdict::good);
    CHECK(check_identifier(IdentifierKind::insz, "98472899765") == IdentifierVerdict::good);
    CHECK(check_identifier(IdentifierKind::insz, "01490700185") == IdentifierVerdict::good);
    CHECK(check_identifier(IdentifierKind::insz, "85073003327") ==
          IdentifierVerdict::wrong_check_digits);
    CHECK(check_identifier(IdentifierKind::insz, "8507300332A") == IdentifierVerdict::not_numeric);
    CHECK(check_identifier(IdentifierKind::insz, "850730033") == IdentifierVerdict::wrong_length);
    CHECK(check_identifier(IdentifierKind::enterprise, "0852093431") == IdentifierVerdict::good);
    CHECK(check_identifier(IdentifierKind::enterprise, "852093431") == IdentifierVerdict::good);
    CHECK(check_identifier(IdentifierKind::enterprise, "0852093432") ==
          IdentifierVerdict::wrong_check_digits);
    CHECK(check_identifier(IdentifierKind::establishment, "2000000141") == IdentifierVerdict::good);
    CHECK(check_identifier(IdentifierKind::establishment, "8999999993") == IdentifierVerdict::good);
    CHECK(check_identifier(IdentifierKind::noss, "127792067") == IdentifierVerdict::good);
    CHECK(check_identifier(IdentifierKind::noss, "70500472") == IdentifierVerdict::good);
    CHECK(check_identifier(IdentifierKind::noss, "127792068") ==
          IdentifierVerdict::wrong_check_digits);
    CHECK(check_identifier(IdentifierKind::noss_provisional, "5000000120") ==
          IdentifierVerdict::good);
    CHECK(check_identifier(IdentifierKind::dimona, "600008446383") == IdentifierVerdict::good);
    CHECK(check_identifier(IdentifierKind::dimona, "600008446384") ==
          IdentifierVerdict::wrong_check_digits);
}

TEST_CASE("Instants and dates read what they write") {
    CHECK(core::to_string(*core::parse_instant("2026-03-29T03:00:00.5+02:00")) ==
          "2026-03-29T01:00:00.500Z");
    CHECK(core::to_string(*core::parse_date("2024-02-29")) == "2024-02-29");
    CHECK_FALSE(core::parse_date("2023-02-29"));
    CHECK_FALSE(core::parse_instant("2026-03-29 03:00:00Z"));
    CHECK(core::to_string(core::Instant{-1}) == "1969-12-31T23:59:59.999Z");
}

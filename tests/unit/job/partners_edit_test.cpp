#include "job/partners_edit.hpp"

#include <doctest/doctest.h>

#include "core/fault.hpp"
#include "job/read.hpp"
#include "temporary_home.hpp"

namespace {

const std::string file = R"(<?xml version="1.0" encoding="UTF-8"?>
<!-- who may send -->
<partners xmlns="urn:sluice:partners:1" xmlns:o="urn:other">
  <!-- the first one -->
  <partner number="000101" name="A &amp; B" state='active' o:since="1999"
           language="nl">
    <certificate file="partners/a.pem"/>  <!-- old -->
    <channel kind="sftp" key="ssh-ed25519 AAAA a"/>
  </partner>

  <partner number="000301" name="R" state="test" language="fr"/>
</partners>
)";

std::string without(std::string text, const std::string& part) {
    const std::size_t at = text.find(part);
    REQUIRE(at != std::string::npos);
    return text.erase(at, part.size());
}

}  // namespace

TEST_CASE("What is not changed keeps its bytes") {
    job::PartnersEdit edit(file);
    edit.set("000101", "state", "closed");
    std::string expected = file;
    expected.replace(expected.find("'active'"), 8, "'closed'");
    CHECK(edit.text() == expected);
    edit.set("000101", "state", "active");
    CHECK(edit.text() == file);
}

TEST_CASE("An attribute is added, changed with its escapes, and taken away") {
    job::PartnersEdit edit(file);
    edit.set("000301", "capacity", "employer");
    CHECK(edit.text().find(R"(language="fr" capacity="employer"/>)") != std::string::npos);
    edit.set("000301", "capacity", "");
    CHECK(edit.text() == file);
    edit.set("000101", "name", "\"Q\" <&>");
    CHECK(edit.text().find("name=\"&quot;Q&quot; &lt;&amp;") != std::string::npos);
    edit.set("000101", "state", "o'clock");
    CHECK(edit.text().find("state='o&apos;clock'") != std::string::npos);
    edit.set("000101", "language", "");
    CHECK(edit.text().find("o:since=\"1999\">") != std::string::npos);
}

TEST_CASE("Children come on lines of their own and go with them") {
    job::PartnersEdit edit(file);
    edit.add_child("000101", "certificate",
                   {{"file", "b.pem"}, {"from", "2026-01-01"}, {"to", ""}});
    const std::string line = "    <certificate file=\"b.pem\" from=\"2026-01-01\"/>\n";
    CHECK(without(edit.text(), line) == file);
    CHECK(edit.count("000101", "certificate") == 2);
    edit.set_child("000101", "certificate", 1, "to", "2026-02-01");
    edit.remove_child("000101", "certificate", 1);
    CHECK(edit.text() == file);
    // A comment beside it stays.
    edit.remove_child("000101", "certificate", 0);
    CHECK(edit.text() == without(file, "<certificate file=\"partners/a.pem\"/>"));
}

TEST_CASE("An empty element opens for its first child") {
    job::PartnersEdit edit(file);
    edit.add_child("000301", "onboarding", {{"requested", "2026-10-01"}});
    edit.add_grandchild("000301", "onboarding", 0, "passed",
                        {{"check", "security"}, {"on", "2026-10-05"}});
    CHECK(edit.text().find("language=\"fr\">\n"
                           "    <onboarding requested=\"2026-10-01\">\n"
                           "      <passed check=\"security\" on=\"2026-10-05\"/>\n"
                           "    </onboarding>\n"
                           "  </partner>\n") != std::string::npos);
}

TEST_CASE("A partner is added behind the others, also to an empty list and under a prefix") {
    job::PartnersEdit edit(file);
    edit.add_partner({{"number", "000400"}, {"name", "N"}, {"state", "test"}, {"language", "en"}});
    const std::string line =
        "  <partner number=\"000400\" name=\"N\" state=\"test\" language=\"en\"/>\n";
    CHECK(without(edit.text(), line) == file);
    for (const char* empty : {"<p:partners xmlns:p='urn:sluice:partners:1'/>",
                              "<p:partners xmlns:p='urn:sluice:partners:1'></p:partners>",
                              "<p:partners xmlns:p='urn:sluice:partners:1'>\n</p:partners>\n"}) {
        job::PartnersEdit first(empty);
        first.add_partner(
            {{"number", "000400"}, {"name", "N"}, {"state", "test"}, {"language", "en"}});
        first.add_child("000400", "channel", {{"kind", "sftp"}});
        CHECK(first.has("000400"));
        CHECK(first.count("000400", "channel") == 1);
        const TemporaryHome home;
        home.write("jobs/partners.xml", first.text());
        std::vector<job::Diagnostic> diagnostics;
        CHECK(job::read_partners(home.path() / "jobs/partners.xml", diagnostics).has_value());
    }
}

TEST_CASE("What is no list of partners is a fault") {
    CHECK_THROWS_AS(job::PartnersEdit("<partners/>"), core::Fault);
    CHECK_THROWS_AS(job::PartnersEdit("<partners"), core::Fault);
}

TEST_CASE("A file that is not plain UTF-8 is not touched; line ends stay what they are") {
    const std::string one = "<partners xmlns=\"urn:sluice:partners:1\">\r\n</partners>\r\n";
    CHECK(job::PartnersEdit(one).text() == one);
    CHECK_THROWS_AS(job::PartnersEdit("\xef\xbb\xbf" + one), core::Fault);
    CHECK_THROWS_AS(
        job::PartnersEdit("<?xml version=\"1.0\" encoding=\"ISO-8859-1\"?>\n"
                          "<partners xmlns=\"urn:sluice:partners:1\"><!-- \xe9 --></partners>"),
        core::Fault);
}

TEST_CASE("A child comes into its parent also where the next end tag touches it") {
    job::PartnersEdit edit(
        "<partners xmlns=\"urn:sluice:partners:1\"><partner "
        "number=\"000101\"></partner></partners>");
    edit.add_child("000101", "channel", {{"kind", "sftp"}});
    CHECK(edit.count("000101", "channel") == 1);
}

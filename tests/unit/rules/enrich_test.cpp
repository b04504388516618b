#include "rules/enrich.hpp"

#include <doctest/doctest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "schema/schema.hpp"
#include "tables.hpp"

namespace {

using namespace tables;
using directory::SubjectKind;

struct Value {
    std::string name, key, from, to, group, field, value;
};

// Registers of plain rows beside the tables.
class Registers : public Directory {
  public:
    std::vector<Value> values;
    void read_register(
        std::string_view name, std::string_view key,
        const directory::Visit<const directory::RegisterValue&>& visit) const override {
        for (const Value& one : values)
            if (one.name == name && one.key == key)
                visit({one.name, one.group, one.field, one.value, day(one.from), day(one.to)});
    }
    void read_person(
        std::string_view key,
        const directory::Visit<const directory::RegisterValue&>& visit) const override {
        for (const char* name : {"rn", "radies", "bis"}) {
            bool known = false;
            for (const Value& one : values) known = known || (one.name == name && one.key == key);
            if (known) return read_register(name, key, visit);
        }
    }
};

std::shared_ptr<const schema::Schema> schema_of_test() {
    const auto file = std::filesystem::temp_directory_path() /
                      ("enrich-test-" + std::to_string(::getpid()) + ".xsd");
    std::ofstream(file) << R"(<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema">
<xs:element name="R"><xs:complexType><xs:sequence>
<xs:element name="P" maxOccurs="unbounded"><xs:complexType><xs:sequence>
 <xs:element name="I" type="xs:string"/>
 <xs:element name="E" minOccurs="0"><xs:complexType><xs:sequence>
  <xs:element name="S" maxOccurs="3"><xs:complexType><xs:sequence>
   <xs:element name="V" minOccurs="0"><xs:simpleType><xs:restriction base="xs:string">
    <xs:maxLength value="5"/></xs:restriction></xs:simpleType></xs:element>
  </xs:sequence><xs:attribute name="from" type="xs:date" use="required"/></xs:complexType>
  </xs:element></xs:sequence></xs:complexType></xs:element>
 <xs:element name="Z" minOccurs="0" maxOccurs="9"/>
</xs:sequence></xs:complexType></xs:element></xs:sequence></xs:complexType></xs:element>
</xs:schema>)";
    schema::LoadOptions load;
    load.documents = {file};
    load.ask_referee = false;
    const auto loaded = schema::load(load);
    std::filesystem::remove(file);
    REQUIRE(loaded.schema != nullptr);
    return loaded.schema;
}

job::Step step(const char* name) {
    return {{"", name}, {}};
}

const job::Partners partners{{partner("100101"), partner("400001", "10", "0"), partner("400002")},
                             ""};

struct World {
    Registers directory;
    job::Job job = job_of({named("400001"), named("400002")});
    std::shared_ptr<const schema::Schema> schema = schema_of_test();

    World() {
        job.document.absolute = true;
        job.document.steps = {step("R")};
        job.record.steps = {step("P")};
        job.authorise = path_a("", job::SenderCheck::none);
        job::Enrich enrich;
        enrich.element = {"", "E"};
        enrich.item = job::Name{"", "S"};
        enrich.source = "person";
        enrich.person = "person";
        enrich.history_years = 20;
        enrich.values = {{{"", "from"}, true, "from"}, {{"", "V"}, false, "city"}};
        job.enrichments = {enrich};
    }
    void allow(const char* id, const char* who, const char* message, const char* fields) {
        directory.authorise(
            {{id, SubjectKind::institution, who, message, "", fields, "2020-01-01", "", "D"}});
    }
    // The text for this recipient.
    std::string text(const char* recipient, const char* person = "1") {
        const rules::Rules rules({&job, &partners, "100101", &directory, {}, day("2026-11-22")});
        const rules::Enricher enricher(rules, *schema);
        Records records;
        records.rows.push_back({person, "", ""});
        const std::vector<std::string> recipients{recipient};
        const auto all = enricher.add(records, {&recipients});
        return all[0].forms[all[0].of_recipient[0]].at(0);
    }
};

}  // namespace

TEST_CASE("What a register says is given by group and by depth of history, newest first") {
    World world;
    world.directory.values = {{"rn", "1", "1990-01-01", "2009-12-31", "address", "city", "Oldes"},
                              {"rn", "1", "2010-01-01", "2019-12-31", "address", "city", "Older"},
                              {"rn", "1", "2020-01-01", "", "address", "city", "New"},
                              {"rn", "1", "2000-01-01", "", "name", "city", "Never"}};
    const std::string now = "<S from=\"2020-01-01\"><V>New</V></S>",
                      before = "<S from=\"2010-01-01\"><V>Older</V></S>",
                      first = "<S from=\"1990-01-01\"><V>Oldes</V></S>";
    CHECK(world.text("400001").empty());  // nobody said so
    world.allow("W", "400001", "*", "");
    CHECK(world.text("400001").empty());  // every message is no register
    world.allow("A", "400001", "register:rn", "address@10");
    CHECK(world.text("400001") == "<E>" + now + before + "</E>");
    CHECK(world.text("400002").empty());
    world.allow("B", "400002", "register:rn", "address");
    CHECK(world.text("400002") == "<E>" + now + "</E>");
    world.allow("C", "10:0", "register:rn", "address@*");
    CHECK(world.text("400001") == "<E>" + now + before + first + "</E>");
    world.job.enrichments[0].history_years = 0;  // the job asks for no more
    CHECK(world.text("400001") == "<E>" + now + "</E>");
    CHECK(world.text("400001", "2").empty());
}

TEST_CASE("Of the registers of persons the first that knows the number is read, if it may be") {
    World world;
    world.directory.values = {{"radies", "1", "2000-01-01", "", "address", "city", "Gone"},
                              {"bis", "1", "2000-01-01", "", "address", "city", "Bis"}};
    world.allow("A", "400001", "register:bis", "");
    CHECK(world.text("400001").empty());
    world.allow("B", "400001", "register:radies", "");
    CHECK(world.text("400001") == "<E><S from=\"2000-01-01\"><V>Gone</V></S></E>");
}

TEST_CASE("What the schema does not take is left out, and there are no more rows than it takes") {
    World world;
    world.allow("A", "400001", "register:rn", "address@*");
    for (int year = 2015; year < 2021; ++year)
        world.directory.values.push_back({"rn", "1", std::to_string(year) + "-01-01",
                                          std::to_string(year) + "-12-31", "address", "city",
                                          year == 2020 ? "Too long" : std::to_string(year)});
    // The value that is too long may be missing, its row stays.
    CHECK(world.text("400001") ==
          "<E><S from=\"2020-01-01\"></S><S from=\"2019-01-01\"><V>2019</V>"
          "</S><S from=\"2018-01-01\"><V>2018</V></S></E>");
    // A row that lacks what must be there goes.
    world.job.enrichments[0].values[0].of = "city";
    CHECK(world.text("400001").empty());
}

TEST_CASE("A place that is not certain is told, in words") {
    World world;
    const auto fault = [&] {
        std::string text;
        job::place_of(*world.schema, world.job, world.job.enrichments[0], text);
        return text;
    };
    job::Enrich& enrich = world.job.enrichments[0];
    CHECK(fault().empty());
    enrich.element.local = "I";
    CHECK(fault().find("must be there") != std::string::npos);
    enrich.element.local = "X";
    CHECK(fault().find("no element") != std::string::npos);
    enrich.element.local = "E";
    enrich.item->local = "T";
    CHECK(fault().find("no 'T'") != std::string::npos);
    enrich.item->local = "S";
    enrich.values.pop_back();
    CHECK(fault().empty());
    enrich.values.clear();
    CHECK(fault().find("'from' must be there too") != std::string::npos);
}

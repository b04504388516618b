#include "core/fault.hpp"
#include "schema/referee.hpp"
#include "schema_support.hpp"

using test::clauses;
using test::SchemaFolder;

namespace {

const schema::ElementDeclaration& element(const schema::Loaded& loaded, const std::string& space,
                                          const std::string& local) {
    const schema::Components& components = loaded.schema->components;
    return components.elements[components.find(components.element_names, {space, local})];
}

}  // namespace

TEST_CASE("an included document without a namespace takes that of its includer") {
    const SchemaFolder folder;
    folder.add("a.xsd", "<xs:include schemaLocation='b.xsd'/><xs:element name='r' type='T'/>",
               "targetNamespace='urn:a' xmlns='urn:a'");
    folder.add("b.xsd",
               "<xs:complexType name='T'><xs:sequence><xs:element ref='e'/></xs:sequence>"
               "</xs:complexType><xs:element name='e' type='S'/>"
               "<xs:simpleType name='S'><xs:restriction base='xs:int'/></xs:simpleType>");
    const schema::Loaded loaded = folder.load("a.xsd");
    REQUIRE_MESSAGE(loaded.schema, clauses(loaded));
    CHECK(loaded.documents.size() == 2);
    const auto& type = loaded.schema->components.types[element(loaded, "urn:a", "e").type];
    CHECK(type.name == schema::ExpandedName{"urn:a", "S"});
}

TEST_CASE("documents that include each other are read once") {
    const SchemaFolder folder;
    folder.add("a.xsd", "<xs:include schemaLocation='b.xsd'/><xs:element name='a'/>");
    folder.add("b.xsd", "<xs:include schemaLocation='a.xsd'/><xs:element name='b' type='xs:int'/>");
    const schema::Loaded loaded = folder.load("a.xsd");
    REQUIRE(loaded.schema);
    CHECK(loaded.documents.size() == 2);
    CHECK(element(loaded, "", "b").type != element(loaded, "", "a").type);
}

TEST_CASE("an import is needed to refer to another namespace") {
    const SchemaFolder folder;
    folder.add("b.xsd", "<xs:element name='e'/>", "targetNamespace='urn:b'");
    const std::string use =
        "<xs:complexType name='T'><xs:sequence><xs:element ref='b:e'/>"
        "</xs:sequence></xs:complexType>";
    folder.add("good.xsd", "<xs:import namespace='urn:b' schemaLocation='b.xsd'/>" + use,
               "xmlns:b='urn:b'");
    folder.add("bad.xsd", use, "xmlns:b='urn:b'");
    CHECK(folder.load("good.xsd").schema);
    CHECK(clauses(folder.load("bad.xsd")) == "src-resolve.4");
}

TEST_CASE("a missing include is an error, a missing import only where something of it is used") {
    const SchemaFolder folder;
    folder.add("include.xsd", "<xs:include schemaLocation='gone.xsd'/>");
    folder.add("unused.xsd", "<xs:import namespace='urn:b' schemaLocation='gone.xsd'/>");
    folder.add("used.xsd", "<xs:import namespace='urn:b'/><xs:element name='e' type='b:T'/>",
               "xmlns:b='urn:b'");
    CHECK(clauses(folder.load("include.xsd")) == "src-include.1");
    CHECK(folder.load("unused.xsd").schema);
    CHECK(clauses(folder.load("used.xsd")) == "src-resolve");
}

TEST_CASE("locations lead neither to a network nor out of the folders that were named") {
    const SchemaFolder folder;
    folder.add("outside.xsd", "<xs:element name='o'/>");
    folder.add("in/web.xsd", "<xs:include schemaLocation='http://localhost/outside.xsd'/>");
    folder.add("in/up.xsd", "<xs:include schemaLocation='../outside.xsd'/>");
    CHECK(clauses(folder.load("in/web.xsd")) == "src-include.1");
    CHECK(clauses(folder.load("in/up.xsd")) == "src-include.1");
    schema::LoadOptions options;
    options.documents = {folder.path() / "in/up.xsd"};
    options.folders = {folder.path()};
    options.ask_referee = false;
    CHECK(schema::load(options).schema);
}

TEST_CASE("a copy beside the schema stands for what is said to lie in a network") {
    const SchemaFolder folder;
    folder.add("in/copy.xsd", "<xs:element name='c'/>");
    folder.add("in/web.xsd", "<xs:include schemaLocation='http://localhost/far/away/copy.xsd'/>");
    const schema::Loaded loaded = folder.load("in/web.xsd");
    REQUIRE_MESSAGE(loaded.schema, clauses(loaded));
    CHECK(loaded.documents.size() == 2);
}

TEST_CASE("relative locations lead out of the folder only where that is asked for") {
    const SchemaFolder folder;
    folder.add("common/c.xsd", "<xs:element name='c'/>", "targetNamespace='urn:c'");
    schema::LoadOptions options;
    options.ask_referee = false;
    options.documents = {folder.add("in/a.xsd",
                                    "<xs:import namespace='urn:c' "
                                    "schemaLocation='../common/c.xsd'/><xs:element name='a'>"
                                    "<xs:complexType><xs:sequence><xs:element ref='c:c'/>"
                                    "</xs:sequence></xs:complexType></xs:element>",
                                    "xmlns:c='urn:c'")};
    const schema::Loaded inside = schema::load(options);
    CHECK(clauses(inside) == "src-resolve");
    REQUIRE(inside.absent.size() == 1);
    CHECK(inside.absent.front().line == 2);
    options.only_inside = false;
    CHECK(schema::load(options).schema);
    std::string refused;
    std::vector<schema::RefereeFault> faults;
    CHECK(schema::load_grammar(options.documents, {}, faults, refused,
                               schema::load(options).documents));
    CHECK(faults.empty());
    CHECK_FALSE(schema::load_grammar(options.documents, {}, faults, refused));
}

TEST_CASE("the DOCTYPE of a schema is read, and the referee does without it") {
    const SchemaFolder folder;
    const auto put = [&](const char* name, const std::string& target) {
        std::ofstream(folder.path() / name)
            << "<!DOCTYPE schema PUBLIC 'p' 'http://localhost/x.dtd' [\n<!ENTITY urn 'urn:d'>\n"
               "<!ATTLIST schema xmlns:d CDATA #FIXED 'urn:d'>]>\n<schema targetNamespace='" +
                   target +
                   "' xmlns='http://www.w3.org/2001/XMLSchema'><element name='d'/></schema>";
        return folder.path() / name;
    };
    schema::LoadOptions options;
    options.ask_referee = false;
    for (const char* target : {"urn:d", "&urn;"}) {
        options.documents = {put("d.xsd", target)};
        const schema::Loaded loaded = schema::load(options);
        REQUIRE_MESSAGE(loaded.schema, clauses(loaded));
        CHECK(element(loaded, "urn:d", "d").name.local == "d");
        std::string refused;
        std::vector<schema::RefereeFault> faults;
        const auto grammar = schema::load_grammar(options.documents, {}, faults, refused);
        CHECK((grammar != nullptr) == (std::string_view(target) == "urn:d"));
        CHECK(refused.empty() == (grammar != nullptr));
    }
}

TEST_CASE("an entry document that cannot be opened is a fault of the world") {
    const SchemaFolder folder;
    CHECK_THROWS_AS(folder.load("none.xsd"), core::Fault);
}

TEST_CASE("errors carry file, line, column and clause") {
    const SchemaFolder folder;
    folder.add("a.xsd", "<xs:element name='e'\n   type='none'/>");
    const schema::Loaded loaded = folder.load("a.xsd");
    REQUIRE(loaded.errors.size() == 1);
    CHECK(loaded.errors[0].file.filename() == "a.xsd");
    CHECK(loaded.errors[0].line == 2);
    CHECK(loaded.errors[0].column == 1);
    CHECK(loaded.errors[0].clause == "src-resolve");
    CHECK(loaded.schema == nullptr);
}

TEST_CASE("columns count characters, also behind other elements of the same line") {
    const schema::Loaded loaded = test::load_text(
        "<xs:element name='\xC3\xA9t\xC3\xA9' type='xs:int'/><xs:element name='f' type='none'/>");
    REQUIRE(loaded.errors.size() == 1);
    CHECK(loaded.errors[0].column == 39);
}

TEST_CASE("a redefined type extends what it was, for everybody") {
    const SchemaFolder folder;
    folder.add("b.xsd",
               "<xs:complexType name='T'><xs:sequence><xs:element name='x'/>"
               "</xs:sequence></xs:complexType><xs:element name='old' type='T'/>");
    folder.add("a.xsd",
               "<xs:redefine schemaLocation='b.xsd'><xs:complexType name='T'><xs:complexContent>"
               "<xs:extension base='T'><xs:attribute name='y'/></xs:extension>"
               "</xs:complexContent></xs:complexType></xs:redefine>");
    const schema::Loaded loaded = folder.load("a.xsd");
    REQUIRE_MESSAGE(loaded.schema, clauses(loaded));
    const auto& type = loaded.schema->components.types[element(loaded, "", "old").type];
    CHECK(type.attributes.size() == 1);
    CHECK(type.content == schema::Content::element_only);
}

TEST_CASE("zone codes come from the documentation of the element or of its type") {
    const schema::Loaded loaded = test::load_text(
        "<xs:element name='a'><xs:annotation><xs:documentation>00110</xs:documentation>"
        "</xs:annotation></xs:element>"
        "<xs:simpleType name='S'><xs:annotation><xs:documentation> 90578 </xs:documentation>"
        "</xs:annotation><xs:restriction base='xs:int'/></xs:simpleType>"
        "<xs:element name='b' type='S'/><xs:element name='c'><xs:annotation>"
        "<xs:documentation>a text</xs:documentation></xs:annotation></xs:element>");
    REQUIRE(loaded.schema);
    CHECK(element(loaded, "", "a").zone == "00110");
    CHECK(element(loaded, "", "b").zone == "90578");
    CHECK(element(loaded, "", "c").zone.empty());
}

TEST_CASE("the extension of a type holds the content of its base before its own") {
    const schema::Loaded loaded = test::load_text(
        "<xs:complexType name='B'><xs:sequence><xs:element name='x'/></xs:sequence>"
        "<xs:attribute name='p' type='xs:int'/></xs:complexType>"
        "<xs:complexType name='D'><xs:complexContent><xs:extension base='B'><xs:sequence>"
        "<xs:element name='y'/></xs:sequence><xs:attribute name='q'/></xs:extension>"
        "</xs:complexContent></xs:complexType>");
    REQUIRE(loaded.schema);
    const schema::Components& in = loaded.schema->components;
    const auto& derived = in.types[in.find(in.type_names, {"", "D"})];
    CHECK(derived.attributes.size() == 2);
    const schema::ModelGroup& both = in.groups[derived.model.term];
    REQUIRE(both.particles.size() == 2);
    const schema::ModelGroup& first = in.groups[both.particles[0].term];
    CHECK(in.elements[first.particles[0].term].name.local == "x");
}

TEST_CASE("substitutes are transitive and leave out what is abstract or blocked") {
    const schema::Loaded loaded = test::load_text(
        "<xs:element name='h' type='xs:decimal'/>"
        "<xs:element name='m' substitutionGroup='h' abstract='true'/>"
        "<xs:element name='n' substitutionGroup='m' type='xs:int'/>"
        "<xs:element name='b' type='xs:decimal' block='substitution'/>"
        "<xs:element name='c' substitutionGroup='b'/>");
    REQUIRE_MESSAGE(loaded.schema, clauses(loaded));
    const auto& head = element(loaded, "", "h");
    REQUIRE(head.substitutes.size() == 1);
    CHECK(head.substitutes[0] == element(loaded, "", "n").id);
    CHECK(element(loaded, "", "m").type == head.type);
    CHECK(element(loaded, "", "b").substitutes.empty());
}

TEST_CASE("paths of identity constraints are resolved to names") {
    const schema::Loaded loaded = test::load_text(
        "<xs:element name='r'><xs:key name='k'><xs:selector xpath='.//t:a | b/*'/>"
        "<xs:field xpath='./@id'/></xs:key></xs:element>",
        "xmlns:t='urn:t' targetNamespace='urn:t'");
    REQUIRE_MESSAGE(loaded.schema, clauses(loaded));
    const schema::IdentityConstraint& key = loaded.schema->components.constraints[0];
    REQUIRE(key.selector.size() == 2);
    CHECK(key.selector[0].descendants);
    CHECK(key.selector[0].steps[0].name == schema::ExpandedName{"urn:t", "a"});
    CHECK(key.selector[1].steps[0].name == schema::ExpandedName{"", "b"});
    CHECK(key.selector[1].steps[1].any_space);
    CHECK(key.fields[0][0].attribute);
}

TEST_CASE("the digest follows the contents of the documents") {
    const std::string one = test::load_text("<xs:element name='a'/>").digest;
    CHECK(one.size() == 64);
    CHECK(one == test::load_text("<xs:element name='a'/>").digest);
    CHECK(one != test::load_text("<xs:element name='b'/>").digest);
}

// What is at hand without a file, what is there under a condition, and what instances point to.
#include "schema/builtin_documents.hpp"
#include "schema/hints.hpp"
#include "schema/walker.hpp"
#include "schema_support.hpp"

namespace {

constexpr const char* address = "http://www.w3.org/1999/xlink";

bool valid(const schema::Loaded& loaded, const std::string& instance) {
    REQUIRE(loaded.schema);
    schema::Walker walker(loaded.schema, {}, {});
    return walker.walk(instance, true) == schema::Stop::end && walker.findings().empty();
}

}  // namespace

TEST_CASE("xlink and xml attributes are known where their schema is imported from a network") {
    const auto loaded = test::load_text(
        std::string("<xs:import namespace='") + address +
            "' schemaLocation='http://www.w3.org/XML/2008/06/xlink.xsd'/>"
            "<xs:import namespace='http://www.w3.org/XML/1998/namespace'/>"
            "<xs:element name='a'><xs:complexType><xs:attributeGroup ref='l:simpleAttrs'/>"
            "<xs:attribute ref='xml:lang'/><xs:attribute ref='xml:space'/>"
            "</xs:complexType></xs:element>",
        std::string("xmlns:l='") + address + "'");
    CHECK(loaded.errors.empty());
    CHECK(loaded.documents.size() == 1);
    const std::string space = std::string(" xmlns:l='") + address + "'";
    CHECK(valid(loaded, "<a" + space + " l:type='simple' l:href='x' xml:lang=''/>"));
    CHECK_FALSE(valid(loaded, "<a" + space + " l:show='up'/>"));
    CHECK_FALSE(valid(loaded, "<a" + space + " l:other='x'/>"));
    CHECK_FALSE(valid(loaded, "<a xml:space='wide'/>"));
}

TEST_CASE("XML signatures are known where their schema is imported from a network") {
    const auto loaded = test::load_text(
        "<xs:import namespace='http://www.w3.org/2000/09/xmldsig#' schemaLocation='"
        "http://www.w3.org/TR/2002/REC-xmldsig-core-20020212/xmldsig-core-schema.xsd'/>"
        "<xs:element name='a'><xs:complexType><xs:sequence><xs:element ref='d:Signature'/>"
        "</xs:sequence></xs:complexType></xs:element>",
        "xmlns:d='http://www.w3.org/2000/09/xmldsig#'");
    CHECK_MESSAGE(loaded.errors.empty(), test::clauses(loaded));
    CHECK(loaded.fallback_reasons.empty());
    const auto signed_by = [](const std::string& key) {
        return "<a><Signature xmlns='http://www.w3.org/2000/09/xmldsig#'><SignedInfo>"
               "<CanonicalizationMethod Algorithm='urn:c'/><SignatureMethod Algorithm='urn:s'/>"
               "<Reference URI=''><Transforms><Transform Algorithm='urn:t'/></Transforms>"
               "<DigestMethod Algorithm='urn:d'/><DigestValue>AAAA</DigestValue></Reference>"
               "</SignedInfo><SignatureValue>AAAA</SignatureValue><KeyInfo>" +
               key + "</KeyInfo></Signature></a>";
    };
    CHECK(valid(loaded, signed_by("<KeyName>k</KeyName>")));
    CHECK(valid(loaded, signed_by("<X509Data><X509Certificate>AAAA</X509Certificate>"
                                  "<X509SKI>AAAA</X509SKI></X509Data>")));
    CHECK(valid(loaded, signed_by("<KeyValue><RSAKeyValue><Modulus>AAAA</Modulus>"
                                  "<Exponent>AQAB</Exponent></RSAKeyValue></KeyValue>")));
    CHECK_FALSE(valid(loaded, signed_by("")));
    CHECK_FALSE(valid(loaded, signed_by("<KeyValue><DSAKeyValue><P>AAAA</P></DSAKeyValue>"
                                        "</KeyValue>")));
    CHECK_FALSE(valid(loaded, signed_by("<X509Data><X509SKI>A</X509SKI></X509Data>")));
}

TEST_CASE("a file for a namespace goes before the document that is at hand") {
    const test::SchemaFolder folder;
    folder.add("own.xsd", "<xs:attribute name='mine' type='xs:int'/>",
               std::string("targetNamespace='") + address + "'");
    folder.add("a.xsd",
               std::string("<xs:import namespace='") + address +
                   "' schemaLocation='own.xsd'/><xs:element name='a'><xs:complexType>"
                   "<xs:attribute ref='l:mine'/></xs:complexType></xs:element>",
               std::string("xmlns:l='") + address + "'");
    const auto loaded = folder.load("a.xsd");
    CHECK(loaded.errors.empty());
    CHECK(loaded.documents.size() == 2);
}

TEST_CASE("elements under conditions of version 1.1 are there or not as for version 1.0") {
    const auto loaded = test::load_text(
        "<xs:element name='a'><xs:simpleType><xs:restriction base='xs:date'>"
        "<xs:assertion test='true()' vc:minVersion='1.1'/>"
        "<xs:pattern value='2008.*' vc:maxVersion='1.1'/>"
        "<xs:pattern value='2009.*' vc:maxVersion='1.0'/>"
        "<xs:pattern value='2010.*' vc:facetAvailable='xs:pattern'/>"
        "<xs:pattern value='2011.*' vc:typeUnavailable='xs:date'/>"
        "<xs:pattern value='2012.*' vc:typeAvailable='xs:date xs:error'/>"
        "</xs:restriction></xs:simpleType></xs:element>",
        "xmlns:vc='http://www.w3.org/2007/XMLSchema-versioning'");
    CHECK(loaded.errors.empty());
    CHECK(valid(loaded, "<a>2008-01-01</a>"));
    CHECK_FALSE(valid(loaded, "<a>2009-01-01</a>"));
    CHECK(valid(loaded, "<a>2010-01-01</a>"));
    CHECK_FALSE(valid(loaded, "<a>2011-01-01</a>"));
    CHECK_FALSE(valid(loaded, "<a>2012-01-01</a>"));
}

TEST_CASE("hints lead to files of one folder only") {
    const test::SchemaFolder folder;
    folder.add("a.xsd", "");
    folder.add("in/b.xsd", "");
    const std::string instance =
        "<!-- xsi:noNamespaceSchemaLocation='c.xsd' --><r xmlns:x='http://www.w3.org/2001/"
        "XMLSchema-instance' x:schemaLocation = 'u1 b.xsd u2 ../a.xsd u3 http://h/b.xsd u4 no.xsd'>"
        "<s x:noNamespaceSchemaLocation='b.xsd'/>";
    const auto found = schema::hints_of(instance, folder.path() / "in", {}).documents;
    REQUIRE(found.size() == 1);
    CHECK(found.front().filename() == "b.xsd");
    CHECK(schema::hints_of("no XML", folder.path(), {}).documents.empty());
}

TEST_CASE("a hint is late where its namespace was there before it, and its document was not") {
    const test::SchemaFolder folder;
    for (const char* name : {"a.xsd", "b.xsd", "c.xsd"}) folder.add(name, "");
    const std::string head =
        "<n:r xmlns:n='u' xmlns:x='http://www.w3.org/2001/XMLSchema-instance' "
        "x:schemaLocation='u a.xsd'><n:s x:schemaLocation='u a.xsd v b.xsd'/>";
    const auto late = [&](const std::string& more, const std::vector<std::string>& given = {}) {
        std::vector<std::filesystem::path> known;
        for (const auto& name : given) known.push_back(folder.path() / name);
        const auto hints = schema::hints_of(head + more, folder.path(), known);
        return hints.late ? hints.late->offset : 0;
    };
    CHECK(late("<s x:noNamespaceSchemaLocation='c.xsd'/>") == 0);
    CHECK(late("<n:s x:schemaLocation='v c.xsd'/>") == 0);
    CHECK(late("<s x:schemaLocation='u c.xsd'/>") == head.size());
    CHECK(late("<s x:schemaLocation='u c.xsd'/>", {"c.xsd"}) == 0);
    CHECK(late("<s><s x:noNamespaceSchemaLocation='c.xsd'/></s>") == head.size() + 3);
    CHECK(late("<s xmlns:v='v' v:a=''/><s x:schemaLocation='v c.xsd'/>") != 0);
}

TEST_CASE(
    "an include that leads nowhere is passed over where that is asked for, a redefine never") {
    const test::SchemaFolder folder;
    schema::LoadOptions options;
    options.ask_referee = options.require_includes = false;
    options.documents = {folder.add("a.xsd", "<xs:include schemaLocation='no.xsd'/>")};
    const schema::Loaded loaded = schema::load(options);
    CHECK(loaded.schema);
    REQUIRE(loaded.remarks.size() == 1);
    CHECK(loaded.remarks.front().line == 2);
    options.documents = {folder.add(
        "b.xsd",
        "<xs:redefine schemaLocation='no.xsd'><xs:simpleType name='s'><xs:restriction base='s'/>"
        "</xs:simpleType></xs:redefine>")};
    CHECK_FALSE(schema::load(options).schema);
}

TEST_CASE("bounds in bounds are multiplied where they leave no gap") {
    const auto bounded = [](const char* outer, const char* inner) {
        return test::load_text(std::string("<xs:element name='r'><xs:complexType><xs:sequence ") +
                               outer + "><xs:element name='a' type='xs:string' " + inner +
                               "/></xs:sequence></xs:complexType></xs:element>");
    };
    const auto of = [](int count) {
        std::string text = "<r>";
        for (int i = 0; i < count; ++i) text += "<a/>";
        return text + "</r>";
    };
    const auto gap = bounded("minOccurs='1' maxOccurs='2'", "minOccurs='5' maxOccurs='7'");
    for (const int count : {5, 7, 10, 14}) CHECK(valid(gap, of(count)));
    for (const int count : {0, 4, 8, 9, 15}) CHECK_FALSE(valid(gap, of(count)));
    const auto none = bounded("minOccurs='2' maxOccurs='3'", "minOccurs='2' maxOccurs='4'");
    for (const int count : {4, 5, 9, 12}) CHECK(valid(none, of(count)));
    for (const int count : {3, 13}) CHECK_FALSE(valid(none, of(count)));
    const auto zero = bounded("minOccurs='0' maxOccurs='2'", "minOccurs='3' maxOccurs='3'");
    for (const int count : {0, 3, 6}) CHECK(valid(zero, of(count)));
    for (const int count : {1, 2, 4, 5, 7}) CHECK_FALSE(valid(zero, of(count)));
    const auto huge = bounded("maxOccurs='100000000'", "maxOccurs='100000000'");
    CHECK(huge.fallback_reasons.empty());
    CHECK(valid(huge, of(3)));
    CHECK_FALSE(valid(huge, of(0)));
    const auto loop = test::load_text(
        "<xs:element name='r'><xs:complexType><xs:choice maxOccurs='unbounded'><xs:sequence "
        "maxOccurs='100000000'><xs:element name='a' type='xs:string' maxOccurs='100000000'/>"
        "</xs:sequence><xs:element name='b'/></xs:choice></xs:complexType></xs:element>");
    CHECK(loop.fallback_reasons.empty());
    CHECK(valid(loop, "<r><a/><a/><b/><a/></r>"));
    CHECK_FALSE(valid(loop, "<r><a/><c/></r>"));
}

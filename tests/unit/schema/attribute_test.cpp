// Attributes that a wildcard takes, and values that the schema supplies.
#include <doctest/doctest.h>

#include "walk_support.hpp"

using walk_support::compiled;
using walk_support::walk;

namespace {

bool accepts(const std::shared_ptr<const schema::Schema>& schema, std::string_view document) {
    return walk(schema, document).valid();
}

}  // namespace

TEST_CASE("Attributes of the xml namespace are declared for those who import it") {
    const std::string element =
        "<xs:element name='r'><xs:complexType><xs:anyAttribute/></xs:complexType></xs:element>";
    const auto without = compiled(element);
    CHECK_FALSE(accepts(without, "<r xml:lang='fr'/>"));
    const auto with =
        compiled("<xs:import namespace='http://www.w3.org/XML/1998/namespace'/>" + element);
    CHECK(accepts(with, "<r xml:lang='fr'/>"));
    CHECK_FALSE(accepts(with, "<r xml:lang='not a language'/>"));
    const auto lax = compiled(
        "<xs:element name='r'><xs:complexType><xs:anyAttribute processContents='lax'/>"
        "</xs:complexType></xs:element>");
    CHECK(accepts(lax, "<r xml:lang='not a language'/>"));
}

TEST_CASE("A wildcard takes no ID where the type has one, and one where it has none") {
    const std::string globals =
        "<xs:attribute name='i' type='xs:ID'/>"
        "<xs:attribute name='j' type='xs:ID'/>";
    const std::string any = "<xs:anyAttribute namespace='##targetNamespace'/>";
    const std::string target = "targetNamespace='urn:t'";
    const auto schema = compiled(globals +
                                     "<xs:element name='own'><xs:complexType>"
                                     "<xs:attribute name='id' type='xs:ID'/>" +
                                     any +
                                     "</xs:complexType></xs:element><xs:element name='none'>"
                                     "<xs:complexType>" +
                                     any + "</xs:complexType></xs:element>",
                                 target);
    REQUIRE(schema != nullptr);
    const std::string t = " xmlns:t='urn:t'";
    CHECK(accepts(schema, "<t:own id='a'" + t + "/>"));
    CHECK_FALSE(accepts(schema, "<t:own t:i='b' id='a'" + t + "/>"));
    CHECK_FALSE(accepts(schema, "<t:own id='a' t:i='b'" + t + "/>"));
    CHECK_FALSE(accepts(schema, "<t:own t:i='b'" + t + "/>"));
    CHECK(accepts(schema, "<t:none t:i='b'" + t + "/>"));
    CHECK_FALSE(accepts(schema, "<t:none t:i='b' t:j='c'" + t + "/>"));
}

TEST_CASE("A member of a union may stand for what restricts the union") {
    const auto schema = compiled(
        "<xs:simpleType name='u'><xs:union memberTypes='xs:int xs:NCName'/></xs:simpleType>"
        "<xs:simpleType name='r'><xs:restriction base='u'><xs:enumeration value='1'/>"
        "</xs:restriction></xs:simpleType><xs:element name='r' type='r'/>"
        "<xs:complexType name='c'><xs:simpleContent><xs:extension base='u'/></xs:simpleContent>"
        "</xs:complexType><xs:complexType name='d'><xs:simpleContent><xs:restriction base='c'>"
        "<xs:simpleType><xs:restriction base='xs:byte'/></xs:simpleType></xs:restriction>"
        "</xs:simpleContent></xs:complexType><xs:element name='d' type='d'/>");
    REQUIRE(schema != nullptr);
    const std::string names =
        " xmlns:x='http://www.w3.org/2001/XMLSchema'"
        " xmlns:i='http://www.w3.org/2001/XMLSchema-instance'";
    CHECK(accepts(schema, "<r" + names + " i:type='x:byte'>5</r>"));
    CHECK_FALSE(accepts(schema, "<r" + names + ">5</r>"));
    CHECK_FALSE(accepts(schema, "<r" + names + " i:type='x:date'>2026-01-01</r>"));
    CHECK_FALSE(accepts(schema, "<r" + names + " i:type=':r'>1</r>"));
    CHECK(accepts(schema, "<r" + names + " i:type=' r '>1</r>"));
    CHECK(accepts(schema, "<d>127</d>"));
    CHECK_FALSE(accepts(schema, "<d>128</d>"));
}

TEST_CASE("The keys of an element come before those of the same key below it") {
    const auto schema = compiled(
        "<xs:element name='r'><xs:complexType><xs:sequence><xs:element ref='k'/>"
        "<xs:element name='f' type='xs:string' maxOccurs='unbounded'/></xs:sequence>"
        "</xs:complexType><xs:keyref name='kr' refer='kk'><xs:selector xpath='f'/>"
        "<xs:field xpath='.'/></xs:keyref></xs:element>"
        "<xs:element name='k'><xs:complexType><xs:sequence>"
        "<xs:element ref='k' minOccurs='0' maxOccurs='9'/></xs:sequence>"
        "<xs:attribute name='a' type='xs:string'/></xs:complexType>"
        "<xs:key name='kk'><xs:selector xpath='.'/><xs:field xpath='@a'/></xs:key></xs:element>");
    REQUIRE(schema != nullptr);
    CHECK(accepts(schema, "<r><k a='1'><k a='2'/></k><f>2</f><f>1</f></r>"));
    CHECK(accepts(schema, "<r><k a='1'><k a='1'/></k><f>1</f></r>"));
    CHECK(accepts(schema, "<r><k a='1'><k a='2'><k a='3'/><k a='2'/></k></k><f>2</f><f>3</f></r>"));
    CHECK_FALSE(accepts(schema, "<r><k a='1'><k a='2'/><k a='2'/></k><f>2</f></r>"));
    CHECK_FALSE(accepts(schema, "<r><k a='1'><k a='2'/></k><f>3</f></r>"));
}

TEST_CASE("A supplied QName means what the schema wrote") {
    const auto schema = compiled(
        "<xs:element name='r'><xs:complexType><xs:sequence>"
        "<xs:element name='q' type='xs:QName' default='p:a' maxOccurs='unbounded'/>"
        "</xs:sequence></xs:complexType>"
        "<xs:unique name='u'><xs:selector xpath='q'/><xs:field xpath='.'/></xs:unique>"
        "</xs:element><xs:element name='s'><xs:complexType><xs:sequence>"
        "<xs:element name='q' maxOccurs='unbounded'><xs:complexType>"
        "<xs:attribute name='n' type='xs:QName' default='p:a'/></xs:complexType></xs:element>"
        "</xs:sequence></xs:complexType>"
        "<xs:unique name='v'><xs:selector xpath='q'/><xs:field xpath='@n'/></xs:unique>"
        "</xs:element>",
        "xmlns:p='urn:p'");
    REQUIRE(schema != nullptr);
    CHECK(accepts(schema, "<r><q/></r>"));
    CHECK(accepts(schema, "<r xmlns:p='urn:other'><q/><q>p:a</q></r>"));
    CHECK_FALSE(accepts(schema, "<r xmlns:z='urn:p'><q/><q>z:a</q></r>"));
    CHECK_FALSE(accepts(schema, "<r><q/><q/></r>"));
    CHECK(accepts(schema, "<s xmlns:p='urn:other'><q/><q n='p:a'/></s>"));
    CHECK_FALSE(accepts(schema, "<s xmlns:z='urn:p'><q n='z:a'/><q/></s>"));
}

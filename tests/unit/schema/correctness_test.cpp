#include "schema_support.hpp"

using test::clauses;
using test::clauses_of;

namespace {

// Content of `T`, and of `R` that restricts it.
std::string restriction(const std::string& base, const std::string& derived) {
    return "<xs:complexType name='T'>" + base +
           "</xs:complexType><xs:complexType name='R'><xs:complexContent><xs:restriction "
           "base='T'>" +
           derived + "</xs:restriction></xs:complexContent></xs:complexType>";
}

std::string sequence(const std::string& inside) {
    return "<xs:sequence>" + inside + "</xs:sequence>";
}

}  // namespace

TEST_CASE("what the schema for schemas forbids is refused with its place") {
    CHECK(clauses_of("<xs:element/>") == "s4s-att-must-appear");
    CHECK(clauses_of("<xs:element name='a' nam='b'/>") == "s4s-att-not-allowed");
    CHECK(clauses_of("<xs:element name='1a'/>") == "s4s-att-invalid-value");
    CHECK(clauses_of("<xs:element name='a' minOccurs='0'/>") == "s4s-att-not-allowed");
    CHECK(clauses_of("<xs:element name='a'><xs:unique name='u'/></xs:element>") ==
          "s4s-elt-must-match");
    CHECK(clauses_of("<xs:simpleType name='a'><xs:list itemType='xs:int'/><xs:annotation/>"
                     "</xs:simpleType>") == "s4s-elt-invalid-content");
    CHECK(clauses_of("text") == "s4s-elt-character");
    CHECK(clauses_of("<xs:element name='a' id='x'/><xs:element name='b' id='x'/>") == "cvc-id.2");
    CHECK(clauses_of("<xs:annotation><xs:appinfo>any <b/></xs:appinfo></xs:annotation>") == "");
    CHECK(clauses_of("<xs:element name='a' my:hint='x'/>", "xmlns:my='urn:my'") == "");
}

TEST_CASE("names are unique in their symbol space, and only there") {
    CHECK(clauses_of("<xs:element name='a'/><xs:element name='a'/>") == "sch-props-correct.2");
    CHECK(clauses_of("<xs:complexType name='a'/><xs:simpleType name='a'><xs:restriction "
                     "base='xs:int'/></xs:simpleType>") == "sch-props-correct.2");
    CHECK(clauses_of("<xs:element name='a'/><xs:complexType name='a'/><xs:attribute name='a'/>") ==
          "");
}

TEST_CASE("circular definitions are refused") {
    CHECK(clauses_of(
              "<xs:complexType name='A'><xs:complexContent><xs:extension base='B'/>"
              "</xs:complexContent></xs:complexType><xs:complexType name='B'><xs:complexContent>"
              "<xs:extension base='A'/></xs:complexContent></xs:complexType>") ==
          "ct-props-correct.3");
    CHECK(clauses_of("<xs:group name='g'><xs:sequence><xs:group ref='h'/></xs:sequence></xs:group>"
                     "<xs:group name='h'><xs:sequence><xs:group ref='g'/></xs:sequence>"
                     "</xs:group>") == "mg-props-correct.2");
    CHECK(clauses_of("<xs:attributeGroup name='g'><xs:attributeGroup ref='g'/>"
                     "</xs:attributeGroup>") == "src-attribute_group.3");
    CHECK(clauses_of("<xs:element name='a' substitutionGroup='b'/>"
                     "<xs:element name='b' substitutionGroup='a'/>")
              .find("e-props-correct.6") == 0);
}

TEST_CASE("an element may be its own descendant") {
    CHECK(clauses_of("<xs:element name='a'><xs:complexType><xs:sequence><xs:element ref='a' "
                     "minOccurs='0'/></xs:sequence></xs:complexType></xs:element>") == "");
}

TEST_CASE("default values must be valid for their type") {
    CHECK(clauses_of("<xs:element name='a' type='xs:int' default='x'/>") == "e-props-correct.2");
    CHECK(clauses_of("<xs:element name='a' type='xs:int' default=' 7 '/>") == "");
    CHECK(clauses_of("<xs:element name='a' type='xs:ID' default='x'/>") == "e-props-correct.5");
    CHECK(clauses_of("<xs:element name='a' default='x' fixed='x'/>") == "src-element.1");
    CHECK(clauses_of("<xs:attribute name='a' type='xs:int' fixed='x'/>") == "a-props-correct.2");
    CHECK(clauses_of("<xs:complexType name='T'><xs:attribute name='a' default='x' "
                     "use='required'/></xs:complexType>") == "src-attribute.2");
    CHECK(clauses_of("<xs:attribute name='a' fixed='1'/><xs:complexType name='T'><xs:attribute "
                     "ref='a' fixed='2'/></xs:complexType>") == "au-props-correct.2");
    CHECK(clauses_of("<xs:element name='a' default='x'><xs:complexType><xs:sequence><xs:element "
                     "name='b'/></xs:sequence></xs:complexType></xs:element>") ==
          "cos-valid-default.2.1");
}

TEST_CASE("ambiguous models are refused") {
    CHECK(clauses_of("<xs:complexType name='T'>" +
                     sequence("<xs:element name='a' minOccurs='0'/><xs:element name='a'/>") +
                     "</xs:complexType>") == "cos-nonambig");
    CHECK(clauses_of("<xs:complexType name='T'>" +
                     sequence("<xs:element name='a' maxOccurs='2' minOccurs='2'/>"
                              "<xs:element name='a'/>") +
                     "</xs:complexType>") == "");
}

TEST_CASE("a group that is referred to twice has its particles twice") {
    const std::string group =
        "<xs:group name='g'><xs:sequence><xs:element name='a'/></xs:sequence></xs:group>";
    const auto model = [&](const std::string& particles) {
        return clauses_of(group + "<xs:complexType name='t'>" + particles + "</xs:complexType>");
    };
    CHECK(model("<xs:choice><xs:group ref='g'/><xs:group ref='g'/></xs:choice>") == "cos-nonambig");
    CHECK(model("<xs:sequence><xs:group ref='g' minOccurs='0'/><xs:group ref='g'/>"
                "</xs:sequence>") == "cos-nonambig");
    CHECK(model("<xs:sequence><xs:group ref='g'/><xs:group ref='g'/></xs:sequence>") == "");
    CHECK(model("<xs:sequence><xs:group ref='g' minOccurs='2' maxOccurs='3'/></xs:sequence>") ==
          "");
    CHECK(model("<xs:sequence maxOccurs='3'><xs:group ref='g' minOccurs='0' maxOccurs='2'/>"
                "</xs:sequence>") == "");
}

TEST_CASE("ambiguity is found in models that are too large to compile") {
    const std::string large =
        "<xs:sequence minOccurs='557' maxOccurs='6000'><xs:sequence minOccurs='56' "
        "maxOccurs='100'><xs:element name='e1' minOccurs='7922' maxOccurs='10000'/>"
        "<xs:element name='e2'/></xs:sequence><xs:element name='e3' maxOccurs='5'/>";
    CHECK(clauses_of("<xs:complexType name='T'>" + large +
                     "<xs:element name='e3'/></xs:sequence></xs:complexType>") == "cos-nonambig");
    CHECK(clauses_of("<xs:complexType name='T'>" + large +
                     "<xs:element name='e4'/></xs:sequence></xs:complexType>") == "");
}

TEST_CASE("elements of one name have one type in a model") {
    const std::string model = "<xs:complexType name='T'>" +
                              sequence(
                                  "<xs:element name='a' type='xs:int'/><xs:element name='b'/>"
                                  "<xs:element name='a' type='TYPE'/>") +
                              "</xs:complexType>";
    std::string other = model, same = model;
    other.replace(other.find("TYPE"), 4, "xs:long");
    same.replace(same.find("TYPE"), 4, "xs:int");
    CHECK(clauses_of(other) == "cos-element-consistent");
    CHECK(clauses_of(same) == "");
}

TEST_CASE("a named group is consistent whether a type refers to it or not") {
    CHECK(clauses_of("<xs:group name='g'><xs:choice><xs:element name='a' type='xs:int'/>"
                     "<xs:sequence><xs:element name='b'/><xs:element name='a' type='xs:string'/>"
                     "</xs:sequence></xs:choice></xs:group>") == "cos-element-consistent");
}

TEST_CASE("lists and unions of IDs are not derived from ID") {
    const std::string types =
        "<xs:simpleType name='u'><xs:union memberTypes='xs:ID xs:int'/></xs:simpleType>"
        "<xs:simpleType name='r'><xs:restriction base='xs:ID'/></xs:simpleType>";
    CHECK(clauses_of(types + "<xs:attribute name='a' type='u' default='x'/>") == "");
    CHECK(clauses_of(types + "<xs:attribute name='a' type='r' default='x'/>") ==
          "a-props-correct.3");
    CHECK(clauses_of(types + "<xs:complexType name='t'><xs:attribute name='a' type='u'/>"
                             "<xs:attribute name='b' type='r'/></xs:complexType>") == "");
    CHECK(clauses_of(types + "<xs:complexType name='t'><xs:attribute name='a' type='xs:ID'/>"
                             "<xs:attribute name='b' type='r'/></xs:complexType>") ==
          "ct-props-correct.5");
}

TEST_CASE("an all group is the whole content and occurs once") {
    const std::string group =
        "<xs:group name='g'><xs:all><xs:element name='a'/></xs:all></xs:group>";
    CHECK(clauses_of(group + "<xs:complexType name='T'><xs:group ref='g'/></xs:complexType>") ==
          "");
    CHECK(clauses_of(group + "<xs:complexType name='T'><xs:sequence><xs:group ref='g'/>"
                             "</xs:sequence></xs:complexType>") == "cos-all-limited.1.2");
    CHECK(clauses_of(group + "<xs:complexType name='T'><xs:group ref='g' maxOccurs='2'/>"
                             "</xs:complexType>") == "cos-all-limited.1.2");
}

TEST_CASE("a restriction may narrow occurrence, type and wildcard, and nothing else") {
    const std::string base = sequence(
        "<xs:element name='a' type='xs:int' maxOccurs='5'/><xs:element name='b' minOccurs='0'/>");
    CHECK(clauses_of(restriction(
              base, sequence("<xs:element name='a' type='xs:short' maxOccurs='3'/>"))) == "");
    CHECK(clauses_of(
              restriction(base, sequence("<xs:element name='a' type='xs:int' maxOccurs='6'/>"))) ==
          "rcase-Recurse.2.2");
    CHECK(clauses_of(restriction(base, sequence("<xs:element name='b' minOccurs='0'/>"))) ==
          "rcase-Recurse.2.2");
    CHECK(clauses_of(restriction(base, sequence("<xs:element name='a' type='xs:long'/>"))) ==
          "rcase-Recurse.2.2");
    CHECK(clauses_of(restriction(sequence("<xs:any processContents='lax' maxOccurs='2'/>"),
                                 sequence("<xs:element name='q'/>"))) == "");
    CHECK(clauses_of(restriction(base, "")) == "derivation-ok-restriction.5.3.2");
}

TEST_CASE("an element restricts a choice, a sequence of choices is counted") {
    const std::string choice =
        "<xs:choice maxOccurs='2'><xs:element name='a'/><xs:element name='b'/></xs:choice>";
    CHECK(clauses_of(restriction(choice,
                                 "<xs:choice maxOccurs='2'><xs:element name='b'/>"
                                 "</xs:choice>")) == "");
    CHECK(clauses_of(restriction(choice, sequence("<xs:element name='a'/><xs:element "
                                                  "name='b'/>"))) == "");
    CHECK(clauses_of(restriction(choice, sequence("<xs:element name='a'/><xs:element name='b'/>"
                                                  "<xs:element name='b'/>"))) ==
          "rcase-MapAndSum.2");
}

TEST_CASE("attributes of a restriction stay within those of the base") {
    const std::string base = "<xs:attribute name='a' use='required' type='xs:int'/>";
    CHECK(clauses_of(restriction(base, "")) == "");
    CHECK(clauses_of(restriction(base, "<xs:attribute name='a' use='prohibited'/>")) ==
          "derivation-ok-restriction.3");
    CHECK(clauses_of(restriction(base, "<xs:attribute name='a' type='xs:int'/>")) ==
          "derivation-ok-restriction.2.1.1");
    CHECK(clauses_of(restriction(base, "<xs:attribute name='b'/>")) ==
          "derivation-ok-restriction.2.2");
    CHECK(clauses_of(restriction(base, "<xs:anyAttribute/>")) == "derivation-ok-restriction.4.1");
}

TEST_CASE("finals are honoured") {
    CHECK(clauses_of("<xs:complexType name='A' final='extension'/><xs:complexType name='B'>"
                     "<xs:complexContent><xs:extension base='A'/></xs:complexContent>"
                     "</xs:complexType>") == "cos-ct-extends.1.1");
    CHECK(clauses_of("<xs:simpleType name='A' final='list'><xs:restriction base='xs:int'/>"
                     "</xs:simpleType><xs:simpleType name='B'><xs:list itemType='A'/>"
                     "</xs:simpleType>") == "cos-st-restricts.2.3.1.1");
    CHECK(clauses_of("<xs:element name='h' type='xs:int' final='restriction'/>"
                     "<xs:element name='m' type='xs:short' substitutionGroup='h'/>") ==
          "e-props-correct.4");
}

TEST_CASE("a keyref refers to a key or unique with as many fields") {
    const auto with = [](const std::string& fields, const std::string& refer) {
        return clauses_of(
            "<xs:element name='r'><xs:key name='k'><xs:selector xpath='a'/>"
            "<xs:field xpath='@b'/></xs:key><xs:keyref name='f' refer='" +
            refer + "'><xs:selector xpath='c'/>" + fields + "</xs:keyref></xs:element>");
    };
    const std::string field = "<xs:field xpath='@d'/>";
    CHECK(with(field, "k") == "");
    CHECK(with(field + field, "k") == "c-props-correct.2");
    CHECK(with(field, "f") == "c-props-correct.1");
    CHECK(with(field, "none") == "src-resolve");
}

TEST_CASE("selectors and fields outside the subset are refused") {
    const auto with = [](const std::string& selector, const std::string& field) {
        return clauses_of("<xs:element name='r'><xs:key name='k'><xs:selector xpath='" + selector +
                          "'/><xs:field xpath='" + field + "'/></xs:key></xs:element>");
    };
    CHECK(with("a/b", "c/@d") == "");
    CHECK(with("child::a", "attribute::d") == "");
    CHECK(with("@a", "d") == "c-selector-xpath");
    CHECK(with("a//b", "d") == "c-selector-xpath");
    CHECK(with("/a", "d") == "c-selector-xpath");
    CHECK(with("a[1]", "d") == "c-selector-xpath");
    CHECK(with("a", "@d/e") == "c-fields-xpaths");
    CHECK(with("a", "x:e") == "c-fields-xpaths");
    CHECK(with("a", "") == "c-fields-xpaths");
}

TEST_CASE("a redefinition must build on what it redefines") {
    const test::SchemaFolder folder;
    folder.add("b.xsd",
               "<xs:group name='g'><xs:sequence><xs:element name='a'/><xs:element "
               "name='b' minOccurs='0'/></xs:sequence></xs:group>");
    const auto with = [&folder](const std::string& inside) {
        folder.add("a.xsd", "<xs:redefine schemaLocation='b.xsd'>" + inside + "</xs:redefine>");
        return clauses(folder.load("a.xsd"));
    };
    CHECK(with("<xs:group name='g'><xs:sequence><xs:element name='a'/></xs:sequence></xs:group>") ==
          "");
    CHECK(with("<xs:group name='g'><xs:sequence><xs:element name='z'/></xs:sequence></xs:group>") ==
          "src-redefine.6.2.2");
    CHECK(with("<xs:group name='g'><xs:sequence><xs:group ref='g'/><xs:element name='z'/>"
               "</xs:sequence></xs:group>") == "");
    CHECK(with("<xs:group name='g'><xs:sequence><xs:group ref='g' minOccurs='0'/></xs:sequence>"
               "</xs:group>") == "src-redefine.6.1.2");
    CHECK(with("<xs:complexType name='T'/>") == "src-redefine");
}

TEST_CASE("a redefined attribute group refers to itself once at most") {
    const test::SchemaFolder folder;
    folder.add("b.xsd", "<xs:attributeGroup name='g'/>");
    const auto with = [&folder](const std::string& inside) {
        folder.add("a.xsd", "<xs:redefine schemaLocation='b.xsd'><xs:attributeGroup name='g'>" +
                                inside + "</xs:attributeGroup></xs:redefine>");
        return clauses(folder.load("a.xsd"));
    };
    const std::string self = "<xs:attributeGroup ref='g'/>";
    CHECK(with(self + "<xs:attribute name='a'/>") == "");
    CHECK(with("<xs:attribute name='a'/>") == "derivation-ok-restriction.2.2");
    CHECK(with(self + self) == "src-redefine.7.1");
}

TEST_CASE("NOTATION is no type for values, items or content without an enumeration") {
    const auto with = [](const std::string& inside) {
        return clauses_of("<xs:notation name='n' public='p'/>" + inside);
    };
    const std::string chosen =
        "<xs:simpleType name='N'><xs:restriction base='xs:NOTATION'><xs:enumeration value='n'/>"
        "</xs:restriction></xs:simpleType>";
    const auto used = [](const std::string& type) {
        return "<xs:element name='e' type='" + type + "'/><xs:attribute name='a' type='" + type +
               "'/><xs:simpleType name='l'><xs:list itemType='" + type +
               "'/></xs:simpleType><xs:simpleType name='u'><xs:union memberTypes='xs:int " + type +
               "'/></xs:simpleType><xs:complexType name='c'><xs:simpleContent><xs:extension "
               "base='" +
               type + "'/></xs:simpleContent></xs:complexType><xs:element name='f' type='c'/>";
    };
    CHECK(with(chosen + used("N")) == "");
    const std::string clause = "enumeration-required-notation";
    CHECK(with(used("xs:NOTATION")) == clause + " " + clause + " " + clause + " " + clause);
}

TEST_CASE("anySimpleType cannot be the base of a simple type, facets or not") {
    const auto restricted = [](const std::string& facets) {
        return clauses_of("<xs:simpleType name='s'><xs:restriction base='xs:anySimpleType'>" +
                          facets + "</xs:restriction></xs:simpleType>");
    };
    CHECK(restricted("") == "cos-st-restricts.1.1");
    CHECK(restricted("<xs:pattern value='a'/>") == "cos-st-restricts.1.1");
    CHECK(clauses_of("<xs:complexType name='b'><xs:simpleContent><xs:extension "
                     "base='xs:anySimpleType'/></xs:simpleContent></xs:complexType>"
                     "<xs:complexType name='r'><xs:simpleContent><xs:restriction base='b'/>"
                     "</xs:simpleContent></xs:complexType>") == "");
}

TEST_CASE("occurrences in an all group are numbers, however they are written") {
    const auto all = [](const std::string& bounds, const std::string& of_element) {
        return clauses_of("<xs:complexType name='t'><xs:all " + bounds + "><xs:element name='a' " +
                          of_element + "/></xs:all></xs:complexType>");
    };
    CHECK(all("minOccurs='00' maxOccurs='+1'", "minOccurs='-0' maxOccurs='01'") == "");
    CHECK(all("maxOccurs='0'", "") == "s4s-att-invalid-value");
    CHECK(all("", "maxOccurs='02'") == "s4s-att-invalid-value");
    CHECK(all("minOccurs='2'", "minOccurs=''") == "s4s-att-invalid-value s4s-att-invalid-value");
}

TEST_CASE("hostile schemas end quickly, in an answer or in a limit") {
    std::string doubling =
        "<xs:group name='g0'><xs:sequence><xs:element name='a'/></xs:sequence>"
        "</xs:group>";
    std::string chain = "<xs:complexType name='c0'/>";
    for (int i = 1; i < 60; ++i) {
        const std::string ref = "<xs:group ref='g" + std::to_string(i - 1) + "'/>";
        doubling += "<xs:group name='g" + std::to_string(i) + "'><xs:sequence>" + ref + ref +
                    "</xs:sequence></xs:group>";
    }
    for (int i = 1; i < 3000; ++i) {
        chain += "<xs:complexType name='c" + std::to_string(i) +
                 "'><xs:complexContent><xs:extension base='c" + std::to_string(i - 1) +
                 "'/></xs:complexContent></xs:complexType>";
    }
    doubling += restriction("<xs:group ref='g59'/>", "<xs:group ref='g59'/>");
    CHECK(test::load_text(doubling).fallback_reasons.size() > 0);
    CHECK(clauses_of(chain) == "limit");
}

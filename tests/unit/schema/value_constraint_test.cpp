#include <doctest/doctest.h>

#include "walk_support.hpp"

using walk_support::compiled;
using walk_support::walk;

TEST_CASE("A value of the declaration must fit the type of xsi:type where it is used") {
    const auto restricted = [](const std::string& name, const std::string& mixed,
                               const std::string& least) {
        return "<xs:complexType name='" + name + "'><xs:complexContent mixed='" + mixed +
               "'><xs:restriction base='base'><xs:sequence><xs:element name='b' minOccurs='" +
               least + "'/></xs:sequence></xs:restriction></xs:complexContent></xs:complexType>";
    };
    const auto schema = compiled(
        "<xs:complexType name='base' mixed='true'><xs:sequence><xs:element name='b' "
        "minOccurs='0'/></xs:sequence></xs:complexType>" +
        restricted("emptiable", "true", "0") + restricted("needs", "true", "1") +
        restricted("silent", "false", "0") +
        "<xs:element name='r'><xs:complexType><xs:sequence>"
        "<xs:element name='f' type='base' fixed='x' minOccurs='0'/>"
        "<xs:element name='d' type='base' default='x' minOccurs='0'/>"
        "</xs:sequence></xs:complexType></xs:element>");
    const auto with = [&schema](const std::string& element, const std::string& type,
                                const std::string& content) {
        return walk(schema, "<r xmlns:xsi='http://www.w3.org/2001/XMLSchema-instance'><" + element +
                                (type.empty() ? "" : " xsi:type='" + type + "'") + ">" + content +
                                "</" + element + "></r>")
            .valid();
    };
    for (const char* element : {"f", "d"}) {
        CHECK(with(element, "", ""));
        CHECK(with(element, "emptiable", ""));
        CHECK_FALSE(with(element, "needs", ""));
        CHECK_FALSE(with(element, "silent", ""));
        CHECK_FALSE(with(element, "silent", "<!-- c -->"));
        CHECK(with(element, "silent", " "));
        CHECK(with(element, "emptiable", "x"));
        CHECK_FALSE(with(element, "silent", "x"));
    }
    CHECK(with("d", "needs", "<b/>"));
    CHECK(with("d", "silent", "<b/>"));
    CHECK_FALSE(with("f", "silent", "<b/>"));
    CHECK_FALSE(with("f", "emptiable", "<b/>"));
}

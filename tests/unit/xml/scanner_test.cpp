#include "xml/scanner.hpp"

#include <doctest/doctest.h>

#include <string>
#include <vector>

using xml::Scanner;
using xml::ScanOptions;
using xml::Token;

namespace {

// All tokens as one line, read through windows that grow by `step` bytes; "!" and what was expected
// at the end if the document is not well-formed.
std::string scan(std::string_view document, std::size_t step = ~std::size_t{0},
                 ScanOptions options = {}) {
    Scanner scanner(options);
    std::string out;
    bool in_text = false;
    std::size_t begin = 0, end = 0;
    const auto widen = [&] {
        begin += static_cast<std::size_t>(
            scanner.position() ? scanner.position() - (document.data() + begin) : 0);
        end = step > document.size() - end ? document.size() : end + step;
        scanner.window(document.data() + begin, document.data() + end, end == document.size());
    };
    widen();
    for (;;) {
        const Token token = scanner.next();
        if (token == Token::need_more) {
            if (end == document.size()) return out + " stuck";
            widen();
            continue;
        }
        if (token != Token::text) in_text = false;
        switch (token) {
            case Token::start:
                out += "<" + std::string(scanner.name().local);
                if (!scanner.name().space.empty())
                    out += "{" + std::string(scanner.name().space) + "}";
                for (const auto& attribute : scanner.attributes())
                    if (!attribute.namespaces)
                        out += " " + std::string(attribute.name.local) + "=" +
                               std::string(attribute.value);
                out += ">";
                break;
            case Token::end:
                out += "/";
                break;
            case Token::text: {
                if (!in_text) out += "'";
                in_text = true;
                if (scanner.cdata())
                    out += "#" + std::string(scanner.raw());
                else
                    xml::append_text(scanner.raw(), out);
                break;
            }
            case Token::comment:
                out += "c";
                break;
            case Token::instruction:
                out += "?" + std::string(scanner.name().local);
                break;
            case Token::finish:
                return out;
            case Token::error:
                return out + "!" +
                       (scanner.error().details.empty() ? "doctype" : scanner.error().details[0]);
            default:
                break;
        }
    }
}

bool good(std::string_view document) {
    return scan(document).find('!') == std::string::npos;
}

ScanOptions with_doctype() {
    ScanOptions options;
    options.allow_doctype = true;
    return options;
}

}  // namespace

TEST_CASE("A document gives the same tokens whatever the windows") {
    const std::string document =
        "\xEF\xBB\xBF<?xml version='1.0' encoding=\"UTF-8\"?>\r\n<!-- a -->\n"
        "<r xmlns='urn:a' xmlns:b='urn:b' x='1 &lt; 2' b:x='&#233;'>\r\n <b:c/>"
        "text \xC3\xA9 &amp; more]] ]\r\n> &#x1F600;<![CDATA[<&]]]>tail<d y=\"\n\"  ></d\n></r>"
        "<?end of it?>\n";
    const std::string expected =
        "<r{urn:a} x=1 < 2 x=\xC3\xA9>'\n <c{urn:b}>/'text \xC3\xA9 & more]] ]\n> "
        "\xF0\x9F\x98\x80#<&]tail<d{urn:a} y= >//?end'\n";
    std::string whole = scan(document);
    // White space around the root counts as text here.
    CHECK(whole.substr(whole.find('<')) == expected);
    for (std::size_t step = 1; step < 40; ++step) CHECK(scan(document, step) == whole);
}

TEST_CASE("What is not well-formed is refused") {
    for (const char* document : {"",
                                 " ",
                                 "x",
                                 "<a>",
                                 "<a></b>",
                                 "<a></a><b/>",
                                 "<a/>x",
                                 "<a/><![CDATA[x]]>",
                                 "</a>",
                                 "<a b></a>",
                                 "<a b=c/>",
                                 "<a b='1'c='2'/>",
                                 "<a b='<'/>",
                                 "<a b='1' b='2'/>",
                                 "< a/>",
                                 "<a></ a>",
                                 "<a>&nbsp;</a>",
                                 "<a>&</a>",
                                 "<a>& </a>",
                                 "<a>&amp</a>",
                                 "<a>&#0;</a>",
                                 "<a>&#xD800;</a>",
                                 "<a>&#xFFFE;</a>",
                                 "<a>&#x110000;</a>",
                                 "<a>&#;</a>",
                                 "<a>&#x;</a>",
                                 "<a>]]></a>",
                                 "<a>\x01</a>",
                                 "<a>\xEF\xBF\xBE</a>",
                                 "<a>\xC0\xAF</a>",
                                 "<a>\xED\xA0\x80</a>",
                                 "<a>\xF5\x80\x80\x80</a>",
                                 "<a>\xE2\x82</a>",
                                 "<a>\x80</a>",
                                 "<a b='\xFF'/>",
                                 "<a><!-- a -- b --></a>",
                                 "<a><!-- a ---></a>",
                                 "<a><!-- \x02 --></a>",
                                 "<a><?xml version='1.0'?></a>",
                                 "<a><? x?></a>",
                                 "<a><?XmL?></a>",
                                 "<a><?p:i?></a>",
                                 " <?xml version='1.0'?><a/>",
                                 "<?xml?><a/>",
                                 "<?xml encoding='a'?><a/>",
                                 "<?xml version='2.0'?><a/>",
                                 "<?xml version='1.0' standalone='no' encoding='a'?><a/>",
                                 "<?xml version='1.0'encoding='a'?><a/>",
                                 "<?xml version='1.0' encoding='1'?><a/>",
                                 "<1a/>",
                                 "<a:b/>",
                                 "<a: xmlns:a='u'/>",
                                 "<:a/>",
                                 "<a:b:c xmlns:a='u'/>",
                                 "<a xmlns:b=''/>",
                                 "<a xmlns:xml='u'/>",
                                 "<a xmlns:b='http://www.w3.org/XML/1998/namespace'/>",
                                 "<a xmlns='http://www.w3.org/2000/xmlns/'/>",
                                 "<xmlns:a/>",
                                 "<a xmlns:p='u' xmlns:q='u' p:x='1' q:x='2'/>",
                                 "<!DOCTYPE a><a/>",
                                 "<a><!ELEMENT></a>",
                                 "<a b='&lt'/>",
                                 "<a b='&x;'/>",
                                 "<a\x85/>",
                                 "<a><b></a></b>"})
        CHECK_MESSAGE(!good(document), document);
}

TEST_CASE("What is well-formed is read") {
    for (const char* document :
         {"<a/>", "<a ></a >", "<a\n/>", "<_.-1/>", "<\xC3\xA9l\xC3\xA9ment/>", "<a>]]&gt;]></a>",
          "<a>\x7F\xC2\x85</a>", "<?xml version='1.0'?><a/>", "<?xml version='1.1' ?><a/>",
          "<a xml:lang='fr'/>", "<a xmlns:xml='http://www.w3.org/XML/1998/namespace'/>",
          "<a><?pi?><?p x?><!----></a>", "<a b='>\"'/>", "<a xmlns='u'><b xmlns=''/></a>",
          "<a p:x='1' x='2' xmlns:p='u'/>", "<!-- --><a/><!-- --> <?p?>"})
        CHECK_MESSAGE(good(document), document << " " << scan(document));
}

TEST_CASE("An error says where it is") {
    const std::string document = "<a>\n<b>1</c></a>";
    Scanner scanner{ScanOptions{}};
    scanner.window(document.data(), document.data() + document.size(), true);
    Token token = Token::start;
    while (token != Token::error && token != Token::finish) token = scanner.next();
    REQUIRE(token == Token::error);
    CHECK(scanner.error().at - document.data() == 8);
    CHECK(scanner.next() == Token::error);
}

TEST_CASE("Every limit stops the scan with the name of its setting") {
    const auto detail = [](std::string_view document, auto&& set) {
        ScanOptions options = with_doctype();
        set(options.limits);
        return scan(document, 16, options);
    };
    CHECK(detail("<a><a><a/></a></a>", [](auto& l) { l.depth_max = 2; }).find("!depth_max") !=
          std::string::npos);
    CHECK(detail("<abcdef/>", [](auto& l) { l.name_bytes_max = 5; }).find("!name_bytes_max") !=
          std::string::npos);
    CHECK(detail("<a b='' c=''/>", [](auto& l) { l.attributes_max = 1; }).find("!attributes_max") !=
          std::string::npos);
    CHECK(detail("<a><!--0123456789012345678901234567890--></a>", [](auto& l) {
              l.text_bytes_max = 20;
          }).find("!text_bytes_max") != std::string::npos);
    CHECK(detail("<!DOCTYPE a [<!ENTITY a '0123456789'><!ENTITY b '&a;&a;&a;&a;&a;&a;&a;&a;'>"
                 "<!ENTITY c '&b;&b;&b;&b;&b;&b;&b;&b;'>]><a>&c;</a>",
                 [](auto& l) { l.entity_bytes_max = 500; })
              .find("!entity_bytes_max") != std::string::npos);
}

TEST_CASE("With DOCTYPE allowed, internal entities are expanded and external ones refused") {
    const auto read = [](std::string_view document) {
        return scan(document, ~std::size_t{0}, with_doctype());
    };
    CHECK(read("<!DOCTYPE a [ <!-- ' --> <!ENTITY e \"x&#38;lt;y\"> <!ENTITY f '<b>&e;</b>'>"
               "<!ELEMENT a ANY><!ATTLIST a b CDATA 'v>'> ]><a>1&e;2&f;3</a>") ==
          "<a>'1x<y2<b>'x<y/'3/");
    CHECK(read("<!DOCTYPE a [<!ENTITY e 'v'>]><a b='-&e;-'/>") == "<a b=-v->/");
    CHECK(read("<!DOCTYPE a SYSTEM 'a.dtd'><a/>") == "<a>/");
    CHECK(read("<!DOCTYPE a [<!ENTITY e SYSTEM 'file:///etc/passwd'>]><a>&e;</a>").find('!') !=
          std::string::npos);
    CHECK(read("<!DOCTYPE a [<!ENTITY e '&f;'><!ENTITY f '&e;'>]><a>&e;</a>").find('!') !=
          std::string::npos);
    CHECK(read("<!DOCTYPE a [<!ENTITY e '<b>'>]><a>&e;</b></a>").find('!') != std::string::npos);
    CHECK(read("<!DOCTYPE a [<!ENTITY % p '<!ENTITY e \"in\">'> %p;]><a>&e;</a>") == "<a>'in/");
}

TEST_CASE("A scan can be taken up inside open elements") {
    Scanner scanner{ScanOptions{}};
    REQUIRE(scanner.enter("<a xmlns='urn:a' xmlns:p='urn:p'>"));
    REQUIRE(scanner.enter("<p:b  c='1'>"));
    CHECK_FALSE(Scanner(ScanOptions{}).enter("<a"));
    const std::string rest = "<p:x/></p:b></a>\n";
    scanner.window(rest.data(), rest.data() + rest.size(), true);
    REQUIRE(scanner.next() == Token::start);
    CHECK(scanner.name().space == "urn:p");
    for (const Token token : {Token::end, Token::end, Token::end, Token::text, Token::finish})
        CHECK(scanner.next() == token);
}

// Whatever a layout can hold comes back as it went: random elements, several layouts.
#include <doctest/doctest.h>

#include <random>

#include "fixture.hpp"

namespace {

using dfdl::Item;
using dfdl::Term;

class Random {
  public:
    Random(const dfdl::Layout& layout, unsigned seed) : layout_(layout), engine_(seed) {}

    Item element(const Term& term) {
        Item item;
        item.name = term.name;
        if (term.complex)
            group(layout_.terms[term.children.front()], item.children);
        else if (term.nillable && below(4) == 0)
            item.nil = true;
        else
            item.text = value(term);
        return item;
    }

  private:
    unsigned below(unsigned n) { return static_cast<unsigned>(engine_() % n); }

    void group(const Term& term, std::vector<Item>& into) {
        if (term.kind == Term::Kind::choice) {
            const Term& branch =
                layout_.terms[term.children[below(static_cast<unsigned>(term.children.size()))]];
            branch.kind == Term::Kind::element ? into.push_back(element(branch))
                                               : group(branch, into);
            return;
        }
        for (const std::uint32_t index : term.children) {
            const Term& child = layout_.terms[index];
            if (child.kind != Term::Kind::element) {
                group(child, into);
                continue;
            }
            const unsigned most = child.most > 3 ? 3U : static_cast<unsigned>(child.most);
            const unsigned least = child.occurs == dfdl::Occurs::fixed
                                       ? static_cast<unsigned>(child.most)
                                       : static_cast<unsigned>(child.least);
            const unsigned count = least + (most > least ? below(most - least + 1) : 0);
            for (unsigned i = 0; i < count; ++i) into.push_back(element(child));
        }
    }

    std::string text() {
        static const char* const parts[] = {"a",  "Z",  " ", ";", "\"", ",",  "é", "€",
                                            "0",  "9",  "-", "?", "'",  "\n", "&", "|",
                                            "ab", "<x", "%", "+", "\r", "\t", "//"};
        std::string out;
        for (unsigned i = below(7); i > 0; --i) out += parts[below(std::size(parts))];
        return out;
    }

    std::string value(const Term& term) {
        if (term.fixed && below(10) != 0) return *term.fixed;
        const int number = static_cast<int>(below(100000)) - (below(2) == 0 ? 0 : 50000);
        switch (term.base) {
            case dfdl::Base::string:
                return text();
            case dfdl::Base::integer:
                return std::to_string(number);
            case dfdl::Base::number:
                return std::to_string(number / 100) + "." + std::to_string(10 + below(90));
            case dfdl::Base::boolean:
                return below(2) == 0 ? "true" : "0";
            default:
                break;
        }
        const auto two = [&](unsigned least, unsigned most) {
            const std::string digits = std::to_string(least + below(most - least + 1));
            return digits.size() < 2 ? "0" + digits : digits;
        };
        const std::string date = "20" + two(10, 40) + "-" + two(1, 12) + "-" + two(1, 28);
        const std::string time = two(0, 23) + ":" + two(0, 59) + ":" + two(0, 59);
        if (term.base == dfdl::Base::date) return date;
        return term.base == dfdl::Base::time ? time : date + "T" + time;
    }

    const dfdl::Layout& layout_;
    std::mt19937 engine_;
};

bool same(const dfdl::Layout& layout, const dfdl::Parser& parser, const Item& item,
          std::size_t& at) {
    if (at >= parser.nodes().size()) return false;
    const dfdl::Node& node = parser.nodes()[at];
    const Term& term = layout.terms[node.term];
    const auto index = static_cast<std::uint32_t>(at++);
    if (term.name != item.name || node.nil != item.nil) return false;
    if (!term.complex && !item.nil &&
        dfdl::canonical(term, item.text) != std::string(parser.value(node)))
        return false;
    for (const Item& child : item.children)
        if (!same(layout, parser, child, at)) return false;
    return at >= parser.nodes().size() || parser.nodes()[at].parent != index;
}

// How many were written of those tried.
unsigned run(const dfdl::Loaded& loaded, unsigned tries) {
    REQUIRE(fixture::errors(loaded) == "");
    const dfdl::Layout& layout = *loaded.layout;
    dfdl::Unparser unparser(layout);
    dfdl::Parser parser(layout);
    unsigned written = 0;
    for (unsigned seed = 0; seed < tries; ++seed) {
        const Item item = Random(layout, seed).element(layout.terms.front());
        std::string bytes;
        if (unparser.write(0, item, {}, bytes)) {
            CHECK(bytes.empty());
            continue;
        }
        ++written;
        std::size_t at = 0;
        const bool read =
            parser.parse(0, bytes, dfdl::Parser::Data::ends, dfdl::Parser::Mode::strict, {});
        CAPTURE(seed);
        CAPTURE(bytes);
        CHECK(read);
        CHECK(parser.consumed() == bytes.size());
        CHECK(same(layout, parser, item, at));
    }
    return written;
}

const char* const fields = R"(
  <xs:element name="k" type="xs:string" fixed="X" %L1%/>
  <xs:element name="s" type="xs:string" %L6%/>
  <xs:element name="n" type="xs:integer" %L6%/>
  <xs:element name="d" type="xs:decimal" %L8% dfdl:textNumberPattern="0.00"/>
  <xs:element name="b" type="xs:boolean" %L5%/>
  <xs:choice>
    <xs:element name="c" type="xs:date" %L8% dfdl:initiator="D"
                dfdl:calendarPattern="yyyyMMdd"/>
    <xs:element name="t" type="xs:dateTime" %L14% dfdl:initiator="T"
                dfdl:calendarPattern="yyyyMMddHHmmss"/>
  </xs:choice>
  <xs:element name="z" type="xs:string" nillable="true" dfdl:nilValue="NIL" %L4%/>
  <xs:element name="o" type="xs:string" minOccurs="0" %L3%/>)";

std::string element(bool lengths, const std::string& attributes) {
    std::string body = fields;
    for (const char* length : {"1", "3", "4", "5", "6", "8", "14"}) {
        const std::string mark = std::string("%L") + length + "%";
        const std::string with =
            lengths ? std::string("dfdl:length=\"") + length + "\"" : std::string();
        for (std::size_t at = body.find(mark); at != std::string::npos; at = body.find(mark, at))
            body.replace(at, mark.size(), with);
    }
    return "<xs:element name=\"r\" dfdl:lengthKind=\"implicit\"><xs:complexType><xs:sequence " +
           attributes + ">" + body + "</xs:sequence></xs:complexType></xs:element>";
}

}  // namespace

TEST_CASE("Records of fixed length come back as they were written, or are not written") {
    const char* const format = R"(lengthKind="explicit" textTrimKind="padChar"
        textNumberPadCharacter="0" textNumberPattern="0" encoding=")";
    for (const char* encoding : {"UTF-8", "ISO-8859-15", "ibm-1148", "US-ASCII"}) {
        CAPTURE(encoding);
        const auto loaded = fixture::load(format + std::string(encoding) + "\"", element(true, ""));
        CHECK(run(loaded, 3000) > 150);
    }
}

TEST_CASE("Delimited records come back as they were written, or are not written") {
    const std::string schemes = R"(
      <dfdl:defineEscapeScheme name="q"><dfdl:escapeScheme escapeKind="escapeBlock"
         escapeBlockStart="&quot;" escapeBlockEnd="&quot;" escapeEscapeCharacter="&quot;"/>
      </dfdl:defineEscapeScheme><dfdl:defineEscapeScheme name="e"><dfdl:escapeScheme
         escapeKind="escapeCharacter" escapeCharacter="?" escapeEscapeCharacter="?"/>
      </dfdl:defineEscapeScheme>)";
    for (const char* scheme : {"", "q", "e"})
        for (const char* position : {"infix", "prefix", "postfix"})
            for (const char* policy : {"never", "anyEmpty", "trailingEmpty"}) {
                CAPTURE(scheme);
                CAPTURE(position);
                CAPTURE(policy);
                const std::string attributes = std::string(
                                                   "dfdl:separator=\";\" dfdl:terminator=\"%NL;\" "
                                                   "dfdl:separatorPosition=\"") +
                                               position + "\" dfdl:separatorSuppressionPolicy=\"" +
                                               policy + "\"";
                const auto loaded = fixture::load(
                    std::string("lengthKind=\"delimited\" escapeSchemeRef=\"") + scheme + "\"",
                    element(false, attributes), schemes);
                CHECK(run(loaded, 1000) > 100);
            }
}

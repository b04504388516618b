// What the fast path learns of a document while it goes must not change what is said of it.
#include <doctest/doctest.h>

#include <random>

#include "walk_support.hpp"

namespace {

using schema::Mark;
using walk_support::walk;

constexpr std::string_view body = R"(
<xs:element name="list"><xs:complexType><xs:sequence>
  <xs:element name="sender" type="xs:string" minOccurs="0"/>
  <xs:element name="item" type="Item" maxOccurs="unbounded"/>
</xs:sequence></xs:complexType></xs:element>
<xs:complexType name="Item"><xs:sequence>
  <xs:element name="key" type="Key"/>
  <xs:element name="name" type="Name"/>
  <xs:element name="day" type="xs:date" minOccurs="0"/>
  <xs:element name="part" type="Part" minOccurs="3" maxOccurs="30"/>
  <xs:element name="spare" type="Part" minOccurs="0" maxOccurs="3"/>
  <xs:choice minOccurs="0"><xs:element name="yes" type="Flag"/>
    <xs:element name="a_name_that_is_longer_than_a_block_of_32" type="Flag"/></xs:choice>
  <xs:element name="last" minOccurs="0"><xs:complexType><xs:sequence>
    <xs:element name="part" type="Part"/><xs:element name="part" type="Part" minOccurs="0"/>
  </xs:sequence></xs:complexType></xs:element>
</xs:sequence></xs:complexType>
<xs:complexType name="Part"><xs:sequence>
  <xs:element name="code" type="Code"/>
  <xs:element name="amount" type="Amount" minOccurs="0"/>
  <xs:element name="deep" minOccurs="0"><xs:complexType><xs:sequence>
    <xs:element name="code" type="Code" maxOccurs="4"/></xs:sequence></xs:complexType></xs:element>
</xs:sequence></xs:complexType>
<xs:simpleType name="Key"><xs:restriction base="xs:string"><xs:pattern value="[0-9]{4}"/>
</xs:restriction></xs:simpleType>
<xs:simpleType name="Name"><xs:restriction base="xs:string"><xs:minLength value="1"/>
<xs:maxLength value="20"/></xs:restriction></xs:simpleType>
<xs:simpleType name="Code"><xs:restriction base="xs:integer"><xs:maxInclusive value="120"/>
</xs:restriction></xs:simpleType>
<xs:simpleType name="Amount"><xs:restriction base="xs:decimal"><xs:fractionDigits value="2"/>
<xs:minInclusive value="0"/></xs:restriction></xs:simpleType>
<xs:simpleType name="Flag"><xs:restriction base="xs:string"><xs:enumeration value="A"/>
<xs:enumeration value="B"/></xs:restriction></xs:simpleType>
)";

const std::shared_ptr<const schema::Schema>& list_schema() {
    static const auto schema = walk_support::compiled(body);
    return schema;
}

class Writer {
  public:
    Writer(unsigned seed, bool indented) : random_(seed), indented_(indented) {}

    std::string document(int items) {
        open("list");
        if (chance(2)) leaf("sender", "A &lt; B");
        for (int i = 0; i < items; ++i) item();
        close("list");
        return out_;
    }

  private:
    bool chance(unsigned in) { return random_() % in == 0; }
    void line() {
        if (indented_) out_ += "\n" + std::string(2 * depth_, ' ');
    }
    void open(const std::string& name) {
        line();
        out_ += "<" + name + ">";
        ++depth_;
    }
    void close(const std::string& name) {
        --depth_;
        line();
        out_ += "</" + name + ">";
    }
    void leaf(const std::string& name, const std::string& value) {
        line();
        out_ += "<" + name + ">" + value + "</" + name + ">";
    }
    void item() {
        static const char* const names[] = {"Peeters", "Lefèvre", "R&amp;D", "van der Straeten"};
        open("item");
        leaf("key", std::to_string(1000 + random_() % 9000));
        leaf("name", names[random_() % 4]);
        if (chance(2)) leaf("day", "2024-02-29");
        for (auto i = 3 + random_() % 3; i > 0; --i) part("part");
        for (auto i = random_() % 3; i > 0; --i) part("spare");
        if (chance(3)) leaf("yes", "A");
        if (chance(8)) {
            open("last");
            part("part");
            if (chance(2)) part("part");
            close("last");
        }
        close("item");
    }
    void part(const std::string& name) {
        open(name);
        leaf("code", std::to_string(random_() % 120));
        if (chance(2)) leaf("amount", std::to_string(random_() % 100) + ".50");
        if (chance(4)) {
            open("deep");
            for (auto i = 1 + random_() % 4; i > 0; --i) leaf("code", "7");
            close("deep");
        }
        close(name);
    }

    std::mt19937 random_;
    bool indented_;
    std::size_t depth_ = 0;
    std::string out_;
};

// From a '<' to behind the '>' of the end tag after it: mostly a leaf, or a leaf and what is around
// it.
std::string_view some_element(std::string_view text, std::mt19937& random) {
    const std::size_t begin = text.find('<', random() % (text.size() - 8));
    if (begin == std::string_view::npos) return {};
    const std::size_t stop = text.find('>', text.find("</", begin + 1));
    return stop == std::string_view::npos ? std::string_view{}
                                          : text.substr(begin, stop + 1 - begin);
}

std::string mutated(std::string text, std::mt19937& random) {
    const std::string taken(some_element(text, random));
    if (taken.empty()) return text;
    const std::size_t at = text.find(taken), size = taken.size();
    switch (random() % 8) {
        case 0:
            return text.erase(at, size);
        case 1:
            return text.insert(at, taken);
        case 2:
            for (auto i = random() % 40; i > 0; --i) text.insert(at, taken);
            return text;
        case 3:
            return text.replace(at, size, some_element(text, random));
        case 4:
            text[at + random() % size] = "x<>/ 9&-"[random() % 8];
            return text;
        case 5:
            return text.insert(at + random() % size, "\n  ");
        case 6:
            return text.insert(at, "<!-- here -->");
        default:
            return text.erase(at + random() % size, 1 + random() % 3);
    }
}

std::string said(const walk_support::Walked& walked) {
    std::string out = std::to_string(static_cast<int>(walked.stop)) + walked.text();
    if (walked.stop == schema::Stop::malformed) return out;
    for (const Mark& mark : walked.marks)
        out += "\n" + std::to_string(static_cast<int>(mark.kind)) + " " +
               std::to_string(mark.node) + " " + std::to_string(mark.begin) + "-" +
               std::to_string(mark.end) + (mark.literal ? "" : "~") + (mark.valid ? "" : "!");
    return out;
}

schema::Watch watch(bool records) {
    schema::Watch out(7);
    out[1] = {"", "list", 0, false, {}, false};
    out[2] = {"", "item", 1, false, {}, records};
    out[3] = {"", "key", 2, true, {}, false};
    out[4] = {"", "name", 2, true, {}, false};
    out[5] = {"", "spare", 2, false, {}, false};
    out[6] = {"", "code", 5, true, {}, false};
    return out;
}

constexpr std::size_t whole = ~std::size_t{0};

// The fast path reads ahead: room behind the document lets it take part to the end.
void check_same(const std::string& text, std::size_t step) {
    const std::string document = text + std::string(2000, ' ');
    schema::WalkOptions general, fast;
    general.fast = false;
    for (const schema::Watch& nodes : {watch(true), watch(false), schema::Watch()}) {
        const std::string right = said(walk(list_schema(), document, whole, nodes, general));
        CHECK_MESSAGE(said(walk(list_schema(), document, whole, nodes, fast)) == right, text);
        fast.give_back_max = nodes.empty() ? 500 : 100'000;
        const auto pieces = walk(list_schema(), document, step, nodes, fast);
        if (pieces.stop != schema::Stop::malformed) CHECK_MESSAGE(said(pieces) == right, text);
    }
}

}  // namespace

TEST_CASE("What was seen before the same leaf makes no document valid that is not") {
    std::mt19937 random(5);
    for (unsigned seed = 0; seed < 60; ++seed) {
        const std::string text = Writer(seed, seed % 2 == 0).document(12);
        const auto walked = walk(list_schema(), text + std::string(2000, ' '));
        REQUIRE_MESSAGE(walked.valid(), walked.text());
        check_same(text, 200 + seed);
        for (int i = 0; i < 8; ++i) check_same(mutated(text, random), 300);
    }
}

TEST_CASE("Counters are kept where bytes repeat") {
    const std::string good = Writer(3, false).document(40);
    const std::string head = "<item><key>1234</key><name>X</name>";
    const std::string part = "<part><code>1</code><amount>1.50</amount></part>";
    const std::string deep = "<part><code>1</code><deep>", code = "<code>2</code>";
    for (int times = 0; times <= 32; ++times) {
        std::string parts = head, codes = head + part + part + deep;
        for (int i = 0; i < times; ++i) parts += part, codes += code;
        std::string bare = "<list>";
        for (int item = 0; item < 8; ++item) {
            bare += head;
            for (int i = item == 6 ? times : 4; i > 0; --i) bare += part;
            bare += "</item>";
        }
        bare += "</list>";
        CHECK(walk(list_schema(), bare).valid() == (times >= 3 && times <= 30));
        check_same(bare, 5000);
        parts += "<spare><code>1</code></spare></item>";
        codes += "</deep></part></item>";
        std::string with_parts = good, with_codes = good;
        with_parts.insert(good.size() - 7, parts);
        with_codes.insert(good.size() - 7, codes);
        CHECK(walk(list_schema(), with_parts).valid() == (times >= 3 && times <= 30));
        CHECK(walk(list_schema(), with_codes).valid() == (times >= 1 && times <= 4));
        check_same(with_parts, 5000);
        check_same(with_codes, 5000);
    }
}

TEST_CASE("An element that windows cut is read on from where the last one ended") {
    const std::string text = Writer(1, false).document(400) + std::string(2000, ' ');
    schema::WalkOptions options;
    options.give_back_max = 1 << 20;
    schema::Walker walker(list_schema(), {}, options);
    std::size_t begin = 0;
    schema::Stop stop = schema::Stop::need_more;
    for (std::size_t end = 0; end != text.size(); begin += walker.consumed()) {
        end = std::min(end + 700, text.size());
        stop = walker.walk(std::string_view(text).substr(begin, end - begin), end == text.size());
    }
    CHECK(stop == schema::Stop::end);
    CHECK(walker.findings().empty());
    CHECK(walker.elements_fast() == 400);
    CHECK(walker.elements_general() <= 2);  // the root, and what stands before the items
}

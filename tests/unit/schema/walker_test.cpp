#include "schema/walker.hpp"

#include <doctest/doctest.h>

#include "walk_support.hpp"

using schema::Mark;
using schema::Stop;
using schema::Watch;
using schema::WatchNode;
using walk_support::compiled;
using walk_support::walk;

namespace {

// A list of records, each with a number and a name, inside groups.
std::shared_ptr<const schema::Schema> list_schema() {
    static const auto schema = compiled(
        "<xs:element name='list'><xs:complexType><xs:sequence>"
        "<xs:element name='group' maxOccurs='unbounded'><xs:complexType><xs:sequence>"
        "<xs:element name='date' type='xs:date'/>"
        "<xs:element name='item' type='item' minOccurs='0' maxOccurs='unbounded'/>"
        "</xs:sequence></xs:complexType></xs:element>"
        "</xs:sequence></xs:complexType></xs:element>"
        "<xs:complexType name='item'><xs:sequence><xs:element name='number' type='xs:int'/>"
        "<xs:element name='name' type='xs:string' minOccurs='0'/></xs:sequence>"
        "<xs:attribute name='kind' type='xs:string'/></xs:complexType>");
    return schema;
}

Watch item_watch() {
    Watch watch(5);
    watch[1] = {"", "list", 0, false, {}, false};
    watch[2] = {"", "group", 1, false, {}, false};
    watch[3] = {"", "item", 2, false, {{"", "kind"}}, true};
    watch[4] = {"", "number", 3, true, {}, false};
    return watch;
}

std::string list_document(int items) {
    std::string out = "<?xml version='1.0'?>\n<list>\n <group>\n  <date>2026-01-31</date>\n";
    for (int i = 0; i < items; ++i) {
        if (i == items / 2) out += " </group><group><date>2026-02-01</date>";
        out += "  <item kind='k'>\n   <number>" + std::to_string(i) + "</number><name>n&amp;" +
               std::to_string(i) + "</name></item>\n";
    }
    return out + " </group>\n</list>\n";
}

// What the marks stand for, in one line.
std::string marked(const std::vector<Mark>& marks, std::string_view document) {
    std::string out;
    for (const Mark& mark : marks) {
        const auto bytes = document.substr(mark.begin, mark.end - mark.begin);
        if (mark.kind == Mark::Kind::enter) out += "(" + std::to_string(mark.node);
        if (mark.kind == Mark::Kind::leave) out += mark.valid ? ")" : "!)";
        if (mark.kind == Mark::Kind::value) out += "=" + std::string(bytes);
        if (mark.kind == Mark::Kind::attribute) out += "@" + std::string(bytes);
    }
    return out;
}

schema::WalkOptions general() {
    schema::WalkOptions options;
    options.fast = false;
    return options;
}

bool accepts(const std::shared_ptr<const schema::Schema>& schema, std::string_view document) {
    const auto slow = walk(schema, document, ~std::size_t{0}, {}, general());
    const auto fast = walk(schema, document);
    CHECK_MESSAGE(slow.valid() == fast.valid(), document << " " << slow.text());
    CHECK(slow.text() == fast.text());
    return slow.valid();
}

}  // namespace

TEST_CASE("A walk says the same whatever the windows, fast or not, with a schema or without") {
    const std::string document = list_document(7);
    const auto whole = walk(list_schema(), document, ~std::size_t{0}, item_watch());
    CHECK(whole.valid());
    const std::string marks = marked(whole.marks, document);
    CHECK(marks.substr(0, 30) == "(1(2(3@k(4=0))(3@k(4=1))(3@k(4");
    for (const std::size_t step : {1U, 2U, 7U, 50U, 200U, 1000U}) {
        for (const auto& schema : {list_schema(), std::shared_ptr<const schema::Schema>()}) {
            const auto walked = walk(schema, document, step, item_watch());
            CHECK(walked.valid());
            CHECK(marked(walked.marks, document) == marks);
        }
        CHECK(marked(walk(list_schema(), document, step, item_watch(), general()).marks,
                     document) == marks);
    }
}

TEST_CASE("A bad record is told from its neighbours") {
    std::string document = list_document(3);
    document.replace(document.find("<number>1<"), 10, "<number>x<");
    for (const bool fast : {false, true}) {
        schema::WalkOptions options;
        options.fast = fast;
        const auto walked = walk(list_schema(), document, ~std::size_t{0}, item_watch(), options);
        CHECK(walked.text() == "00000-002 number 8:12");
        CHECK_FALSE(walked.dirty);
        CHECK(marked(walked.marks, document) == "(1(2(3@k(4=0)))(2(3@k(4=x)!)(3@k(4=2))))");
        options.findings = false;
        const auto quiet = walk(list_schema(), document, 64, item_watch(), options);
        CHECK(quiet.findings.empty());
        CHECK(marked(quiet.marks, document) == marked(walked.marks, document));
    }
}

TEST_CASE("A walk goes on from a saved state as if it had never stopped") {
    const std::string document = list_document(9);
    const auto whole = walk(list_schema(), document, ~std::size_t{0}, item_watch());
    for (std::size_t cut = 0; cut <= document.size(); cut += 3) {
        schema::Walker first(list_schema(), item_watch(), {});
        REQUIRE(first.walk(std::string_view(document).substr(0, cut), false) == Stop::need_more);
        const auto state = schema::State::restore(first.state().save());
        CHECK(state.save() == first.state().save());
        schema::Walker second(list_schema(), item_watch(), {});
        second.set_base(first.consumed(), 1, 1);
        second.set_state(state);
        CHECK_MESSAGE(
            second.walk(std::string_view(document).substr(first.consumed()), true) == Stop::end,
            cut);
        CHECK(second.findings().empty());
        std::string marks = marked(first.marks(), document);
        marks += marked(second.marks(), document);
        CHECK(marks == marked(whole.marks, document));
    }
}

TEST_CASE("An assumed state proves itself, and is moved to where it truly was") {
    const std::string document = list_document(8);
    const auto at = [&](std::size_t offset) {
        schema::Walker walker(list_schema(), item_watch(), {});
        walker.walk(std::string_view(document).substr(0, offset), false);
        CHECK(walker.consumed() == offset);
        return walker.state();
    };
    std::vector<std::size_t> items;
    for (std::size_t i = document.find("<item"); i != std::string::npos;
         i = document.find("<item", i + 1))
        items.push_back(i);
    const auto second = at(items[1]), third = at(items[2]), sixth = at(items[5]),
               last = at(items[7]);
    CHECK(second.same_course(third));
    CHECK(second.same_course(sixth));
    CHECK_FALSE(second.same_course(at(document.find("<date>"))));
    // Slices from `third`, walked as if they began at `second`; one stays in the group.
    for (const std::size_t until : {3U, 5U}) {
        schema::Walker walker(list_schema(), item_watch(), {});
        walker.set_base(items[2], 1, 1);
        walker.set_state(second);
        const auto slice = std::string_view(document).substr(items[2], items[until] - items[2]);
        REQUIRE(walker.walk(slice, false) == Stop::need_more);
        CHECK(walker.consumed() == slice.size());
        const auto truth = at(items[until]);
        CHECK(walker.state().same_course(truth));
        CHECK((walker.state().save() == truth.save()) == (until == 5));
        auto moved = third;
        REQUIRE(moved.advance(second, walker.state()));
        CHECK(moved.save() == truth.save());
    }
    CHECK_FALSE(last.same_course(schema::State{}));
}

TEST_CASE("What opens in a slice from an assumed state has its own number among its siblings") {
    const std::string document = list_document(9);
    const std::size_t begin = document.find("<group");
    const std::string group = document.substr(begin, document.find("</group>") + 8 - begin);
    const auto behind = [&](int groups) {
        schema::Walker walker(list_schema(), item_watch(), {});
        std::string text = "<list>";
        for (int i = 0; i < groups; ++i) text += group;
        walker.walk(text, false);
        CHECK(walker.consumed() == text.size());
        return walker.state();
    };
    schema::Walker walker(list_schema(), item_watch(), {});
    walker.set_state(behind(1));
    walker.walk(group + "<group><date>2026-03-01</date>", false);
    auto moved = behind(4);
    REQUIRE(moved.same_course(behind(1)));
    REQUIRE(moved.advance(behind(1), walker.state()));
    CHECK(moved.open.back().position == 6);
}

TEST_CASE("What is not well-formed ends the walk with its place") {
    const auto walked = walk(list_schema(), "<list>\n<group>\n<date>\xC3\xA9</dat>");
    CHECK(walked.stop == Stop::malformed);
    CHECK(walked.text() == "ACRF-102 date 3:8");
    CHECK(walk(nullptr, "<a><!DOCTYPE a></a>").stop == Stop::malformed);
    const auto doctype = walk(nullptr, "<!DOCTYPE a><a/>");
    REQUIRE(doctype.findings.size() == 1);
    CHECK(doctype.findings[0].reason == core::Reason::doctype);
    CHECK(walk(nullptr, "<a></a>").stop == Stop::end);
    CHECK(walk(nullptr, "<a>").stop == Stop::malformed);
}

TEST_CASE("xsi:type, xsi:nil, abstract and block are obeyed") {
    const auto schema = compiled(
        "<xs:complexType name='base'><xs:sequence><xs:element name='a'/></xs:sequence>"
        "</xs:complexType><xs:complexType name='more'><xs:complexContent><xs:extension base='base'>"
        "<xs:sequence><xs:element name='b'/></xs:sequence></xs:extension></xs:complexContent>"
        "</xs:complexType><xs:complexType name='other'/>"
        "<xs:complexType name='none' abstract='true'/>"
        "<xs:element name='r' type='base' nillable='true'/>"
        "<xs:element name='s' type='base' block='extension'/>"
        "<xs:element name='t' type='none'/>"
        "<xs:element name='n' type='xs:int' nillable='true'/>");
    REQUIRE(schema != nullptr);
    const std::string xsi = " xmlns:i='http://www.w3.org/2001/XMLSchema-instance'";
    CHECK(accepts(schema, "<r" + xsi + " i:type='more'><a/><b/></r>"));
    CHECK_FALSE(accepts(schema, "<r" + xsi + " i:type='more'><a/></r>"));
    CHECK_FALSE(accepts(schema, "<r" + xsi + " i:type='other'/>"));
    CHECK_FALSE(accepts(schema, "<r" + xsi + " i:type='x:more'><a/><b/></r>"));
    CHECK_FALSE(accepts(schema, "<s" + xsi + " i:type='more'><a/><b/></s>"));
    CHECK_FALSE(accepts(schema, "<t/>"));
    CHECK(accepts(schema, "<r" + xsi + " i:nil='true'/>"));
    CHECK_FALSE(accepts(schema, "<r" + xsi + " i:nil='true'><a/></r>"));
    CHECK_FALSE(accepts(schema, "<r" + xsi + " i:nil='false'/>"));
    CHECK_FALSE(accepts(schema, "<s" + xsi + " i:nil='false'><a/></s>"));
    CHECK(accepts(schema, "<n" + xsi + " i:nil=' 1 '></n>"));
    CHECK_FALSE(accepts(schema, "<n" + xsi + " i:nil='true'>5</n>"));
    CHECK_FALSE(accepts(schema, "<n/>"));
}

TEST_CASE("Wildcards are strict, lax or blind; substitutes stand for their head") {
    const auto schema = compiled(
        "<xs:element name='head' type='xs:int'/>"
        "<xs:element name='member' substitutionGroup='head' type='xs:short'/>"
        "<xs:element name='r'><xs:complexType><xs:sequence><xs:element ref='head'/>"
        "<xs:any namespace='urn:skip' processContents='skip' minOccurs='0'/>"
        "<xs:any namespace='urn:lax' processContents='lax' minOccurs='0'/>"
        "<xs:any namespace='##local' processContents='strict' minOccurs='0'/>"
        "</xs:sequence><xs:anyAttribute namespace='##other' processContents='lax'/>"
        "</xs:complexType></xs:element>");
    REQUIRE(schema != nullptr);
    CHECK(accepts(schema, "<r><member>5</member></r>"));
    CHECK_FALSE(accepts(schema, "<r><member>50000</member></r>"));
    CHECK(accepts(schema,
                  "<r><head>50000</head><x xmlns='urn:skip'><head xmlns=''>x</head></x></r>"));
    CHECK(accepts(schema,
                  "<r><head>1</head><x xmlns='urn:lax'><y>x</y><head xmlns=''>5</head></x></r>"));
    CHECK_FALSE(
        accepts(schema, "<r><head>1</head><x xmlns='urn:lax'><head xmlns=''>x</head></x></r>"));
    CHECK(accepts(schema, "<r><head>1</head><member>2</member></r>"));
    CHECK_FALSE(accepts(schema, "<r><head>1</head><unknown/></r>"));
    CHECK(accepts(schema, "<r p:a='1' xmlns:p='urn:p'><head>1</head></r>"));
    CHECK_FALSE(accepts(schema, "<r a='1'><head>1</head></r>"));
}

TEST_CASE("Fixed and default values, mixed and empty content") {
    const auto schema = compiled(
        "<xs:element name='r'><xs:complexType><xs:sequence>"
        "<xs:element name='f' type='xs:int' fixed='5' minOccurs='0'/>"
        "<xs:element name='d' type='xs:int' default='7' minOccurs='0'/>"
        "<xs:element name='e' minOccurs='0'><xs:complexType/></xs:element>"
        "<xs:element name='m' minOccurs='0'><xs:complexType mixed='true'><xs:sequence>"
        "<xs:element name='b' minOccurs='0'/></xs:sequence></xs:complexType></xs:element>"
        "</xs:sequence><xs:attribute name='v' type='xs:decimal' fixed='1.0'/>"
        "</xs:complexType></xs:element>");
    for (const char* good : {"<r><f>05</f><d/></r>", "<r><f/></r>", "<r v='1'/>",
                             "<r><e></e><m>x<b/>y</m></r>", "<r><e><!-- c --></e></r>",
                             "<r> <!-- c --> <m/>&#32;</r>", "<r><f><![CDATA[5]]></f></r>"})
        CHECK_MESSAGE(accepts(schema, good), good);
    for (const char* bad : {"<r><f>6</f></r>", "<r v='2'/>", "<r><e> </e></r>", "<r>x</r>",
                            "<r>&#65;</r>", "<r><d>x</d></r>", "<r><![CDATA[x]]></r>"})
        CHECK_FALSE_MESSAGE(accepts(schema, bad), bad);
}

TEST_CASE("Prefixes in values are those of the element itself") {
    const auto schema = compiled(
        "<xs:element name='r'><xs:complexType><xs:sequence><xs:element name='q' "
        "maxOccurs='unbounded'><xs:simpleType><xs:restriction base='xs:QName'>"
        "<xs:enumeration value='p:a'/></xs:restriction></xs:simpleType></xs:element>"
        "</xs:sequence></xs:complexType></xs:element>",
        "xmlns:p='urn:p'");
    REQUIRE(schema != nullptr);
    CHECK(accepts(schema, "<r><q xmlns:z='urn:p'>z:a</q></r>"));
    CHECK(accepts(schema, "<r xmlns:z='urn:p'><q>z:a</q><q> z:a </q></r>"));
    CHECK_FALSE(accepts(schema, "<r><q xmlns:z='urn:p'>z:a</q><q>z:a</q></r>"));
    CHECK_FALSE(accepts(schema, "<r xmlns:p='urn:q'><q>p:a</q></r>"));
    CHECK_FALSE(accepts(schema, "<r><q>a</q></r>"));
}

TEST_CASE("ID, IDREF, unique, key and keyref") {
    const auto schema = compiled(
        "<xs:element name='r'><xs:complexType><xs:choice maxOccurs='unbounded'>"
        "<xs:element name='k'><xs:complexType><xs:simpleContent><xs:extension base='xs:int'>"
        "<xs:attribute name='id' type='xs:ID'/><xs:attribute name='to' type='xs:IDREFS'/>"
        "<xs:attribute name='key' type='xs:decimal'/></xs:extension></xs:simpleContent>"
        "</xs:complexType></xs:element><xs:element name='p' type='xs:decimal'/>"
        "</xs:choice></xs:complexType>"
        "<xs:unique name='u'><xs:selector xpath='k'/><xs:field xpath='.'/></xs:unique>"
        "<xs:key name='kk'><xs:selector xpath='k'/><xs:field xpath='@key'/></xs:key>"
        "<xs:keyref name='kr' refer='kk'><xs:selector xpath='p'/><xs:field xpath='.'/></xs:keyref>"
        "</xs:element>");
    REQUIRE(schema != nullptr);
    const auto text = [&](std::string_view document) {
        return walk(schema, document, ~std::size_t{0}, {}, general()).text();
    };
    CHECK(accepts(schema,
                  "<r><k key='1' id='a' to='b a'>1</k><k key='2' id='b'>2</k><p>1.0</p></r>"));
    CHECK(text("<r><k key='1'>1</k><k key='1.0'>2</k></r>") == "00000-006 k 1:20");
    CHECK(text("<r><k key='1'>1</k><k key='2'>01</k></r>") == "00000-006 k 1:20");
    CHECK(text("<r><k>1</k></r>") == "00000-001 k 1:4");
    CHECK(text("<r><k key='1'>1</k><p>2</p></r>") == "00000-003 p 1:20");
    CHECK(text("<r><k key='1' id='a'>1</k><k key='2' id='a'>2</k></r>") == "00000-006 @id 1:42");
    CHECK(text("<r><k key='1' to='x'>1</k></r>") == "00000-003 @to 1:19");
    // Windows and saved states do not lose what was seen.
    const std::string document =
        "<r><k key='1' id='a' to='b'>1</k><k key='2' id='b'>2</k><p>1.0</p><p>3</p></r>";
    for (std::size_t step = 1; step < 20; ++step)
        CHECK(walk(schema, document, step).text() == "00000-003 p 1:67");
    for (std::size_t cut = 1; cut < document.size(); ++cut) {
        schema::Walker first(schema, {}, {}), second(schema, {}, {});
        first.walk(std::string_view(document).substr(0, cut), false);
        second.set_base(first.consumed(), 1, 1);
        second.set_state(schema::State::restore(first.state().save()));
        second.walk(std::string_view(document).substr(first.consumed()), true);
        CHECK(second.findings().size() == 1);
    }
}

TEST_CASE("Raw content becomes characters") {
    CHECK(schema::text_of("a&amp;b<!-- x -->c<![CDATA[<&]]>\r\nd<?p i?>&#x41;&quot;") ==
          "a&bc<&\ndA\"");
}

TEST_CASE("A well-formed record over a limit is a finding of that record, and reading goes on") {
    const auto schema = walk_support::compiled(
        "<xs:element name='r'><xs:complexType><xs:sequence><xs:element name='d' "
        "maxOccurs='unbounded' type='xs:anyType'/></xs:sequence></xs:complexType></xs:element>");
    schema::Watch watch(3);
    watch[1].local = "r";
    watch[2].local = "d";
    watch[2].parent = 1;
    watch[2].record = true;
    schema::WalkOptions options;
    options.limits.depth_max = 20;
    options.limits.attributes_max = 30;
    options.limits.name_bytes_max = 40;
    std::string deep, closed, many, instance = "<r><d/>";
    for (int i = 0; i < 19; ++i) deep += "<x>", closed += "</x>";
    for (int i = 0; i < 31; ++i) many += " a" + std::to_string(i) + "='x'";
    instance +=
        "<d>" + deep + "<y/><y/>" + closed + "</d><d/>";  // one fault: it is said where it begins
    instance += "<d><x" + many + "/></d><d/>";
    instance += "<d><" + std::string(41, 'n') + "/></d><d/></r>";
    for (const bool validate : {true, false}) {
        options.validate = validate;
        schema::Walker walker(schema, watch, options);
        walker.set_base(0, 1, 1);
        CHECK(walker.walk(instance, true) == schema::Stop::end);
        std::string valid;
        for (const schema::Mark& mark : walker.marks())
            if (mark.kind == schema::Mark::Kind::leave && mark.node == 2)
                valid += mark.valid ? '+' : '-';
        CHECK(valid == "+-+-+-+");
        std::string said;
        for (const core::Finding& finding : walker.findings()) {
            CHECK(finding.code == "00000-093");
            said += finding.details.at(0) + " ";
        }
        CHECK(said == "depth_max attributes_max name_bytes_max ");
    }
}

TEST_CASE("One of many attributes that comes twice is found") {
    std::string many;
    for (int i = 0; i < 100; ++i) many += " a" + std::to_string(i) + "='x'";
    const auto stop = [&](const std::string& more) {
        schema::Walker walker(nullptr, {}, {});
        return walker.walk("<a" + many + more + "/>", true);
    };
    CHECK(stop(" b='x'") == schema::Stop::end);
    CHECK(stop(" a55='x'") == schema::Stop::malformed);
}

#include "schema/referee.hpp"

#include <unistd.h>

#include <doctest/doctest.h>

#include <atomic>
#include <fstream>
#include <thread>

namespace {

namespace fs = std::filesystem;

struct Folder {
    fs::path path;
    Folder() {
        std::string name = (fs::temp_directory_path() / "referee-XXXXXX").string();
        REQUIRE(mkdtemp(name.data()) != nullptr);
        path = name;
    }
    ~Folder() { fs::remove_all(path); }
    fs::path write(const std::string& name, const std::string& text) const {
        fs::create_directories((path / name).parent_path());
        std::ofstream(path / name) << text;
        return path / name;
    }
};

const std::string head =
    "<xs:schema xmlns:xs='http://www.w3.org/2001/XMLSchema' "
    "xmlns='urn:t' targetNamespace='urn:t' elementFormDefault='qualified'>";
const std::string people = head + R"(
  <xs:element name='file'><xs:complexType><xs:sequence>
    <xs:element name='head' type='xs:string'/>
    <xs:element name='person' maxOccurs='unbounded'><xs:complexType><xs:sequence>
      <xs:element name='number'><xs:simpleType><xs:restriction base='xs:string'>
        <xs:pattern value='[0-9]{3}'/></xs:restriction></xs:simpleType></xs:element>
      <xs:element name='name' type='xs:string' minOccurs='0'/>
    </xs:sequence><xs:attribute name='kind' use='required'/></xs:complexType></xs:element>
    <xs:element name='tail' type='xs:string'/>
  </xs:sequence><xs:attribute name='version' use='required'/></xs:complexType></xs:element>
</xs:schema>)";

struct Loaded {
    std::vector<schema::RefereeFault> faults;
    std::string refused;
    std::shared_ptr<const schema::Grammar> grammar;
};

Loaded load(const std::vector<fs::path>& documents, schema::RefereeLimits limits = {}) {
    Loaded loaded;
    loaded.grammar = schema::load_grammar(documents, limits, loaded.faults, loaded.refused);
    return loaded;
}

}  // namespace

TEST_CASE("The referee accepts a valid document and says why another is invalid") {
    const Folder folder;
    schema::Referee referee(load({folder.write("a.xsd", people)}).grammar);
    std::vector<schema::RefereeFault> faults;
    CHECK(
        referee.judge("<file xmlns='urn:t' version='1'><head/><person kind='x'><number>123"
                      "</number></person><tail/></file>",
                      faults));
    CHECK(faults.empty());
    CHECK_FALSE(
        referee.judge("<file xmlns='urn:t' version='1'>\n<head/><person kind='x'><number>12"
                      "</number></person><tail/></file>",
                      faults));
    REQUIRE(faults.size() == 1);
    CHECK(faults[0].line == 2);
}

TEST_CASE("Inside its chain a record answers only for itself") {
    const Folder folder;
    schema::Referee referee(load({folder.write("a.xsd", people)}).grammar);
    std::vector<schema::RefereeFault> faults;
    const std::string open = "<file xmlns='urn:t'>", close = "</file>";  // no version, head or tail
    const auto judge = [&](const std::string& record) {
        faults.clear();
        return referee.judge_inside(open, record, close, faults);
    };
    CHECK(judge("<person kind='x'><number>123</number></person>"));
    CHECK(faults.empty());
    CHECK_FALSE(judge("<person><number>123</number></person>"));
    CHECK_FALSE(judge("<person kind='x'><number>1234</number></person>"));
    CHECK_FALSE(judge("<person kind='x'><name/></person>"));  // found at the record's own end tag
    CHECK_FALSE(judge("<person kind='x'/>"));
    CHECK_FALSE(judge("<stranger/>"));
    CHECK_FALSE(judge("<person kind='x'><number>123</number>"));
    CHECK(judge("<person kind='x'><number>123</number></person>"));  // as good as new
}

TEST_CASE("Places of faults count from the record's first byte") {
    const Folder folder;
    schema::Referee referee(load({folder.write("a.xsd", people)}).grammar);
    std::vector<schema::RefereeFault> faults;
    CHECK_FALSE(referee.judge_inside("<file xmlns='urn:t'\n version='1'>",
                                     "<person kind='x'>\n<number>x</number></person>", "</file>",
                                     faults));
    REQUIRE(faults.size() == 1);
    CHECK(faults[0].line == 2);
}

TEST_CASE("A document type with an external entity opens nothing and judges nothing valid") {
    const Folder folder;
    const auto secret = folder.write("secret", "123");
    schema::Referee referee(load({folder.write("a.xsd", people)}).grammar);
    std::vector<schema::RefereeFault> faults;
    CHECK_FALSE(referee.judge("<!DOCTYPE file [<!ENTITY e SYSTEM '" + secret.string() +
                                  "'>]><file xmlns='urn:t' version='1'><head/><person kind='x'>"
                                  "<number>&e;</number></person><tail/></file>",
                              faults));
    std::string bomb = "<!DOCTYPE file [<!ENTITY e0 'aaaaaaaaaa'>";
    for (int i = 1; i < 12; ++i) {
        bomb += "<!ENTITY e" + std::to_string(i) + " '";
        for (int j = 0; j < 10; ++j) bomb += "&e" + std::to_string(i - 1) + ";";
        bomb += "'>";
    }
    CHECK_FALSE(referee.judge(bomb + "]><file xmlns='urn:t' version='1'><head>&e11;</head></file>",
                              faults));
}

TEST_CASE("The place that a document gives for its schema is never opened") {
    const Folder folder;
    schema::Referee referee(load({folder.write("a.xsd", people)}).grammar);
    folder.write("b.xsd",
                 "<xs:schema xmlns:xs='http://www.w3.org/2001/XMLSchema' "
                 "targetNamespace='urn:b'><xs:element name='b'/></xs:schema>");
    std::vector<schema::RefereeFault> faults;
    CHECK_FALSE(
        referee.judge("<b xmlns='urn:b' xmlns:xsi='http://www.w3.org/2001/XMLSchema-"
                      "instance' xsi:schemaLocation='urn:b " +
                          (folder.path / "b.xsd").string() + "'/>",
                      faults));
}

TEST_CASE("Schemas come from the given files and from beside them, from nowhere else") {
    const Folder folder;
    folder.write("in/parts/types.xsd", head +
                                           "<xs:simpleType name='T'><xs:restriction "
                                           "base='xs:int'/></xs:simpleType></xs:schema>");
    folder.write("out/types.xsd", head +
                                      "<xs:simpleType name='U'><xs:restriction "
                                      "base='xs:int'/></xs:simpleType></xs:schema>");
    const auto with = [&](const std::string& place, const std::string& type) {
        return folder.write("in/main.xsd", head + "<xs:include schemaLocation='" + place +
                                               "'/><xs:element name='e' type='" + type +
                                               "'/></xs:schema>");
    };
    CHECK(load({with("parts/types.xsd", "T")}).grammar != nullptr);
    CHECK(load({with("../out/types.xsd", "U")}).grammar == nullptr);
    CHECK(load({with((folder.path / "out/types.xsd").string(), "U")}).grammar == nullptr);
    CHECK(load({with("http://127.0.0.1:1/types.xsd", "U")}).grammar == nullptr);
}

TEST_CASE("Several documents, of one namespace or of two, are brought together") {
    const Folder folder;
    const auto a = folder.write("a.xsd", head + "<xs:element name='a' type='xs:int'/></xs:schema>");
    const auto b = folder.write("b.xsd", head + "<xs:element name='b' type='xs:int'/></xs:schema>");
    const auto c = folder.write("c.xsd",
                                "<xs:schema xmlns:xs='http://www.w3.org/2001/XMLSchema'>"
                                "<xs:element name='c' type='xs:int'/></xs:schema>");
    const auto loaded = load({a, b, c});
    REQUIRE(loaded.grammar != nullptr);
    schema::Referee referee(loaded.grammar);
    std::vector<schema::RefereeFault> faults;
    CHECK(referee.judge("<a xmlns='urn:t'>1</a>", faults));
    CHECK(referee.judge("<b xmlns='urn:t'>1</b>", faults));
    CHECK(referee.judge("<c>1</c>", faults));
    CHECK_FALSE(referee.judge("<c>x</c>", faults));
}

TEST_CASE("A wrong schema has faults, a hostile one is refused in good time") {
    const Folder folder;
    const auto wrong =
        load({folder.write("w.xsd", head + "<xs:element name='e' type='nowhere'/></xs:schema>")});
    CHECK(wrong.grammar == nullptr);
    CHECK(wrong.refused.empty());
    CHECK_FALSE(wrong.faults.empty());

    const auto bound = load({folder.write(
        "b.xsd", head + "<xs:element name='e'><xs:complexType><xs:sequence><xs:element name='f' "
                        "maxOccurs='100000000'/></xs:sequence></xs:complexType></xs:element>"
                        "</xs:schema>")});
    CHECK(bound.grammar == nullptr);
    CHECK_FALSE(bound.refused.empty());

    std::string deep = "<xs:element name='f' minOccurs='0'/>";
    for (int i = 0; i < 4; ++i)
        deep = "<xs:sequence minOccurs='0' maxOccurs='4000'>" + deep + "</xs:sequence>";
    schema::RefereeLimits limits;
    limits.seconds_max = 5;
    limits.memory_bytes_max = 256U << 20;
    const auto product =
        load({folder.write("d.xsd", head + "<xs:element name='e'><xs:complexType>" + deep +
                                        "</xs:complexType></xs:element></xs:schema>")},
             limits);
    CHECK(product.grammar == nullptr);
    CHECK_FALSE(product.refused.empty());
}

TEST_CASE("A grammar is loaded at the first question, of the documents as they were before") {
    const Folder folder;
    const auto path = folder.write("a.xsd", head +
                                                "<xs:include schemaLocation='b.xsd'/>"
                                                "<xs:element name='a' type='T'/></xs:schema>");
    const auto included = folder.write("b.xsd", head +
                                                    "<xs:simpleType name='T'><xs:restriction "
                                                    "base='xs:int'/></xs:simpleType></xs:schema>");
    const auto wrong = folder.write("w.xsd", head + "<xs:element name='e' type='no'/></xs:schema>");
    const auto grammar = schema::grammar_when_asked({path}, {}, {path, included});
    schema::Referee without(schema::grammar_when_asked({wrong}, {}));
    fs::remove(path);
    fs::remove(included);
    schema::Referee referee(grammar);
    REQUIRE(referee.has_opinion());
    std::vector<schema::RefereeFault> faults;
    CHECK(referee.judge("<a xmlns='urn:t'>1</a>", faults));
    CHECK_FALSE(referee.judge("<a xmlns='urn:t'>x</a>", faults));
    CHECK_FALSE(without.has_opinion());
}

// Each load forks: a child that inherited a lock of a thread that judges would wait for ever.
TEST_CASE("Grammars are loaded while others are asked, each once") {
    const Folder folder;
    const auto path = folder.write("a.xsd", people);
    schema::RefereeLimits limits;
    limits.seconds_max = 60;
    std::vector<std::shared_ptr<const schema::Grammar>> grammars;
    for (int i = 0; i < 8; ++i) grammars.push_back(schema::grammar_when_asked({path}, limits));
    std::atomic<int> right = 0;
    std::vector<std::thread> threads;
    for (unsigned i = 0; i < 8; ++i) {
        threads.emplace_back([&, i] {
            for (unsigned j = 0; j < 24; ++j) {
                schema::Referee referee(grammars[(i + j / 3) % 8]);
                std::vector<schema::RefereeFault> faults;
                const std::string number = j % 2 == 0 ? "123" : "12";
                if (!referee.has_opinion()) continue;
                const bool valid = referee.judge(
                    "<file xmlns='urn:t' version='1'><head/><person kind='x'><number>" + number +
                        "</number></person><tail/></file>",
                    faults);
                right += valid == (j % 2 == 0) ? 1 : 0;
            }
        });
    }
    for (std::thread& thread : threads) thread.join();
    CHECK(right == 8 * 24);
}

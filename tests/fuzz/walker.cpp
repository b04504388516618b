// An instance against a schema with something of everything: the fast path, the general path, and
// both in pieces come to the same verdict, findings and marks.
#include "schema/walker.hpp"
#include "core/fault.hpp"
#include "fuzz.hpp"
#include "schema/schema.hpp"

namespace {

constexpr std::string_view xsd = R"(<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema">
<xs:element name="r"><xs:complexType><xs:sequence>
  <xs:element name="n" type="xs:nonNegativeInteger" minOccurs="0"/>
  <xs:element ref="d" minOccurs="0" maxOccurs="unbounded"/>
</xs:sequence><xs:attribute name="v" type="xs:string"/></xs:complexType>
<xs:unique name="u"><xs:selector xpath="d"/><xs:field xpath="k"/></xs:unique></xs:element>
<xs:element name="d" type="D"/>
<xs:element name="e" substitutionGroup="d" type="E"/>
<xs:complexType name="D"><xs:sequence>
  <xs:element name="k" type="K"/>
  <xs:element name="f" type="xs:date" minOccurs="0"/>
  <xs:choice maxOccurs="3">
  <xs:element name="x" type="X"/><xs:element name="y" type="Y"/></xs:choice>
  <xs:element name="l" type="L" minOccurs="2" maxOccurs="40"/>
  <xs:element name="m" minOccurs="0"><xs:complexType mixed="true"><xs:sequence>
    <xs:any processContents="lax" minOccurs="0" maxOccurs="unbounded"/></xs:sequence>
    <xs:anyAttribute processContents="skip"/></xs:complexType></xs:element>
  <xs:element name="a" minOccurs="0" nillable="true"><xs:complexType><xs:all>
    <xs:element name="p" type="xs:boolean"/><xs:element name="q" type="xs:decimal" minOccurs="0"/>
    </xs:all></xs:complexType></xs:element>
</xs:sequence><xs:attribute name="i" type="xs:ID"/></xs:complexType>
<xs:complexType name="E"><xs:complexContent><xs:extension base="D"><xs:sequence>
  <xs:element name="z" type="xs:dateTime"/></xs:sequence></xs:extension></xs:complexContent>
</xs:complexType>
<xs:simpleType name="K"><xs:restriction base="xs:string"><xs:pattern value="[0-9]{4}"/>
</xs:restriction></xs:simpleType>
<xs:simpleType name="X"><xs:restriction base="xs:integer"><xs:minInclusive value="-5"/>
<xs:maxInclusive value="99999"/></xs:restriction></xs:simpleType>
<xs:simpleType name="Y"><xs:restriction base="xs:token"><xs:enumeration value="one"/>
<xs:enumeration value="two three"/></xs:restriction></xs:simpleType>
<xs:simpleType name="L"><xs:union memberTypes="xs:gYear W"/></xs:simpleType>
<xs:simpleType name="W">
<xs:restriction><xs:simpleType><xs:list itemType="xs:short"/></xs:simpleType>
<xs:maxLength value="3"/></xs:restriction></xs:simpleType>
</xs:schema>)";

struct Result {
    std::string seen, verdict;
};

Result walked(const std::shared_ptr<const schema::Schema>& schema, std::string_view bytes,
              bool fast, std::size_t step, bool records = true) {
    schema::WalkOptions options;
    options.fast = fast;
    options.give_back_max = 1 << 20;
    schema::Watch watch(3);
    watch[1] = {"", "r", 0, false, {{"", "v"}}, false};
    watch[2] = {"", "d", 1, false, {{"", "i"}}, records};
    watch.push_back({"", "k", 2, true, {}, false});
    schema::Walker walker(schema, watch, options);
    walker.set_base(0, 1, 1);
    Result result;
    std::size_t begin = 0, end = std::min(step, bytes.size());
    for (;;) {
        const bool last = end == bytes.size();
        const schema::Stop stop = walker.walk(bytes.substr(begin, end - begin), last);
        begin += walker.consumed();
        for (const schema::Mark& mark : walker.marks())
            result.seen += std::to_string(static_cast<int>(mark.kind)) + ":" +
                           std::to_string(mark.node) + ":" + std::to_string(mark.begin) + "-" +
                           std::to_string(mark.end) + (mark.valid ? "+" : "-") + "\n";
        walker.clear_marks();
        if (stop == schema::Stop::end || stop == schema::Stop::malformed || last) {
            for (const core::Finding& finding : walker.findings())
                result.seen += finding.code + " " + std::to_string(finding.place.offset) + " " +
                               std::to_string(finding.place.line) + ":" +
                               std::to_string(finding.place.column) + " " + finding.path + "\n";
            result.verdict =
                std::to_string(static_cast<int>(stop)) + (walker.dirty() ? "dirty" : "clean");
            return result;
        }
        end = std::min(end + step, bytes.size());
    }
}

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    static const auto schema = [] {
        const fuzz::Folder folder;
        schema::LoadOptions options;
        options.documents = {folder.put("a.xsd", xsd)};
        options.ask_referee = false;
        schema::Loaded loaded = schema::load(options);
        fuzz::check(loaded.schema && loaded.fallback_reasons.empty(), "the schema of the target");
        return loaded.schema;
    }();
    if (size > 20'000) return 0;
    // The fast path reads ahead: into white space behind the document, or into what the walker puts
    // there.
    const std::string bytes =
        std::string(fuzz::text(data, size)) + std::string(size % 2 == 0 ? 2048 : 0, ' ');
    const Result general = walked(schema, bytes, false, bytes.size() + 1);
    const Result fast = walked(schema, bytes, true, bytes.size() + 1);
    fuzz::check(general.verdict == fast.verdict, "verdicts of fast and general path differ");
    fuzz::check(general.seen == fast.seen, "findings or marks of fast and general path differ");
    const Result pieces = walked(schema, bytes, true, 5);
    fuzz::check(general.verdict == pieces.verdict, "verdict in pieces differs");
    // Text in front of a character that is none is a finding of its own if it came first.
    if (general.verdict.front() != '3')
        fuzz::check(general.seen == pieces.seen, "findings or marks in pieces differ");
    const Result no_records = walked(schema, bytes, false, bytes.size() + 1, false);
    const Result cut = walked(schema, bytes, true, 100, false);
    fuzz::check(no_records.verdict == cut.verdict, "verdict of cut elements differs");
    if (no_records.verdict.front() != '3')
        fuzz::check(no_records.seen == cut.seen, "findings or marks of cut elements differ");
    return 0;
}

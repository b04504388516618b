#include "parse/flat_layout.hpp"

#include <algorithm>
#include <charconv>
#include <map>
#include <optional>
#include <set>

#include "core/fault.hpp"
#include "xml/document.hpp"

namespace parse::flat {

namespace {

constexpr std::string_view xs = "http://www.w3.org/2001/XMLSchema";
constexpr std::string_view dfdl = "http://www.ogf.org/dfdl/dfdl-1.0/";

using Properties = std::map<std::string, std::string, std::less<>>;

// Every property of the subset, with the values it may have ("*": any).
const std::map<std::string, std::set<std::string>, std::less<>>& subset() {
    static const std::map<std::string, std::set<std::string>, std::less<>> known = {
        {"representation", {"text"}},
        {"encoding", {"*"}},
        {"lengthKind", {"explicit", "implicit", "delimited"}},
        {"lengthUnits", {"characters"}},
        {"length", {"*"}},
        {"initiator", {"*"}},
        {"terminator", {"", "%NL;"}},
        {"separator", {"*"}},
        {"separatorPosition", {"infix"}},
        {"occursCountKind", {"implicit", "parsed"}},
        {"textTrimKind", {"none", "padChar"}},
        {"textStringJustification", {"left", "right"}},
        {"textNumberJustification", {"left", "right"}},
        {"textStringPadCharacter", {"*"}},
        {"textNumberPadCharacter", {"*"}},
        {"textNumberRep", {"standard"}},
        {"initiatedContent", {"yes", "no"}}};
    return known;
}

std::string entities(std::string_view text) {
    static constexpr std::pair<std::string_view, std::string_view> names[] = {
        {"%SP;", " "}, {"%HT;", "\t"}, {"%NL;", "\n"}, {"%WSP;", " "}, {"%%", "%"}};
    std::string out;
    while (!text.empty()) {
        bool found = false;
        for (const auto& [name, character] : names) {
            if (text.substr(0, name.size()) != name) continue;
            out += character;
            text.remove_prefix(name.size());
            found = true;
            break;
        }
        if (found) continue;
        out.push_back(text.front());
        text.remove_prefix(1);
    }
    return out;
}

class LayoutReader {
  public:
    LayoutReader(const std::filesystem::path& file, const xml::Document& document)
        : file_(file), document_(document), schema_(document.root()) {}

    std::shared_ptr<const Layout> read() {
        const xml::Element* root = nullptr;
        for (const xml::Element* child : schema_.children) {
            if (child->is(xs, "element") && root == nullptr) root = child;
            if (child->is(xs, "annotation")) read_format(*child);
            if (child->is(xs, "include") || child->is(xs, "import"))
                refuse(*child, "a flat layout is one XSD: xs:" + child->local + " is not taken");
        }
        if (root == nullptr) refuse(schema_, "there is no global element");
        layout_->space = schema_.value_or("targetNamespace", "");
        layout_->qualified = schema_.value_or("elementFormDefault", "") == "qualified";
        const std::string encoding = property({}, "encoding", "UTF-8");
        layout_->encoding = encoding_named(encoding);
        if (layout_->encoding == Encoding::unsupported || layout_->encoding == Encoding::utf16be ||
            layout_->encoding == Encoding::utf16le)
            refuse(schema_, "the encoding " + encoding + " is not taken for flat files");
        add_node(*root, none, 0);
        return layout_;
    }

  private:
    [[noreturn]] void refuse(const xml::Element& at, const std::string& why) const {
        const core::Place place = document_.place(at);
        throw core::Fault(core::FaultKind::job, "read the flat layout",
                          file_.filename().string() + ":" + std::to_string(place.line) + ":" +
                              std::to_string(place.column),
                          why, "see docs/formats.md for what flat layouts may say");
    }

    void take_property(Properties& properties, const xml::Element& at, const std::string& name,
                       const std::string& value) const {
        const auto known = subset().find(name);
        if (known == subset().end()) refuse(at, "the DFDL property " + name + " is not known");
        if (known->second.count("*") == 0 && known->second.count(value) == 0)
            refuse(at, "the DFDL property " + name + " cannot be '" + value + "' here");
        properties[name] = value;
    }

    void read_format(const xml::Element& annotation) {
        for (const xml::Element* info : annotation.children) {
            if (!info->is(xs, "appinfo")) continue;
            for (const xml::Element* format : info->children) {
                if (format->space != dfdl) continue;
                if (format->local != "format")
                    refuse(*format, "dfdl:" + format->local + " is not known");
                for (const xml::Attribute& attribute : format->attributes)
                    take_property(defaults_, *format, attribute.local, attribute.value);
            }
        }
    }

    Properties own_properties(const xml::Element& element) const {
        Properties properties;
        for (const xml::Attribute& attribute : element.attributes)
            if (attribute.space == dfdl)
                take_property(properties, element, attribute.local, attribute.value);
        for (const xml::Element* annotation : element.children) {
            if (!annotation->is(xs, "annotation")) continue;
            for (const xml::Element* info : annotation->children)
                for (const xml::Element* inner : info->children)
                    if (inner->space == dfdl)
                        refuse(*inner, "write DFDL properties as attributes of the element");
        }
        return properties;
    }

    std::string property(const Properties& own, std::string_view name,
                         std::string_view otherwise) const {
        if (const auto found = own.find(name); found != own.end()) return found->second;
        if (const auto found = defaults_.find(name); found != defaults_.end()) return found->second;
        return std::string(otherwise);
    }

    static std::string_view local(std::string_view name) {
        const std::size_t colon = name.find(':');
        return colon == std::string_view::npos ? name : name.substr(colon + 1);
    }

    const xml::Element* global(std::string_view kind, std::string_view name) const {
        for (const xml::Element* child : schema_.children)
            if (child->is(xs, kind) && child->value_or("name", "") == local(name)) return child;
        return nullptr;
    }

    const xml::Element* complex_type(const xml::Element& element) const {
        if (const xml::Element* own = element.child(xs, "complexType")) return own;
        const auto type = element.value("type");
        return type ? global("complexType", *type) : nullptr;
    }

    // The built-in type below a simple element's own.
    std::string base_type(const xml::Element& element) const {
        std::string name(element.value_or("type", ""));
        const xml::Element* simple = element.child(xs, "simpleType");
        for (int steps = 0; steps < 64; ++steps) {
            if (simple == nullptr) simple = global("simpleType", name);
            if (simple == nullptr) break;
            const xml::Element* restriction = simple->child(xs, "restriction");
            if (restriction == nullptr) return "string";
            name = restriction->value_or("base", "");
            simple = restriction->child(xs, "simpleType");
        }
        return std::string(local(name));
    }

    struct Part {
        const xml::Element* element;
        std::uint32_t position;
        bool repeats, optional;
    };

    static bool many(const xml::Element& particle) {
        const std::string_view max = particle.value_or("maxOccurs", "1");
        return max != "0" && max != "1";
    }

    // The element particles of a model; those of one choice have one position.
    void collect(const xml::Element& model, bool repeats, bool in_choice, std::uint32_t& position,
                 std::vector<Part>& parts) const {
        for (const xml::Element* child : model.children) {
            if (child->space != xs) continue;
            if (child->local == "element") {
                const xml::Element* element = child;
                if (const auto ref = child->value("ref")) {
                    element = global("element", *ref);
                    if (element == nullptr) refuse(*child, "the element it refers to is not here");
                }
                parts.push_back({element, position, repeats || many(*child),
                                 in_choice || child->value_or("minOccurs", "1") == "0"});
                if (!in_choice) ++position;
            } else if (child->local == "sequence" || child->local == "choice") {
                own_properties(*child);
                const bool choice = child->local == "choice";
                collect(*child, repeats || many(*child), in_choice || choice, position, parts);
                if (choice && !in_choice) ++position;
            } else if (child->local != "annotation") {
                refuse(*child, "xs:" + child->local + " is not taken in a flat layout");
            }
        }
    }

    std::uint32_t add_node(const xml::Element& element, std::uint32_t parent,
                           std::uint32_t position) {
        if (layout_->nodes.size() > 1000) refuse(element, "the layout is too large or recursive");
        const xml::Element* type = complex_type(element);
        if (type == nullptr) refuse(element, "a group or line of simple type is not taken");
        const auto index = static_cast<std::uint32_t>(layout_->nodes.size());
        layout_->nodes.emplace_back();
        Node node;
        node.name = element.value_or("name", "");
        node.parent = parent;
        node.position = position;
        const Properties own = own_properties(element);
        node.initiator = entities(property(own, "initiator", ""));
        std::vector<Part> parts;
        std::uint32_t next = 0;
        collect(*type, false, false, next, parts);
        const auto is_complex = [&](const Part& part) {
            return complex_type(*part.element) != nullptr;
        };
        node.is_line = parent != none && std::none_of(parts.begin(), parts.end(), is_complex);
        if (node.is_line) {
            node.separator = entities(property(own, "separator", separator_of(*type)));
            add_fields(node, parts);
        }
        layout_->nodes[index] = node;
        if (node.is_line) return index;
        for (const Part& part : parts) {
            if (!is_complex(part)) refuse(*part.element, "a field stands beside lines");
            const std::uint32_t child = add_node(*part.element, index, part.position);
            layout_->nodes[child].repeats = part.repeats;
            layout_->nodes[index].children.push_back(child);
        }
        return index;
    }

    std::string separator_of(const xml::Element& type) const {
        const xml::Element* sequence = type.child(xs, "sequence");
        if (sequence == nullptr) return {};
        const Properties own = own_properties(*sequence);
        const auto found = own.find("separator");
        return found == own.end() ? std::string() : found->second;
    }

    void add_fields(Node& node, const std::vector<Part>& parts) const {
        static const std::set<std::string, std::less<>> numbers = {"decimal",
                                                                   "integer",
                                                                   "nonNegativeInteger",
                                                                   "positiveInteger",
                                                                   "nonPositiveInteger",
                                                                   "negativeInteger",
                                                                   "long",
                                                                   "int",
                                                                   "short",
                                                                   "byte",
                                                                   "unsignedLong",
                                                                   "unsignedInt",
                                                                   "unsignedShort",
                                                                   "unsignedByte",
                                                                   "float",
                                                                   "double"};
        node.length = node.initiator.size();
        for (const Part& part : parts) {
            const Properties own = own_properties(*part.element);
            Field field;
            field.name = part.element->value_or("name", "");
            field.optional = part.optional;
            const std::string kind = numbers.count(base_type(*part.element)) ? "Number" : "String";
            const std::string pad = entities(property(own, "text" + kind + "PadCharacter", "%SP;"));
            if (pad.size() != 1) refuse(*part.element, "a pad character is one character");
            field.pad = pad.front();
            field.trims = property(own, "textTrimKind", "none") == "padChar";
            field.pads_left = property(own, "text" + kind + "Justification",
                                       kind == "Number" ? "right" : "left") == "right";
            // Leading zeros belong to the lexical form of a number.
            if (field.pad == '0' && kind == "Number") field.trims = false;
            const std::string length = property(own, "length", "");
            if (node.separator.empty()) {
                const char* end = length.data() + length.size();
                const auto read = std::from_chars(length.data(), end, field.length);
                if (read.ec != std::errc{} || read.ptr != end || field.length == 0 ||
                    field.length > 1'000'000)
                    refuse(*part.element, "its dfdl:length is no number of characters");
            }
            node.length += field.length;
            node.fields.push_back(std::move(field));
        }
    }

    const std::filesystem::path& file_;
    const xml::Document& document_;
    const xml::Element& schema_;
    Properties defaults_;
    std::shared_ptr<Layout> layout_ = std::make_shared<Layout>();
};

}  // namespace

std::string Layout::root_start() const {
    const std::string& name = nodes.front().name;
    if (space.empty()) return "<" + name + ">";
    if (qualified) return "<" + name + " xmlns=\"" + space + "\">";
    return "<f:" + name + " xmlns:f=\"" + space + "\">";
}

std::string Layout::root_end() const {
    return (space.empty() || qualified ? "</" : "</f:") + nodes.front().name + ">";
}

std::uint32_t Layout::find(const std::vector<std::string>& names) const {
    if (names.empty() || names.front() != nodes.front().name) return none;
    std::uint32_t at = 0;
    for (std::size_t i = 1; i < names.size(); ++i) {
        const auto& children = nodes[at].children;
        const auto child = std::find_if(children.begin(), children.end(),
                                        [&](std::uint32_t c) { return nodes[c].name == names[i]; });
        if (child == children.end()) return none;
        at = *child;
    }
    return at;
}

std::uint32_t Layout::line_of(std::string_view line) const {
    std::uint32_t best = none;
    for (std::size_t i = 0; i < nodes.size(); ++i) {
        const Node& node = nodes[i];
        if (!node.is_line || line.substr(0, node.initiator.size()) != node.initiator) continue;
        if (best == none || nodes[best].initiator.size() < node.initiator.size())
            best = static_cast<std::uint32_t>(i);
    }
    return best;
}

std::shared_ptr<const Layout> read_layout(const std::filesystem::path& xsd) {
    std::vector<xml::Error> errors;
    const auto document = xml::Document::parse_file(xsd, {}, errors);
    if (!document)
        throw core::Fault(core::FaultKind::job, "read the flat layout", xsd.filename().string(),
                          errors.empty() ? "it is not well-formed" : errors.front().text);
    return LayoutReader(xsd, *document).read();
}

}  // namespace parse::flat

#include "fixture.hpp"

#include <doctest/doctest.h>
#include <unistd.h>

#include <fstream>

#include "dfdl/xml_feed.hpp"

namespace fixture {

namespace {

class Collect final : public dfdl::Elements {
  public:
    void start(std::string_view name, bool nil) override {
        if (path.empty()) {
            root = {std::string(name), {}, nil, {}};
            path.push_back(&root);
            return;
        }
        path.back()->children.push_back({std::string(name), {}, nil, {}});
        path.push_back(&path.back()->children.back());
    }
    void attribute(std::string_view, std::string_view) override {}
    void text(std::string_view text) override {
        if (!path.empty()) path.back()->text += text;
    }
    void end(std::string_view) override { path.pop_back(); }
    dfdl::Item root;
    std::vector<dfdl::Item*> path;
};

}  // namespace

dfdl::Loaded load(const std::string& defaults, const std::string& body,
                  const std::string& definitions) {
    const auto file =
        std::filesystem::temp_directory_path() / ("dfdl-" + std::to_string(::getpid()) + ".xsd");
    {
        std::ofstream out(file);
        out << "<xs:schema xmlns:xs=\"http://www.w3.org/2001/XMLSchema\" "
               "xmlns:dfdl=\"http://www.ogf.org/dfdl/dfdl-1.0/\">\n"
               "<xs:annotation><xs:appinfo source=\"http://www.ogf.org/dfdl/\">\n"
            << definitions << "<dfdl:format " << defaults << "/>\n</xs:appinfo></xs:annotation>\n"
            << body << "\n</xs:schema>\n";
    }
    dfdl::Loaded loaded = dfdl::load({file}, "");
    std::filesystem::remove(file);
    return loaded;
}

std::string errors(const dfdl::Loaded& loaded) {
    std::string all;
    for (const dfdl::Diagnostic& each : loaded.errors)
        all +=
            std::to_string(each.line) + ":" + std::to_string(each.column) + " " + each.text + "\n";
    return all;
}

std::string read(const dfdl::Layout& layout, const std::string& data, dfdl::Parser::Mode mode) {
    dfdl::Parser parser(layout);
    if (!parser.parse(0, data, dfdl::Parser::Data::ends, mode, {})) return "-";
    std::string out;
    std::vector<std::uint32_t> open;
    const auto close = [&] {
        out += "</" + layout.terms[parser.nodes()[open.back()].term].name + ">";
        open.pop_back();
    };
    for (std::uint32_t i = 0; i < parser.nodes().size(); ++i) {
        const dfdl::Node& node = parser.nodes()[i];
        while (!open.empty() && open.back() != node.parent) close();
        out += "<" + layout.terms[node.term].name + (node.nil ? " nil>" : ">");
        out += parser.value(node);
        open.push_back(i);
    }
    while (!open.empty()) close();
    if (parser.consumed() < data.size())
        out += " +" + std::to_string(data.size() - parser.consumed());
    for (const dfdl::Note& note : parser.notes())
        out += " !" + std::string(note.ccc) + "@" + std::to_string(note.at);
    return out;
}

dfdl::Item item(const std::string& xml) {
    Collect collect;
    dfdl::XmlFeed feed(collect);
    REQUIRE(feed.feed(xml, true));
    return collect.root;
}

std::string write(const dfdl::Layout& layout, const std::string& xml) {
    std::string out;
    const auto refusal = dfdl::Unparser(layout).write(0, item(xml), {}, out);
    return refusal ? "- " + refusal->element + ": " + refusal->why : out;
}

}  // namespace fixture

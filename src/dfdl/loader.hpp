#pragma once
// Reading of XSD documents with DFDL annotations. Internal to the room: the documents and their
// global names (Book), then the terms that they come to (TermReader).
#include <list>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "dfdl/layout.hpp"
#include "dfdl/properties.hpp"
#include "xml/document.hpp"

namespace dfdl {

struct Source {
    std::filesystem::path file;
    xml::Document document;
    std::string space;
    bool qualified = false;
    Properties defaults;  // of its dfdl:format
};

struct Global {
    const Source* source = nullptr;
    const xml::Element* element = nullptr;
    explicit operator bool() const { return element != nullptr; }
};

// What one component says of itself.
struct Said {
    Properties properties;
    struct Test {
        const xml::Element* element = nullptr;
        std::string text;
        bool discriminates = false;
    };
    std::vector<Test> tests;
};

class Book {
  public:
    explicit Book(std::vector<Diagnostic>& errors) : errors_(errors) {}
    void read(const std::vector<std::filesystem::path>& documents);
    const Source* entry() const { return sources_.empty() ? nullptr : &sources_.front(); }

    // `kind`: element, complexType, simpleType, group, defineFormat, defineEscapeScheme.
    Global find(std::string_view kind, const Source& source, const xml::Element& holder,
                std::string_view qname) const;
    Global find_global(std::string_view kind, std::string_view space, std::string_view local) const;
    bool is_built_in(const xml::Element& holder, std::string_view qname, std::string& local) const;
    // Attributes in short form, dfdl:element and its like, dfdl:property; and what `ref` adds.
    Said said(const Source& source, const xml::Element& component);
    // Of dfdl:escapeScheme and dfdl:format themselves.
    Properties of_annotation(const Source& source, const xml::Element& annotation);

    void error(const Source& source, std::size_t offset, std::string text);
    void error(const Source& source, const xml::Element& at, std::string text) {
        error(source, at.offset, std::move(text));
    }
    std::string where(const Source& source, const xml::Element& at) const;

  private:
    void read_globals(Source& source);
    void read_top(Source& source, const xml::Element& annotation);
    void take(Properties& into, const Source& source, const xml::Element& holder,
              std::string_view name, std::string value, std::size_t offset);
    void add_referred(Properties& into, int depth);
    void annotations(const Source& source, const xml::Element& component, Said& said);

    std::vector<Diagnostic>& errors_;
    std::list<Source> sources_;
    std::map<std::string, std::map<std::pair<std::string, std::string>, Global>, std::less<>>
        globals_;
    std::set<std::pair<const Source*, std::size_t>> told_;
};

class TermReader {
  public:
    TermReader(Book& book, Layout& layout) : book_(book), layout_(layout) {}
    void read(const Global& root);

  private:
    // The properties that hold at one component, and where it stands.
    struct At {
        const Source* source = nullptr;
        const xml::Element* element = nullptr;
        Properties properties;
        std::vector<Said::Test> tests;
        std::vector<std::string> told;
    };
    At at(const Source& source, const xml::Element& element);
    void add(At& at, const Source& source, const xml::Element& element);
    void add_defaults(At& at, const std::vector<const Source*>& sources);

    const Property* find(const At& at, std::string_view name) const;
    std::string text(const At& at, std::string_view name, std::string_view otherwise) const;
    // One of the words; another one that DFDL has is outside the subset: an error where it stands.
    std::string one_of(const At& at, std::string_view name, std::string_view otherwise,
                       const std::vector<std::string_view>& words);
    std::uint64_t number(const At& at, std::string_view name, std::uint64_t otherwise);
    bool yes(const At& at, std::string_view name, bool otherwise);
    Markup markup(const At& at, std::string_view name, Charset charset);
    std::string bytes(const At& at, std::string_view name, std::string_view otherwise,
                      Charset charset);
    Expression expression(const At& at, std::string_view name);
    // Words thrown by `work` are about this property.
    template <class Work>
    void guarded(const At& at, std::string_view name, Work work) {
        try {
            work();
        } catch (const std::string& why) {
            refuse(at, name, why);
        }
    }
    void refuse(const At& at, std::string_view name, const std::string& why);

    std::uint32_t new_term(Term::Kind kind, std::uint32_t parent, const At& at);
    void common(Term& term, const At& at);
    void tests(Term& term, const At& at);
    std::uint32_t particle(const Source& source, const xml::Element& element, std::uint32_t parent);
    std::uint32_t element(const Source& source, const xml::Element& element, std::uint32_t parent);
    std::uint32_t group(const Source& source, const xml::Element& element, std::uint32_t parent);
    void occurrences(Term& term, const At& at, const xml::Element& particle);
    void complex_type(std::uint32_t index, const Source& source, const xml::Element& type);
    void simple_type(At& at, Term& term, const Source& source, const xml::Element& element,
                     std::vector<const Source*>& sources);
    void facets(Term& term, const xml::Element& restriction);
    void length(Term& term, const At& at);
    void value(Term& term, const At& at);
    void number_format(Term& term, const At& at);
    void calendar_format(Term& term, const At& at);
    void text_format(Term& term, const At& at, std::string_view kind);
    void nils(Term& term, const At& at, const xml::Element& declaration);
    void escapes(Term& term, const At& at);
    void branch_keys();
    void finish();
    void collect_ends(Term& term);
    void keys();

    Book& book_;
    Layout& layout_;
    int depth_ = 0;
    std::string built_in_;  // of the simple type just read
    bool has_min_length_ = false;
    std::uint64_t max_length_ = 0;
};

}  // namespace dfdl

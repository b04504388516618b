#pragma once
// Reads XSD documents and follows include, import and redefine: files only, never a network. Leaves
// a list of readings (a document under a target namespace) with their relations; knows nothing of
// components.
#include <deque>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "schema/components.hpp"
#include "schema/report.hpp"
#include "xml/document.hpp"

namespace schema {

// One file, parsed once.
struct SchemaFile {
    std::uint32_t index = 0;  // in ReadSet::files, and Components::documents
    std::filesystem::path path;
    std::optional<xml::Document> tree;  // nothing: not well-formed, reported
    std::string target;                 // own targetNamespace; empty: none
    bool is_schema = false;
    bool builtin = false;  // at hand without a file (builtin_documents.hpp); path is its namespace

    // As the tree's place(), but quick where offsets mostly ascend, even in a document of one line.
    core::Place place(std::size_t offset) const;

  private:
    mutable core::Place last_;
};

struct Reading;

struct Redefinition {
    const xml::Element* element = nullptr;  // xs:redefine
    Reading* of = nullptr;                  // null: could not be read
};

// A document under a target namespace: its own, or that of its includer (chameleon).
struct Reading {
    const SchemaFile* file = nullptr;
    std::string target;
    bool chameleon = false;         // unprefixed references go to `target`
    std::set<std::string> imports;  // namespaces whose components it may refer to
    std::vector<Redefinition> redefinitions;
    std::vector<Reading*> included;  // by include and by redefine, directly
    bool elements_qualified = false, attributes_qualified = false;
    DerivationSet block = 0, final = 0;  // blockDefault, finalDefault

    const xml::Element& root() const { return file->tree->root(); }
    Source source(std::size_t offset) const;
    Source source(const xml::Element& element) const { return source(element.offset); }
    // The expanded name of a QName written in `element`; reports src-resolve and gives nothing
    // where a prefix is not bound.
    std::optional<ExpandedName> expand(std::string_view qname, const xml::Element& element,
                                       Report& report) const;
};

struct ReadSet {
    std::deque<SchemaFile> files;  // in the order of reading
    std::deque<Reading> readings;  // likewise; entry documents and what they refer to
    std::vector<Diagnostic> remarks;
    std::vector<Diagnostic> absent;  // imports
    std::string digest;              // hex SHA-256 over the contents of the files
};

// Reports what cannot be read; throws core::Fault where an entry document cannot be opened.
ReadSet read_documents(const LoadOptions& options, Report& report);

}  // namespace schema

#include <xercesc/framework/MemBufInputSource.hpp>
#include <xercesc/framework/XMLGrammarPoolImpl.hpp>
#include <xercesc/parsers/SAX2XMLReaderImpl.hpp>
#include <xercesc/sax/ErrorHandler.hpp>
#include <xercesc/sax/SAXParseException.hpp>
#include <xercesc/util/OutOfMemoryException.hpp>
#include <xercesc/util/PlatformUtils.hpp>
#include <xercesc/util/XMLEntityResolver.hpp>
#include <xercesc/util/XMLResourceIdentifier.hpp>
#include <xercesc/util/XMLUni.hpp>
#include <xercesc/validators/common/Grammar.hpp>
#include <xercesc/validators/schema/ComplexTypeInfo.hpp>
#include <xercesc/validators/schema/SchemaElementDecl.hpp>
#include <xercesc/validators/schema/SchemaGrammar.hpp>

#include <new>

#include "schema/xerces_library.hpp"

namespace schema {
namespace {

// A document that cannot be had: not an error where the standard does not ask for it.
class Nothing : public x::InputSource {
  public:
    x::BinInputStream* makeStream() const override { return nullptr; }
};

class Resolver : public x::XMLEntityResolver {
  public:
    explicit Resolver(const RefereeLibrary::Find& find) : find_(find) {}
    x::InputSource* resolveEntity(x::XMLResourceIdentifier* wanted) override {
        if (wanted->getSystemId() == nullptr) return nullptr;  // an import without a place
        const auto* found = find_(utf8(wanted->getSystemId()), utf8(wanted->getBaseURI()));
        if (found == nullptr) return new Nothing;
        return source_of(*found);
    }
    static x::MemBufInputSource* source_of(const RefereeDocument& document) {
        return new x::MemBufInputSource(reinterpret_cast<const XMLByte*>(document.text.data()),
                                        document.text.size(), document.path.c_str());
    }

  private:
    const RefereeLibrary::Find& find_;
};

class Collector : public x::ErrorHandler {
  public:
    Collector(std::vector<RefereeFault>& faults, std::size_t faults_max)
        : faults_(faults), faults_max_(faults_max) {}
    void warning(const x::SAXParseException&) override {}
    void error(const x::SAXParseException& what) override {
        add(what.getLineNumber(), what.getColumnNumber(), utf8(what.getMessage()));
    }
    void fatalError(const x::SAXParseException& what) override { error(what); }
    void resetErrors() override {}
    void add(std::uint64_t line, std::uint64_t column, std::string text) {
        if (faults_.size() < faults_max_) faults_.push_back({line, column, std::move(text)});
    }

  private:
    std::vector<RefereeFault>& faults_;
    std::size_t faults_max_;
};

// Content models are built when they are first asked for, without a lock: ask now, while only we
// know the grammar. It is also where bad models explode, so the child must have been through it.
void build_models(x::XMLGrammarPool& pool) {
    auto grammars = pool.getGrammarEnumerator();
    while (grammars.hasMoreElements()) {
        auto& grammar = static_cast<x::SchemaGrammar&>(grammars.nextElement());
        if (grammar.getGrammarType() != x::Grammar::SchemaGrammarType) continue;
        x::RefHashTableOfEnumerator<x::ComplexTypeInfo> types(grammar.getComplexTypeRegistry());
        while (types.hasMoreElements()) types.nextElement().getContentModel();
        auto elements = grammar.getElemEnumerator();
        while (elements.hasMoreElements()) elements.nextElement().getContentModel();
    }
}

std::shared_ptr<void> load_pool(const RefereeDocument& entry, const RefereeLibrary::Find& find,
                                Collector& collector) {
    auto* memory = x::XMLPlatformUtils::fgMemoryManager;
    auto pool = std::make_shared<x::XMLGrammarPoolImpl>(memory);
    const auto reader = std::make_unique<x::SAX2XMLReaderImpl>(memory, pool.get());
    using U = x::XMLUni;
    reader->setFeature(U::fgSAX2CoreNameSpaces, true);
    reader->setFeature(U::fgSAX2CoreValidation, true);
    reader->setFeature(U::fgXercesSchema, true);
    reader->setFeature(U::fgXercesSchemaFullChecking, true);
    reader->setFeature(U::fgXercesHandleMultipleImports, true);
    reader->setFeature(U::fgXercesLoadExternalDTD, false);
    reader->setFeature(U::fgXercesDisableDefaultEntityResolution, true);
    reader->setErrorHandler(&collector);
    Resolver resolver(find);
    reader->setXMLEntityResolver(&resolver);
    try {
        const std::unique_ptr<x::InputSource> source(Resolver::source_of(entry));
        if (reader->loadGrammar(*source, x::Grammar::SchemaGrammarType, true) == nullptr)
            collector.add(0, 0, "no grammar was built");
    } catch (const x::SAXException& e) {
        collector.add(0, 0, utf8(e.getMessage()));
    } catch (const x::XMLException& e) {
        collector.add(e.getSrcLine(), 0, utf8(e.getMessage()));
    }
    pool->lockPool();
    build_models(*pool);
    return pool;
}

}  // namespace

std::shared_ptr<void> load_xerces_grammar(const RefereeDocument& entry,
                                          const RefereeLibrary::Find& find, std::size_t faults_max,
                                          std::vector<RefereeFault>& faults) {
    Collector collector(faults, faults_max);
    try {
        return load_pool(entry, find, collector);
    } catch (const x::OutOfMemoryException&) {
        throw std::bad_alloc();
    } catch (const x::XMLException& e) {
        collector.add(e.getSrcLine(), 0, utf8(e.getMessage()));
        return nullptr;
    }
}

}  // namespace schema

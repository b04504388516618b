#include <xercesc/framework/MemBufInputSource.hpp>
#include <xercesc/framework/XMLGrammarPoolImpl.hpp>
#include <xercesc/parsers/SAX2XMLReaderImpl.hpp>
#include <xercesc/sax/ErrorHandler.hpp>
#include <xercesc/sax/SAXParseException.hpp>
#include <xercesc/util/OutOfMemoryException.hpp>
#include <xercesc/util/PlatformUtils.hpp>
#include <xercesc/util/TransService.hpp>
#include <xercesc/util/XMLEntityResolver.hpp>
#include <xercesc/util/XMLResourceIdentifier.hpp>
#include <xercesc/util/XMLUni.hpp>
#include <xercesc/validators/common/Grammar.hpp>
#include <xercesc/validators/schema/ComplexTypeInfo.hpp>
#include <xercesc/validators/schema/SchemaElementDecl.hpp>
#include <xercesc/validators/schema/SchemaGrammar.hpp>

#include <mutex>

#include "schema/child.hpp"
#include "schema/referee_grammar.hpp"
#include "schema/referee_sources.hpp"

namespace schema {
namespace {

namespace x = XERCES_CPP_NAMESPACE;

std::string utf8(const XMLCh* text) {
    if (text == nullptr) return {};
    const x::TranscodeToStr bytes(text, "UTF-8");
    return {reinterpret_cast<const char*>(bytes.str()), bytes.length()};
}

// A document that cannot be had: not an error where the standard does not ask for it.
class Nothing : public x::InputSource {
  public:
    x::BinInputStream* makeStream() const override { return nullptr; }
};

class Resolver : public x::XMLEntityResolver {
  public:
    explicit Resolver(RefereeSources& sources) : sources_(sources) {}
    x::InputSource* resolveEntity(x::XMLResourceIdentifier* wanted) override {
        if (wanted->getSystemId() == nullptr) return nullptr;  // an import without a place
        const auto* found =
            sources_.beside(utf8(wanted->getSystemId()), utf8(wanted->getBaseURI()));
        if (found == nullptr) return new Nothing;
        return source_of(*found);
    }
    static x::MemBufInputSource* source_of(const RefereeSources::Document& document) {
        return new x::MemBufInputSource(reinterpret_cast<const XMLByte*>(document.text.data()),
                                        document.text.size(), document.path.c_str());
    }

  private:
    RefereeSources& sources_;
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

std::shared_ptr<void> load_pool(RefereeSources& sources, Collector& collector) {
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
    Resolver resolver(sources);
    reader->setXMLEntityResolver(&resolver);
    try {
        const std::unique_ptr<x::InputSource> entry(Resolver::source_of(sources.entry()));
        if (reader->loadGrammar(*entry, x::Grammar::SchemaGrammarType, true) == nullptr)
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

// Faults as bytes, for the way back from the child: line, column, text, each ended by a zero.
std::string packed(const std::vector<RefereeFault>& faults) {
    std::string bytes = "+";
    for (const auto& fault : faults) {
        bytes += std::to_string(fault.line) + '\0' + std::to_string(fault.column) + '\0';
        bytes += fault.text;
        bytes += '\0';
    }
    return bytes;
}

void unpack(std::string_view bytes, std::vector<RefereeFault>& faults) {
    const auto next = [&bytes] {
        const std::size_t end = bytes.find('\0');
        std::string field(bytes.substr(0, end));
        bytes.remove_prefix(end == std::string_view::npos ? bytes.size() : end + 1);
        return field;
    };
    bytes.remove_prefix(1);
    while (!bytes.empty()) {
        RefereeFault fault;
        fault.line = std::strtoull(next().c_str(), nullptr, 10);
        fault.column = std::strtoull(next().c_str(), nullptr, 10);
        fault.text = next();
        faults.push_back(std::move(fault));
    }
}

// The work of the child: "+" and the faults, or "-" and why there is no opinion.
std::string rehearse(RefereeSources& sources, const RefereeLimits& limits) {
    std::vector<RefereeFault> faults;
    Collector collector(faults, limits.faults_max);
    try {
        load_pool(sources, collector);
    } catch (const x::OutOfMemoryException&) {
        return "-the schema needs more memory than the referee may use";
    } catch (const x::XMLException& e) {
        collector.add(e.getSrcLine(), 0, utf8(e.getMessage()));
    }
    if (!sources.refused().empty()) return "-" + sources.refused();
    return packed(faults);
}

}  // namespace

std::shared_ptr<const Grammar> load_grammar(const std::vector<std::filesystem::path>& documents,
                                            const RefereeLimits& limits,
                                            std::vector<RefereeFault>& faults, std::string& refused,
                                            const std::vector<std::filesystem::path>& more) {
    // One at a time: a fork in the middle of somebody else's load would inherit held locks.
    static std::mutex one_at_a_time;
    const std::lock_guard<std::mutex> lock(one_at_a_time);
    start_library();
    RefereeSources sources(documents, more, limits.occurs_max);
    refused = sources.refused();
    if (!refused.empty()) return nullptr;
    const ChildResult child = run_in_child({limits.seconds_max, limits.memory_bytes_max, 1U << 20},
                                           [&] { return rehearse(sources, limits); });
    if (child.end == ChildEnd::too_slow) refused = "the referee needs too long for this schema";
    if (child.end == ChildEnd::died) refused = "the referee dies of this schema";
    if (child.end == ChildEnd::done && child.output.front() == '-')
        refused = child.output.substr(1);
    if (!refused.empty()) return nullptr;
    unpack(child.output, faults);
    if (!faults.empty()) return nullptr;
    Collector collector(faults, limits.faults_max);
    auto pool = load_pool(sources, collector);
    if (!faults.empty()) return nullptr;
    return std::make_shared<const Grammar>(std::move(pool), limits);
}

}  // namespace schema

#include "schema/referee.hpp"

#include <xercesc/framework/MemBufInputSource.hpp>
#include <xercesc/framework/XMLGrammarPool.hpp>
#include <xercesc/sax2/DefaultHandler.hpp>
#include <xercesc/sax2/SAX2XMLReader.hpp>
#include <xercesc/sax2/XMLReaderFactory.hpp>
#include <xercesc/util/OutOfMemoryException.hpp>
#include <xercesc/util/PlatformUtils.hpp>
#include <xercesc/util/SecurityManager.hpp>
#include <xercesc/util/TransService.hpp>
#include <xercesc/util/XMLUni.hpp>

#include <algorithm>
#include <mutex>

#include "schema/referee_grammar.hpp"

namespace schema {
namespace {

namespace x = XERCES_CPP_NAMESPACE;

constexpr std::uint64_t everywhere = 0;

std::string utf8(const XMLCh* text) {
    if (text == nullptr) return {};
    const x::TranscodeToStr bytes(text, "UTF-8");
    return {reinterpret_cast<const char*>(bytes.str()), bytes.length()};
}

// Counts what is wrong, and knows whether it is wrong inside the record: from the moment its last
// ancestor is open until its own end tag has been checked.
class Judgement : public x::DefaultHandler {
  public:
    void begin(std::uint64_t ancestors, std::uint64_t lines_before, std::uint64_t columns_before,
               std::vector<RefereeFault>* faults, std::size_t faults_max) {
        ancestors_ = ancestors;
        lines_before_ = lines_before;
        columns_before_ = columns_before;
        faults_ = faults;
        faults_max_ = faults_max;
        depth_ = 0;
        wrong_ = 0;
        inside_ = ancestors == everywhere;
    }
    bool good() const { return wrong_ == 0; }
    void note(std::uint64_t line, std::uint64_t column, std::string text) {
        ++wrong_;
        if (faults_->size() >= faults_max_) return;
        faults_->push_back(
            {line - std::min(line, lines_before_),
             line == lines_before_ + 1 ? column - std::min(column, columns_before_) : column,
             std::move(text)});
    }

    void startElement(const XMLCh*, const XMLCh*, const XMLCh*, const x::Attributes&) override {
        ++depth_;
        if (depth_ == ancestors_) inside_ = true;
    }
    void endElement(const XMLCh*, const XMLCh*, const XMLCh*) override {
        --depth_;
        if (ancestors_ != everywhere && depth_ == ancestors_) inside_ = false;
    }
    void error(const x::SAXParseException& what) override {
        if (inside_) note(what);
    }
    // Not well-formed: wrong wherever it is, for nothing behind it is judged.
    void fatalError(const x::SAXParseException& what) override { note(what); }
    void resetErrors() override {}

    x::InputSource* resolveEntity(const XMLCh*, const XMLCh*) override {
        return new x::MemBufInputSource(reinterpret_cast<const XMLByte*>(""), 0, "refused");
    }

  private:
    void note(const x::SAXParseException& what) {
        note(what.getLineNumber(), what.getColumnNumber(), utf8(what.getMessage()));
    }

    std::uint64_t ancestors_ = everywhere, depth_ = 0, wrong_ = 0;
    std::uint64_t lines_before_ = 0, columns_before_ = 0;
    bool inside_ = true;
    std::vector<RefereeFault>* faults_ = nullptr;
    std::size_t faults_max_ = 0;
};

// Start tags in a chain of start tags: a '<' cannot stand anywhere else in it.
std::uint64_t tags_in(std::string_view chain) {
    return static_cast<std::uint64_t>(std::count(chain.begin(), chain.end(), '<'));
}

}  // namespace

void start_library() {
    static std::once_flag once;
    std::call_once(once, [] { x::XMLPlatformUtils::Initialize(); });
}

struct Referee::Impl {
    std::shared_ptr<const Grammar> grammar;
    std::unique_ptr<x::SAX2XMLReader> reader;
    x::SecurityManager security;
    Judgement judgement;
    std::string document;  // the record inside its chain; kept for its capacity

    explicit Impl(std::shared_ptr<const Grammar> loaded) : grammar(std::move(loaded)) {
        start_library();
        security.setEntityExpansionLimit(1000);
        renew();
    }

    // A reader that threw in the middle of a document is not worth keeping.
    void renew() {
        auto* pool = static_cast<x::XMLGrammarPool*>(grammar->pool());
        reader.reset(
            x::XMLReaderFactory::createXMLReader(x::XMLPlatformUtils::fgMemoryManager, pool));
        using U = x::XMLUni;
        reader->setFeature(U::fgSAX2CoreNameSpaces, true);
        reader->setFeature(U::fgSAX2CoreValidation, true);
        reader->setFeature(U::fgXercesDynamic, false);
        reader->setFeature(U::fgXercesSchema, true);
        reader->setFeature(U::fgXercesSchemaFullChecking, false);
        reader->setFeature(U::fgXercesUseCachedGrammarInParse, true);
        reader->setFeature(U::fgXercesCacheGrammarFromParse, false);
        reader->setFeature(U::fgXercesLoadSchema, false);
        reader->setFeature(U::fgXercesLoadExternalDTD, false);
        reader->setFeature(U::fgXercesDisableDefaultEntityResolution, true);
        reader->setFeature(U::fgXercesCalculateSrcOfs, false);
        reader->setFeature(U::fgXercesValidationErrorAsFatal, false);
        reader->setFeature(U::fgXercesContinueAfterFatalError, false);
        reader->setProperty(U::fgXercesSecurityManager, &security);
        reader->setContentHandler(&judgement);
        reader->setErrorHandler(&judgement);
        reader->setEntityResolver(&judgement);
    }

    bool parse(std::string_view text) {
        bool thrown = true;
        try {
            const x::MemBufInputSource source(reinterpret_cast<const XMLByte*>(text.data()),
                                              text.size(), "record");
            reader->parse(source);
            thrown = false;
        } catch (const x::SAXException& e) {
            judgement.note(0, 0, utf8(e.getMessage()));
        } catch (const x::XMLException& e) {
            judgement.note(e.getSrcLine(), 0, utf8(e.getMessage()));
        } catch (const x::OutOfMemoryException&) {
            judgement.note(0, 0, "out of memory");
        }
        if (thrown) renew();
        return judgement.good();
    }
};

Referee::Referee(std::shared_ptr<const Grammar> grammar)
    : impl_(std::make_unique<Impl>(std::move(grammar))) {}
Referee::~Referee() = default;
Referee::Referee(Referee&&) noexcept = default;

bool Referee::judge(std::string_view document, std::vector<RefereeFault>& faults) {
    const RefereeLimits& limits = impl_->grammar->limits();
    impl_->judgement.begin(everywhere, 0, 0, &faults, limits.faults_max);
    if (document.size() > limits.instance_bytes_max) {
        impl_->judgement.note(0, 0, "the document is longer than the referee reads");
        return false;
    }
    return impl_->parse(document);
}

bool Referee::judge_inside(std::string_view chain_open, std::string_view record,
                           std::string_view chain_close, std::vector<RefereeFault>& faults) {
    const RefereeLimits& limits = impl_->grammar->limits();
    const auto lines = std::count(chain_open.begin(), chain_open.end(), '\n');
    const std::size_t last_line = chain_open.rfind('\n');
    const std::size_t columns =
        last_line == std::string_view::npos ? chain_open.size() : chain_open.size() - last_line - 1;
    impl_->judgement.begin(tags_in(chain_open), static_cast<std::uint64_t>(lines), columns, &faults,
                           limits.faults_max);
    if (record.size() > limits.instance_bytes_max) {
        impl_->judgement.note(0, 0, "the record is longer than the referee reads");
        return false;
    }
    std::string& document = impl_->document;
    document.clear();
    document.append(chain_open).append(record).append(chain_close);
    return impl_->parse(document);
}

}  // namespace schema

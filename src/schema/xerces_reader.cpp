#include <xercesc/framework/MemBufInputSource.hpp>
#include <xercesc/framework/XMLGrammarPool.hpp>
#include <xercesc/sax2/DefaultHandler.hpp>
#include <xercesc/sax2/SAX2XMLReader.hpp>
#include <xercesc/sax2/XMLReaderFactory.hpp>
#include <xercesc/util/OutOfMemoryException.hpp>
#include <xercesc/util/PlatformUtils.hpp>
#include <xercesc/util/SecurityManager.hpp>
#include <xercesc/util/XMLUni.hpp>

#include <algorithm>

#include "schema/xerces_library.hpp"

namespace schema {
namespace {

// Counts what is wrong, and knows whether it is wrong inside the record: from the moment its last
// ancestor is open until its own end tag has been checked.
class Judgement : public x::DefaultHandler {
  public:
    void begin(const RefereeQuestion& question, std::vector<RefereeFault>& faults) {
        question_ = question;
        faults_ = &faults;
        depth_ = 0;
        wrong_ = 0;
        inside_ = question.ancestors == RefereeQuestion::everywhere;
    }
    bool good() const { return wrong_ == 0; }
    void note(std::uint64_t line, std::uint64_t column, std::string text) {
        ++wrong_;
        if (faults_->size() >= question_.faults_max) return;
        const std::uint64_t lines = question_.lines_before, columns = question_.columns_before;
        faults_->push_back({line - std::min(line, lines),
                            line == lines + 1 ? column - std::min(column, columns) : column,
                            std::move(text)});
    }

    void startElement(const XMLCh*, const XMLCh*, const XMLCh*, const x::Attributes&) override {
        ++depth_;
        if (depth_ == question_.ancestors) inside_ = true;
    }
    void endElement(const XMLCh*, const XMLCh*, const XMLCh*) override {
        --depth_;
        if (question_.ancestors != RefereeQuestion::everywhere && depth_ == question_.ancestors)
            inside_ = false;
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

    RefereeQuestion question_;
    std::uint64_t depth_ = 0, wrong_ = 0;
    bool inside_ = true;
    std::vector<RefereeFault>* faults_ = nullptr;
};

class XercesReader : public RefereeReader {
  public:
    explicit XercesReader(std::shared_ptr<void> grammar) : grammar_(std::move(grammar)) {
        security_.setEntityExpansionLimit(1000);
        renew();
    }

    bool judge(const RefereeQuestion& question, std::vector<RefereeFault>& faults) override {
        judgement_.begin(question, faults);
        return parse(question.document);
    }

  private:
    // A reader that threw in the middle of a document is not worth keeping.
    void renew() {
        auto* pool = static_cast<x::XMLGrammarPool*>(grammar_.get());
        reader_.reset(
            x::XMLReaderFactory::createXMLReader(x::XMLPlatformUtils::fgMemoryManager, pool));
        using U = x::XMLUni;
        reader_->setFeature(U::fgSAX2CoreNameSpaces, true);
        reader_->setFeature(U::fgSAX2CoreValidation, true);
        reader_->setFeature(U::fgXercesDynamic, false);
        reader_->setFeature(U::fgXercesSchema, true);
        reader_->setFeature(U::fgXercesSchemaFullChecking, false);
        reader_->setFeature(U::fgXercesUseCachedGrammarInParse, true);
        reader_->setFeature(U::fgXercesCacheGrammarFromParse, false);
        reader_->setFeature(U::fgXercesLoadSchema, false);
        reader_->setFeature(U::fgXercesLoadExternalDTD, false);
        reader_->setFeature(U::fgXercesDisableDefaultEntityResolution, true);
        reader_->setFeature(U::fgXercesCalculateSrcOfs, false);
        reader_->setFeature(U::fgXercesValidationErrorAsFatal, false);
        reader_->setFeature(U::fgXercesContinueAfterFatalError, false);
        reader_->setProperty(U::fgXercesSecurityManager, &security_);
        reader_->setContentHandler(&judgement_);
        reader_->setErrorHandler(&judgement_);
        reader_->setEntityResolver(&judgement_);
    }

    bool parse(std::string_view text) {
        bool thrown = true;
        try {
            const x::MemBufInputSource source(reinterpret_cast<const XMLByte*>(text.data()),
                                              text.size(), "record");
            reader_->parse(source);
            thrown = false;
        } catch (const x::SAXException& e) {
            judgement_.note(0, 0, utf8(e.getMessage()));
        } catch (const x::XMLException& e) {
            judgement_.note(e.getSrcLine(), 0, utf8(e.getMessage()));
        } catch (const x::OutOfMemoryException&) {
            judgement_.note(0, 0, "out of memory");
        }
        if (thrown) renew();
        return judgement_.good();
    }

    std::shared_ptr<void> grammar_;
    std::unique_ptr<x::SAX2XMLReader> reader_;
    x::SecurityManager security_;
    Judgement judgement_;
};

}  // namespace

std::unique_ptr<RefereeReader> make_xerces_reader(std::shared_ptr<void> grammar) {
    return std::make_unique<XercesReader>(std::move(grammar));
}

}  // namespace schema

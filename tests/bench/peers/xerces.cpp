// xerces XSD FILE: Xerces-C++ SAX2 with a cached, locked grammar and its faster schema scanner.
#include <xercesc/framework/LocalFileInputSource.hpp>
#include <xercesc/framework/XMLGrammarPoolImpl.hpp>
#include <xercesc/sax2/DefaultHandler.hpp>
#include <xercesc/sax2/SAX2XMLReader.hpp>
#include <xercesc/sax2/XMLReaderFactory.hpp>
#include <xercesc/util/PlatformUtils.hpp>
#include <xercesc/util/TransService.hpp>
#include <xercesc/util/XMLUni.hpp>
#include <xercesc/validators/common/Grammar.hpp>

#include <cstdio>
#include <memory>

namespace x = XERCES_CPP_NAMESPACE;

namespace {

class Counter : public x::DefaultHandler {
  public:
    void error(const x::SAXParseException&) override { ++wrong; }
    void fatalError(const x::SAXParseException&) override { ++wrong; }
    unsigned long wrong = 0;
};

}  // namespace

int main(int argc, char** argv) {
    if (argc != 3) return 2;
    x::XMLPlatformUtils::Initialize();
    using U = x::XMLUni;
    x::XMLGrammarPoolImpl pool;
    const std::unique_ptr<x::SAX2XMLReader> reader(
        x::XMLReaderFactory::createXMLReader(x::XMLPlatformUtils::fgMemoryManager, &pool));
    reader->setProperty(U::fgXercesScannerName, const_cast<XMLCh*>(U::fgSGXMLScanner));
    reader->setFeature(U::fgXercesSchema, true);
    reader->setFeature(U::fgXercesDynamic, false);
    reader->loadGrammar(argv[1], x::Grammar::SchemaGrammarType, true);
    pool.lockPool();
    reader->setFeature(U::fgXercesUseCachedGrammarInParse, true);
    reader->setFeature(U::fgXercesLoadSchema, false);
    Counter counter;
    reader->setContentHandler(&counter);
    reader->setErrorHandler(&counter);
    reader->parse(argv[2]);
    std::printf("%s\n", counter.wrong == 0 ? "valid" : "invalid");
    return counter.wrong == 0 ? 0 : 1;
}

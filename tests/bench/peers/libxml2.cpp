// libxml2 XSD FILE: libxml2's streaming validation without building a tree.
#include <libxml/parser.h>
#include <libxml/xmlschemas.h>

#include <cstdio>

int main(int argc, char** argv) {
    if (argc != 3) return 2;
    xmlInitParser();
    xmlSchemaParserCtxtPtr parser = xmlSchemaNewParserCtxt(argv[1]);
    xmlSchemaPtr compiled = xmlSchemaParse(parser);
    if (compiled == nullptr) return 2;
    xmlSchemaValidCtxtPtr validator = xmlSchemaNewValidCtxt(compiled);
    xmlSAXHandler nothing{};
    nothing.initialized = XML_SAX2_MAGIC;
    const int wrong = xmlSchemaValidateStream(
        validator, xmlParserInputBufferCreateFilename(argv[2], XML_CHAR_ENCODING_NONE),
        XML_CHAR_ENCODING_NONE, &nothing, nullptr);
    std::printf("%s\n", wrong == 0 ? "valid" : "invalid");
    return wrong == 0 ? 0 : 1;
}

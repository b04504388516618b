#include "outbox/receipt.hpp"

#include "core/code_table.hpp"
#include "outbox/moment.hpp"
#include "outbox/remark.hpp"
#include "xml/writer.hpp"

namespace outbox {

std::string receipt(const ReceiptFacts& facts, const io::Zone& zone) {
    const Moment at = moment(facts.at, zone);
    std::string out;
    xml::Writer writer(out);
    writer.declaration();
    writer.start("ACRF");
    writer.attribute("xmlns:xsi", "http://www.w3.org/2001/XMLSchema-instance");
    writer.attribute("xsi:noNamespaceSchemaLocation", "acrf.xsd");
    // The official form has no room for it, so it is said beside.
    const std::string said = remark(facts.environment, facts.language);
    if (!said.empty()) writer.comment(said);
    writer.start("Form");
    writer.leaf("Identification", "ACRF001");
    writer.leaf("FormCreationDate", at.date);
    writer.leaf("FormCreationHour", at.hour);
    writer.leaf("AttestationStatus", "0");
    writer.leaf("TypeForm", facts.type == TypeForm::provisional ? "PA" : "FA");
    writer.start("FileReference");
    writer.leaf("FileName", facts.go_name.empty() ? std::string("-") : facts.go_name);
    if (!facts.ticket.empty()) {
        writer.leaf("ReferenceOrigin", "2");
        writer.leaf("ReferenceNbr", facts.ticket);
    }
    writer.end();
    writer.start("ReceptionResult");
    writer.leaf("ResultCode", facts.accepted ? "1" : "0");
    for (const int code : facts.codes) writer.leaf("ErrorID", core::acrf(code));
    writer.end();
    writer.finish();
    return out;
}

}  // namespace outbox

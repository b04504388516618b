#include "outbox/evidence.hpp"

#include <array>

#include "outbox/moment.hpp"
#include "outbox/remark.hpp"
#include "xml/writer.hpp"

namespace outbox {

static constexpr std::array<std::string_view, 5> words{
    "ContentConsignment", "ContentHandover", "ContentAccessTracking", "ConsignmentRejection",
    "AcceptanceRejectionExpiry"};

std::string_view to_string(DeliveryEvent event) {
    return words.at(static_cast<std::size_t>(event));
}

std::optional<DeliveryEvent> parse_delivery_event(std::string_view text) {
    for (std::size_t i = 0; i < words.size(); ++i)
        if (words.at(i) == text) return static_cast<DeliveryEvent>(i);
    return std::nullopt;
}

static void write_refused(xml::Writer& writer, const RefusedPart& part) {
    writer.start("Refused");
    if (part.document > 0) writer.attribute("document", std::to_string(part.document));
    if (!part.document_id.empty()) writer.attribute("reference", part.document_id);
    if (part.record > 0) writer.attribute("record", std::to_string(part.record));
    if (!part.code.empty()) writer.attribute("code", part.code);
    writer.end();
}

static void write_event(xml::Writer& writer, const DeliveryEvidence& one) {
    writer.start("Evidence");
    writer.leaf("EvidenceIdentifier", one.identifier);
    writer.leaf("ERDSEventId",
                "http://uri.etsi.org/19522/Event/" + std::string(to_string(one.event)));
    writer.leaf("EventTime", core::to_string(one.at));
    writer.start("Recipient");
    writer.leaf("Number", one.recipient);
    if (!one.recipient_name.empty()) writer.leaf("Name", one.recipient_name);
    writer.end();
    writer.start("DeliveredContent");
    writer.leaf("DigestMethod", "SHA-256");
    writer.leaf("DigestValue", one.digest);
    writer.end();
    for (const std::string& reason : one.reasons) writer.leaf("EventReason", reason);
    if (!one.receipt.empty()) writer.leaf("RecipientReceipt", one.receipt);
    for (const RefusedPart& part : one.refused) write_refused(writer, part);
    writer.end();
}

std::string delivery_evidence(const EvidenceFacts& facts, const io::Zone& zone) {
    const Moment at = moment(facts.at, zone);
    std::string out;
    xml::Writer writer(out);
    writer.declaration();
    writer.start("EVID");
    writer.attribute("xmlns:xsi", "http://www.w3.org/2001/XMLSchema-instance");
    writer.attribute("xsi:noNamespaceSchemaLocation", "evid.xsd");
    const std::string said = remark(facts.environment, facts.language);
    if (!said.empty()) writer.comment(said);
    writer.start("Form");
    writer.leaf("Identification", "EVID001");
    writer.leaf("FormCreationDate", at.date);
    writer.leaf("FormCreationHour", at.hour);
    writer.leaf("AttestationStatus", "0");
    writer.leaf("TypeForm", "FA");
    writer.start("FileReference");
    writer.leaf("FileName", facts.go_name);
    writer.leaf("ReferenceOrigin", "2");
    writer.leaf("ReferenceNbr", facts.ticket);
    writer.end();
    writer.start("Submission");
    writer.leaf("SubmissionTime", core::to_string(facts.submitted_at));
    writer.leaf("Sender", facts.sender);
    writer.leaf("EvidenceIssuer", facts.issuer);
    writer.leaf("DigestMethod", "SHA-256");
    writer.leaf("DigestValue", facts.digest);
    writer.end();
    for (const DeliveryEvidence& one : facts.events) write_event(writer, one);
    writer.finish();
    return out;
}

}  // namespace outbox

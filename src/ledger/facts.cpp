#include "ledger/facts.hpp"

#include <algorithm>

#include "core/ensure.hpp"
#include "ledger/packing.hpp"

namespace ledger {

static constexpr std::uint64_t version = 2;
static constexpr std::uint64_t version_with_bytes = 3;
static constexpr std::uint64_t version_with_enclosures = 4;  // bytes or none

std::string SliceFacts::pack() const {
    Packer out;
    const std::uint64_t plain = bytes.empty() ? version : version_with_bytes;
    out.number(enclosed.empty() ? plain : version_with_enclosures);
    out.number(routes.size());
    for (const Route& route : routes) {
        out.number(route.recipients.size());
        for (const std::string& recipient : route.recipients) out.text(recipient);
        out.number(route.grounds.size());
        for (const std::string& ground : route.grounds) out.text(ground);
        out.number(route.withheld.size());
        for (const auto& [recipient, reason] : route.withheld) {
            out.text(recipient);
            out.text(reason);
        }
    }
    out.number(documents.size());
    for (const DocumentFact& document : documents) {
        out.number(document.ordinal);
        out.number((document.begins ? 1U : 0U) | (document.ends ? 2U : 0U));
        out.text(document.id);
        out.number(document.records);
        out.number(document.accepted);
    }
    // Column by column: neighbours in a column are alike, which is what makes them small.
    out.number(records.size());
    for (const RecordFact& record : records) out.number(record.accepted ? 1 : 0);
    for (const RecordFact& record : records) out.number(record.route);
    std::uint64_t offset = 0, document = 0;
    for (const RecordFact& record : records) {
        out.number(record.offset - offset);
        offset = record.offset;
    }
    for (const RecordFact& record : records) {
        out.number(record.document - document);
        document = record.document;
    }
    for (const RecordFact& record : records) out.word(record.person);
    ENSURE(bytes.empty() || bytes.size() == records.size());
    if (!enclosed.empty()) {
        out.number(enclosed.size());
        std::uint32_t at = 0;
        for (const auto& [record, enclosure] : enclosed) {
            out.number(record - at);
            out.number(enclosure);
            at = record;
        }
        out.number(bytes.size());
    }
    for (const RecordBytes& one : bytes) out.number(one.length);
    for (const RecordBytes& one : bytes)
        out.bytes.append(reinterpret_cast<const char*>(one.digest.data()), one.digest.size());
    return out.frame();
}

// What stands before the records; returns the version.
static std::uint64_t read_head(Unpacker& in, SliceFacts& facts) {
    const std::uint64_t found = in.number();
    if (found < version || found > version_with_enclosures) Unpacker::fail();
    facts.routes.resize(in.count());
    for (Route& route : facts.routes) {
        route.recipients.resize(in.count());
        for (std::string& recipient : route.recipients) recipient = in.text();
        route.grounds.resize(in.count());
        for (std::string& ground : route.grounds) ground = in.text();
        route.withheld.resize(in.count());
        for (auto& [recipient, reason] : route.withheld) {
            recipient = in.text();
            reason = in.text();
        }
    }
    facts.documents.resize(in.count());
    for (DocumentFact& document : facts.documents) {
        document.ordinal = in.number();
        const std::uint64_t flags = in.number();
        document.begins = (flags & 1U) != 0;
        document.ends = (flags & 2U) != 0;
        document.id = in.text();
        document.records = in.number();
        document.accepted = in.number();
    }
    return found;
}

std::vector<DocumentFact> documents_in(std::string_view facts) {
    SliceFacts head;
    Unpacker in(facts);
    if (!in.empty()) read_head(in, head);
    return std::move(head.documents);
}

SliceFacts SliceFacts::unpack(std::string_view bytes) {
    SliceFacts facts;
    Unpacker in(bytes);
    if (in.empty()) return facts;
    const std::uint64_t found = read_head(in, facts);
    facts.records.resize(in.count());
    for (RecordFact& record : facts.records) record.accepted = in.number() != 0;
    for (RecordFact& record : facts.records) record.route = static_cast<std::uint32_t>(in.number());
    std::uint64_t offset = 0, document = 0;
    for (RecordFact& record : facts.records) record.offset = offset += in.number();
    for (RecordFact& record : facts.records)
        record.document = static_cast<std::uint32_t>(document += in.number());
    for (RecordFact& record : facts.records) record.person = in.word();
    if (found == version) return facts;
    if (found == version_with_enclosures) {
        facts.enclosed.resize(in.count());
        std::uint64_t at = 0;
        for (auto& [record, enclosure] : facts.enclosed) {
            at += in.number();
            if (at >= facts.records.size()) Unpacker::fail();
            record = static_cast<std::uint32_t>(at);
            enclosure = static_cast<std::uint32_t>(in.number());
        }
        if (in.number() == 0) return facts;
    }
    facts.bytes.resize(facts.records.size());
    for (RecordBytes& one : facts.bytes) one.length = in.number();
    for (RecordBytes& one : facts.bytes) {
        const std::string_view digest = in.take(one.digest.size());
        std::copy(digest.begin(), digest.end(), one.digest.begin());
    }
    return facts;
}

std::string pack_findings(const std::vector<core::Finding>& findings) {
    if (findings.empty()) return {};
    Packer out;
    out.number(version);
    out.number(findings.size());
    for (const core::Finding& finding : findings) {
        out.text(finding.code);
        out.number(static_cast<std::uint64_t>(finding.severity));
        out.number(static_cast<std::uint64_t>(finding.reason));
        out.number(finding.details.size());
        for (const std::string& detail : finding.details) out.text(detail);
        out.number(finding.place.offset);
        out.number(finding.place.line);
        out.number(finding.place.column);
        out.number(finding.part);
        out.number(finding.document);
        out.number(finding.record);
        out.text(finding.document_id);
        out.text(finding.path);
        out.text(finding.element);
        out.text(finding.value);
    }
    return out.frame();
}

std::vector<core::Finding> unpack_findings(std::string_view bytes) {
    std::vector<core::Finding> findings;
    Unpacker in(bytes);
    if (in.empty()) return findings;
    if (in.number() != version) Unpacker::fail();
    findings.resize(in.count());
    for (core::Finding& finding : findings) {
        finding.code = in.text();
        finding.severity = static_cast<core::Severity>(in.number());
        finding.reason = static_cast<core::Reason>(in.number());
        finding.details.resize(in.count());
        for (std::string& detail : finding.details) detail = in.text();
        finding.place.offset = in.number();
        finding.place.line = in.number();
        finding.place.column = in.number();
        finding.part = static_cast<std::uint32_t>(in.number());
        finding.document = in.number();
        finding.record = in.number();
        finding.document_id = in.text();
        finding.path = in.text();
        finding.element = in.text();
        finding.value = in.text();
    }
    return findings;
}

}  // namespace ledger

#include "ledger/facts.hpp"

#include "core/fault.hpp"
#include "io/frames.hpp"

namespace ledger {

namespace {

class Packer {
  public:
    void number(std::uint64_t value) {
        while (value >= 0x80) {
            bytes.push_back(static_cast<char>(value | 0x80));
            value >>= 7;
        }
        bytes.push_back(static_cast<char>(value));
    }
    void fixed(std::uint64_t value) {
        for (unsigned shift = 0; shift < 64; shift += 8)
            bytes.push_back(static_cast<char>(value >> shift));
    }
    void text(std::string_view value) {
        number(value.size());
        bytes.append(value);
    }
    std::string frame() const {
        std::string packed;
        io::compress_frame(bytes, packed);
        return packed;
    }
    std::string bytes;
};

class Unpacker {
  public:
    explicit Unpacker(std::string_view frame) {
        if (frame.empty()) return;
        if (io::decompress_frame(frame, bytes_, slice_facts_bytes_max) != io::Unpacked::ok) fail();
    }
    bool empty() const { return at_ == bytes_.size(); }
    std::uint64_t number() {
        std::uint64_t value = 0;
        for (unsigned shift = 0;; shift += 7) {
            if (at_ >= bytes_.size() || shift > 63) fail();
            const auto byte = static_cast<unsigned char>(bytes_[at_++]);
            value |= static_cast<std::uint64_t>(byte & 0x7FU) << shift;
            if ((byte & 0x80U) == 0) return value;
        }
    }
    std::uint64_t fixed() {
        if (bytes_.size() - at_ < 8) fail();
        std::uint64_t value = 0;
        for (unsigned shift = 0; shift < 64; shift += 8)
            value |= std::uint64_t{static_cast<unsigned char>(bytes_[at_++])} << shift;
        return value;
    }
    // A count of things that take at least one byte each: bounded by what is left.
    std::size_t count() {
        const std::uint64_t value = number();
        if (value > bytes_.size() - at_) fail();
        return static_cast<std::size_t>(value);
    }
    std::string text() {
        const std::size_t size = count();
        std::string value = bytes_.substr(at_, size);
        at_ += size;
        return value;
    }
    [[noreturn]] static void fail() {
        throw core::Fault(core::FaultKind::integrity, "read the facts of a slice in", "the ledger",
                          "they are damaged", "stop all runs and restore the ledger from a backup");
    }

  private:
    static constexpr std::size_t slice_facts_bytes_max = 1ULL << 30;
    std::string bytes_;
    std::size_t at_ = 0;
};

}  // namespace

static constexpr std::uint64_t version = 2;

std::string SliceFacts::pack() const {
    Packer out;
    out.number(version);
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
    for (const RecordFact& record : records) out.fixed(record.person);
    return out.frame();
}

SliceFacts SliceFacts::unpack(std::string_view bytes) {
    SliceFacts facts;
    Unpacker in(bytes);
    if (in.empty()) return facts;
    if (in.number() != version) Unpacker::fail();
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
    facts.records.resize(in.count());
    for (RecordFact& record : facts.records) record.accepted = in.number() != 0;
    for (RecordFact& record : facts.records) record.route = static_cast<std::uint32_t>(in.number());
    std::uint64_t offset = 0, document = 0;
    for (RecordFact& record : facts.records) record.offset = offset += in.number();
    for (RecordFact& record : facts.records)
        record.document = static_cast<std::uint32_t>(document += in.number());
    for (RecordFact& record : facts.records) record.person = in.fixed();
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

#include "outbox/voucher.hpp"

#include "xml/writer.hpp"

namespace outbox {

std::string voucher(const VoucherFacts& facts) {
    std::string out;
    xml::Writer writer(out);
    writer.declaration();
    writer.start("Voucher");
    writer.attribute("xmlns", "urn:sluice:voucher:1");
    writer.leaf("Parcel", facts.parcel.text());
    writer.leaf("Recipient", facts.recipient);
    writer.leaf("Subject", facts.subject);
    writer.leaf("Number", std::to_string(facts.number));
    if (!facts.previous.empty()) writer.leaf("Previous", facts.previous);
    writer.leaf("Source", facts.source);
    writer.leaf("Job", facts.job);
    writer.leaf("Documents", std::to_string(facts.documents));
    writer.leaf("Records", std::to_string(facts.records));
    writer.start("Data");
    writer.attribute("name", facts.data_name);
    writer.attribute("bytes", std::to_string(facts.bytes));
    writer.attribute("contentBytes", std::to_string(facts.content_bytes));
    writer.attribute("method", "SHA-256");
    writer.attribute("digest", seal::hex(facts.digest));
    writer.end();
    writer.leaf("At", core::to_string(facts.at));
    if (facts.journal_index > 0) {
        writer.leaf("JournalIndex", std::to_string(facts.journal_index));
    }
    if (!facts.directory_version.empty()) {
        writer.leaf("DirectoryVersion", facts.directory_version);
    }
    writer.finish();
    return out;
}

}  // namespace outbox

#pragma once
// The evidence of delivery (EVID): what became of a sender's file at each recipient that it may
// know, in the events of ETSI EN 319 522-1. xsd/answers/evid.xsd.
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/file_name.hpp"
#include "core/instant.hpp"
#include "core/language.hpp"
#include "io/zone.hpp"

namespace outbox {

enum class DeliveryEvent : unsigned char {
    consignment,            // the parcel lies in the recipient's folder
    handover,               // the recipient took it, or its own server has it whole
    access,                 // the recipient's own signed receipt says that it can be read
    consignment_rejection,  // the recipient's own signed receipt or notification refuses it
    expiry                  // the recipient let its days pass; it was taken out of the folder
};
// The word of ETSI EN 319 522-1 clause 6: "ContentConsignment", ...
std::string_view to_string(DeliveryEvent event);
std::optional<DeliveryEvent> parse_delivery_event(std::string_view text);

// What a recipient's own notification refuses, by the ordinals of the file that was sent in.
struct RefusedPart {
    std::int64_t document = 0, record = 0;  // 0: not said, or not found
    std::string document_id, code;          // may be empty
};

struct DeliveryEvidence {
    DeliveryEvent event = DeliveryEvent::consignment;
    std::string identifier;  // unique for ever: the name of the parcel and the event
    core::Instant at;
    std::string recipient, recipient_name;
    std::string digest;                // hex SHA-256 of the published bytes
    std::vector<std::string> reasons;  // codes of a negative receipt
    std::string receipt;               // name of the recipient's own receipt; empty: none
    std::vector<RefusedPart> refused;  // empty: it speaks of the whole parcel
};

struct EvidenceFacts {
    std::string go_name, ticket, sender;  // of the file that was sent in
    std::string digest;                   // hex SHA-256 of the file as received
    core::Instant submitted_at;
    std::string issuer;  // the installation
    core::Instant at;    // drawn once and committed
    core::Environment environment = core::Environment::R;
    core::Language language = core::Language::en;
    std::vector<DeliveryEvidence> events;  // at least one
};

std::string delivery_evidence(const EvidenceFacts& facts, const io::Zone& zone);

}  // namespace outbox

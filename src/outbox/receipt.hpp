#pragma once
// The receipt (ACRF): one for a set of files, positive or negative. xsd/answers/acrf.xsd.
#include <string>
#include <vector>

#include "core/file_name.hpp"
#include "core/instant.hpp"
#include "core/language.hpp"
#include "io/zone.hpp"

namespace outbox {

// PA at reception, FA after the whole-file checks and for every refusal.
enum class TypeForm : unsigned char { provisional, final };

struct ReceiptFacts {
    std::string go_name;  // of the set as its sender named it
    std::string ticket;   // of the file; empty where none was drawn
    core::Instant at;     // drawn once and committed
    TypeForm type = TypeForm::provisional;
    bool accepted = false;
    std::vector<int> codes;  // annex 30 numbers: why not; 133 also as information
    core::Environment environment = core::Environment::R;
    core::Language language = core::Language::en;  // of the comment that says "rehearsal"
};

std::string receipt(const ReceiptFacts& facts, const io::Zone& zone);

}  // namespace outbox

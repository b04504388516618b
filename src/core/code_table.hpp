#pragma once
// Every code that an answer can carry, in one table: number, name, severity, what happens next, who
// acts, and the texts in four languages. docs/codes.md is printed from it. Channel codes (ACRF-ccc)
// stand on a file or a document as a whole, field codes (zzzzz-ccc) on a place in the data.
#include <array>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "core/finding.hpp"
#include "core/language.hpp"

namespace core {

enum class CodeLevel : std::uint8_t { channel, field };
enum class Actor : std::uint8_t { sender, recipient, operators, engine };

// "engine", "sender", "recipient", "operator": as `status --json` says it.
std::string_view to_string(Actor actor);
std::string_view to_string(CodeLevel level);

// One text in the order of core::languages.
using Texts = std::array<std::string_view, 4>;

struct Code {
    std::uint16_t number;  // 1..999, the last three digits
    CodeLevel level;
    std::string_view name;  // kebab-case, stable
    Severity severity;      // where neither job nor schema says otherwise
    bool final;             // nothing more happens to the thing by itself
    bool retryable;         // the same bytes may pass another time, without being mended
    Actor actor;            // who has to act next
    Texts text;             // what is wrong
    Texts advice;           // what to do

    std::string id() const;  // "ACRF-133", "-004" for a field code
};

// Ordered by level, then number.
std::span<const Code> code_table();
// One of channel level. Aborts where the table does not hold it: numbers are ours.
const Code& channel_code(int number);
// "ACRF-133", "00042-004", "-004", "133" (the channel's first), a name; null where unknown.
const Code* find_code(std::string_view code);

// "ACRF-125"
std::string acrf(int number);
// Short text of the code; the code itself where the table does not hold it.
std::string label(std::string_view code, Language language);
// What to do about it; empty where unknown.
std::string advice(std::string_view code, Language language);
// The sentence that explains one finding: reason, element and details; never the value.
std::string sentence(const Finding& finding, Language language);
// The sentence of a reason before its arguments are put in ({e} element, {0} {1} details).
const Texts& reason_texts(Reason reason);
std::span<const Reason> reasons();  // all of them
std::string_view to_string(Reason reason);

// Other words of answers and pages, so that they too stand in one place.
enum class Word : std::uint8_t {
    // states of a file
    waiting,
    received,
    verified,
    processing,
    decided,
    delivered,
    closed,
    refused,
    cancelled,
    held,
    quarantined,
    // verdicts and counts
    accepted,
    rejected,
    pending,
    records,
    documents,
    findings,
    deliveries,
    // states of a delivery
    withheld,
    published,
    transferred,
    fetched,
    acknowledged,
    failed,
    // headings and sentences
    receipt,
    notification,
    correction,
    voucher,
    status,
    sender,
    recipient,
    rehearsal,         // this was a rehearsal: nothing is delivered
    acceptance,        // acceptance environment
    and_more,          // {0} more of the same kind are counted, not listed
    document_cause,    // rejected with its document
    not_listed,        // {0} findings are not listed
    nothing_delivered  // nothing of this file is delivered
};
std::string_view word(Word word, Language language);
std::span<const Word> words();

// Puts the arguments into {0}, {1}, ...; an argument that is missing leaves nothing.
std::string fill(std::string_view pattern, std::span<const std::string> arguments);

}  // namespace core

#include "outbox/context.hpp"

#include "core/ensure.hpp"

namespace outbox {
namespace {

std::int64_t number_of(const Hole& hole, const Counts& counts) {
    switch (hole.counter) {
        case Counter::records:
            return static_cast<std::int64_t>(counts.records);
        case Counter::documents:
            return static_cast<std::int64_t>(counts.documents);
        case Counter::sum:
            ENSURE(hole.sum < counts.sums.size());
            return counts.sums[hole.sum];
    }
    ENSURE(false);
}

}  // namespace

std::string counted(const Hole& hole, const Counts& counts) {
    const std::int64_t number = number_of(hole, counts);
    const bool negative = number < 0;
    std::string digits = std::to_string(number);
    if (negative) digits = digits.substr(1);
    if (digits.size() <= hole.digits) digits.insert(0, hole.digits + 1 - digits.size(), '0');
    if (hole.digits > 0 && hole.point) digits.insert(digits.size() - hole.digits, 1, '.');
    const std::size_t width = hole.length - (negative && hole.length > 0 ? 1U : 0U);
    if (hole.fixed_width && digits.size() < width) digits.insert(0, width - digits.size(), '0');
    std::string text(negative ? 1U : 0U, '-');
    text += digits;
    if (hole.ebcdic)
        for (char& c : text)
            c = c == '-' ? '\x60' : (c == '.' ? '\x4B' : static_cast<char>(c + 0xC0));
    return text;
}

}  // namespace outbox

#include "dfdl/properties.hpp"

#include "dfdl/expression.hpp"

namespace dfdl {

namespace {

// "": any text. Words: one of them.
const std::map<std::string_view, std::string_view>& table() {
    static const std::map<std::string_view, std::string_view> known = {
        {"ref", ""},
        // encoding and bytes
        {"byteOrder", ""},
        {"bitOrder", "mostSignificantBitFirst leastSignificantBitFirst"},
        {"encoding", ""},
        {"utf16Width", "fixed variable"},
        {"ignoreCase", "yes no"},
        {"encodingErrorPolicy", "error replace"},
        // framing
        {"alignment", ""},
        {"alignmentUnits", "bits bytes"},
        {"fillByte", ""},
        {"leadingSkip", ""},
        {"trailingSkip", ""},
        {"initiator", ""},
        {"terminator", ""},
        {"documentFinalTerminatorCanBeMissing", "yes no"},
        {"outputNewLine", ""},
        // length
        {"lengthKind", "explicit delimited implicit pattern prefixed endOfParent"},
        {"lengthUnits", "bits bytes characters"},
        {"length", ""},
        {"lengthPattern", ""},
        {"prefixIncludesPrefixLength", "yes no"},
        {"prefixLengthType", ""},
        // simple elements
        {"representation", "text binary"},
        {"textPadKind", "none padChar"},
        {"textTrimKind", "none padChar"},
        {"textOutputMinLength", ""},
        {"escapeSchemeRef", ""},
        {"textStringJustification", "left right center"},
        {"textStringPadCharacter", ""},
        {"truncateSpecifiedLengthString", "yes no"},
        {"textBidi", "no yes"},
        {"textBidiTextOrdering", ""},
        {"textBidiOrientation", ""},
        {"textBidiSymmetric", "yes no"},
        {"textBidiTextShaped", "yes no"},
        {"textBidiNumeralShapes", ""},
        {"decimalSigned", "yes no"},
        {"textNumberRep", "standard zoned"},
        {"textNumberJustification", "left right center"},
        {"textNumberPadCharacter", ""},
        {"textNumberPattern", ""},
        {"textNumberRounding", "explicit pattern"},
        {"textNumberRoundingMode",
         "roundCeiling roundFloor roundDown roundUp roundHalfEven roundHalfDown roundHalfUp "
         "roundUnnecessary"},
        {"textNumberRoundingIncrement", ""},
        {"textNumberCheckPolicy", "strict lax"},
        {"textStandardDecimalSeparator", ""},
        {"textStandardGroupingSeparator", ""},
        {"textStandardExponentRep", ""},
        {"textStandardExponentCharacter", ""},
        {"textStandardInfinityRep", ""},
        {"textStandardNaNRep", ""},
        {"textStandardZeroRep", ""},
        {"textStandardBase", "2 8 10 16"},
        {"textZonedSignStyle",
         "asciiStandard asciiTranslatedEBCDIC asciiCARealiaModified asciiTandemModified"},
        {"binaryNumberRep", "binary packed bcd ibm4690Packed"},
        {"binaryDecimalVirtualPoint", ""},
        {"binaryNumberCheckPolicy", "strict lax"},
        {"binaryPackedSignCodes", ""},
        {"binaryFloatRep", ""},
        {"textBooleanTrueRep", ""},
        {"textBooleanFalseRep", ""},
        {"textBooleanJustification", "left right center"},
        {"textBooleanPadCharacter", ""},
        {"binaryBooleanTrueRep", ""},
        {"binaryBooleanFalseRep", ""},
        {"calendarPattern", ""},
        {"calendarPatternKind", "explicit implicit"},
        {"calendarCheckPolicy", "strict lax"},
        {"calendarTimeZone", ""},
        {"calendarObserveDST", "yes no"},
        {"calendarFirstDayOfWeek", "Monday Tuesday Wednesday Thursday Friday Saturday Sunday"},
        {"calendarDaysInFirstWeek", "1 2 3 4 5 6 7"},
        {"calendarCenturyStart", ""},
        {"calendarLanguage", ""},
        {"textCalendarJustification", "left right center"},
        {"textCalendarPadCharacter", ""},
        {"binaryCalendarRep", "packed bcd ibm4690Packed binarySeconds binaryMilliseconds"},
        {"binaryCalendarEpoch", ""},
        // nothing and defaults
        {"nilKind", "literalValue logicalValue literalCharacter"},
        {"nilValue", ""},
        {"nilValueDelimiterPolicy", "none initiator terminator both"},
        {"useNilForDefault", "yes no"},
        {"emptyValueDelimiterPolicy", "none initiator terminator both"},
        {"emptyElementParsePolicy", "treatAsEmpty treatAsAbsent treatAsMissing"},
        // groups
        {"sequenceKind", "ordered unordered"},
        {"hiddenGroupRef", ""},
        {"initiatedContent", "yes no"},
        {"separator", ""},
        {"separatorPosition", "infix prefix postfix"},
        {"separatorSuppressionPolicy", "never anyEmpty trailingEmpty trailingEmptyStrict"},
        {"separatorPolicy", "required suppressed suppressedAtEndStrict suppressedAtEndLax"},
        {"choiceLengthKind", "implicit explicit"},
        {"choiceLength", ""},
        {"choiceDispatchKey", ""},
        {"choiceBranchKey", ""},
        {"choiceDispatchKeyKind", "explicit speculative byType"},
        {"choiceBranchKeyKind", "explicit speculative byType"},
        // occurrences
        {"floating", "yes no"},
        {"occursCountKind", "fixed expression parsed implicit stopValue"},
        {"occursCount", ""},
        {"occursStopValue", ""},
        // calculated
        {"inputValueCalc", ""},
        {"outputValueCalc", ""},
        // escape schemes
        {"escapeKind", "escapeBlock escapeCharacter"},
        {"escapeCharacter", ""},
        {"escapeBlockStart", ""},
        {"escapeBlockEnd", ""},
        {"escapeEscapeCharacter", ""},
        {"extraEscapedCharacters", ""},
        {"generateEscapeBlock", "always whenNeeded"}};
    return known;
}

bool has_word(std::string_view words, std::string_view word) {
    if (word.empty() || word.find(' ') != std::string_view::npos) return false;
    for (std::size_t at = words.find(word); at != std::string_view::npos;
         at = words.find(word, at + 1)) {
        const bool begins = at == 0 || words[at - 1] == ' ';
        const bool ends = at + word.size() == words.size() || words[at + word.size()] == ' ';
        if (begins && ends) return true;
    }
    return false;
}

}  // namespace

Known known_property(std::string_view name, std::string_view value) {
    const auto found = table().find(name);
    if (found == table().end()) return Known::no;
    if (found->second.empty() || is_expression(value)) return Known::yes;
    return has_word(found->second, value) ? Known::yes : Known::bad_value;
}

std::string_view allowed_values(std::string_view name) {
    const auto found = table().find(name);
    return found == table().end() ? std::string_view() : found->second;
}

}  // namespace dfdl

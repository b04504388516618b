// mutants XSD SAMPLE NUMBER SEED: small changes of a valid document, judged by our general path, by
// our fast path and by the referee. Ours must agree with each other, and may accept nothing that
// the referee refuses; what we refuse and the referee accepts must be one of its known weaknesses.
#include <array>
#include <cstdlib>
#include <fstream>
#include <iostream>
#include <iterator>
#include <map>
#include <random>
#include <string>
#include <string_view>
#include <vector>

#include "schema/referee.hpp"
#include "schema/schema.hpp"
#include "schema/walker.hpp"

namespace {

using Random = std::mt19937_64;

// A leaf element: <Name>value</Name>, by positions.
struct Leaf {
    std::size_t begin, value, value_end, end;
};

std::vector<Leaf> leaves_of(const std::string& text) {
    std::vector<Leaf> leaves;
    for (std::size_t at = text.find('<'); at != std::string::npos; at = text.find('<', at + 1)) {
        const std::size_t open_end = text.find('>', at);
        const std::size_t close = text.find('<', open_end);
        if (text[at + 1] == '/' || text[at + 1] == '?' || close == std::string::npos) continue;
        if (text[close + 1] != '/' || text[open_end - 1] == '/') continue;
        leaves.push_back({at, open_end + 1, close, text.find('>', close) + 1});
    }
    return leaves;
}

// An attribute by positions: the blank before its name, its value between the quotes.
struct AttributeText {
    std::size_t begin, value, value_end;
};

std::vector<AttributeText> attributes_of(const std::string& text) {
    std::vector<AttributeText> attributes;
    for (std::size_t at = text.find('<'); at != std::string::npos; at = text.find('<', at)) {
        if (text.compare(at, 4, "<!--") == 0) {
            at = text.find("-->", at);
            continue;
        }
        const std::size_t end = text.find('>', at);
        for (std::size_t i = text[at + 1] == '?' ? end : at; (i = text.find('=', i)) < end;) {
            const std::size_t begin = text.find_last_of(" \n", i);
            const std::size_t close = text.find(text[i + 1], i + 2);
            if (text.compare(begin + 1, 5, "xmlns") != 0)
                attributes.push_back({begin, i + 2, close});
            i = close;
        }
        at = end;
    }
    return attributes;
}

constexpr std::array<std::string_view, 46> values = {"",
                                                     " ",
                                                     "0",
                                                     "1",
                                                     "-1",
                                                     "+1",
                                                     "00",
                                                     "007",
                                                     "1.0",
                                                     ".5",
                                                     "5.",
                                                     ".",
                                                     "1e3",
                                                     "INF",
                                                     "99999999",
                                                     "12345678901",
                                                     "1234567890123456789",
                                                     "2026-02-29",
                                                     "2024-02-29",
                                                     "1900-02-29",
                                                     "0000-01-01",
                                                     "2026-13-01",
                                                     "2026-01-32",
                                                     "2026-01-01Z",
                                                     "-2026-01-01",
                                                     "12026-01-01",
                                                     "24:00:00.000",
                                                     "08:60:00.000",
                                                     "08:15:30",
                                                     "true",
                                                     "TRUE",
                                                     "A",
                                                     "a b",
                                                     " a",
                                                     "a  b",
                                                     "é",
                                                     "\xE8\xAA\x9E\xE8\xAA\x9E",
                                                     "&amp;",
                                                     "&#65;",
                                                     "&nbsp;",
                                                     "<![CDATA[1]]>",
                                                     "1<!-- c -->",
                                                     "1<?p q?>",
                                                     "]]>",
                                                     "\xFF",
                                                     "\x01"};

constexpr std::array<std::string_view, 12> between = {
    "<!-- note -->", "<?p q?>",     "x",
    "\n\t  ",        "\r\n",        "&amp;",
    "<![CDATA[x]]>", "<Unknown/>",  "<a:b xmlns:a='urn:a'/>",
    "</x>",          "<!-- -- -->", "\xC3\xA9"};

constexpr std::array<std::string_view, 10> attributes = {
    " foo='1'",
    " xml:lang='fr'",
    " xmlns='urn:x'",
    " xmlns=''",
    " xmlns:z='urn:z'",
    " ",
    "\n",
    " xmlns:xsi='http://www.w3.org/2001/XMLSchema-instance' xsi:nil='true'",
    " xmlns:xsi='http://www.w3.org/2001/XMLSchema-instance' xsi:type='x'",
    " a='<'"};

template <typename Range>
const auto& pick(Random& random, const Range& range) {
    return range[random() % range.size()];
}

// Another value, of an element or an attribute: another one altogether, more of it, less of it.
std::string changed_value(const std::string& value, Random& random) {
    switch (random() % 4) {
        case 0:
            return value + std::string(pick(random, values));
        case 1:
            return value.substr(0, random() % (value.size() + 1));
        default:
            return std::string(pick(random, values));
    }
}

std::string mutant(const std::string& text, const std::vector<Leaf>& leaves, Random& random) {
    const Leaf& leaf = pick(random, leaves);
    const Leaf& other = pick(random, leaves);
    const std::string whole = text.substr(leaf.begin, leaf.end - leaf.begin);
    const std::string value = text.substr(leaf.value, leaf.value_end - leaf.value);
    std::string out = text;
    const auto set_value = [&](std::string_view to) { out.replace(leaf.value, value.size(), to); };
    // Behind the XML declaration: encodings are not the walker's business.
    const std::size_t body = text.compare(0, 2, "<?") == 0 ? text.find("?>") + 2 : 0;
    const std::string_view bytes = "<>&/ \"'=0aA9.-\n!?\xC3\xA9";
    switch (random() % 16) {
        case 0:
        case 1:
        case 2:
        case 3:
            set_value(changed_value(value, random));
            break;
        case 4:
            set_value(value + value + value);
            break;
        case 5:
            out.erase(leaf.begin, whole.size());
            break;
        case 6:
            out.insert(leaf.end, whole);
            break;
        case 7:
            out.insert(other.begin, whole);
            break;
        case 8:
            out.insert(leaf.begin, pick(random, between));
            break;
        case 9:
            out.insert(leaf.value - 1, pick(random, attributes));
            break;
        case 10: {
            const std::size_t name_end = text.find_first_of(" >", leaf.begin);
            out.replace(leaf.begin, whole.size(),
                        text.substr(leaf.begin, name_end - leaf.begin) + "/>");
            break;
        }
        case 11:  // the end tag alone
            out.insert(leaf.end - 1, random() % 2 == 0 ? " " : "x");
            break;
        case 12:
            out.resize(body + random() % (out.size() - body));
            break;
        case 13:
            out[body + random() % (out.size() - body)] = bytes[random() % bytes.size()];
            break;
        case 14:
            out.insert(body + random() % (out.size() - body), 1, bytes[random() % bytes.size()]);
            break;
        default:
            out.erase(body + random() % (out.size() - body), 1 + random() % 3);
    }
    return out;
}

std::string attribute_mutant(const std::string& text, const std::vector<AttributeText>& places,
                             Random& random) {
    const AttributeText& one = pick(random, places);
    const AttributeText& other = pick(random, places);
    const std::string value = text.substr(one.value, one.value_end - one.value);
    const std::string whole = text.substr(one.begin, one.value_end + 1 - one.begin);
    std::string out = text;
    const auto set_value = [&](std::string_view to) { out.replace(one.value, value.size(), to); };
    switch (random() % 8) {
        case 0:
        case 1:
        case 2:
        case 3:
            set_value(changed_value(value, random));
            break;
        case 4:
            set_value(text.substr(other.value, other.value_end - other.value));
            break;
        case 5:
            out.erase(one.begin, whole.size());
            break;
        case 6:
            out.insert(other.begin, whole);
            break;
        default:
            out.insert(one.begin + 1, "x");
    }
    return out;
}

struct Verdict {
    bool valid;
    bool fast;  // some of it went through the fast path
    std::string why;
};

Verdict walk(const std::shared_ptr<const schema::Schema>& compiled, const std::string& text,
             bool fast) {
    schema::WalkOptions options;
    options.fast = fast;
    schema::Walker walker(compiled, {}, options);
    const bool good = walker.walk(text, true) == schema::Stop::end && walker.findings().empty() &&
                      !walker.dirty();
    std::string why;
    if (!walker.findings().empty()) {
        const auto& first = walker.findings().front();
        why = first.code + " " + first.path + " reason " +
              std::to_string(static_cast<int>(first.reason));
    }
    return {good, walker.elements_fast() != 0, why};
}

std::string content_of(const char* path) {
    std::ifstream in(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
}

}  // namespace

int main(int argc, char** argv) {
    if (argc != 5) {
        std::cerr << "mutants XSD SAMPLE NUMBER SEED\n";
        return 2;
    }
    schema::LoadOptions options;
    options.documents = {argv[1]};
    const schema::Loaded loaded = schema::load(options);
    std::vector<schema::RefereeFault> faults;
    std::string refused;
    const auto grammar = schema::load_grammar({argv[1]}, {}, faults, refused);
    if (!loaded.schema || !grammar) return 2;
    schema::Referee referee(grammar);
    const std::string text = content_of(argv[2]);
    const auto leaves = leaves_of(text);
    const auto places = attributes_of(text);
    const long number = std::atol(argv[3]);
    Random random(static_cast<std::uint64_t>(std::atoll(argv[4])));
    long valid = 0, went_fast = 0, apart = 0, wrongly = 0;
    std::map<std::string, long> refused_alone;
    if (leaves.empty() && places.empty()) return 2;
    if (!walk(loaded.schema, text, false).valid) return 2;
    for (long i = 0; i < number; ++i) {
        const bool in_attribute = leaves.empty() || (!places.empty() && random() % 2 == 0);
        const std::string changed =
            in_attribute ? attribute_mutant(text, places, random) : mutant(text, leaves, random);
        const Verdict general = walk(loaded.schema, changed, false);
        // The fast path reads ahead: room behind the document lets it take part to the end.
        const Verdict fast = walk(loaded.schema, changed + std::string(4096, '\n'), true);
        faults.clear();
        const bool right = referee.judge(changed, faults);
        valid += general.valid ? 1 : 0;
        went_fast += fast.fast ? 1 : 0;
        if (general.valid != fast.valid) {
            ++apart;
            std::cout << "mutant " << i << ": general " << general.valid << ", fast " << fast.valid
                      << " " << general.why << fast.why << "\n";
        }
        if (general.valid && !right) {
            ++wrongly;
            std::cout << "mutant " << i << ": accepted, but the referee says "
                      << (faults.empty() ? "" : faults.front().text) << "\n";
        }
        if (!general.valid && right)
            ++refused_alone[general.why.substr(general.why.rfind("reason"))];
    }
    std::cout << number << " mutants, " << valid << " valid, fast path took part in " << went_fast
              << "; general against fast " << apart << ", accepted against the referee " << wrongly
              << "\n";
    for (const auto& [why, times] : refused_alone)
        std::cout << "refused by us alone, " << why << ": " << times << "\n";
    return apart == 0 && wrongly == 0 && went_fast > 0 && valid > 0 ? 0 : 1;
}

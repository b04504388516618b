#include "parse/attachments.hpp"

#include <algorithm>
#include <charconv>
#include <optional>

#include "job/attachments.hpp"
#include "parse/base64_stream.hpp"
#include "parse/findings.hpp"
#include "seal/digest.hpp"

namespace parse {

namespace {

using core::Reason;
using Details = std::vector<std::string>;

// File names that are safe to keep: no folders, nothing hidden, no control characters.
bool is_plain_name(std::string_view name) {
    if (name.empty() || name.size() > 255 || name.front() == '.') return false;
    return std::none_of(name.begin(), name.end(), [](char c) {
        return c == '/' || c == '\\' || c == ':' || static_cast<unsigned char>(c) < 0x20 ||
               c == 0x7F;
    });
}

// A digest as people write it: hex of either case, or base64, white space allowed.
std::optional<std::string> read_digest(std::string_view text, std::size_t bytes) {
    std::string joined, raw;
    for (const char c : text)
        if (c != ' ' && c != '\t' && c != '\n' && c != '\r') joined.push_back(c);
    if (joined.size() == 2 * bytes && seal::from_hex(joined, raw)) return raw;
    if (seal::from_base64(joined, raw) && raw.size() == bytes) return raw;
    return {};
}

std::optional<std::uint64_t> read_size(std::string_view text) {
    std::uint64_t number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error != std::errc{} || end != text.data() + text.size()) return {};
    return number;
}

// Of the digest that a record declares; none where it declares none that can be compared.
std::optional<seal::DigestAlgorithm> declared_algorithm(const Outcome& outcome, std::size_t record,
                                                        const job::Attachment& attachment) {
    if (!attachment.digest) return {};
    const auto text = [&](const job::Path& path) {
        return outcome.value(record, outcome.plan->query_of(path)).text;
    };
    const auto algorithm =
        job::parse_integrity_method(attachment.algorithm.path ? text(*attachment.algorithm.path)
                                                              : attachment.algorithm.literal);
    if (!algorithm || !read_digest(text(*attachment.digest), seal::digest_bytes(*algorithm)))
        return {};
    return algorithm;
}

// One document of one record.
class Examination {
  public:
    Examination(Outcome& outcome, std::size_t record, const job::Attachment& attachment,
                std::vector<core::Finding>& own)
        : outcome_(outcome), record_(record), job_(attachment), own_(own) {}

    void run(const Enclosures* enclosures) {
        const std::uint32_t content = query(job_.path);
        if (!outcome_.value(record_, content).present) return;
        if (!job_.enclosed) take_out(content);
        declared_type();
        declared_digest();
        declared_size();
        if (job_.name) name(query(*job_.name));
        if (job_.enclosed)
            unpack(content, *enclosures);
        else
            decode(content);
    }

  private:
    std::uint32_t query(const job::Path& path) const { return outcome_.plan->query_of(path); }
    Value value(std::uint32_t index) const { return outcome_.value(record_, index); }

    void say(std::uint32_t index, Reason reason, std::string_view ccc, Details details = {}) {
        core::Finding finding = outcome_.finding_at(record_, index, reason, ccc, job_.severity);
        if (index == query(job_.path) && !job_.enclosed) finding.value.clear();
        finding.details = std::move(details);
        if (!says_already(own_, finding)) own_.push_back(std::move(finding));
    }
    void missing(std::uint32_t index) {
        core::Finding finding =
            outcome_.finding_at(record_, index, Reason::element_missing, "001", job_.severity);
        finding.details = {finding.element};
        if (!says_already(own_, finding)) own_.push_back(std::move(finding));
    }

    // The schema may have said something of the content, and shown how it begins.
    void take_out(std::uint32_t content) {
        if (own_.empty()) return;
        const Outcome::Cell& cell =
            outcome_.cells[record_ * outcome_.plan->queries.size() + content];
        const std::uint64_t begin = outcome_.place(outcome_.mapped(cell.begin)).offset;
        for (core::Finding& finding : own_)
            if (finding.place.offset == begin) finding.value.clear();
    }

    bool is_allowed(job::MediaType type) const {
        return std::find(job_.allow.begin(), job_.allow.end(), type) != job_.allow.end();
    }

    void declared_type() {
        if (!job_.media_type.literal.empty())
            type_ = job::parse_media_type(job_.media_type.literal);
        if (!job_.media_type.path) return;
        const std::uint32_t index = query(*job_.media_type.path);
        const Value declared = value(index);
        if (!declared.present || declared.text.empty()) return missing(index);
        type_ = job::parse_media_type(declared.text);
        if (type_ && is_allowed(*type_)) return;
        say(index, Reason::enumeration, "008");
        told_ = true;
    }

    void declared_digest() {
        if (!job_.digest) return;
        const std::uint32_t index = query(*job_.digest);
        const Value declared = value(index);
        if (!declared.present || declared.text.empty()) return;
        std::optional<seal::DigestAlgorithm> algorithm;
        if (job_.algorithm.path) {
            const std::uint32_t method = query(*job_.algorithm.path);
            const Value named = value(method);
            if (!named.present || named.text.empty()) return missing(method);
            algorithm = job::parse_integrity_method(named.text);
            if (!algorithm) return say(method, Reason::enumeration, "008");
        } else {
            algorithm = job::parse_integrity_method(job_.algorithm.literal);
        }
        if (!algorithm) return;
        digest_ = read_digest(declared.text, seal::digest_bytes(*algorithm));
        if (!digest_) return say(index, Reason::pattern, "003");
        algorithm_ = algorithm;
    }

    void declared_size() {
        if (!job_.size) return;
        const std::uint32_t index = query(*job_.size);
        const Value declared = value(index);
        if (!declared.present || declared.text.empty()) return;
        size_ = read_size(declared.text);
        if (!size_) say(index, Reason::not_numeric, "002");
    }

    void name(std::uint32_t index) {
        const Value declared = value(index);
        if (declared.present && !declared.text.empty() && !is_plain_name(declared.text))
            say(index, Reason::pattern, "003");
    }

    void decode(std::uint32_t index) {
        const std::string_view text = value(index).text;
        const Content content =
            look_at([&](const Take& take) { return decode_base64(text, take); }, algorithm_);
        if (!content.good) return say(index, Reason::datatype, "003", {"base64Binary"});
        compare(index, content);
    }

    void unpack(std::uint32_t index, const Enclosures& enclosures) {
        const std::string_view name = value(index).text;
        if (name.empty()) return say(index, Reason::value_empty, "001");
        const auto found = enclosures.find(name);
        if (!found) return say(index, Reason::enclosure_absent, "001");
        outcome_.enclosed.push_back({static_cast<std::uint32_t>(record_), *found, false});
        if (enclosures.encrypted(*found)) return say(index, Reason::enclosure_encrypted, "003");
        // What is too large is not unpacked to be told so.
        if (job_.bytes_max != 0 && enclosures.plain_bytes(*found) > job_.bytes_max)
            return too_large(index);
        const Content content = enclosures.content(*found, algorithm_);
        if (!content.good) return say(index, Reason::enclosure_damaged, "003");
        outcome_.enclosed.back().good = true;
        compare(index, content);
    }

    void too_large(std::uint32_t index) {
        say(index, Reason::limit, "093", {"bytes-max", std::to_string(job_.bytes_max)});
    }

    void compare(std::uint32_t index, const Content& content) {
        if (content.bytes == 0) return say(index, Reason::value_empty, "001");
        if (job_.bytes_max != 0 && content.bytes > job_.bytes_max) too_large(index);
        kind(index, content);
        if (size_ && *size_ != content.bytes)
            say(query(*job_.size), Reason::total_differs, "093",
                {std::to_string(*size_), std::to_string(content.bytes)});
        if (algorithm_ && content.digest != *digest_)
            say(query(*job_.digest), Reason::check_digits, "004",
                {std::string(seal::to_string(*algorithm_))});
    }

    // Is it what it says it is? Where it says nothing: is it anything that is allowed?
    void kind(std::uint32_t index, const Content& content) {
        if (told_) return;
        const auto is = [&](job::MediaType type) {
            return (content.kinds >> static_cast<unsigned>(type) & 1U) != 0;
        };
        Details wanted;
        if (type_) {
            if (!is(*type_)) wanted.emplace_back(job::to_string(*type_));
        } else if (std::none_of(job_.allow.begin(), job_.allow.end(), is)) {
            wanted.emplace_back();
            for (const job::MediaType type : job_.allow)
                wanted[0] += (wanted[0].empty() ? "" : " | ") + std::string(job::to_string(type));
        }
        if (!wanted.empty()) say(index, Reason::datatype, "008", std::move(wanted));
    }

    Outcome& outcome_;
    const std::size_t record_;
    const job::Attachment& job_;
    std::vector<core::Finding>& own_;
    std::optional<job::MediaType> type_;
    bool told_ = false;  // that its type is not allowed
    std::optional<std::uint64_t> size_;
    std::optional<std::string> digest_;
    std::optional<seal::DigestAlgorithm> algorithm_;  // of digest_
};

}  // namespace

void look_at_enclosed(const Outcome& outcome, const Enclosures& enclosures) {
    std::vector<std::pair<std::uint32_t, std::optional<seal::DigestAlgorithm>>> wanted;
    for (const job::Attachment& each : outcome.plan->job->attachments->list) {
        if (!each.enclosed) continue;
        for (std::size_t record = 0; record < outcome.records.size(); ++record) {
            const Value name = outcome.value(record, outcome.plan->query_of(each.path));
            const auto found = name.present ? enclosures.find(name.text) : std::nullopt;
            if (!found || enclosures.encrypted(*found) ||
                (each.bytes_max != 0 && enclosures.plain_bytes(*found) > each.bytes_max))
                continue;
            wanted.emplace_back(*found, declared_algorithm(outcome, record, each));
        }
    }
    std::sort(wanted.begin(), wanted.end());
    for (const auto& [index, algorithm] : wanted) enclosures.content(index, algorithm);
}

void check_attachments(Outcome& outcome, std::size_t record, const Enclosures* enclosures,
                       std::vector<core::Finding>& own) {
    for (const job::Attachment& each : outcome.plan->job->attachments->list)
        if (!each.enclosed || enclosures != nullptr)
            Examination(outcome, record, each, own).run(enclosures);
}

}  // namespace parse

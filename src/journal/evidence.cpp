#include "journal/evidence.hpp"

#include <charconv>

#include "journal/history.hpp"

namespace journal {

static std::string_view next_line(std::string_view& text) {
    const std::size_t end = text.find('\n');
    const std::string_view line = text.substr(0, end);
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
    return line;
}

static bool take(std::string_view& line, std::string_view word) {
    if (line.substr(0, word.size()) != word) return false;
    line.remove_prefix(word.size());
    return true;
}

static bool take_number(std::string_view& line, std::uint64_t& value) {
    const auto [end, error] = std::from_chars(line.data(), line.data() + line.size(), value);
    if (error != std::errc()) return false;
    line.remove_prefix(static_cast<std::size_t>(end - line.data()));
    if (!line.empty() && line[0] == ' ') line.remove_prefix(1);
    return true;
}

std::string Evidence::text() const {
    std::string out = leaf + '\n';
    if (!body.empty()) out += "body " + body + '\n';
    if (!record) return out;
    out += "record " + std::to_string(record->slice) + ' ' + std::to_string(record->index) + ' ' +
           std::to_string(record->size) + '\n';
    out += "opening " + record->opening + '\n';
    if (!record->route.empty()) out += "route " + record->route + '\n';
    for (const seal::Hash& hash : record->path)
        out += "node " + seal::base64(seal::bytes_of(hash)) + '\n';
    return out;
}

std::optional<Evidence> Evidence::parse(std::string_view text) {
    Evidence evidence;
    evidence.leaf = next_line(text);
    if (evidence.leaf.empty()) return std::nullopt;
    while (!text.empty()) {
        std::string_view line = next_line(text);
        if (take(line, "body ")) {
            evidence.body = line;
        } else if (take(line, "record ")) {
            RecordOpening& record = evidence.record.emplace();
            if (!take_number(line, record.slice) || !take_number(line, record.index) ||
                !take_number(line, record.size) || !line.empty())
                return std::nullopt;
        } else if (evidence.record && take(line, "opening ")) {
            evidence.record->opening = line;
        } else if (evidence.record && take(line, "route ")) {
            evidence.record->route = line;
        } else if (evidence.record && take(line, "node ")) {
            std::string bytes;
            seal::Hash hash{};
            if (!seal::from_base64(line, bytes) || !seal::to_hash(bytes, hash)) return std::nullopt;
            evidence.record->path.push_back(hash);
        } else {
            return std::nullopt;
        }
    }
    return evidence;
}

std::string member(std::string_view json, std::string_view name) {
    const std::string key = "\"" + std::string(name) + "\":";
    const std::size_t at = json.find(key);
    if (at == std::string_view::npos) return {};
    json.remove_prefix(at + key.size());
    if (!json.empty() && json[0] == '"') {
        std::string value;
        for (std::size_t i = 1; i < json.size() && json[i] != '"'; ++i)
            value += json[i] == '\\' && i + 1 < json.size() ? json[++i] : json[i];
        return value;
    }
    return std::string(json.substr(0, json.find_first_of(",}]")));
}

std::optional<seal::Hash> root_in_body(std::string_view body, std::uint64_t slice) {
    const std::string key = "{\"slice\":" + std::to_string(slice) + ',';
    const std::size_t at = body.find(key);
    if (at == std::string_view::npos) return std::nullopt;
    const std::string_view rest = body.substr(at, body.find('}', at) - at);
    std::string bytes;
    seal::Hash hash{};
    if (!seal::from_hex(member(rest, "root"), bytes) || !seal::to_hash(bytes, hash))
        return std::nullopt;
    return hash;
}

static std::string examine_record(const Evidence& evidence) {
    const RecordOpening& record = *evidence.record;
    const auto root =
        root_in_body(evidence.body.empty() ? evidence.leaf : evidence.body, record.slice);
    if (!root) return "the entry holds no root for the slice of the record";
    if (!seal::verify_inclusion(seal::leaf_hash(record.opening), record.index, record.size,
                                record.path, *root))
        return "the record is not the one that was committed to";
    if (!record.route.empty() &&
        member(record.opening, "route_sha256") != seal::hex(seal::sha256(record.route)))
        return "the recipients are not those that were committed to";
    return {};
}

Examined examine(const seal::LogProof& proof, const std::vector<seal::VerifierKey>& keys) {
    Examined examined;
    if (!open_checkpoint(proof.checkpoint, keys)) {
        examined.problem = "the checkpoint is not signed by this key";
        return examined;
    }
    auto evidence = Evidence::parse(proof.extra);
    if (!evidence) {
        examined.problem = "the proof does not say what it proves";
        return examined;
    }
    examined.evidence = std::move(*evidence);
    examined.checkpoint =
        seal::verify_log_proof(proof, seal::leaf_hash(examined.evidence.leaf), keys);
    if (!examined.checkpoint)
        examined.problem = "the entry is not in the tree of the checkpoint";
    else if (member(examined.evidence.leaf, "index") != std::to_string(proof.index))
        examined.problem = "the entry says another place than its own";
    else if (!examined.evidence.body.empty() && member(examined.evidence.leaf, "body_sha256") !=
                                                    seal::hex(seal::sha256(examined.evidence.body)))
        examined.problem = "the body is not that of the entry";
    else if (examined.evidence.record)
        examined.problem = examine_record(examined.evidence);
    return examined;
}

}  // namespace journal

// A recipient's own receipt: which of our files it speaks of, whether it may, and what follows.
#include <algorithm>

#include "app/json.hpp"
#include "app/private_copy.hpp"
#include "app/recipient_word.hpp"
#include "app/sending.hpp"
#include "app/sent_file.hpp"
#include "core/code_table.hpp"
#include "outbox/names.hpp"
#include "seal/key_roll.hpp"
#include "seal/note.hpp"

namespace app {

using ledger::EntryKind;
using ledger::OutgoingState;

namespace {

constexpr int unreadable = 102, not_processable = 163;

struct Said {
    std::string name;  // of our file, as the recipient wrote it
    bool accepted = false;
    std::vector<std::string> codes;
};

bool read_receipt(const std::string& text, std::vector<Said>& said) {
    std::vector<xml::Error> errors;
    const auto document = xml::Document::parse(text, {}, errors);
    if (!document || document->root().local != "ACRF") return false;
    for (const xml::Element* form : document->root().children) {
        if (form->local != "Form") continue;
        Said one;
        one.name = child_text(form->child("", "FileReference"), "FileName");
        const xml::Element* result = form->child("", "ReceptionResult");
        const std::string code = child_text(result, "ResultCode");
        if (code != "0" && code != "1") return false;
        one.accepted = code == "1";
        for (const xml::Element* child : result->children)
            if (child->local == "ErrorID" && one.codes.size() < said_codes_max)
                one.codes.push_back(clean_code(child->text()));
        said.push_back(std::move(one));
    }
    return !said.empty();
}

// A checkpoint of our journal that the recipient repeats inside what it signs: from then on it is
// a witness of the log up to there. Empty: it repeats none.
std::string echoed_checkpoint(Home& home, const std::string& text) {
    constexpr std::string_view sign = "<!-- checkpoint\n", end = "-->";
    const std::size_t at = text.find(sign);
    if (at == std::string::npos) return {};
    const std::size_t from = at + sign.size(), to = text.find(end, from);
    if (to == std::string::npos) return {};
    std::string note = text.substr(from, to - from);
    while (!note.empty() && note.back() == ' ') note.pop_back();
    const auto opened = seal::open_note(note, seal::log_keys(home.keys_folder()));
    const auto checkpoint = opened ? seal::Checkpoint::parse(*opened) : std::nullopt;
    if (!checkpoint) return "{\"ours\":false}";
    return JsonObject()
        .boolean("ours", true)
        .number("size", static_cast<std::int64_t>(checkpoint->size))
        .text("root", seal::hex(checkpoint->root))
        .str();
}

std::string body_of(const ledger::Outgoing& row, const ledger::File& receipt, const Said& said,
                    const std::string& checkpoint) {
    std::string codes;
    for (const std::string& code : said.codes) codes += (codes.empty() ? "" : " ") + code;
    JsonObject body;
    body.text("name", row.name)
        .text("recipient", row.recipient)
        .text("sha256", row.digest)
        .text("receipt", receipt.go_name)
        .text("receipt_sha256", receipt.digest)
        .number("result", said.accepted ? 1 : 0)
        .text("codes", codes);
    if (!checkpoint.empty()) body.raw("checkpoint", checkpoint);
    return body.str();
}

}  // namespace

static int acknowledge(Home& home, ledger::Step& step, const ledger::File& receipt,
                       const std::string& text, core::Instant now) {
    std::vector<Said> said;
    if (!read_receipt(text, said)) return unreadable;
    std::vector<ledger::Outgoing> rows;
    for (const Said& one : said) {
        const auto row =
            find_sent(home, one.name, receipt.identity.sender, receipt.identity.environment);
        // All of it or nothing: a receipt for what was never sent is a mistake of its sender.
        if (!row || !was_sent(row->state)) return not_processable;
        rows.push_back(*row);
    }
    const std::string checkpoint = echoed_checkpoint(home, text);
    std::vector<SentEvent> events;
    for (std::size_t i = 0; i < said.size(); ++i) {
        ledger::Outgoing& row = rows[i];
        const auto state = said[i].accepted ? OutgoingState::acknowledged : OutgoingState::failed;
        const bool news = row.state != state;
        row.state = state;
        row.at = std::max(now, row.at);
        if (news) step.update_outgoing(row);
        if (news || !checkpoint.empty())
            step.append(said[i].accepted ? EntryKind::acknowledged : EntryKind::failed, row.file,
                        now, body_of(row, receipt, said[i], checkpoint));
        if (news)
            events.push_back({row, said[i].accepted
                                       ? outbox::DeliveryEvent::access
                                       : outbox::DeliveryEvent::consignment_rejection});
    }
    draw_evidence(home, step, events, now);
    return 0;
}

ledger::EntryKind settle_acknowledgement(Home& home, ledger::Step& step, ledger::File& receipt,
                                         const std::vector<intake::ArrivedPart>& parts,
                                         core::Instant now) {
    int code = not_processable;
    if (parts.size() == 1 && parts.front().bytes <= home.settings().acknowledgement_bytes_max) {
        const PrivateCopy copy(home.spool() / parts.front().path);
        std::string text(copy.size(), '\0');
        text.resize(copy.read(0, text.data(), text.size()));
        code = acknowledge(home, step, receipt, text, now);
    }
    if (code == 0) {
        step.append(EntryKind::verified, receipt.id, now, "{}");
        step.append(EntryKind::closed, receipt.id, now, "{}");
        return EntryKind::verified;
    }
    receipt.codes = {core::acrf(code)};
    step.update_file(receipt);
    step.append(EntryKind::refused, receipt.id, now,
                JsonObject().texts("codes", receipt.codes).str());
    return EntryKind::refused;
}

}  // namespace app

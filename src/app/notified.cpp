#include "app/notified.hpp"

#include <algorithm>
#include <charconv>

#include "app/json.hpp"
#include "app/parcel_places.hpp"
#include "app/private_copy.hpp"
#include "app/recipient_word.hpp"
#include "app/sending.hpp"
#include "app/sent_file.hpp"
#include "core/code_table.hpp"
#include "ledger/figures.hpp"
#include "outbox/names.hpp"

namespace app {

using ledger::EntryKind;
using ledger::OutgoingState;

static constexpr int unreadable = 102, not_processable = 163;
static constexpr std::size_t refusals_max = 1'000;  // of one parcel, in one notification

bool is_recipient_notification(Home& home, const core::FileIdentity& identity) {
    return identity.subject == outbox::notification_subject &&
           home.jobs_of_subject(identity.subject).empty();
}

// ---- what it says ----

namespace {

// About one parcel: places and codes of what is refused, side by side.
struct About {
    ledger::Outgoing parcel;
    bool accepted = true;
    std::vector<ParcelPlace> places;
    std::vector<std::string> codes;
    std::int64_t unlisted = 0;

    void add(ParcelPlace place, std::string code) {
        if (places.size() == refusals_max) {
            ++unlisted;
            return;
        }
        places.push_back(std::move(place));
        codes.push_back(std::move(code));
    }
};

std::uint64_t number(const std::string& text) {
    std::uint64_t value = 0;
    std::from_chars(text.data(), text.data() + text.size(), value);
    return value;
}

// The sender's own reference of the document; that of origin 2 is the recipient's.
std::string document_id(const xml::Element& form) {
    for (const xml::Element* child : form.children)
        if (child->local == "Reference" && child_text(child, "ReferenceOrigin") != "2")
            return child_text(child, "ReferenceNbr");
    return {};
}

bool read_form(const xml::Element& form, About& about) {
    const xml::Element* result = form.child("", "HandlingResult");
    const std::string code = child_text(result, "ResultCode");
    if (code != "0" && code != "1") return false;
    const bool refused = code == "0";
    ParcelPlace whole;
    whole.document_id = document_id(form);
    bool any = false;
    for (const xml::Element* report : result->children) {
        if (report->local != "AnomalyReport") continue;
        const std::string severity = child_text(report, "AnomalyClass");
        if (severity != "B" && !(refused && severity.empty())) continue;
        const xml::Element* location = report->child("", "AnomalyLocation");
        ParcelPlace place = whole;
        place.path = child_text(location, "Location");
        place.line = number(child_text(location, "LineNbr"));
        place.column = number(child_text(location, "ColumnNbr"));
        about.add(std::move(place), clean_code(child_text(report, "ErrorID")));
        any = true;
    }
    if (refused && !any && !whole.document_id.empty()) about.add(std::move(whole), {});
    about.accepted = about.accepted && !refused && !any;
    return true;
}

class Reading {
  public:
    Reading(Home& home, const core::FileIdentity& identity) : home_(home), identity_(identity) {}

    // 0, or why it is refused: all of it or nothing.
    int read(const std::string& text) {
        std::vector<xml::Error> errors;
        const auto document = xml::Document::parse(text, {}, errors);
        if (!document || document->root().local != "NOTIFICATION") return unreadable;
        for (const xml::Element* form : document->root().children) {
            if (form->local != "Form") continue;
            const auto parcel =
                find_sent(home_, child_text(form->child("", "FileReference"), "FileName"),
                          identity_.sender, identity_.environment);
            if (!parcel || parcel->kind != ledger::OutgoingKind::parcel || !was_sent(parcel->state))
                return not_processable;
            if (!read_form(*form, about(*parcel))) return unreadable;
        }
        return all_.empty() ? unreadable : 0;
    }

    std::vector<NotifiedParcel> found() {
        std::vector<NotifiedParcel> list;
        for (About& one : all_) {
            find_in_parcel(home_, one.parcel, one.places);
            NotifiedParcel said{one.parcel, one.accepted, {}, {}, one.unlisted};
            for (std::size_t i = 0; i < one.places.size(); ++i) {
                const std::string& code = one.codes[i];
                if (!code.empty() && said.codes.size() < said_codes_max &&
                    std::find(said.codes.begin(), said.codes.end(), code) == said.codes.end())
                    said.codes.push_back(code);
                said.refusals.push_back({one.parcel.recipient,
                                         one.parcel.name,
                                         code,
                                         one.places[i].document,
                                         one.places[i].record,
                                         {}});
            }
            list.push_back(std::move(said));
        }
        return list;
    }

  private:
    About& about(const ledger::Outgoing& parcel) {
        for (About& one : all_)
            if (one.parcel.id == parcel.id) return one;
        all_.emplace_back().parcel = parcel;
        return all_.back();
    }

    Home& home_;
    const core::FileIdentity& identity_;
    std::vector<About> all_;
};

}  // namespace

RecipientNotification read_recipient_notification(Home& home, const intake::Arrival& arrival) {
    RecipientNotification said;
    said.code = not_processable;
    if (arrival.parts.size() != 1 ||
        arrival.parts.front().bytes > home.settings().acknowledgement_bytes_max)
        return said;
    const PrivateCopy copy(home.spool() / arrival.parts.front().path);
    std::string text(copy.size(), '\0');
    text.resize(copy.read(0, text.data(), text.size()));
    Reading reading(home, arrival.identity);
    said.code = reading.read(text);
    if (said.code == 0) said.parcels = reading.found();
    return said;
}

// ---- what follows ----

static std::string body_of(const NotifiedParcel& one, const ledger::File& file) {
    std::vector<std::string> refused;
    for (const Refusal& refusal : one.refusals)
        refused.push_back(JsonObject()
                              .number("document", refusal.document)
                              .number("record", refusal.record)
                              .text("code", refusal.code)
                              .str());
    std::string codes;
    for (const std::string& code : one.codes) codes += (codes.empty() ? "" : " ") + code;
    return JsonObject()
        .text("name", one.parcel.name)
        .text("recipient", one.parcel.recipient)
        .text("sha256", one.parcel.digest)
        .text("receipt", file.go_name)
        .text("receipt_sha256", file.digest)
        .number("result", one.accepted ? 1 : 0)
        .text("codes", codes)
        .raw("refused", json_array(refused))
        .number("unlisted", one.unlisted)
        .str();
}

// A refusal is told each time; that all is well changes nothing where something was refused.
static void settle_parcel(Home& home, ledger::Step& step, const NotifiedParcel& one,
                          const ledger::File& file, core::Instant now,
                          std::vector<SentEvent>& events) {
    auto row = home.ledger().find_outgoing(one.parcel.id);
    if (!row || !was_sent(row->state)) return;  // taken back since it was read
    if (one.accepted &&
        (row->state == OutgoingState::failed || row->state == OutgoingState::acknowledged))
        return;
    row->state = one.accepted ? OutgoingState::acknowledged : OutgoingState::failed;
    row->at = std::max(now, row->at);
    step.update_outgoing(*row);
    const std::int64_t entry =
        step.append(one.accepted ? EntryKind::acknowledged : EntryKind::failed, row->file, now,
                    body_of(one, file));
    events.push_back({*row,
                      one.accepted ? outbox::DeliveryEvent::access
                                   : outbox::DeliveryEvent::consignment_rejection,
                      entry});
}

EntryKind settle_notification(Home& home, ledger::Step& step, ledger::File& file,
                              const RecipientNotification& said, core::Instant now) {
    if (said.code != 0) {
        file.codes = {core::acrf(said.code)};
        step.update_file(file);
        step.append(EntryKind::refused, file.id, now,
                    JsonObject().texts("codes", file.codes).str());
        return EntryKind::refused;
    }
    std::vector<SentEvent> events;
    for (const NotifiedParcel& one : said.parcels)
        settle_parcel(home, step, one, file, now, events);
    draw_evidence(home, step, events, now);
    step.append(EntryKind::verified, file.id, now, "{}");
    step.append(EntryKind::closed, file.id, now, "{}");
    return EntryKind::verified;
}

// ---- what it comes to ----

std::vector<Refusal> refusals_in(const ledger::Entry& entry) {
    std::vector<Refusal> list;
    if (entry.kind != EntryKind::failed) return list;
    for (const std::string_view one : ledger::body_items(entry.body, "refused"))
        list.push_back({ledger::body_text(entry.body, "recipient"),
                        ledger::body_text(entry.body, "name"), ledger::body_text(one, "code"),
                        ledger::body_number(one, "document"), ledger::body_number(one, "record"),
                        entry.at});
    return list;
}

std::vector<Refusal> refusals_of(const ledger::Ledger& book, ledger::FileId file) {
    std::vector<Refusal> list;
    for (const ledger::Entry& entry : book.entries(file)) {
        // The recipient's own receipt takes back what it refused of this parcel.
        if (entry.kind == EntryKind::acknowledged) {
            const std::string name = ledger::body_text(entry.body, "name");
            std::erase_if(list, [&](const Refusal& one) { return one.parcel == name; });
        }
        for (Refusal& one : refusals_in(entry)) list.push_back(std::move(one));
    }
    return list;
}

}  // namespace app

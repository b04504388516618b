// The statement of a dossier, in the four languages.
#include <algorithm>
#include <array>

#include "app/dossier.hpp"
#include "app/standing.hpp"
#include "core/code_table.hpp"

namespace app {

namespace {

using Texts = std::array<const char*, 4>;  // en, fr, nl, de

constexpr Texts title{"Statement about what was received and done",
                      "Déclaration sur ce qui a été reçu et fait",
                      "Verklaring over wat ontvangen en gedaan werd",
                      "Erklärung über das Empfangene und Veranlasste"};
constexpr Texts asked{"Request", "Demande", "Aanvraag", "Anfrage"};
constexpr Texts purpose{"Purpose", "Finalité", "Doel", "Zweck"};
constexpr Texts due{"Due", "Échéance", "Termijn", "Frist"};
constexpr Texts what{"File", "Fichier", "Bestand", "Datei"};
constexpr Texts one_record{"Record", "Enregistrement", "Record", "Satz"};
constexpr Texts sender{"Sender", "Expéditeur", "Verzender", "Absender"};
constexpr Texts received{"Received", "Reçu", "Ontvangen", "Empfangen"};
constexpr Texts ticket{"Ticket", "Ticket", "Ticket", "Ticket"};
constexpr Texts part{"Part", "Partie", "Deel", "Teil"};
constexpr Texts bytes{"bytes", "octets", "bytes", "Bytes"};
constexpr Texts signed_by{"signature verified; signed by", "signature vérifiée ; signé par",
                          "handtekening gecontroleerd; ondertekend door",
                          "Signatur geprüft; unterzeichnet von"};
constexpr Texts not_signed{"no verified signature", "sans signature vérifiée",
                           "geen gecontroleerde handtekening", "keine geprüfte Signatur"};
constexpr Texts state{"State", "État", "Status", "Stand"};
constexpr Texts decided{"Decided", "Décidé", "Beslist", "Entschieden"};
constexpr Texts closed{"Closed", "Clôturé", "Afgesloten", "Abgeschlossen"};
constexpr Texts records{"Records", "Enregistrements", "Records", "Sätze"};
constexpr Texts accepted{"accepted", "acceptés", "aanvaard", "angenommen"};
constexpr Texts rejected{"rejected", "refusés", "geweigerd", "abgelehnt"};
constexpr Texts findings{"Findings", "Constatations", "Bevindingen", "Befunde"};
constexpr Texts delivered{"Deliveries", "Livraisons", "Leveringen", "Zustellungen"};
constexpr Texts answered{"Answers", "Réponses", "Antwoorden", "Antworten"};
constexpr Texts withheld{"withheld", "retenu", "ingehouden", "zurückgehalten"};
constexpr Texts story{"Entries of the journal", "Inscriptions au journal",
                      "Inschrijvingen in het journaal", "Einträge des Journals"};
constexpr Texts how{
    "How to check this: see README.txt. Times are civil times with their offset.",
    "Comment vérifier : voir README.txt. Les heures sont locales, avec leur décalage.",
    "Hoe dit te controleren: zie README.txt. Tijden zijn plaatselijk, met verschil.",
    "Wie man dies prüft: siehe README.txt. Zeiten sind Ortszeiten mit Abstand."};

// A statement that grows line by line in one language.
class Text {
  public:
    Text(const io::Zone& zone, core::Language language)
        : zone_(zone), language_(core::index_of(language)) {}
    const char* word(const Texts& texts) const { return texts.at(language_); }
    void line(const Texts& label, const std::string& value) {
        out_ += std::string(word(label)) + ": " + value + "\n";
    }
    void head(const Texts& label) { out_ += "\n" + std::string(word(label)) + "\n"; }
    void item(const std::string& value) { out_ += "  - " + value + "\n"; }
    void plain(const std::string& value) { out_ += value + "\n"; }
    std::string at(core::Instant instant) const { return zone_.to_string(instant); }
    std::string take() { return std::move(out_); }

  private:
    const io::Zone& zone_;
    std::size_t language_;
    std::string out_;
};

void say_file(Text& text, Home& home, const DossierFacts& facts) {
    const ledger::File& file = facts.file;
    const job::Partner* partner = home.partners().find(file.identity.sender);
    text.line(what, shown_name(file));
    text.line(sender,
              file.identity.sender + (partner != nullptr ? " " + partner->name : std::string()));
    text.line(received, text.at(file.received_at));
    if (!file.ticket.empty()) text.line(ticket, file.ticket);
    for (std::size_t i = 0; i < facts.parts.size(); ++i) {
        const ledger::Part& one = facts.parts[i];
        const std::string signer = i < facts.signers.size() && !facts.signers[i].empty()
                                       ? std::string(text.word(signed_by)) + " " +
                                             facts.signers[i] + " (" + one.signer + ")"
                                       : text.word(not_signed);
        text.item(std::string(text.word(part)) + " " + std::to_string(one.part) + ": " +
                  std::to_string(one.bytes) + " " + text.word(bytes) + ", SHA-256 " + one.digest +
                  "; " + signer);
    }
    text.line(state, std::string(to_string(file.state)));
    if (file.decided_at) text.line(decided, text.at(*file.decided_at));
    if (file.closed_at) text.line(closed, text.at(*file.closed_at));
    for (const std::string& code : file.codes) text.item(code);
}

void say_counts(Text& text, const DossierFacts& facts, core::Language language) {
    const ledger::Counts& counts = facts.file.records;
    text.line(records, std::to_string(counts.total) + ", " + std::to_string(counts.accepted) + " " +
                           text.word(accepted) + ", " + std::to_string(counts.rejected) + " " +
                           text.word(rejected));
    if (facts.tallies.empty()) return;
    text.head(findings);
    for (const ledger::Tally& tally : facts.tallies)
        text.item(tally.code + " (" + tally.severity + ") x " + std::to_string(tally.count) + ": " +
                  std::string(core::label(tally.code, language)));
}

void say_record(Text& text, const DossierFacts& facts, std::int64_t record,
                core::Language language) {
    text.line(one_record, std::to_string(record) + ", " +
                              text.word(facts.record_accepted ? accepted : rejected));
    for (const std::string& code : facts.record_codes)
        text.item(code + ": " + std::string(core::label(code, language)));
    for (const auto& [recipient, why] : facts.record_withheld)
        text.item(recipient + " " + text.word(withheld) + ": " + why);
}

void say_sent(Text& text, const DossierFacts& facts, bool of_record) {
    text.head(delivered);
    for (const ledger::Outgoing& row : facts.outgoing) {
        if (row.kind != ledger::OutgoingKind::parcel) continue;
        const auto& list = facts.record_recipients;
        if (of_record && std::find(list.begin(), list.end(), row.recipient) == list.end()) continue;
        std::string item =
            row.recipient + ": " + std::string(to_string(row.state)) + ", " + text.at(row.at);
        if (!of_record) item += ", " + std::to_string(row.records) + " " + text.word(records);
        if (!row.name.empty()) item += ", " + row.name + ", SHA-256 " + row.digest;
        if (row.state == ledger::OutgoingState::withheld) item += ", " + row.detail;
        text.item(item);
    }
    text.head(answered);
    for (const ledger::Outgoing& row : facts.outgoing)
        if (row.kind != ledger::OutgoingKind::parcel && !row.name.empty())
            text.item(row.name + ": " + std::string(to_string(row.state)) + ", " + text.at(row.at));
}

}  // namespace

std::string dossier_statement(Home& home, const DossierFacts& facts, const DossierRequest& request,
                              core::Language language) {
    Text text(home.zone(), language);
    text.plain(text.word(title));
    text.plain("");
    text.line(asked, request.number + ", " + text.at(request.asked_at));
    text.line(purpose, request.purpose);
    text.line(due, core::to_string(request.due));
    text.plain("");
    say_file(text, home, facts);
    if (request.record)
        say_record(text, facts, *request.record, language);
    else
        say_counts(text, facts, language);
    say_sent(text, facts, request.record.has_value());
    text.head(story);
    for (const ledger::Entry& entry : facts.entries)
        text.item(std::to_string(entry.index) + "  " + text.at(entry.at) + "  " +
                  std::string(to_string(entry.kind)));
    text.plain("");
    text.plain(text.word(how));
    return text.take();
}

}  // namespace app

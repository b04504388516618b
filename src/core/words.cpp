// The other words of answers and pages, in the order of core::languages.
#include <array>

#include "core/code_table.hpp"
#include "core/ensure.hpp"

namespace core {
namespace {

struct Row {
    Word word;
    Texts texts;
};

constexpr Row rows[] = {
    {Word::waiting, {"waiting", "en attente", "wachtend", "wartend"}},
    {Word::received, {"received", "reçu", "ontvangen", "empfangen"}},
    {Word::verified, {"verified", "vérifié", "nagekeken", "geprüft"}},
    {Word::processing, {"in process", "en traitement", "in verwerking", "in Verarbeitung"}},
    {Word::decided, {"decided", "décidé", "beslist", "entschieden"}},
    {Word::delivered, {"delivered", "délivré", "afgeleverd", "ausgeliefert"}},
    {Word::closed, {"closed", "clôturé", "afgesloten", "abgeschlossen"}},
    {Word::refused, {"refused", "refusé", "geweigerd", "abgewiesen"}},
    {Word::cancelled, {"cancelled", "annulé", "geannuleerd", "storniert"}},
    {Word::held, {"held", "retenu", "aangehouden", "angehalten"}},
    {Word::quarantined, {"in quarantine", "en quarantaine", "in quarantaine", "in Quarantäne"}},
    {Word::accepted, {"accepted", "accepté", "aanvaard", "angenommen"}},
    {Word::rejected, {"rejected", "rejeté", "verworpen", "verworfen"}},
    {Word::pending, {"pending", "en suspens", "hangend", "offen"}},
    {Word::records, {"records", "enregistrements", "records", "Datensätze"}},
    {Word::documents, {"documents", "documents", "documenten", "Dokumente"}},
    {Word::findings, {"findings", "constats", "vaststellingen", "Feststellungen"}},
    {Word::deliveries, {"deliveries", "livraisons", "leveringen", "Lieferungen"}},
    {Word::withheld, {"withheld", "non communiqué", "achtergehouden", "zurückgehalten"}},
    {Word::published, {"published", "publié", "klaargezet", "bereitgestellt"}},
    {Word::transferred, {"transferred", "transféré", "overgedragen", "übertragen"}},
    {Word::fetched, {"fetched", "retiré", "opgehaald", "abgeholt"}},
    {Word::acknowledged, {"acknowledged", "accusé reçu", "bevestigd", "bestätigt"}},
    {Word::failed, {"failed", "échoué", "mislukt", "fehlgeschlagen"}},
    {Word::receipt, {"Receipt", "Accusé de réception", "Ontvangstbewijs", "Empfangsbestätigung"}},
    {Word::notification, {"Notification", "Notification", "Notificatie", "Benachrichtigung"}},
    {Word::correction,
     {"Records to mend", "Enregistrements à corriger", "Te verbeteren records",
      "Zu berichtigende Datensätze"}},
    {Word::voucher, {"Voucher", "Bordereau", "Borderel", "Begleitschein"}},
    {Word::status, {"Status", "État", "Toestand", "Stand"}},
    {Word::sender, {"Sender", "Expéditeur", "Verzender", "Absender"}},
    {Word::recipient, {"Recipient", "Destinataire", "Bestemmeling", "Empfänger"}},
    {Word::rehearsal,
     {"Rehearsal: everything was checked, nothing is delivered.",
      "Répétition : tout a été contrôlé, rien n'est transmis.",
      "Oefening: alles werd nagekeken, niets wordt afgeleverd.",
      "Probe: alles wurde geprüft, nichts wird ausgeliefert."}},
    {Word::acceptance,
     {"Acceptance test: without any effect in production.",
      "Test d'acceptation : sans aucun effet en production.",
      "Acceptatietest: zonder enig gevolg in productie.",
      "Abnahmetest: ohne jede Wirkung im Betrieb."}},
    {Word::and_more,
     {"{0} more of this kind are counted, not listed.",
      "{0} autres de ce genre sont comptés, mais pas cités.",
      "{0} andere van deze soort zijn geteld, niet opgesomd.",
      "{0} weitere dieser Art sind gezählt, nicht aufgeführt."}},
    {Word::document_cause,
     {"Rejected because its document was rejected.", "Rejeté parce que son document a été rejeté.",
      "Verworpen omdat het document verworpen werd.",
      "Verworfen, weil das Dokument verworfen wurde."}},
    {Word::not_listed,
     {"{0} findings are counted, not listed.", "{0} constats sont comptés, mais pas cités.",
      "{0} vaststellingen zijn geteld, niet opgesomd.",
      "{0} Feststellungen sind gezählt, nicht aufgeführt."}},
    {Word::nothing_delivered,
     {"Nothing of this file is delivered.", "Rien de ce fichier n'est transmis.",
      "Niets van dit bestand wordt afgeleverd.", "Nichts aus dieser Datei wird ausgeliefert."}},
};

constexpr std::size_t count = sizeof rows / sizeof rows[0];

constexpr std::array<Word, count> listed() {
    std::array<Word, count> all{};
    for (std::size_t i = 0; i < count; ++i) all[i] = rows[i].word;
    return all;
}
constexpr std::array<Word, count> all_words = listed();

constexpr bool in_order() {
    for (std::size_t i = 0; i < count; ++i) {
        if (static_cast<std::size_t>(rows[i].word) != i) return false;
    }
    return static_cast<std::size_t>(Word::nothing_delivered) + 1 == count;
}
static_assert(in_order(), "every core::Word has its texts, in the order of the enumeration");

}  // namespace

std::string_view word(Word a_word, Language language) {
    const auto index = static_cast<std::size_t>(a_word);
    ENSURE(index < count);
    return rows[index].texts[index_of(language)];
}

std::span<const Word> words() {
    return all_words;
}

}  // namespace core

// Field codes: the last three digits of zzzzz-ccc.
#include "core/code_table_impl.hpp"

namespace core::detail {
namespace {

constexpr Texts mend_value = {"Mend the value and send the record again.",
                              "Corrigez la valeur et renvoyez l'enregistrement.",
                              "Verbeter de waarde en stuur het record opnieuw.",
                              "Berichtigen Sie den Wert und senden Sie den Datensatz erneut."};

constexpr Texts mend_structure = {
    "Follow the order and the number of elements of the schema, and send the record again.",
    "Respectez l'ordre et le nombre d'éléments du schéma, et renvoyez l'enregistrement.",
    "Volg de volgorde en het aantal elementen van het schema, en stuur het record opnieuw.",
    "Halten Sie Reihenfolge und Anzahl der Elemente des Schemas ein und senden Sie den Datensatz "
    "erneut."};

constexpr Code row(std::uint16_t number, std::string_view name, Severity severity, Texts text,
                   const Texts& advice) {
    return {number, CodeLevel::field, name, severity, true, false, Actor::sender, text, advice};
}

constexpr Code rows[] = {
    row(1, "missing", Severity::B,
        {"Required, but missing", "Obligatoire, mais absent", "Verplicht, maar ontbreekt",
         "Erforderlich, aber nicht vorhanden"},
        {"Add what is missing and send the record again.",
         "Ajoutez ce qui manque et renvoyez l'enregistrement.",
         "Vul aan wat ontbreekt en stuur het record opnieuw.",
         "Ergänzen Sie, was fehlt, und senden Sie den Datensatz erneut."}),
    row(2, "not-numeric", Severity::B,
        {"Not a number", "Pas un nombre", "Geen getal", "Keine Zahl"}, mend_value),
    row(3, "invalid", Severity::B,
        {"Not of the required form", "Pas de la forme requise", "Niet in de vereiste vorm",
         "Nicht in der verlangten Form"},
        mend_value),
    row(4, "check-digits", Severity::B,
        {"The check digits do not match", "Les chiffres de contrôle ne correspondent pas",
         "De controlecijfers kloppen niet", "Die Prüfziffern stimmen nicht"},
        mend_value),
    row(5, "forbidden", Severity::B,
        {"Not allowed here", "Interdit ici", "Hier niet toegelaten", "Hier nicht erlaubt"},
        {"Remove it and send the record again.", "Supprimez-le et renvoyez l'enregistrement.",
         "Verwijder het en stuur het record opnieuw.",
         "Entfernen Sie es und senden Sie den Datensatz erneut."}),
    row(6, "duplicate", Severity::B,
        {"Occurs more than once", "Apparaît plus d'une fois", "Komt meer dan eens voor",
         "Kommt mehr als einmal vor"},
        {"Keep one of the records that are alike.",
         "Gardez un seul des enregistrements identiques.", "Behoud één van de gelijke records.",
         "Behalten Sie einen der gleichen Datensätze."}),
    row(7, "total", Severity::B,
        {"The declared total is not what adds up", "Le total déclaré n'est pas celui calculé",
         "Het aangegeven totaal is niet wat de optelling geeft",
         "Die angegebene Summe ist nicht die berechnete"},
        {"Mend the total or the amounts, and send the document again.",
         "Corrigez le total ou les montants, et renvoyez le document.",
         "Verbeter het totaal of de bedragen, en stuur het document opnieuw.",
         "Berichtigen Sie die Summe oder die Beträge und senden Sie das Dokument erneut."}),
    row(8, "domain", Severity::B,
        {"Not one of the allowed values", "Pas une des valeurs admises",
         "Niet een van de toegelaten waarden", "Keiner der erlaubten Werte"},
        mend_value),
    row(14, "end-before-start", Severity::B,
        {"The end lies before the start", "La fin précède le début",
         "Het einde ligt vóór het begin", "Das Ende liegt vor dem Anfang"},
        mend_value),
    row(90, "cardinality", Severity::B,
        {"Occurs too often", "Apparaît trop souvent", "Komt te vaak voor", "Kommt zu oft vor"},
        mend_structure),
    row(91, "order", Severity::B,
        {"Stands at the wrong place", "N'est pas à sa place", "Staat op de verkeerde plaats",
         "Steht an der falschen Stelle"},
        mend_structure),
    row(92, "unknown", Severity::B,
        {"Not known to the schema", "Inconnu du schéma", "Niet gekend in het schema",
         "Dem Schema unbekannt"},
        mend_structure),
    row(93, "length", Severity::B,
        {"Too short or too long", "Trop court ou trop long", "Te kort of te lang",
         "Zu kurz oder zu lang"},
        mend_value),
    row(133, "document-sent-before", Severity::B,
        {"A document with this reference was accepted before",
         "Un document portant cette référence a déjà été accepté",
         "Een document met deze referentie werd al eerder aanvaard",
         "Ein Dokument mit diesem Bezug wurde schon angenommen"},
        {"Nothing to do when it was sent twice by mistake; give other content a reference of its "
         "own.",
         "Rien à faire si l'envoi a été répété par erreur ; donnez sa propre référence à un autre "
         "contenu.",
         "Niets te doen als het bij vergissing tweemaal werd verzonden; geef andere inhoud een "
         "eigen "
         "referentie.",
         "Nichts zu tun, wenn es versehentlich zweimal gesendet wurde; geben Sie anderem Inhalt "
         "einen eigenen Bezug."}),
    row(184, "too-large", Severity::B,
        {"Over a limit of this channel", "Au-delà d'une limite de ce canal",
         "Boven een grens van dit kanaal", "Über einer Grenze dieses Kanals"},
        {"Divide the record or shorten it, and send it again.",
         "Divisez ou raccourcissez l'enregistrement, et renvoyez-le.",
         "Splits of verkort het record, en stuur het opnieuw.",
         "Teilen oder kürzen Sie den Datensatz und senden Sie ihn erneut."}),
    {209,
     CodeLevel::field,
     "person-not-integrated",
     Severity::B,
     true,
     true,
     Actor::sender,
     {"The sender holds no file on this person at the reference date",
      "L'expéditeur ne gère pas de dossier pour cette personne à la date de référence",
      "De verzender beheert op de referentiedatum geen dossier voor deze persoon",
      "Der Absender führt zum Bezugsdatum keine Akte über diese Person"},
     {"Have the person registered in the reference directory for your quality code, then send the "
      "record again.",
      "Faites inscrire la personne au répertoire des références sous votre code qualité, puis "
      "renvoyez l'enregistrement.",
      "Laat de persoon met uw hoedanigheidscode in het verwijzingsrepertorium opnemen en stuur het "
      "record daarna opnieuw.",
      "Lassen Sie die Person mit Ihrem Eigenschaftscode im Verweisverzeichnis eintragen und senden "
      "Sie den Datensatz danach erneut."}},
    row(210, "answer-unasked", Severity::B,
        {"Answers a question that was not put to the sender in this parcel",
         "Répond à une question qui n'a pas été posée à l'expéditeur dans ce colis",
         "Beantwoordt een vraag die in dit pakket niet aan de verzender werd gesteld",
         "Beantwortet eine Frage, die dem Absender in diesem Paket nicht gestellt wurde"},
        {"Give the reference of the question and the name of the parcel as they came to you.",
         "Indiquez la référence de la question et le nom du colis tels que reçus.",
         "Vermeld de referentie van de vraag en de naam van het pakket zoals u ze ontving.",
         "Nennen Sie den Bezug der Frage und den Namen des Pakets so, wie Sie sie erhielten."}),
    row(211, "answer-again", Severity::B,
        {"This question was answered already", "Cette question a déjà reçu une réponse",
         "Deze vraag werd al beantwoord", "Diese Frage wurde schon beantwortet"},
        {"Nothing to do: the first answer counts.", "Rien à faire : la première réponse compte.",
         "Niets te doen: het eerste antwoord telt.", "Nichts zu tun: die erste Antwort zählt."}),
    row(212, "answer-late", Severity::B,
        {"The answer came after the last day for it",
         "La réponse est arrivée après le dernier jour prévu",
         "Het antwoord kwam na de laatste dag ervoor",
         "Die Antwort kam nach dem letzten Tag dafür"},
        {"The asker was told that there was no answer; answer the question when it is put again.",
         "Le demandeur a été averti de l'absence de réponse ; répondez si la question est reposée.",
         "De vrager kreeg te horen dat er geen antwoord was; antwoord als de vraag opnieuw komt.",
         "Dem Fragenden wurde gesagt, dass es keine Antwort gab; antworten Sie, wenn die Frage "
         "wieder gestellt wird."}),
    {252,
     CodeLevel::field,
     "number-replaced",
     Severity::W,
     true,
     false,
     Actor::sender,
     {"The number of this person has been replaced", "Le numéro de cette personne a été remplacé",
      "Het nummer van deze persoon is vervangen", "Die Nummer dieser Person wurde ersetzt"},
     {"The record was taken under the person's present number; use that one from now on.",
      "L'enregistrement a été pris sous le numéro actuel de la personne ; utilisez-le désormais.",
      "Het record werd onder het huidige nummer van de persoon verwerkt; gebruik dat voortaan.",
      "Der Datensatz wurde unter der jetzigen Nummer der Person angenommen; verwenden Sie künftig "
      "diese."}},
};

}  // namespace

std::span<const Code> field_codes() {
    return rows;
}

}  // namespace core::detail

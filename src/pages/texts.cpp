#include "pages/texts.hpp"

#include <array>

namespace pages {

using Row = std::array<std::string_view, 4>;

// In the order of Text; each in the order of core::languages: en, fr, nl, de.
static constexpr std::array<Row, 45> table{{
    {"Status of your files", "État de vos fichiers", "Status van uw bestanden",
     "Status Ihrer Dateien"},
    {"As of", "Situation au", "Toestand op", "Stand vom"},
    {"What you have to do", "Ce que vous devez faire", "Wat u moet doen", "Was Sie tun müssen"},
    {"Nothing: no file waits for you.", "Rien : aucun fichier n'attend une action de votre part.",
     "Niets: geen enkel bestand wacht op u.", "Nichts: keine Datei wartet auf Sie."},
    {"Files", "Fichiers", "Bestanden", "Dateien"},
    {"File", "Fichier", "Bestand", "Datei"},
    {"State", "État", "Status", "Status"},
    {"Received", "Reçu le", "Ontvangen", "Empfangen"},
    {"Deadline", "Échéance", "Termijn", "Frist"},
    {"Finished", "Terminé le", "Afgewerkt", "Abgeschlossen"},
    {"Documents", "Documents", "Documenten", "Dokumente"},
    {"Records", "Enregistrements", "Records", "Datensätze"},
    {"accepted", "acceptés", "aanvaard", "angenommen"},
    {"rejected", "rejetés", "geweigerd", "abgelehnt"},
    {"Next step", "Étape suivante", "Volgende stap", "Nächster Schritt"},
    {"Findings by cause", "Anomalies par cause", "Anomalieën per oorzaak", "Befunde nach Ursache"},
    {"Code", "Code", "Code", "Code"},
    {"Severity", "Gravité", "Ernst", "Schwere"},
    {"Meaning", "Signification", "Betekenis", "Bedeutung"},
    {"Number", "Nombre", "Aantal", "Anzahl"},
    {"What to correct", "À corriger", "Te verbeteren", "Zu berichtigen"},
    {"First examples", "Premiers exemples", "Eerste voorbeelden", "Erste Beispiele"},
    {"Document", "Document", "Document", "Dokument"},
    {"Line", "Ligne", "Lijn", "Zeile"},
    {"Place", "Endroit", "Plaats", "Stelle"},
    {"Value", "Valeur", "Waarde", "Wert"},
    {"Rejected documents", "Documents rejetés", "Geweigerde documenten", "Abgelehnte Dokumente"},
    {"Our answers", "Nos réponses", "Onze antwoorden", "Unsere Antworten"},
    {"none", "aucun", "geen", "keine"},
    {"more of the same kind are counted, not listed",
     "autres du même genre sont comptés, non énumérés",
     "andere van dezelfde soort zijn geteld, niet opgesomd",
     "weitere derselben Art sind gezählt, nicht aufgeführt"},
    {"When we are not available", "Quand nous ne sommes pas disponibles",
     "Wanneer wij niet beschikbaar zijn", "Wann wir nicht erreichbar sind"},
    {"From", "De", "Van", "Von"},
    {"Until", "Jusqu'au", "Tot", "Bis"},
    {"planned", "planifié", "gepland", "geplant"},
    {"not planned", "non planifié", "niet gepland", "nicht geplant"},
    {"not known yet", "pas encore connu", "nog niet bekend", "noch nicht bekannt"},
    {"Skip to the files", "Aller aux fichiers", "Naar de bestanden", "Zu den Dateien"},
    {"Rehearsal: nothing of it is delivered.", "Test : rien n'est transmis.",
     "Test: niets wordt doorgestuurd.", "Test: nichts wird weitergeleitet."},
    {"Acceptance environment.", "Environnement d'acceptation.", "Acceptatieomgeving.",
     "Abnahmeumgebung."},
    {"We are working on it; you need not do anything.",
     "Nous y travaillons ; vous ne devez rien faire.", "Wij werken eraan; u hoeft niets te doen.",
     "Wir arbeiten daran; Sie müssen nichts tun."},
    {"Correct the file and send it again under a new name.",
     "Corrigez le fichier et renvoyez-le sous un nouveau nom.",
     "Verbeter het bestand en stuur het opnieuw onder een nieuwe naam.",
     "Berichtigen Sie die Datei und senden Sie sie unter einem neuen Namen erneut."},
    {"Correct the rejected records and send them again.",
     "Corrigez les enregistrements rejetés et renvoyez-les.",
     "Verbeter de geweigerde records en stuur ze opnieuw.",
     "Berichtigen Sie die abgelehnten Datensätze und senden Sie sie erneut."},
    {"Our operators look at it; call us if the deadline is near.",
     "Nos opérateurs l'examinent ; appelez-nous si l'échéance approche.",
     "Onze operatoren bekijken het; bel ons als de termijn nadert.",
     "Unsere Operatoren prüfen es; rufen Sie uns an, wenn die Frist naht."},
    {"Done: nothing more to do.", "Terminé : plus rien à faire.", "Klaar: niets meer te doen.",
     "Fertig: nichts mehr zu tun."},
    {"Send the rest of the set, GO last, or take it back with TD.",
     "Envoyez le reste du jeu, GO en dernier, ou retirez-le avec TD.",
     "Stuur de rest van de set, GO als laatste, of trek hem in met TD.",
     "Senden Sie den Rest des Satzes, GO zuletzt, oder ziehen Sie ihn mit TD zurück."},
}};

std::string_view text(Text which, core::Language language) {
    return table.at(static_cast<std::size_t>(which)).at(core::index_of(language));
}

}  // namespace pages

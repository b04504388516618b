// Channel codes about the names and the members of a set (annex 30 numbers, our own words).
#include "core/code_table_impl.hpp"

namespace core::detail {
namespace {

constexpr Texts rename_all = {
    "Rename all files of the set to PFX.SUBJ.NNNNNN.YYYYMMDD.SEQ5.ENV[.TOTAL[.PART]] and send them "
    "again.",
    "Renommez tous les fichiers de l'envoi en PFX.SUBJ.NNNNNN.AAAAMMJJ.SEQ5.ENV[.TOTAL[.PARTIE]] "
    "et "
    "renvoyez-les.",
    "Hernoem alle bestanden van de zending naar PFX.SUBJ.NNNNNN.JJJJMMDD.SEQ5.ENV[.TOTAAL[.DEEL]] "
    "en stuur ze opnieuw.",
    "Benennen Sie alle Dateien der Sendung um in PFX.SUBJ.NNNNNN.JJJJMMTT.SEQ5.ENV[.ANZAHL[.TEIL]] "
    "und senden Sie sie erneut."};

constexpr Texts new_number = {
    "Send the set again under today's date with a sequence number that was not used yet.",
    "Renvoyez l'ensemble à la date du jour avec un numéro d'envoi encore libre.",
    "Stuur het geheel opnieuw met de datum van vandaag en een nog vrij zendingsnummer.",
    "Senden Sie den Satz erneut mit dem heutigen Datum und einer noch freien Sendungsnummer."};

constexpr Texts right_folder = {
    "Send the set again to the folder of its environment: R in IN, T in INTEST, S in INTEST-S.",
    "Renvoyez l'ensemble dans le répertoire de son environnement : R dans IN, T dans INTEST, S "
    "dans "
    "INTEST-S.",
    "Stuur het geheel opnieuw naar de map van zijn omgeving: R in IN, T in INTEST, S in INTEST-S.",
    "Senden Sie den Satz erneut in den Ordner seiner Umgebung: R in IN, T in INTEST, S in "
    "INTEST-S."};

constexpr Texts whole_set = {
    "Send the whole set again: every FI, an FS for each where signatures are needed, and GO last.",
    "Renvoyez l'ensemble complet : tous les FI, un FS pour chacun si la signature est requise, et "
    "GO "
    "en dernier.",
    "Stuur het volledige geheel opnieuw: alle FI, voor elk een FS waar een handtekening nodig is, "
    "en "
    "GO als laatste.",
    "Senden Sie den vollständigen Satz erneut: alle FI, zu jeder eine FS, wo eine Signatur nötig "
    "ist, und GO zuletzt."};

constexpr Texts own_number = {
    "Use your own sender number in the name, and your own folders.",
    "Utilisez votre propre numéro d'expéditeur dans le nom, et vos propres répertoires.",
    "Gebruik uw eigen verzendernummer in de naam, en uw eigen mappen.",
    "Verwenden Sie Ihre eigene Absendernummer im Namen und Ihre eigenen Ordner."};

constexpr Code row(std::uint16_t number, std::string_view name, bool retryable, Texts text,
                   const Texts& advice) {
    return {number,    CodeLevel::channel, name, Severity::B, true,
            retryable, Actor::sender,      text, advice};
}

constexpr Code rows[] = {
    row(107, "go-name", false,
        {"The name of the GO file does not follow the grammar",
         "Le nom du fichier GO ne respecte pas la grammaire",
         "De naam van het GO-bestand volgt de naamregels niet",
         "Der Name der GO-Datei folgt nicht den Namensregeln"},
        rename_all),
    row(108, "foreign-sender", false,
        {"The sender number in the name is not that of the folder's owner",
         "Le numéro d'expéditeur du nom n'est pas celui du propriétaire du répertoire",
         "Het verzendernummer in de naam is niet dat van de eigenaar van de map",
         "Die Absendernummer im Namen ist nicht die des Eigentümers des Ordners"},
        own_number),
    row(109, "date-length", false,
        {"The date in the name is not 8 characters long",
         "La date du nom ne compte pas 8 caractères", "De datum in de naam telt geen 8 tekens",
         "Das Datum im Namen hat nicht 8 Zeichen"},
        rename_all),
    row(110, "date-invalid", false,
        {"The date in the name is no day of the calendar (YYYYMMDD)",
         "La date du nom n'est pas un jour du calendrier (AAAAMMJJ)",
         "De datum in de naam is geen kalenderdag (JJJJMMDD)",
         "Das Datum im Namen ist kein Kalendertag (JJJJMMTT)"},
        rename_all),
    row(111, "date-in-future", true,
        {"The date in the name lies in the future", "La date du nom se situe dans le futur",
         "De datum in de naam ligt in de toekomst", "Das Datum im Namen liegt in der Zukunft"},
        new_number),
    row(112, "sequence-length", false,
        {"The sequence number in the name is not 5 characters long",
         "Le numéro d'envoi du nom ne compte pas 5 caractères",
         "Het zendingsnummer in de naam telt geen 5 tekens",
         "Die Sendungsnummer im Namen hat nicht 5 Zeichen"},
        rename_all),
    row(113, "sequence-not-numeric", false,
        {"The sequence number in the name holds something other than digits",
         "Le numéro d'envoi du nom contient autre chose que des chiffres",
         "Het zendingsnummer in de naam bevat iets anders dan cijfers",
         "Die Sendungsnummer im Namen enthält anderes als Ziffern"},
        rename_all),
    row(114, "parts-length", false,
        {"The number of parts in the name is not one digit",
         "Le nombre de parties du nom ne tient pas en un chiffre",
         "Het aantal delen in de naam is niet één cijfer",
         "Die Anzahl der Teile im Namen ist nicht eine Ziffer"},
        rename_all),
    row(115, "parts-not-numeric", false,
        {"The number of parts in the name is not a digit",
         "Le nombre de parties du nom n'est pas un chiffre",
         "Het aantal delen in de naam is geen cijfer",
         "Die Anzahl der Teile im Namen ist keine Ziffer"},
        rename_all),
    row(116, "parts-zero", false,
        {"The number of parts in the name is zero", "Le nombre de parties du nom est nul",
         "Het aantal delen in de naam is nul", "Die Anzahl der Teile im Namen ist null"},
        rename_all),
    row(117, "environment-unknown", false,
        {"The environment in the name is none of R, T and S",
         "L'environnement du nom n'est ni R, ni T, ni S",
         "De omgeving in de naam is niet R, T of S",
         "Die Umgebung im Namen ist weder R noch T noch S"},
        rename_all),
    row(118, "production-outside-in", true,
        {"A file of environment R was put outside IN",
         "Un fichier de l'environnement R a été déposé hors de IN",
         "Een bestand van omgeving R werd buiten IN geplaatst",
         "Eine Datei der Umgebung R wurde außerhalb von IN abgelegt"},
        right_folder),
    row(119, "test-outside-intest", true,
        {"A file of environment T was put outside INTEST",
         "Un fichier de l'environnement T a été déposé hors de INTEST",
         "Een bestand van omgeving T werd buiten INTEST geplaatst",
         "Eine Datei der Umgebung T wurde außerhalb von INTEST abgelegt"},
        right_folder),
    row(120, "data-files-count", true,
        {"There are more or fewer FI files than the name announces",
         "Il y a plus ou moins de fichiers FI que le nom n'en annonce",
         "Er zijn meer of minder FI-bestanden dan de naam aankondigt",
         "Es sind mehr oder weniger FI-Dateien da, als der Name ankündigt"},
        whole_set),
    row(121, "signature-not-wanted", true,
        {"This channel takes no signature file", "Ce canal n'accepte pas de fichier de signature",
         "Dit kanaal aanvaardt geen handtekeningbestand",
         "Dieser Kanal nimmt keine Signaturdatei an"},
        {"Send the set again without FS.", "Renvoyez l'ensemble sans FS.",
         "Stuur het geheel opnieuw zonder FS.", "Senden Sie den Satz erneut ohne FS."}),
    row(122, "signature-files-count", true,
        {"There are more or fewer FS files than needed",
         "Il y a plus ou moins de fichiers FS que nécessaire",
         "Er zijn meer of minder FS-bestanden dan nodig",
         "Es sind mehr oder weniger FS-Dateien da als nötig"},
        whole_set),
    row(123, "data-files-numbering", false,
        {"The parts of the FI files are misnumbered",
         "Les parties des fichiers FI sont mal numérotées",
         "De delen van de FI-bestanden zijn verkeerd genummerd",
         "Die Teile der FI-Dateien sind falsch nummeriert"},
        whole_set),
    row(124, "signature-files-numbering", false,
        {"The parts of the FS files are misnumbered",
         "Les parties des fichiers FS sont mal numérotées",
         "De delen van de FS-bestanden zijn verkeerd genummerd",
         "Die Teile der FS-Dateien sind falsch nummeriert"},
        whole_set),
    row(126, "date-too-old", false,
        {"The date in the name lies too far back", "La date du nom est trop ancienne",
         "De datum in de naam ligt te ver in het verleden",
         "Das Datum im Namen liegt zu weit zurück"},
        new_number),
    row(127, "sequence-zero", false,
        {"The sequence number in the name is zero", "Le numéro d'envoi du nom est nul",
         "Het zendingsnummer in de naam is nul", "Die Sendungsnummer im Namen ist null"},
        rename_all),
    row(128, "parts-too-many", false,
        {"The name announces more parts than are allowed",
         "Le nom annonce plus de parties que le maximum admis",
         "De naam kondigt meer delen aan dan toegelaten",
         "Der Name kündigt mehr Teile an als erlaubt"},
        {"Send the content in fewer and larger parts, or in several sets.",
         "Envoyez le contenu en moins de parties, ou en plusieurs ensembles.",
         "Stuur de inhoud in minder delen, of in meerdere gehelen.",
         "Senden Sie den Inhalt in weniger Teilen oder in mehreren Sätzen."}),
    row(129, "prefix-unknown", false,
        {"The prefix of the name is none of FI, FS, GO and TD",
         "Le préfixe du nom n'est ni FI, ni FS, ni GO, ni TD",
         "Het voorvoegsel van de naam is niet FI, FS, GO of TD",
         "Der Vorsatz des Namens ist weder FI, FS, GO noch TD"},
        rename_all),
    row(130, "go-missing", true,
        {"No GO came for these files in time", "Aucun GO n'est arrivé à temps pour ces fichiers",
         "Voor deze bestanden kwam niet op tijd een GO",
         "Zu diesen Dateien kam nicht rechtzeitig eine GO-Datei"},
        whole_set),
    row(131, "data-name", false,
        {"The name of an FI file does not follow the grammar",
         "Le nom d'un fichier FI ne respecte pas la grammaire",
         "De naam van een FI-bestand volgt de naamregels niet",
         "Der Name einer FI-Datei folgt nicht den Namensregeln"},
        rename_all),
    row(132, "signature-name", false,
        {"The name of an FS file does not follow the grammar",
         "Le nom d'un fichier FS ne respecte pas la grammaire",
         "De naam van een FS-bestand volgt de naamregels niet",
         "Der Name einer FS-Datei folgt nicht den Namensregeln"},
        rename_all),
    {133,
     CodeLevel::channel,
     "duplicate",
     Severity::B,
     true,
     false,
     Actor::sender,
     {"This file was sent before", "Ce fichier a déjà été envoyé",
      "Dit bestand werd al eerder verzonden", "Diese Datei wurde schon einmal gesendet"},
     {"Nothing to do when it was sent twice by mistake: the first one stands. Send other content "
      "under a new sequence number.",
      "Rien à faire si l'envoi a été répété par erreur : le premier reste valable. Envoyez un "
      "autre "
      "contenu sous un nouveau numéro d'envoi.",
      "Niets te doen als het bij vergissing tweemaal werd verzonden: het eerste blijft gelden. "
      "Stuur andere inhoud onder een nieuw zendingsnummer.",
      "Nichts zu tun, wenn es versehentlich zweimal gesendet wurde: die erste gilt. Senden Sie "
      "anderen Inhalt unter einer neuen Sendungsnummer."}},
    row(144, "environment-not-found", false,
        {"No environment can be read from the name",
         "Aucun environnement ne peut être lu dans le nom",
         "Uit de naam kan geen omgeving worden afgeleid",
         "Aus dem Namen ist keine Umgebung zu erkennen"},
        rename_all),
    row(257, "acceptance-outside-intest-s", true,
        {"A file of environment S was put outside INTEST-S",
         "Un fichier de l'environnement S a été déposé hors de INTEST-S",
         "Een bestand van omgeving S werd buiten INTEST-S geplaatst",
         "Eine Datei der Umgebung S wurde außerhalb von INTEST-S abgelegt"},
        right_folder),
    row(277, "cancelled", false,
        {"The file was cancelled before it was processed",
         "Le fichier a été annulé avant son traitement",
         "Het bestand werd geannuleerd voor het verwerkt was",
         "Die Datei wurde vor der Verarbeitung storniert"},
        new_number),
    row(367, "sequence-character", false,
        {"The sequence number holds a character other than 0-9 and A-Z",
         "Le numéro d'envoi contient un caractère autre que 0-9 et A-Z",
         "Het zendingsnummer bevat een ander teken dan 0-9 en A-Z",
         "Die Sendungsnummer enthält ein anderes Zeichen als 0-9 und A-Z"},
        rename_all),
};

}  // namespace

std::span<const Code> name_codes() {
    return rows;
}

}  // namespace core::detail

// The sentences of findings: {e} is the element, {0} {1} the details. Never a value from the data.
#include <array>

#include "core/code_table.hpp"
#include "core/ensure.hpp"

namespace core {
namespace {

struct Row {
    Reason reason;
    std::string_view name;
    Texts texts;
};

constexpr Row rows[] = {
    {Reason::element_missing,
     "element-missing",
     {"{e} is missing; expected here: {0}.", "{e} manque ; attendu ici : {0}.",
      "{e} ontbreekt; hier verwacht: {0}.", "{e} fehlt; hier erwartet: {0}."}},
    {Reason::content_missing,
     "content-missing",
     {"An element is missing in {e}.", "Il manque un élément dans {e}.",
      "In {e} ontbreekt een element.", "In {e} fehlt ein Element."}},
    {Reason::element_unexpected,
     "element-unexpected",
     {"{e} does not belong here; expected here: {0}.",
      "{e} n'est pas à sa place ; attendu ici : {0}.", "{e} hoort hier niet; hier verwacht: {0}.",
      "{e} gehört nicht hierher; hier erwartet: {0}."}},
    {Reason::element_unknown,
     "element-unknown",
     {"The schema knows no {e} here.", "Le schéma ne connaît pas {e} ici.",
      "Het schema kent hier geen {e}.", "Das Schema kennt hier kein {e}."}},
    {Reason::element_repeated,
     "element-repeated",
     {"{e} occurs more than {0} times.", "{e} apparaît plus de {0} fois.",
      "{e} komt meer dan {0} keer voor.", "{e} kommt mehr als {0}-mal vor."}},
    {Reason::element_not_empty,
     "element-not-empty",
     {"{e} must be empty.", "{e} doit être vide.", "{e} moet leeg zijn.", "{e} muss leer sein."}},
    {Reason::text_not_allowed,
     "text-not-allowed",
     {"{e} may hold elements, but no text.", "{e} peut contenir des éléments, mais pas de texte.",
      "{e} mag elementen bevatten, maar geen tekst.",
      "{e} darf Elemente enthalten, aber keinen Text."}},
    {Reason::attribute_missing,
     "attribute-missing",
     {"The attribute {0} is missing.", "L'attribut {0} manque.", "Het attribuut {0} ontbreekt.",
      "Das Attribut {0} fehlt."}},
    {Reason::attribute_unknown,
     "attribute-unknown",
     {"The schema knows no attribute {0} here.", "Le schéma ne connaît pas d'attribut {0} ici.",
      "Het schema kent hier geen attribuut {0}.", "Das Schema kennt hier kein Attribut {0}."}},
    {Reason::element_abstract,
     "element-abstract",
     {"{e} is abstract: one of its derived elements or types must stand here.",
      "{e} est abstrait : un de ses éléments ou types dérivés doit figurer ici.",
      "{e} is abstract: hier moet een afgeleid element of type staan.",
      "{e} ist abstrakt: hier muss ein abgeleitetes Element oder ein abgeleiteter Typ stehen."}},
    {Reason::nil_not_allowed,
     "nil-not-allowed",
     {"This element may not be nil, or is nil and not empty.",
      "Cet élément ne peut pas être nil, ou l'est sans être vide.",
      "Dit element mag niet nil zijn, of is nil en niet leeg.",
      "Dieses Element darf nicht nil sein oder ist nil und nicht leer."}},
    {Reason::type_not_derived,
     "type-not-derived",
     {"The type named by xsi:type may not stand for the declared one.",
      "Le type nommé par xsi:type ne peut pas remplacer celui qui est déclaré.",
      "Het type in xsi:type kan niet in de plaats van het verklaarde komen.",
      "Der in xsi:type genannte Typ darf nicht für den erklärten stehen."}},
    {Reason::type_unknown,
     "type-unknown",
     {"The type named by xsi:type is unknown.", "Le type nommé par xsi:type est inconnu.",
      "Het type in xsi:type is niet gekend.", "Der in xsi:type genannte Typ ist unbekannt."}},
    {Reason::fixed_value,
     "fixed-value",
     {"{e} must have the fixed value of the schema.",
      "{e} doit avoir la valeur fixée par le schéma.",
      "{e} moet de vaste waarde van het schema hebben.",
      "{e} muss den festen Wert des Schemas haben."}},
    {Reason::value_empty,
     "value-empty",
     {"{e} may not be empty.", "{e} ne peut pas être vide.", "{e} mag niet leeg zijn.",
      "{e} darf nicht leer sein."}},
    {Reason::not_numeric,
     "not-numeric",
     {"{e} must be a number.", "{e} doit être un nombre.", "{e} moet een getal zijn.",
      "{e} muss eine Zahl sein."}},
    {Reason::pattern,
     "pattern",
     {"{e} does not have the required form.", "{e} n'a pas la forme requise.",
      "{e} heeft niet de vereiste vorm.", "{e} hat nicht die verlangte Form."}},
    {Reason::enumeration,
     "enumeration",
     {"{e} is not one of the allowed values.", "{e} n'est pas une des valeurs admises.",
      "{e} is niet een van de toegelaten waarden.", "{e} ist keiner der erlaubten Werte."}},
    {Reason::length,
     "length",
     {"{e} must have between {0} and {1} characters.",
      "{e} doit compter entre {0} et {1} caractères.", "{e} moet tussen {0} en {1} tekens tellen.",
      "{e} muss zwischen {0} und {1} Zeichen haben."}},
    {Reason::range,
     "range",
     {"{e} must lie between {0} and {1}.", "{e} doit se situer entre {0} et {1}.",
      "{e} moet tussen {0} en {1} liggen.", "{e} muss zwischen {0} und {1} liegen."}},
    {Reason::total_digits,
     "total-digits",
     {"{e} has too many digits.", "{e} compte trop de chiffres.", "{e} heeft te veel cijfers.",
      "{e} hat zu viele Ziffern."}},
    {Reason::fraction_digits,
     "fraction-digits",
     {"{e} may have at most {0} digits after the point.",
      "{e} peut compter au plus {0} chiffres après la virgule.",
      "{e} mag ten hoogste {0} cijfers na de komma hebben.",
      "{e} darf höchstens {0} Ziffern nach dem Komma haben."}},
    {Reason::datatype,
     "datatype",
     {"{e} must be of the type {0}.", "{e} doit être du type {0}.",
      "{e} moet van het type {0} zijn.", "{e} muss vom Typ {0} sein."}},
    {Reason::check_digits,
     "check-digits",
     {"The check digits of {e} ({0}) do not match.",
      "Les chiffres de contrôle de {e} ({0}) ne correspondent pas.",
      "De controlecijfers van {e} ({0}) kloppen niet.",
      "Die Prüfziffern von {e} ({0}) stimmen nicht."}},
    {Reason::duplicate,
     "duplicate",
     {"{e} occurs more than once where it must be unique.",
      "{e} apparaît plus d'une fois alors qu'il doit être unique.",
      "{e} komt meer dan eens voor waar het uniek moet zijn.",
      "{e} kommt mehr als einmal vor, muss aber eindeutig sein."}},
    {Reason::key_missing,
     "key-missing",
     {"A part of the key of {e} is missing.", "Une partie de la clé de {e} manque.",
      "Een deel van de sleutel van {e} ontbreekt.", "Ein Teil des Schlüssels von {e} fehlt."}},
    {Reason::keyref_unmatched,
     "keyref-unmatched",
     {"{e} refers to something that is not there.", "{e} renvoie à quelque chose d'absent.",
      "{e} verwijst naar iets dat er niet is.", "{e} verweist auf etwas, das nicht da ist."}},
    {Reason::total_differs,
     "total-differs",
     {"{e} declares {0}; calculated: {1}.", "{e} déclare {0} ; calculé : {1}.",
      "{e} geeft {0} aan; berekend: {1}.", "{e} gibt {0} an; berechnet: {1}."}},
    {Reason::limit,
     "limit",
     {"{e} goes over the limit {0} ({1}).", "{e} dépasse la limite {0} ({1}).",
      "{e} overschrijdt de grens {0} ({1}).", "{e} überschreitet die Grenze {0} ({1})."}},
    {Reason::xml_syntax,
     "xml-syntax",
     {"The XML is not well-formed here; expected: {0}.",
      "Le XML n'est pas bien formé ici ; attendu : {0}.",
      "De XML is hier niet welgevormd; verwacht: {0}.",
      "Das XML ist hier nicht wohlgeformt; erwartet: {0}."}},
    {Reason::encoding,
     "encoding",
     {"These bytes are no text in {0}.", "Ces octets ne forment pas un texte en {0}.",
      "Deze bytes zijn geen tekst in {0}.", "Diese Bytes sind kein Text in {0}."}},
    {Reason::doctype,
     "doctype",
     {"A document type declaration is not accepted.",
      "Une déclaration de type de document n'est pas admise.",
      "Een documenttypedeclaratie wordt niet aanvaard.",
      "Eine Dokumenttypdeklaration wird nicht angenommen."}},
    {Reason::schema_unknown,
     "schema-unknown",
     {"No schema of this flow fits the document.",
      "Aucun schéma de ce flux ne convient au document.",
      "Geen schema van deze stroom past bij het document.",
      "Kein Schema dieses Flusses passt zu dem Dokument."}},
    {Reason::root_unknown,
     "root-unknown",
     {"The root element {e} is not that of this flow.",
      "L'élément racine {e} n'est pas celui de ce flux.",
      "Het wortelelement {e} is niet dat van deze stroom.",
      "Das Wurzelelement {e} ist nicht das dieses Flusses."}},
    {Reason::line_too_short,
     "line-too-short",
     {"The line is too short for its fields.", "La ligne est trop courte pour ses champs.",
      "De regel is te kort voor zijn velden.", "Die Zeile ist zu kurz für ihre Felder."}},
    {Reason::line_too_long,
     "line-too-long",
     {"The line is longer than its fields.", "La ligne est plus longue que ses champs.",
      "De regel is langer dan zijn velden.", "Die Zeile ist länger als ihre Felder."}},
    {Reason::record_type_unknown,
     "record-type-unknown",
     {"No line of this kind may stand here.", "Aucune ligne de ce genre ne peut figurer ici.",
      "Hier mag geen regel van deze soort staan.",
      "Eine Zeile dieser Art darf hier nicht stehen."}},
    {Reason::trailer_missing,
     "trailer-missing",
     {"The closing line is missing.", "La ligne de fin manque.", "De slotregel ontbreekt.",
      "Die Schlusszeile fehlt."}},
    {Reason::count_differs,
     "count-differs",
     {"{e} counts {0}; found: {1}.", "{e} compte {0} ; trouvé : {1}.",
      "{e} telt {0}; gevonden: {1}.", "{e} zählt {0}; gefunden: {1}."}},
    {Reason::referee,
     "referee",
     {"{e} does not follow the schema: {0}", "{e} ne respecte pas le schéma : {0}",
      "{e} volgt het schema niet: {0}", "{e} folgt dem Schema nicht: {0}"}},
    {Reason::person_not_integrated,
     "person-not-integrated",
     {"You hold no file on the person in {e} at the reference date.",
      "Vous ne gérez pas de dossier pour la personne de {e} à la date de référence.",
      "U beheert op de referentiedatum geen dossier voor de persoon in {e}.",
      "Sie führen zum Bezugsdatum keine Akte über die Person in {e}."}},
    {Reason::person_replaced,
     "person-replaced",
     {"The number in {e} has been replaced by another one.",
      "Le numéro de {e} a été remplacé par un autre.",
      "Het nummer in {e} is door een ander vervangen.",
      "Die Nummer in {e} wurde durch eine andere ersetzt."}},
    {Reason::mandate_missing,
     "mandate-missing",
     {"No mandate for {e} is in force.", "Aucun mandat pour {e} n'est en vigueur.",
      "Er is geen geldig mandaat voor {e}.", "Für {e} gilt kein Mandat."}},
    {Reason::mandate_other,
     "mandate-other",
     {"The mandate for {e} does not cover this message or this capacity.",
      "Le mandat pour {e} ne couvre pas ce message ou cette qualité.",
      "Het mandaat voor {e} geldt niet voor dit bericht of deze hoedanigheid.",
      "Das Mandat für {e} umfasst diese Nachricht oder diese Eigenschaft nicht."}},
    {Reason::enclosure_absent,
     "enclosure-absent",
     {"{e} names a document that did not come with the file.",
      "{e} nomme un document qui n'accompagne pas le fichier.",
      "{e} noemt een document dat niet bij het bestand zit.",
      "{e} nennt ein Dokument, das der Datei nicht beiliegt."}},
    {Reason::enclosure_unnamed,
     "enclosure-unnamed",
     {"Documents came with the file that no record names, and go nowhere: {0}.",
      "Des documents accompagnent le fichier sans qu'aucun enregistrement les nomme, et ne vont "
      "nulle part : {0}.",
      "Bij het bestand zitten documenten die geen enkel record noemt, en die nergens heen gaan: "
      "{0}.",
      "Der Datei liegen Dokumente bei, die kein Datensatz nennt und die nirgendwohin gehen: {0}."}},
    {Reason::enclosure_encrypted,
     "enclosure-encrypted",
     {"The document that {e} names is encrypted in its archive.",
      "Le document que {e} nomme est chiffré dans son archive.",
      "Het document dat {e} noemt is in zijn archief versleuteld.",
      "Das Dokument, das {e} nennt, ist in seinem Archiv verschlüsselt."}},
    {Reason::enclosure_damaged,
     "enclosure-damaged",
     {"The document that {e} names is damaged, or packed in a way that is not taken here.",
      "Le document que {e} nomme est endommagé, ou comprimé d'une manière non admise ici.",
      "Het document dat {e} noemt is beschadigd, of ingepakt op een manier die hier niet wordt "
      "aanvaard.",
      "Das Dokument, das {e} nennt, ist beschädigt oder auf eine Art gepackt, die hier nicht "
      "angenommen wird."}},
    {Reason::archive_damaged,
     "archive-damaged",
     {"The archive of documents cannot be read.", "L'archive des documents est illisible.",
      "Het archief met documenten is onleesbaar.", "Das Archiv der Dokumente ist nicht lesbar."}},
    {Reason::archive_name,
     "archive-name",
     {"The archive of documents holds a name that is not taken: it leads out of its folder, is no "
      "UTF-8, or is one of the channel itself.",
      "L'archive des documents contient un nom non admis : il mène hors de son répertoire, n'est "
      "pas en UTF-8, ou est un nom du canal même.",
      "Het archief met documenten bevat een naam die niet wordt aanvaard: hij leidt uit zijn map, "
      "is geen UTF-8, of is er een van het kanaal zelf.",
      "Das Archiv der Dokumente enthält einen Namen, der nicht angenommen wird: er führt aus "
      "seinem Ordner, ist kein UTF-8 oder einer des Kanals selbst."}},
    {Reason::archive_name_repeated,
     "archive-name-repeated",
     {"Two documents that came with the file have the same name.",
      "Deux documents qui accompagnent le fichier portent le même nom.",
      "Twee documenten die bij het bestand zitten hebben dezelfde naam.",
      "Zwei Dokumente, die der Datei beiliegen, haben denselben Namen."}},
};

constexpr std::size_t count = sizeof rows / sizeof rows[0];

constexpr std::array<Reason, count> listed() {
    std::array<Reason, count> all{};
    for (std::size_t i = 0; i < count; ++i) all[i] = rows[i].reason;
    return all;
}
constexpr std::array<Reason, count> all_reasons = listed();

// The rows stand in the order of the enumeration, so that a reason is its own index.
constexpr bool in_order() {
    for (std::size_t i = 0; i < count; ++i) {
        if (static_cast<std::size_t>(rows[i].reason) != i) return false;
    }
    return static_cast<std::size_t>(Reason::archive_name_repeated) + 1 == count;
}
static_assert(in_order(), "every core::Reason has its sentence, in the order of the enumeration");

const Row& row_of(Reason reason) {
    const auto index = static_cast<std::size_t>(reason);
    ENSURE(index < count);
    return rows[index];
}

}  // namespace

const Texts& reason_texts(Reason reason) {
    return row_of(reason).texts;
}

std::string_view to_string(Reason reason) {
    return row_of(reason).name;
}

std::span<const Reason> reasons() {
    return all_reasons;
}

}  // namespace core

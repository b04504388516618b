// generate [options] > FILE: quarterly declarations for jobs/dmfa.xml, of any size, the same bytes
// for the same options. Persons are drawn from a population of fixed size, so that a reference
// directory
// (--directory) of the same population knows them.
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <iostream>
#include <string>
#include <string_view>

namespace {

struct Options {
    std::uint64_t bytes = 10'000'000;
    std::uint64_t seed = 1;
    std::uint64_t population = 1'000'000;
    unsigned recipients = 40;   // of the directory
    unsigned bad_permille = 0;  // records with one fault each
    unsigned records = 0;       // of each form; 0: 1 to 24, of every tenth form up to 200
    unsigned parts = 1;         // more than one: files PREFIX.1, PREFIX.2, ...
    std::string prefix = "part";
    std::string sender = "100101";
    std::string directory;  // write the reference directory there, and no declarations
    bool indent = false;
};

class Random {  // splitmix64
  public:
    explicit Random(std::uint64_t seed) : state_(seed * 0x9E3779B97F4A7C15ULL + 1) {}
    std::uint64_t operator()(std::uint64_t below) {
        state_ += 0x9E3779B97F4A7C15ULL;
        std::uint64_t z = state_;
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9ULL;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EBULL;
        return (z ^ (z >> 31)) % below;
    }
    bool chance(unsigned percent) { return (*this)(100) < percent; }

  private:
    std::uint64_t state_;
};

std::string digits(std::uint64_t number, unsigned width) {
    std::string text = std::to_string(number);
    return text.size() >= width ? text : std::string(width - text.size(), '0') + text;
}

struct Person {
    std::string insz, birthdate;
};

// Born 1940 to 2007 on one of the first 28 days of a month.
Person person_of(std::uint64_t index, std::uint64_t population) {
    const std::uint64_t mixed = (index * 1'000'003 + 17) % population;
    const std::uint64_t year = 1940 + mixed % 68, month = 1 + mixed / 68 % 12,
                        day = 1 + mixed / 816 % 28, serial = 1 + mixed / 22848 % 997;
    const std::uint64_t nine = ((year % 100 * 100 + month) * 100 + day) * 1000 + serial;
    const std::uint64_t whole = year < 2000 ? nine : 2'000'000'000 + nine;
    return {digits(nine, 9) + digits(97 - whole % 97, 2),
            digits(year, 4) + "-" + digits(month, 2) + "-" + digits(day, 2)};
}

std::string with_97(std::uint64_t eight) {
    return digits(eight, 8) + digits(97 - eight % 97, 2);
}
std::string noss(std::uint64_t seven) {
    return digits(seven, 7) + digits(96 - seven * 100 % 97, 2);
}

constexpr std::string_view last_names[] = {
    "Peeters", "Janssens", "De Smet",  "Dubois",    "Lambert",   "Lefèvre",        "Müller",
    "Maes",    "Claes",    "D'Hondt",  "Özdemir",   "El Amrani", "Vandenbroucke",  "Nguyễn",
    "Wouters", "Simon",    "Leclercq", "Hernández", "Mertens",   "Van den Bossche"};
constexpr std::string_view first_names[] = {"Marie", "Jean",  "Luc",  "Anne", "Zoé",    "Élise",
                                            "Jan",   "Sofie", "Bart", "Noor", "Fatima", "Koen",
                                            "Chloé", "Louis", "Emma", "Tom"};
constexpr std::string_view companies[] = {"Boulangerie Bon Exemple", "Bouwbedrijf Voorbeeld",
                                          "École du Modèle", "Garage &amp; Fils", "Transport NV"};
constexpr std::string_view statuses[] = {"A1", "B1", "D1", "E1", "LP", "TW"};

class Writer {
  public:
    Writer(bool indent, int depth) : indent_(indent), depth_(depth) {}
    void open(std::string_view name) {
        line();
        text += '<';
        text.append(name).append(">");
        ++depth_;
    }
    void close(std::string_view name) {
        --depth_;
        line();
        text += "</";
        text.append(name).append(">");
    }
    void leaf(std::string_view name, std::string_view value) {
        line();
        text += '<';
        text.append(name).append(">").append(value).append("</").append(name).append(">");
    }
    void leaf(std::string_view name, std::uint64_t value) { leaf(name, std::to_string(value)); }
    std::string text;

  private:
    void line() {
        if (!indent_) return;
        text += '\n';
        text.append(static_cast<std::size_t>(2 * depth_), ' ');
    }
    bool indent_;
    int depth_;
};

template <std::size_t N>
std::string_view pick(Random& random, const std::string_view (&from)[N]) {
    return from[random(N)];
}

std::string date(Random& random, std::uint64_t first, std::uint64_t years) {
    return digits(first + random(years), 4) + "-" + digits(1 + random(12), 2) + "-" +
           digits(1 + random(28), 2);
}

// One fault a bad record, of these kinds.
enum class Fault { none, check_digits, letter, missing, unknown, order, empty };

void occupation(Random& random, Writer& out, std::uint64_t number, bool letter) {
    out.open("Occupation");
    out.leaf("OccupationSequenceNbr", number);
    out.leaf("LocalUnitID", with_97(20'000'000 + random(9'999'999)));
    out.leaf("OccupationStartingDate", date(random, 2000, 26));
    if (random.chance(12)) out.leaf("OccupationEndingDate", date(random, 2026, 1));
    out.leaf("JointCommissionNbr",
             digits(100 + random(240), 3) + (random.chance(10) ? "." + digits(random(9), 2) : ""));
    out.leaf("WorkingDaysSystem", random.chance(80) ? 500 : random(701));
    out.leaf("ContractType", random.chance(70) ? 0 : 1);
    out.leaf("RefMeanWorkingHours", letter ? "38OO" : "3800");
    out.leaf("MeanWorkingHours", 1000 + random(2800));
    if (random.chance(15)) out.leaf("WorkerStatus", pick(random, statuses));
    out.leaf("Retired", random.chance(97) ? 0 : 1);
    for (std::uint64_t i = 1, most = 1 + random(3); i <= most; ++i) {
        out.open("Service");
        out.leaf("ServiceSequenceNbr", i);
        out.leaf("ServiceCode", digits(1 + random(120), 3));
        out.leaf("ServiceNbrDays", 1 + random(6600));
        if (random.chance(60)) out.leaf("ServiceNbrHours", 1 + random(50000));
        out.close("Service");
    }
    for (std::uint64_t i = 1, most = 1 + random(3); i <= most; ++i) {
        out.open("Remun");
        out.leaf("RemunSequenceNbr", i);
        out.leaf("RemunCode", digits(1 + random(20), 3));
        if (random.chance(20)) out.leaf("BonusPaymentFrequency", 1 + random(12));
        out.leaf("RemunAmount", random(1'500'000));
        out.close("Remun");
    }
    out.close("Occupation");
}

void worker_record(Random& random, Writer& out, Fault fault, std::string_view quarter_begin,
                   std::string_view quarter_end) {
    out.open("WorkerRecord");
    out.leaf("EmployerClass", digits(random(1000), 3));
    if (fault != Fault::missing)
        out.leaf("WorkerCode", digits(random.chance(50) ? 495 : random(1000), 3));
    out.leaf("NOSSQuarterStartingDate", fault == Fault::order ? quarter_end : quarter_begin);
    if (fault == Fault::order) out.leaf("Border", 0);
    out.leaf("NOSSQuarterEndingDate", quarter_end);
    if (fault != Fault::order) out.leaf("Border", random.chance(98) ? 0 : 1);
    for (std::uint64_t i = 1, most = random.chance(85) ? 1 : 2; i <= most; ++i)
        occupation(random, out, i, fault == Fault::letter);
    if (random.chance(8)) {
        out.open("StudentContribution");
        out.leaf("StudentRemunAmount", random(400'000));
        out.leaf("StudentContributionAmount", random(40'000));
        out.leaf("StudentHoursNbr", random(475));
        out.close("StudentContribution");
    } else {
        for (std::uint64_t i = 0, most = 1 + random(3); i < most; ++i) {
            out.open("WorkerContribution");
            out.leaf("ContributionWorkerCode", digits(random.chance(50) ? 495 : random(1000), 3));
            out.leaf("ContributionType", random(2));
            if (random.chance(85)) out.leaf("ContributionCalculationBasis", random(1'800'000));
            out.leaf("ContributionAmount", random(800'000));
            out.close("WorkerContribution");
        }
    }
    for (std::uint64_t i = 0, most = random.chance(60) ? 0 : 1 + random(2); i < most; ++i) {
        out.open("WorkerDeduction");
        out.leaf("DeductionCode", digits(random(10'000), 4));
        if (random.chance(50)) out.leaf("DeductionCalculationBasis", random(1'500'000));
        out.leaf("DeductionAmount", random(200'000));
        if (random.chance(40)) out.leaf("DeductionRightStartingDate", date(random, 2015, 11));
        out.close("WorkerDeduction");
    }
    out.close("WorkerRecord");
}

// Gives what the person owes.
std::uint64_t natural_person(const Options& options, Random& random, Writer& out,
                             std::uint64_t number) {
    const bool bad = random(1000) < options.bad_permille;
    const auto fault = bad ? static_cast<Fault>(1 + random(6)) : Fault::none;
    Person person = person_of(random(options.population), options.population);
    if (fault == Fault::check_digits) person.insz.back() = person.insz.back() == '0' ? '1' : '0';
    const std::uint64_t owed = random(900'000);
    out.open("NaturalPerson");
    out.leaf("NaturalPersonSequenceNbr", number);
    out.leaf("INSS", person.insz);
    out.leaf("WorkerName", fault == Fault::empty ? "" : pick(random, last_names));
    out.leaf("WorkerFirstName", pick(random, first_names));
    out.leaf("WorkerBirthdate", person.birthdate);
    if (random.chance(40))
        out.leaf("NaturalPersonUserReference", "P-" + digits(random(100'000), 5));
    out.leaf("OwedAmount", owed);
    if (fault == Fault::unknown) out.leaf("Nickname", "x");
    for (std::uint64_t i = 0, most = random.chance(90) ? 1 : 2; i < most; ++i)
        worker_record(random, out, fault, "2026-01-01", "2026-03-31");
    out.close("NaturalPerson");
    return owed;
}

struct Totals {
    std::uint64_t forms = 0, persons = 0;
};

std::string form(const Options& options, Random& random, Totals& totals) {
    const std::uint64_t persons =
        options.records > 0 ? options.records : 1 + random(random.chance(10) ? 200 : 24);
    std::uint64_t owed = 0;
    Writer workers(options.indent, 3);
    for (std::uint64_t i = 1; i <= persons; ++i)
        owed += natural_person(options, random, workers, i);
    ++totals.forms;
    totals.persons += persons;

    Writer out(options.indent, 1);
    out.open("Form");
    out.leaf("Identification", "DMFA");
    out.leaf("FormCreationDate", "2026-04-14");
    out.leaf("FormCreationHour", "09:12:00.000");
    out.leaf("AttestationStatus", 0);
    out.leaf("TypeForm", "SU");
    out.open("Reference");
    out.leaf("ReferenceType", 1);
    out.leaf("ReferenceOrigin", 1);
    out.leaf("ReferenceNbr",
             "G" + digits(options.seed % 10'000'000, 4) + "-" + digits(totals.forms, 9));
    out.close("Reference");
    out.open("EmployerDeclaration");
    out.leaf("Quarter", 20261);
    out.leaf("NOSSRegistrationNbr", noss(1'000'000 + random(8'999'999)));
    out.leaf("Trusteeship", random.chance(95) ? 0 : 1);
    out.leaf("CompanyID", with_97(1'000'000 + random(18'999'999)));
    if (random.chance(80)) out.leaf("EmployerName", pick(random, companies));
    out.leaf("NetOwedAmount", owed);
    out.leaf("System5", random.chance(90) ? 0 : 1);
    if (random.chance(10)) out.leaf("HolidayStartingDate", date(random, 2026, 1));
    out.text += workers.text;
    if (random.chance(30)) {
        out.open("ContributionUnrelatedToNP");
        out.leaf("UnrelatedEmployerClass", digits(random(1000), 3));
        out.leaf("UnrelatedWorkerCode", digits(random(1000), 3));
        out.leaf("UnrelatedAmount", random(900'000));
        out.close("ContributionUnrelatedToNP");
    }
    out.leaf("NaturalPersonCount", persons);
    out.close("EmployerDeclaration");
    out.close("Form");
    return out.text;
}

void file(const Options& options, std::uint64_t bytes, Random& random, std::ostream& to) {
    Totals totals;
    Writer head(options.indent, 1);
    head.text = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<DmfA>";
    head.open("FileHeader");
    head.leaf("SenderId", options.sender);
    head.leaf("ProducedOn", "2026-04-14");
    head.leaf("Producer", "generate 1.0");
    head.close("FileHeader");
    to << head.text;
    std::uint64_t written = head.text.size();
    do {
        const std::string text = form(options, random, totals);
        to << text;
        written += text.size();
    } while (written < bytes);
    Writer tail(options.indent, 1);
    tail.open("FileTrailer");
    tail.leaf("FormCount", totals.forms);
    tail.leaf("NaturalPersonCount", totals.persons);
    tail.close("FileTrailer");
    to << tail.text << (options.indent ? "\n" : "") << "</DmfA>\n";
    std::cerr << totals.forms << " forms, " << totals.persons << " records\n";
}

void directory(const Options& options) {
    std::ofstream out(options.directory, std::ios::binary);
    out << "insz,partner,sector,institution_type,quality,from,to\n";
    for (std::uint64_t i = 0; i < options.population; ++i)
        out << person_of(i, options.population).insz << ',' << 400'001 + i % options.recipients
            << ",0,0,1,2020-01-01,\n";
}

int usage() {
    std::cerr << "generate [--bytes N] [--seed N] [--layout compact|indent] [--bad PERMILLE]\n"
                 "         [--parts N --prefix PATH] [--sender N] [--population N]\n"
                 "         [--records N] [--directory FILE --recipients N]\n";
    return 2;
}

}  // namespace

int main(int argc, char** argv) {
    std::ios::sync_with_stdio(false);
    Options options;
    for (int i = 1; i + 1 < argc; i += 2) {
        const std::string name = argv[i], value = argv[i + 1];
        const std::uint64_t number = std::strtoull(value.c_str(), nullptr, 10);
        if (name == "--bytes")
            options.bytes = number;
        else if (name == "--seed")
            options.seed = number;
        else if (name == "--layout" && (value == "compact" || value == "indent"))
            options.indent = value == "indent";
        else if (name == "--bad")
            options.bad_permille = static_cast<unsigned>(number);
        else if (name == "--records")
            options.records = static_cast<unsigned>(number);
        else if (name == "--parts" && number >= 1 && number <= 9)
            options.parts = static_cast<unsigned>(number);
        else if (name == "--prefix")
            options.prefix = value;
        else if (name == "--sender")
            options.sender = value;
        else if (name == "--population" && number > 0)
            options.population = number;
        else if (name == "--directory")
            options.directory = value;
        else if (name == "--recipients" && number > 0)
            options.recipients = static_cast<unsigned>(number);
        else
            return usage();
    }
    if (argc % 2 == 0) return usage();
    if (!options.directory.empty()) {
        directory(options);
        return 0;
    }
    Random random(options.seed);
    if (options.parts == 1) {
        file(options, options.bytes, random, std::cout);
        return std::cout.flush() ? 0 : 3;
    }
    for (unsigned part = 1; part <= options.parts; ++part) {
        std::ofstream out(options.prefix + "." + std::to_string(part), std::ios::binary);
        file(options, options.bytes / options.parts, random, out);
        if (!out.flush()) return 3;
    }
    return 0;
}

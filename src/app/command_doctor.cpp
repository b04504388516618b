// sluice doctor: what is missing, wrong or about to expire, and what to do about it.
#include <algorithm>
#include <iostream>

#include "app/backup.hpp"
#include "app/command_list.hpp"
#include "app/doctor.hpp"
#include "app/json.hpp"
#include "app/terminal.hpp"
#include "io/file.hpp"
#include "seal/key_roll.hpp"

namespace app {

static constexpr int exit_complaints = 3;

static void print(const Complaint& complaint) {
    std::cout << (complaint.serious ? coloured("wrong", Colour::red)
                                    : coloured("note ", Colour::yellow))
              << "  " << complaint.about << ": " << complaint.problem << "\n       "
              << complaint.advice << '\n';
}

static int run_doctor(const Arguments& arguments) {
    Home home(arguments);
    auto complaints = Examination(home).run();
    for (const std::string& folder : arguments.all("backup"))
        if (auto problem = check_backup(folder, seal::log_keys(home.keys_folder()));
            !problem.empty())
            complaints.push_back({true, io::printable(folder), std::move(problem),
                                  "do not rely on it; make another: sluice backup"});
    bool serious = false;
    for (const Complaint& complaint : complaints) {
        serious = serious || complaint.serious;
        if (arguments.has("json"))
            std::cout << JsonObject()
                             .text("level", complaint.serious ? "wrong" : "note")
                             .text("about", complaint.about)
                             .text("problem", complaint.problem)
                             .text("advice", complaint.advice)
                             .str()
                      << '\n';
        else
            print(complaint);
    }
    if (!serious && !arguments.has("json"))
        std::cout << coloured("good", Colour::green) << "   nothing is wrong with this home\n";
    return serious ? exit_complaints : 0;
}

static constexpr Option options[] = {
    {"json", "", "one JSON object a complaint"},
    {"backup", "DIR", "also verify this backup: signed list, lengths, digests", true},
};

const Command doctor_command{
    "doctor",
    "",
    "tell what is missing, wrong or about to expire",
    "Looks at everything a night needs: jobs and partners, folders and their permissions, that "
    "all\n"
    "of spool is one file system, free space, our keys and the partners' certificates, trusted\n"
    "authorities and revocation lists, the ledger, the clock, what waits in the landing zone, and\n"
    "deliveries that do not get through. Each complaint says what to do.\n"
    "\n"
    "Exit status 0: nothing is wrong (notes may be printed); 3: something is.",
    "sluice doctor",
    options,
    0,
    0,
    run_doctor};

}  // namespace app

// sluice key export: what partners need to verify us.
#include <iostream>

#include "app/command_list.hpp"
#include "app/home.hpp"
#include "seal/key_history.hpp"

namespace app {

static int run_key_export(const Arguments& arguments) {
    Home home(arguments);
    const bool all = arguments.has("all");
    if (arguments.has("log") && arguments.has("history")) {
        std::cout << seal::key_history(home.keys_folder(), home.keys().log(), home.now());
        return 0;
    }
    if (arguments.has("log")) {
        std::cout << home.keys().log().verifier().text() << '\n';
        if (!all) return 0;
        const auto keys = seal::log_keys(home.keys_folder());
        for (std::size_t i = 1; i < keys.size(); ++i) std::cout << keys[i].text() << '\n';
        return 0;
    }
    std::cout << home.keys().public_chain();
    if (all) std::cout << seal::former_signer_chains(home.keys_folder());
    return 0;
}

static constexpr Option options[] = {
    {"all", "", "also the former ones, the active one first"},
    {"log", "", "the key of the journal instead, as a verifier key of C2SP signed notes"},
    {"history", "",
     "with --log: all its keys with their times, as a note that the active one signed"},
};

const Command key_export_command{
    "key export",
    "",
    "print our public certificates, or the journal's key",
    "Prints the signing certificate and its authority as PEM: what a partner needs to verify the "
    "FS\n"
    "files of our answers and parcels with any tool. Nothing secret is printed.",
    "sluice key export > sluice-chain.pem",
    options,
    0,
    0,
    run_key_export};

}  // namespace app

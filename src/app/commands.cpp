// The table of all commands, in the order of the manual.
#include <vector>

#include "app/command_list.hpp"

namespace app {

std::span<const Command> commands() {
    static const std::vector<Command> table{
        init_command,           receive_command,    run_command,
        check_command,          status_command,     show_command,
        report_command,         forecast_command,
        retry_command,          redeliver_command,  hold_command,
        release_command,        cancel_command,     doctor_command,
        job_check_command,      key_export_command, receipt_verify_command,
        journal_verify_command, journal_checkpoint_command, journal_prove_command,
        journal_export_command, codes_command,      help_command,
        completion_command,     manual_command,
    };
    return table;
}

}  // namespace app

#pragma once
// Every command's row of the table, each defined in its own command_NAME.cpp. For commands.cpp
// alone; everybody else asks commands().
#include "app/command.hpp"

namespace app {

extern const Command init_command, receive_command, run_command, check_command, status_command,
    show_command, report_command, forecast_command, retry_command, redeliver_command, hold_command, release_command, cancel_command,
    doctor_command, job_check_command, key_export_command, receipt_verify_command,
    journal_verify_command, codes_command, help_command, completion_command, manual_command;

extern const Command journal_checkpoint_command, journal_prove_command, journal_export_command;

}  // namespace app

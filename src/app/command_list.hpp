#pragma once
// Every command's row of the table, each defined in its own command_NAME.cpp. For commands.cpp
// alone; everybody else asks commands().
#include "app/command.hpp"

namespace app {

extern const Command init_command;
extern const Command receive_command;
extern const Command run_command;
extern const Command check_command;
extern const Command status_command;
extern const Command show_command;
extern const Command why_command;
extern const Command report_command;
extern const Command forecast_command;
extern const Command impact_command;
extern const Command incident_command;
extern const Command alerts_command;
extern const Command retry_command;
extern const Command redeliver_command;
extern const Command hold_command;
extern const Command release_command;
extern const Command cancel_command;
extern const Command approve_command;
extern const Command doctor_command;
extern const Command job_check_command;
extern const Command job_explain_command;
extern const Command job_test_command;
extern const Command evidence_command;
extern const Command backup_command;
extern const Command restore_command;
extern const Command archive_list_command;
extern const Command archive_get_command;
extern const Command archive_export_command;
extern const Command archive_expire_command;
extern const Command archive_hold_command;
extern const Command archive_unhold_command;
extern const Command key_create_command;
extern const Command key_list_command;
extern const Command key_roll_command;
extern const Command key_retire_command;
extern const Command key_export_command;
extern const Command receipt_verify_command;
extern const Command journal_verify_command;
extern const Command person_command;
extern const Command traces_command;
extern const Command traces_requests_command;
extern const Command traces_verify_command;
extern const Command traces_expire_command;
extern const Command codes_command;
extern const Command help_command;
extern const Command completion_command;
extern const Command manual_command;

extern const Command journal_checkpoint_command, journal_prove_command, journal_export_command,
    journal_mend_command;

extern const Command partner_list_command, partner_show_command, partner_open_command,
    partner_set_command, partner_close_command, partner_channel_command, partner_onboard_command,
    partner_apply_command;
extern const Command cert_list_command, cert_add_command, cert_renew_command, cert_remove_command;

extern const Command directory_load_command, directory_apply_command, directory_lookup_command,
    directory_export_command, directory_stats_command, directory_list_command,
    directory_release_command, directory_verify_command;

}  // namespace app

// The table of all commands, in the order of the manual.
#include <vector>

#include "app/command_list.hpp"

namespace app {

std::span<const Command> commands() {
    static const std::vector<Command> table{
        // the installation
        init_command,  //
        // the night
        receive_command,  //
        run_command,      //
        // rehearsal
        check_command,  //
        // what became of it
        status_command,                    //
        show_command,                      //
        why_command,                       //
        report_command,                    //
        forecast_command,                  //
        impact_command,                    //
        incident_command, alerts_command,  //
        // operators' verbs
        retry_command,      //
        redeliver_command,  //
        hold_command,       //
        release_command,    //
        cancel_command,     //
        approve_command,    //
        // health
        doctor_command,  //
        // jobs
        job_check_command,    //
        job_explain_command,  //
        job_test_command,     //
        // partners
        partner_list_command,     //
        partner_show_command,     //
        partner_open_command,     //
        partner_set_command,      //
        partner_close_command,    //
        partner_channel_command,  //
        partner_onboard_command,  //
        partner_apply_command,    //
        cert_list_command,        //
        cert_add_command,         //
        cert_renew_command,       //
        cert_remove_command,      //
        // the reference directory
        directory_load_command,     //
        directory_apply_command,    //
        directory_lookup_command,   //
        directory_export_command,   //
        directory_stats_command,    //
        directory_list_command,     //
        directory_release_command,  //
        directory_verify_command,   //
        // keys and proof
        evidence_command,        //
        backup_command,          //
        restore_command,         //
        archive_list_command,    //
        archive_get_command,     //
        archive_export_command,  //
        archive_expire_command,  //
        archive_hold_command,    //
        archive_unhold_command,  //
        key_create_command,      //
        key_list_command,        //
        key_roll_command,        //
        key_retire_command,      //
        key_export_command,      //
        receipt_verify_command,  //
        journal_verify_command, journal_checkpoint_command, journal_prove_command,
        journal_export_command, journal_mend_command,  //
        // the privacy log
        person_command,           //
        traces_command,           //
        traces_requests_command,  //
        traces_verify_command,    //
        traces_expire_command,    //
        // help
        codes_command,       //
        help_command,        //
        completion_command,  //
        manual_command,      //
    };
    return table;
}

}  // namespace app

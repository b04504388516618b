#include "app/flash.hpp"

#include <iostream>
#include <sstream>

#include "app/alert_telling.hpp"
#include "app/report.hpp"
#include "app/report_print.hpp"
#include "core/fault.hpp"
#include "io/file.hpp"

namespace app {

namespace fs = std::filesystem;

static std::string marker_of(core::Date date) {
    return "flash." + core::to_string(date);
}

// As they stand behind To: in a mail.
static std::string addresses_of(const std::string& blank_separated) {
    std::istringstream words(blank_separated);
    std::string list;
    for (std::string word; words >> word;) list += (list.empty() ? "" : ", ") + word;
    return list;
}

static pages::Sheet sheet_of(Home& home, core::Date date) {
    return report_flash({home, parse_period(home, core::to_string(date)), true, {}, {}, -1, 0});
}

static void drop(Home& home, const pages::Sheet& sheet, core::Date date) {
    const fs::path folder = home.folder() / home.settings().flash_folder;  // or an absolute one
    io::make_folders(folder, 0755);
    io::write_file(folder / ("flash-" + core::to_string(date) + ".html"),
                   pages::html_of(sheet, home.zone().to_string(home.now())), io::Replace::yes,
                   0644);
}

void drop_flash(Home& home) {
    const Settings& settings = home.settings();
    const bool mails = !settings.flash_mail.empty() && !settings.mail_command.empty();
    if (settings.flash_folder.empty() && !mails) return;
    const core::Date yesterday{home.today().days - 1};
    try {
        if (!home.ledger().configuration(marker_of(yesterday)).empty()) return;
        const pages::Sheet sheet = sheet_of(home, yesterday);
        if (!settings.flash_folder.empty()) drop(home, sheet, yesterday);
        if (mails) {
            const std::string failed =
                send_mail(home, addresses_of(settings.flash_mail),
                          "[" + settings.installation + "] flash " + core::to_string(yesterday),
                          text_of(sheet), "text/plain");
            if (!failed.empty()) {
                std::cerr << "sluice: the flash report was not mailed: " << failed << '\n';
                return;
            }
        }
        auto step = home.ledger().begin();
        step->keep_configuration(marker_of(yesterday), "flash", core::to_string(yesterday), "left");
        step->commit();
    } catch (const core::Fault& fault) {
        std::cerr << "sluice: the flash report was not dropped: " << fault.doing() << ' '
                  << fault.thing() << ": " << fault.reason() << '\n';
    }
}

}  // namespace app

#include "app/settings.hpp"

#include <boost/program_options.hpp>
#include <fstream>
#include <sstream>

#include "core/fault.hpp"

namespace app {

namespace po = boost::program_options;

template <class T>
static void add(po::options_description& options, const char* name, T& value, const char* meaning) {
    options.add_options()(name, po::value<T>(&value)->default_value(value), meaning);
}

static void describe(po::options_description& options, Settings& s) {
    add(options, "installation", s.installation,
        "name of this installation in its certificates and its journal");
    add(options, "time-zone", s.time_zone, "zone of civil dates, deadlines and --until");
    add(options, "threads", s.threads, "workers; 0 is one per core");
    add(options, "memory-budget-bytes", s.memory_budget_bytes,
        "for everything, whatever the size of the input");
    add(options, "slice-bytes", s.slice_bytes, "input of one unit of parallel work");
    add(options, "commit-bytes", s.commit_bytes, "input between two commits of a large file");
    add(options, "batch-files-max", s.batch_files_max, "small files that share a commit");
    add(options, "batch-bytes-max", s.batch_bytes_max,
        "input of the small files that share a commit");
    add(options, "half-set-hours-max", s.half_set_hours_max,
        "age at which a set without GO is refused (130)");
    add(options, "quiet-seconds", s.quiet_seconds,
        "a member must not have changed for so long before it is taken");
    add(options, "partner-waiting-files-max", s.partner_waiting_files_max,
        "files that may wait in one partner's folder");
    add(options, "partner-waiting-bytes-max", s.partner_waiting_bytes_max,
        "bytes that may wait in one partner's folder");
    add(options, "disk-reserve-bytes", s.disk_reserve_bytes,
        "free space that no file may use up: it is held before it starts");
    add(options, "open-files-max", s.open_files_max, "drafts kept open at once");
    add(options, "certificate-warn-days", s.certificate_warn_days,
        "doctor warns of what expires within so many days");
    add(options, "heartbeat-minutes-max", s.heartbeat_minutes_max,
        "silence of the engine that counts as its absence (report availability)");
    add(options, "status-pages", s.status_pages,
        "after each run, every sender with news finds a status page in OUT");
    add(options, "status-page-days", s.status_page_days, "how far back a status page looks");
    add(options, "status-page-files-max", s.status_page_files_max,
        "newest files shown on one status page");
    add(options, "metrics-file", s.metrics_file,
        "Prometheus text file written after each run, under spool; empty: none");
    add(options, "signature-bytes-max", s.signature_bytes_max, "size of an FS file");
    add(options, "status-request-bytes-max", s.status_request_bytes_max,
        "size of a status request");
    add(options, "unique-keys-max", s.unique_keys_max,
        "keys that a uniqueness check holds in memory");
}

Settings read_settings(const std::filesystem::path& file) {
    Settings settings;
    std::ifstream in(file);
    if (!in) return settings;
    po::options_description options;
    describe(options, settings);
    try {
        po::variables_map values;
        po::store(po::parse_config_file(in, options), values);
        po::notify(values);
    } catch (const po::error& error) {
        throw core::Fault(core::FaultKind::job, "read the settings in", file.filename().string(),
                          error.what(),
                          "mend the line; the names stand in the file that `sluice init` writes");
    }
    return settings;
}

std::string settings_template() {
    Settings defaults;
    po::options_description options;
    describe(options, defaults);
    std::ostringstream text;
    text << "# Settings of this Sluice installation. Each line shows a default; remove the # to "
            "change it.\n";
    for (const auto& option : options.options()) {
        // format_parameter() is "arg (=VALUE)".
        const std::string parameter = option->format_parameter();
        const std::size_t from = parameter.find("(=");
        const std::string value = from == std::string::npos
                                      ? ""
                                      : parameter.substr(from + 2, parameter.size() - from - 3);
        text << "\n# " << option->description() << "\n#" << option->long_name() << " = " << value
             << '\n';
    }
    return text.str();
}

}  // namespace app

#include "app/directories.hpp"

#include <algorithm>
#include <sstream>

#include "app/directory_store.hpp"
#include "core/threads.hpp"
#include "directory/store.hpp"
#include "job/maintenance.hpp"

namespace app {

std::string DirectoryPin::text() const {
    std::string text = main ? main->version() : std::string();
    for (const auto& [name, view] : sectoral)
        text += (text.empty() ? "" : " ") + name + "=" + view->version();
    return text;
}

std::filesystem::path directory_folder(const Home& home, const std::string& name,
                                       core::Environment environment) {
    const bool real = environment == core::Environment::R;
    const std::string folder =
        name.empty() ? (real ? "main" : "synthetic") : name + (real ? "" : "-synthetic");
    return home.spool() / "directory" / folder;
}

// Taking leave of many mapped pages takes a while: beside what follows.
Directories::~Directories() {
    if (open_.empty() || home_.threads() == 1) return;
    core::start([open = std::make_shared<decltype(open_)>(std::move(open_))] { open->clear(); });
}

Directories::View Directories::open(const std::string& name, core::Environment environment,
                                    const std::string& id) {
    const auto folder = directory_folder(home_, name, environment);
    if (!std::filesystem::is_directory(folder)) return nullptr;
    const directory::Store store(folder, directory_options(home_));
    const std::string wanted = id.empty() ? store.current_id() : id;
    if (wanted.empty()) return nullptr;
    View& view = open_[{folder.string(), wanted}];
    if (!view) view = std::make_shared<const rules::VersionView>(store.open(wanted));
    return view;
}

void Directories::unmap(std::uint64_t bytes) const {
    for (const auto& [place, view] : open_)
        bytes -= std::min(bytes, view->directory().unmap_rows(bytes));
}

DirectoryPin Directories::current(const job::Job& job, core::Environment environment) {
    DirectoryPin pin;
    bool asked = job.authorise || job.mandate;
    if (job.maintenance) {
        const std::string& name = job.maintenance->directory;
        asked = asked || name.empty();
        if (auto view = name.empty() ? nullptr : open(name, environment, {}))
            pin.sectoral[name] = std::move(view);
    }
    for (const job::RouteTarget& route : job.routes) {
        if (route.select == job::RouteTarget::Select::partner) continue;
        asked = asked || route.directory.empty();
        if (route.directory.empty()) continue;
        if (auto view = open(route.directory, environment, {}))
            pin.sectoral[route.directory] = std::move(view);
    }
    for (const job::Enrich& enrich : job.enrichments) asked = asked || !enrich.person.empty();
    if (asked) pin.main = open({}, environment, {});
    return pin;
}

DirectoryPin Directories::pinned(const std::string& text, core::Environment environment) {
    DirectoryPin pin;
    std::istringstream words(text);
    for (std::string word; words >> word;) {
        const std::size_t equals = word.find('=');
        if (equals == std::string::npos)
            pin.main = open({}, environment, word);
        else
            pin.sectoral[word.substr(0, equals)] =
                open(word.substr(0, equals), environment, word.substr(equals + 1));
    }
    return pin;
}

}  // namespace app

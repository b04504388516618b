#include "app/then.hpp"

#include "io/file.hpp"
#include "io/scratch_folder.hpp"
#include "schema/schema.hpp"

namespace app {

namespace fs = std::filesystem;

namespace {

std::size_t version_of(const job::Job& job, const std::string& digest) {
    std::size_t i = 0;
    while (i < job.schemas.size() && job.schemas[i].digest != digest) ++i;
    return i;
}

// The documents that a schema was read from, as the ledger keeps them: "NAME SIZE\n", the bytes.
// Returns their paths; the first is the one that the job names.
std::vector<fs::path> unpack_schema(const std::string& content, const fs::path& folder) {
    std::vector<fs::path> documents;
    for (std::size_t at = 0; at < content.size();) {
        const std::size_t line = content.find('\n', at);
        const std::size_t blank = content.rfind(' ', line);
        if (line == std::string::npos || blank == std::string::npos || blank < at) return {};
        const fs::path name = fs::path(content.substr(at, blank - at)).filename();
        const auto size =
            static_cast<std::size_t>(std::stoull(content.substr(blank + 1, line - blank - 1)));
        documents.push_back(folder / name);
        io::write_file(documents.back(), content.substr(line + 1, size));
        at = line + 1 + size;
    }
    return documents;
}

std::shared_ptr<job::Job> kept_job(Home& home, const ledger::File& file, const fs::path& folder) {
    const std::string text = home.ledger().configuration(file.job_digest);
    const std::string schema = home.ledger().configuration(file.schema_digest);
    if (text.empty() || schema.empty()) return nullptr;
    const fs::path path = folder / (file.job + ".xml");
    io::write_file(path, text);
    job::ReadOptions options;
    options.load_schemas = false;
    std::vector<job::Diagnostic> diagnostics;
    auto read = job::read_job(path, options, diagnostics);
    io::make_folders(folder / "xsd");
    const auto documents = unpack_schema(schema, folder / "xsd");
    if (!read || documents.empty()) return nullptr;
    schema::LoadOptions load;
    load.documents = {documents.front()};
    load.folders = {folder / "xsd"};
    const auto loaded = schema::load(load);
    if (loaded.schema == nullptr || !loaded.errors.empty()) return nullptr;
    for (job::SchemaVersion& version : read->schemas) {
        if (version.base_name != documents.front().filename()) continue;
        version.digest = file.schema_digest;
        version.schema = loaded.schema;
        version.documents = loaded.documents;
        version.fallback_reasons = loaded.fallback_reasons;
    }
    return std::make_shared<job::Job>(std::move(*read));
}

}  // namespace

std::shared_ptr<const job::Partners> partners_then(Home& home, const ledger::File& file) {
    if (home.partners().digest == file.partners_digest)
        return std::make_shared<const job::Partners>(home.partners());
    const std::string text = home.ledger().configuration(file.partners_digest);
    if (text.empty()) return nullptr;
    const io::ScratchFolder scratch;
    io::write_file(scratch.path() / "partners.xml", text);
    std::vector<job::Diagnostic> diagnostics;
    auto read = job::read_partners(scratch.path() / "partners.xml", diagnostics);
    return read ? std::make_shared<const job::Partners>(std::move(*read)) : nullptr;
}

Then definitions_of(Home& home, const ledger::File& file) {
    Then then;
    then.partners = partners_then(home, file);
    auto job = home.find_job(file.job);
    if (job && job->digest == file.job_digest &&
        version_of(*job, file.schema_digest) < job->schemas.size()) {
        then.job = std::move(job);
        then.plan = parse::make_plan(*then.job, version_of(*then.job, file.schema_digest));
    } else {
        const io::ScratchFolder scratch;
        then.job = kept_job(home, file, scratch.path());
        const std::size_t version =
            then.job ? version_of(*then.job, file.schema_digest) : std::size_t{0};
        then.kept = true;
        if (then.job && version < then.job->schemas.size())
            then.plan = parse::make_plan(*then.job, version);
    }
    if (!then.plan || !then.partners)
        then.missing = "the job, schema or partners of then cannot be made again from the ledger";
    return then;
}

}  // namespace app

#pragma once
// A job as it is written: its values, and where each of them stands, for the checks that follow.
// Internal to the room.
#include <optional>
#include <vector>

#include "job/job.hpp"
#include "job/read.hpp"
#include "job/report.hpp"
#include "xml/document.hpp"

namespace job {

// Elements of the job file, parallel to the vectors of Job. Null where there is none.
struct Places {
    const xml::Element* job = nullptr;
    const xml::Element* input = nullptr;
    const xml::Element* document = nullptr;
    const xml::Element* record = nullptr;
    const xml::Element* authorise = nullptr;
    const xml::Element* mandate = nullptr;
    const xml::Element* maintenance = nullptr;
    const xml::Element* questions = nullptr;
    const xml::Element* answers = nullptr;
    std::vector<const xml::Attribute*> schemas;  // the file names
    std::vector<const xml::Attribute*> whens;    // of the schemas; may be null
    std::vector<const xml::Element*> fields, uniques, totals, enrichments, routes, carry, recounts,
        groups, attachments;
};

struct Definition {
    Job job;
    Places at;
    // False where document@path or record@path is missing or wrong: nothing can be said of paths.
    bool has_chain = false;
};

// Reports only what the schema of job files cannot say.
Definition read_definition(const xml::Document& document, Report& report);

// Names that must exist, must not stand twice, must fit together.
void check_references(const Definition& definition, const ReadOptions& options, Report& report);

// Finds and compiles the schemas; what is wrong inside them is reported under their own names.
void load_schemas(Definition& definition, const ReadOptions& options, Report& report,
                  std::vector<Diagnostic>& diagnostics);

// One schema: found beside the job file or in the home, and compiled where that is asked for.
// False: it is not there.
bool find_and_compile(SchemaVersion& version, const xml::Attribute& place,
                      const ReadOptions& options, Report& report,
                      std::vector<Diagnostic>& diagnostics);

// The job's <rendition> elements, with their schemas.
void read_renditions(Definition& definition, const ReadOptions& options, Report& report,
                     std::vector<Diagnostic>& diagnostics);

// Every step of every path against the compiled schemas.
void check_paths(const Definition& definition, Report& report);

// A path that is relative to the record (or absolute), as an absolute one. Nothing where it climbs
// above the root.
std::optional<Path> absolute(const Job& job, const Path& path);

}  // namespace job

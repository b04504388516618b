#pragma once
// The page that a sender finds after a run: files, what to do, findings by cause with the first
// examples. The same facts as HTML, XML and CSV. Nothing here says to whom records went.
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/language.hpp"

namespace pages {

struct Example {
    std::uint64_t document = 0, record = 0, line = 0, column = 0;
    std::string document_id, path, value;  // value as NOTI shows it to its own sender
};

struct Cause {
    std::string code, severity, meaning, advice;  // in the language of the page
    std::int64_t count = 0;
    std::vector<Example> examples;
};

struct RejectedDocument {
    std::uint64_t ordinal = 0;
    std::string id;
    std::uint64_t records = 0, rejected = 0;
    bool whole = false;
};

enum class Step : unsigned char { engine, mend_file, mend_records, operators, done, waiting };

struct PageFile {
    std::string name, state, state_word, ticket;
    bool final = false;
    Step step = Step::engine;
    std::string advice;  // of the file's own code; empty: the step's general sentence
    std::string received, deadline, finished;           // for people, civil time
    std::string received_at, deadline_at, finished_at;  // for programs, UTC
    std::int64_t documents = 0, documents_accepted = 0, documents_rejected = 0;
    std::int64_t records = 0, records_accepted = 0, records_rejected = 0;
    std::vector<Cause> causes;
    std::vector<RejectedDocument> rejected;
    std::int64_t rejected_left_out = 0;
    std::vector<std::string> answers;  // names of receipts, notifications and corrections
};

struct Absence {
    std::string who, from, until, text;  // for people; until empty: not known
    std::string from_at, until_at;       // for programs
    bool planned = true;
};

struct StatusPage {
    core::Language language = core::Language::en;
    std::string installation, sender, sender_name;
    char environment = 'R';
    std::string made_at, made;  // for programs and for people
    std::int64_t journal_index = 0;
    std::vector<PageFile> files;  // newest first
    std::int64_t files_left_out = 0;
    std::vector<Absence> absences;
};

std::string html_of(const StatusPage& page);
std::string xml_of(const StatusPage& page);
std::string csv_of(const StatusPage& page);

}  // namespace pages

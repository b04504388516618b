#pragma once
// The notification (NOTI): the answer to each document of a set, streamed. One Form for each
// document, cut into several files at named sizes; a document with a million findings gets the
// first examples of each kind and the counts of all. xsd/answers/{noti,handling}.xsd.
#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "core/file_name.hpp"
#include "core/finding.hpp"
#include "core/instant.hpp"
#include "core/language.hpp"
#include "io/zone.hpp"

namespace outbox {

struct NotificationSettings {
    std::uint32_t forms_max = 500;                  // notification-forms-max (job)
    std::uint64_t bytes_max = 50ULL << 20;          // notification-bytes-max (job)
    std::uint32_t reports_per_document_max = 1000;  // AnomalyReports listed for one document
    std::uint32_t reports_per_kind_max = 25;        // ... of one code and element in one document
    std::uint32_t kinds_max = 500;                  // kinds counted apart in one document
    unsigned mode = 0644;
    std::size_t memory_bytes_max = 0;  // up to here a file stays a text and is not written
};

struct NotifiedFile {
    std::string go_name, ticket;  // the set that is answered
    std::string sender;           // 6 digits
    core::Instant at;             // drawn once and committed
    core::Environment environment = core::Environment::R;
    core::Language language = core::Language::en;
    std::string correction;  // name of the correction file that comes along; empty: none
    // Of the whole set, where the sender may learn it: at least so many deliveries of a record to a
    // recipient were made, and withheld. Stands in the first document's form.
    std::uint64_t delivered = 0, withheld = 0;
};

struct NotifiedDocument {
    std::uint64_t ordinal = 0;  // 0: the file itself, for findings outside any document
    std::string id;             // the sender's, as the job's document@id found it
    std::string ticket;         // ours
    bool accepted = false;      // at least one record was accepted
    std::uint64_t records_accepted = 0, records_rejected = 0;
    std::uint64_t findings = 0;  // kept and counted, beyond the limit of the ledger too
    std::string cause;  // code of a rejection of the whole document ("ACRF-312", ...); may be empty
};

// One file that is whole, still without its number: under `path`, where nothing makes it durable
// yet, or where that is empty as `text`.
struct NotificationDraft {
    std::filesystem::path path;
    std::string text;
    std::uint64_t bytes = 0;
    std::uint32_t forms = 0;
    std::uint64_t first_document = 0, last_document = 0;  // ordinals
};

class NotificationWriter {
  public:
    // Drafts are written as folder/noti.1, noti.2, ...; what is there from before is replaced.
    NotificationWriter(std::filesystem::path folder, NotifiedFile file, const io::Zone& zone,
                       NotificationSettings settings = {});
    NotificationWriter(const NotificationWriter&) = delete;
    NotificationWriter& operator=(const NotificationWriter&) = delete;
    ~NotificationWriter();

    void begin_document(const NotifiedDocument& document);
    void finding(const core::Finding& finding);  // of the document that was begun
    void end_document();
    std::vector<NotificationDraft> finish();

  private:
    struct State;
    std::unique_ptr<State> state_;
};

}  // namespace outbox

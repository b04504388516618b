#include "app/archive_export.hpp"

#include <map>
#include <sstream>

#include "app/archive.hpp"
#include "app/journal.hpp"
#include "app/json.hpp"
#include "app/private_copy.hpp"
#include "app/standing.hpp"
#include "core/fault.hpp"
#include "io/file.hpp"
#include "outbox/names.hpp"
#include "seal/digest.hpp"

namespace app {

namespace fs = std::filesystem;

namespace {

class Bag {
  public:
    explicit Bag(fs::path folder) : folder_(std::move(folder)) {
        io::make_folders(folder_);
        if (!fs::is_empty(folder_))
            throw core::Fault(core::FaultKind::usage, "export into", io::shown(folder_),
                              "it is not empty", "name a new folder");
    }

    void text(const std::string& path, const std::string& content) {
        make_folder_of(path);
        io::write_file(folder_ / path, content);
        note(path, seal::hex(seal::sha256(content)), content.size());
    }

    // Returns the digest of what was written.
    std::string copy(const std::string& path, const parse::Source& from) {
        make_folder_of(path);
        std::string hex = write_copy(from, folder_ / path, io::private_file_mode);
        note(path, hex, from.size());
        return hex;
    }

    // The tag files last: without them it is no bag.
    void close(const std::string& info) {
        std::ostringstream manifest, tags;
        for (const auto& [path, digest] : payload_) manifest << digest << "  " << path << '\n';
        tag("manifest-sha256.txt", manifest.str());
        tag("bag-info.txt", info + "Payload-Oxum: " + std::to_string(exported_.bytes) + "." +
                                std::to_string(exported_.objects) + "\n");
        tag("bagit.txt", "BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n");
        for (const auto& [path, digest] : tags_) tags << digest << "  " << path << '\n';
        io::write_file(folder_ / "tagmanifest-sha256.txt", tags.str());
    }

    const Exported& exported() const { return exported_; }

  private:
    void make_folder_of(const std::string& path) const {
        io::make_folders((folder_ / path).parent_path());
    }
    void note(const std::string& path, const std::string& digest, std::uint64_t bytes) {
        const bool payload = path.rfind("data/", 0) == 0;
        (payload ? payload_ : tags_)[path] = digest;
        if (!payload) return;
        ++exported_.objects;
        exported_.bytes += bytes;
    }
    void tag(const std::string& path, const std::string& content) {
        io::write_file(folder_ / path, content);
        tags_[path] = seal::hex(seal::sha256(content));
    }

    fs::path folder_;
    std::map<std::string, std::string> payload_, tags_;  // path -> digest
    Exported exported_;
};

void add_received(Bag& bag, const Home& home, const ledger::File& file,
                  const std::vector<ledger::Part>& parts) {
    for (const ledger::Part& part : parts) {
        const std::string name = file.identity.text() + "." + std::to_string(file.parts) + "." +
                                 std::to_string(part.part);
        const fs::path copy = home.spool() / part.path;
        if (!part.path.empty() && io::facts(copy) &&
            bag.copy("data/received/FI." + name, *delivered(copy)) != part.digest)
            throw core::Fault(core::FaultKind::integrity, "take out of the archive", "FI." + name,
                              "its bytes are not those that were received",
                              "call somebody: compare with a backup");
        const fs::path signature = home.spool() / part.signature_path;
        if (!part.signature_path.empty() && io::facts(signature))
            bag.text("data/received/FS." + name, io::read_file(signature));
    }
}

void add_sent(Bag& bag, const Home& home, const std::vector<ledger::Outgoing>& rows) {
    for (const ledger::Outgoing& row : rows) {
        const auto identity = outbox::data_identity(row.name);
        if (!identity) continue;
        const fs::path folder = home.archive() / "out" / identity->date;
        const bool parcel = row.kind == ledger::OutgoingKind::parcel;
        for (const std::string& name : outbox::set_names(row.name, parcel)) {
            if (!io::facts(folder / name)) continue;
            const std::string path = "data/sent/" + row.recipient + "/" + name;
            const std::string digest = bag.copy(path, *open_plain(folder / name));
            if (name == row.name && !row.digest.empty() && digest != row.digest)
                throw core::Fault(core::FaultKind::integrity, "take out of the archive", name,
                                  "its bytes are not those that were published",
                                  "call somebody: compare with a backup");
        }
    }
}

std::string describe(Home& home, const ledger::File& file, const std::vector<ledger::Part>& parts,
                     const std::vector<ledger::Outgoing>& rows) {
    std::vector<std::string> received, sent;
    for (const ledger::Part& part : parts)
        received.push_back(JsonObject()
                               .number("part", part.part)
                               .number("bytes", part.bytes)
                               .text("sha256", part.digest)
                               .boolean("kept", !part.path.empty() &&
                                                    io::facts(home.spool() / part.path).has_value())
                               .str());
    for (const ledger::Outgoing& row : rows)
        sent.push_back(JsonObject()
                           .text("kind", to_string(row.kind))
                           .text("recipient", row.recipient)
                           .text("name", row.name)
                           .number("records", row.records)
                           .number("bytes", row.bytes)
                           .text("sha256", row.digest)
                           .text("state", to_string(row.state))
                           .text("at", core::to_string(row.at))
                           .str());
    return JsonObject()
               .text("file", shown_name(file))
               .text("ticket", file.ticket)
               .text("sender", file.identity.sender)
               .text("job", file.job)
               .text("job_digest", file.job_digest)
               .text("schema_digest", file.schema_digest)
               .text("directory_version", file.directory_version)
               .text("state", to_string(file.state))
               .text("received_at", core::to_string(file.received_at))
               .text("sha256", file.digest)
               .texts("codes", file.codes)
               .raw("parts", json_array(received))
               .raw("outgoing", json_array(sent))
               .str() +
           "\n";
}

std::string entries_of(const ledger::Ledger& book, const ledger::File& file) {
    std::string lines;
    for (const ledger::Entry& entry : book.entries(file.id)) lines += entry_json(entry) + "\n";
    return lines;
}

}  // namespace

Exported export_archived(Home& home, const ledger::File& file, const fs::path& to) {
    const ledger::Ledger& book = home.ledger();
    const auto parts = book.parts(file.id);
    const auto rows = book.outgoing(file.id);
    Bag bag(to);
    add_received(bag, home, file, parts);
    add_sent(bag, home, rows);
    bag.text("metadata/file.json", describe(home, file, parts, rows));
    bag.text("metadata/entries.jsonl", entries_of(book, file));
    FileProofs proofs(home);
    bag.text("metadata/journal.tlog-proof", proofs.of(file.id));
    bag.text("metadata/our-chain.pem", home.keys().public_chain());
    if (const auto kept = archived(home, file))
        bag.text("metadata/retention.txt",
                 "kept until the day before " + core::to_string(kept->expires) +
                     (kept->held ? "; a legal hold stands on it\n" : "\n"));
    bag.close("Source-Organization: " + home.settings().installation + "\nExternal-Identifier: " +
              file.identity.text() + "\nBagging-Date: " + core::to_string(home.today()) + "\n");
    return bag.exported();
}

}  // namespace app

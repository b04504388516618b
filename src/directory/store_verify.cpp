// Reads all that a version consists of against its sums and digests.
#include "core/fault.hpp"
#include "directory/chain.hpp"
#include "directory/dictionary.hpp"
#include "directory/digesting.hpp"
#include "directory/layout.hpp"
#include "directory/text_table.hpp"
#include "io/file.hpp"

namespace directory {

namespace {

class Verifier {
  public:
    Verifier(const Layout& layout, const StoreOptions& options)
        : layout_(layout), options_(options) {}

    void version(std::string_view id) {
        const Manifest manifest = layout_.read(id);
        digests(manifest);
        const Layout::Parts parts = layout_.parts(id);
        if (!parts.base.empty()) persons(layout_.base(parts.base));
        if (!parts.overlay.empty()) persons(layout_.overlay(parts.overlay, parts.base));
        for (const std::string& delta : parts.deltas) persons(layout_.delta(delta));
        if (damages.empty()) rows(manifest);
    }

    std::vector<Store::Damage> damages;

  private:
    void damage(const fs::path& path, const std::string& what) {
        damages.push_back({io::shown(path), what});
    }

    void digest(const fs::path& path, const std::string& expected) {
        if (!io::facts(path)) return damage(path, "it is not there");
        if (digest_of_file(path, options_) != expected) damage(path, "its digest differs");
    }

    void digests(const Manifest& manifest) {
        if (manifest.persons == PersonsForm::base)
            digest(layout_.base(manifest.id), manifest.persons_digest);
        if (manifest.persons == PersonsForm::delta)
            digest(layout_.delta(manifest.id), manifest.persons_digest);
        digest(layout_.owners(manifest.id), manifest.owners_digest);
        for (std::size_t i = 1; i < table_count; ++i)
            if (!manifest.tables[i].empty())
                digest(layout_.table(static_cast<TableName>(i), manifest.tables[i]),
                       manifest.tables[i]);
    }

    void persons(const fs::path& path) {
        try {
            const auto file = PersonsFile::open(path);
            for (const std::size_t block : file->file().damaged_blocks())
                damage(path, "block " + std::to_string(block) + " does not match its sum");
        } catch (const core::Fault& fault) {
            // One damaged file does not hide the next.
            damage(path, fault.reason());
        }
    }

    // All rows, by whatever files they are come to, must be those that were loaded.
    void rows(const Manifest& manifest) {
        const Chain chain = layout_.chain(manifest.id);
        std::vector<std::uint64_t> sums;
        for (const Holder& holder : chain.holders()) sums.push_back(holder_sum(holder));
        RowSum sum;
        std::uint64_t count = 0, people = 0;
        chain.each_person([&](PersonKey person, std::span<const Row> list) {
            ++people;
            count += list.size();
            for (const Row row : list)
                sum.add(sums[row.code()], person.value, row.bits & ((1ULL << 40) - 1));
        });
        if (!(sum == manifest.rows_sum) || count != manifest.counts.rows ||
            people != manifest.counts.persons)
            damage(layout_.manifest(manifest.id), "the persons are not those that were loaded");
    }

    const Layout& layout_;
    const StoreOptions& options_;
};

}  // namespace

std::vector<Store::Damage> Store::verify(std::string_view id) const {
    const Layout layout(folder_);
    Verifier verifier(layout, options_);
    verifier.version(id);
    return std::move(verifier.damages);
}

}  // namespace directory

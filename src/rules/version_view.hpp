#pragma once
// The rules' seat over a version of the reference directory.
#include <memory>

#include "directory/version.hpp"
#include "rules/directory_view.hpp"

namespace rules {

class VersionView : public DirectoryView {
  public:
    explicit VersionView(std::shared_ptr<const directory::Version> version);
    const std::string& version() const override;
    bool has_persons() const override;
    bool has_authorisations() const override;
    bool has_mandates() const override;
    void find(std::span<const std::string_view> numbers, std::span<Person> out) const override;
    std::span<const directory::Authorisation> authorisations() const override;
    std::span<const directory::Availability> availability(std::string_view data) const override;
    std::vector<directory::Mandate> mandates(std::string_view sender,
                                             std::string_view employer) const override;
    void read_register(
        std::string_view name, std::string_view key,
        const directory::Visit<const directory::RegisterValue&>& visit) const override;
    void read_person(std::string_view insz,
                     const directory::Visit<const directory::RegisterValue&>& visit) const override;
    void links(std::string_view insz,
               const directory::Visit<const directory::Link&>& visit) const override;
    std::string resolve(std::string_view number) const override;
    const directory::Version& directory() const { return *version_; }
    const std::shared_ptr<const directory::Version>& shared() const { return version_; }

  private:
    std::shared_ptr<const directory::Version> version_;
};

}  // namespace rules

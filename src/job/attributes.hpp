#pragma once
// Reads the attributes of one element of a job file into values. What the schema of job files
// already says (missing, not one of the enumeration) is passed over in silence: it is reported
// once, by the schema. Internal to the room.
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/finding.hpp"
#include "core/instant.hpp"
#include "job/path.hpp"
#include "job/report.hpp"

namespace job {

class Attributes {
  public:
    Attributes(const xml::Element& element, Report& report) : element_(element), report_(report) {}

    const xml::Attribute* find(std::string_view name) const { return element_.attribute(name); }
    // White space collapsed; empty where absent.
    std::string token(std::string_view name) const;
    std::optional<Path> path(std::string_view name) const;
    // Several paths, separated by white space outside brackets.
    std::vector<Path> paths(std::string_view name) const;
    std::optional<Condition> condition(std::string_view name) const;
    std::optional<core::Date> date(std::string_view name) const;
    core::Severity severity(std::string_view name, core::Severity otherwise) const;
    bool boolean(std::string_view name) const;
    // Leave `value` alone where the attribute is absent or not what it must be.
    template <typename Number>
    void count(std::string_view name, Number& value) const {
        if (const auto number = whole(name)) value = static_cast<Number>(*number);
    }
    void size(std::string_view name, std::uint64_t& value) const;
    std::optional<double> decimal(std::string_view name) const;

    const xml::Element& element() const { return element_; }

  private:
    std::optional<std::uint64_t> whole(std::string_view name) const;

    const xml::Element& element_;
    Report& report_;
};

}  // namespace job

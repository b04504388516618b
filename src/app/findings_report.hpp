#pragma once
// Findings as the sender's own tool shows them: text for people, one JSON object a line for
// programs (contract), or a page that stands alone.
#include <map>
#include <ostream>
#include <string>
#include <vector>

#include "app/rehearsal.hpp"
#include "core/finding.hpp"
#include "core/language.hpp"

namespace app {

// What only the platform can check, as the summary names it (decisions 15).
const std::vector<std::string>& checks_skipped();

class FindingsReport {
  public:
    virtual ~FindingsReport() = default;
    virtual void finding(const std::string& file, const core::Finding& finding) = 0;
    virtual void summary(const Rehearsed& sums, double seconds) = 0;
};

class TextFindings : public FindingsReport {
  public:
    TextFindings(std::ostream& out, core::Language language) : out_(out), language_(language) {}
    void finding(const std::string& file, const core::Finding& finding) override;
    void summary(const Rehearsed& sums, double seconds) override;

  private:
    std::ostream& out_;
    core::Language language_;
};

class JsonFindings : public FindingsReport {
  public:
    JsonFindings(std::ostream& out, core::Language language) : out_(out), language_(language) {}
    void finding(const std::string& file, const core::Finding& finding) override;
    void summary(const Rehearsed& sums, double seconds) override;

  private:
    std::ostream& out_;
    core::Language language_;
};

// Findings grouped by cause, with counts and the first `examples_max` of each; memory grows with
// the number of causes alone. The page is written by summary().
class HtmlFindings : public FindingsReport {
  public:
    HtmlFindings(std::ostream& out, core::Language language) : out_(out), language_(language) {}
    void finding(const std::string& file, const core::Finding& finding) override;
    void summary(const Rehearsed& sums, double seconds) override;

    static constexpr std::size_t examples_max = 20;
    static constexpr std::size_t causes_max = 1'000;

  private:
    struct Cause {
        std::int64_t count = 0;
        std::vector<std::pair<std::string, core::Finding>> examples;
    };
    void cause(const std::string& title, const Cause& cause);
    std::ostream& out_;
    core::Language language_;
    std::map<std::pair<std::string, std::string>, Cause> causes_;  // (code, element)
    std::int64_t further_ = 0;  // findings of causes beyond the limit
};

}  // namespace app

#pragma once
// The inside of read_definition, spread over definition*.cpp: the job as a whole, what it reads,
// who gets what of it.
#include <string>
#include <string_view>
#include <vector>

#include "job/attributes.hpp"
#include "job/definition.hpp"

namespace job {

class DefinitionReader {
  public:
    DefinitionReader(Report& report, Definition& definition)
        : report_(report), job_(definition.job), at_(definition.at), definition_(definition) {}

    void job(const xml::Element& element);

  private:
    static constexpr std::string_view space = "urn:sluice:job:1";

    void child(const xml::Element& element);
    void input(const xml::Element& element);
    void version(const xml::Element& element, const xml::Attribute& file);
    void document(const xml::Element& element);
    void record(const xml::Element& element);
    void field(const xml::Element& element);
    void unique(const xml::Element& element);
    void total(const xml::Element& element);
    void authorise(const xml::Element& element);
    void mandate(const xml::Element& element);
    void group(const xml::Element& element);
    void enrich(const xml::Element& element);
    void maintain(const xml::Element& element);
    void questions(const xml::Element& element);
    void attachment(const xml::Element& element);
    void answers(const xml::Element& element);
    void route(const xml::Element& element);
    void to(const xml::Element& element);
    void carry(const xml::Element& element);
    void recount(const xml::Element& element);
    void accept(const xml::Element& element);
    void deadline(const xml::Element& element);
    void answer(const xml::Element& element);
    void keep(const xml::Element& element);
    void limits(const xml::Element& element);

    Total::Of added_up(const Attributes& attributes, std::string& field) const;
    void receipt(const Attributes& attributes);
    void once(const xml::Element& element);
    void required();
    void resolve_absolute();

    Report& report_;
    Job& job_;
    Places& at_;
    Definition& definition_;
    std::vector<std::string> seen_;
};

}  // namespace job

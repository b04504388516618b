#include "schema/xerces_library.hpp"

#include <xercesc/util/PlatformUtils.hpp>

#include <string_view>

namespace schema {
namespace {

class XercesLibrary : public RefereeLibrary {
  public:
    // Never shut down: grammars may outlive every place that could do it.
    XercesLibrary() { x::XMLPlatformUtils::Initialize(); }
    std::shared_ptr<void> load(const RefereeDocument& entry, const Find& find,
                               std::size_t faults_max, std::vector<RefereeFault>& faults) override {
        return load_xerces_grammar(entry, find, faults_max, faults);
    }
    std::unique_ptr<RefereeReader> reader(std::shared_ptr<void> grammar) override {
        return make_xerces_reader(std::move(grammar));
    }
};

}  // namespace
}  // namespace schema

extern "C" schema::RefereeLibrary* sluice_open_referee_library(const char* seam) {
    if (std::string_view(seam) != SLUICE_REFEREE_SEAM) return nullptr;
    static auto* library = new schema::XercesLibrary;
    return library;
}

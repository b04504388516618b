#pragma once
// What the files of the Xerces-C++ module share. Included by them alone; they use headers of the
// house, but no code outside the module.
#include <xercesc/util/TransService.hpp>
#include <xercesc/util/XercesDefs.hpp>

#include "schema/referee_library.hpp"

namespace schema {

namespace x = XERCES_CPP_NAMESPACE;

inline std::string utf8(const XMLCh* text) {
    if (text == nullptr) return {};
    const x::TranscodeToStr bytes(text, "UTF-8");
    return {reinterpret_cast<const char*>(bytes.str()), bytes.length()};
}

std::shared_ptr<void> load_xerces_grammar(const RefereeDocument& entry,
                                          const RefereeLibrary::Find& find, std::size_t faults_max,
                                          std::vector<RefereeFault>& faults);
std::unique_ptr<RefereeReader> make_xerces_reader(std::shared_ptr<void> grammar);

}  // namespace schema

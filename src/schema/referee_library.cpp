#include "schema/referee_library.hpp"

#include <dlfcn.h>

#include "core/fault.hpp"

namespace schema {
namespace {

constexpr const char* module = "sluice_referee.so";

[[noreturn]] void fail(std::string reason) {
    throw core::Fault(core::FaultKind::world, "load", module, std::move(reason),
                      "install the program with its modules again (cmake --install)");
}

// Never unloaded: grammars may outlive every place that could do it.
RefereeLibrary& load_module() {
    // Sought where the program's own RPATH says: in the build folder or the installed lib/sluice.
    void* handle = dlopen(module, RTLD_NOW | RTLD_LOCAL);
    if (handle == nullptr) fail(dlerror());
    void* symbol = dlsym(handle, open_referee_library);
    if (symbol == nullptr) fail("it is not a module of sluice");
    RefereeLibrary* library = reinterpret_cast<OpenRefereeLibrary>(symbol)(SLUICE_REFEREE_SEAM);
    if (library == nullptr) fail("it belongs to another build");
    return *library;
}

}  // namespace

RefereeLibrary& referee_library() {
    static RefereeLibrary& library = load_module();
    return library;
}

}  // namespace schema

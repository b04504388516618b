#include "channel/far.hpp"

#include "core/ensure.hpp"

namespace channel {

std::string_view to_string(TroubleKind kind) {
    switch (kind) {
        case TroubleKind::unreachable:
            return "unreachable";
        case TroubleKind::stranger:
            return "host key changed";
        case TroubleKind::login:
            return "login refused";
        case TroubleKind::cut:
            return "connection cut";
        case TroubleKind::full:
            return "no space there";
        case TroubleKind::taken:
            return "name taken";
        case TroubleKind::refused:
            return "refused";
        case TroubleKind::paused:
            return "paused";
    }
    ENSURE(false);
}

std::string join(const std::string& folder, const std::string& name) {
    if (folder.empty()) return name;
    return folder.back() == '/' ? folder + name : folder + '/' + name;
}

}  // namespace channel

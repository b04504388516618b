#include "schema/referee_grammar.hpp"

#include <new>

#include "schema/child.hpp"

namespace schema {
namespace {

struct Locks {
    std::mutex gate;         // passed by readers too, so that a writer's turn comes
    std::shared_mutex calm;  // readers: whoever uses the library; writer: who forks
};

Locks& locks() {
    static Locks all;
    return all;
}

// Faults as bytes, for the way back from the child: line, column, text, each ended by a zero.
std::string packed(const std::vector<RefereeFault>& faults) {
    std::string bytes = "+";
    for (const auto& fault : faults) {
        bytes += std::to_string(fault.line) + '\0' + std::to_string(fault.column) + '\0';
        bytes += fault.text;
        bytes += '\0';
    }
    return bytes;
}

void unpack(std::string_view bytes, std::vector<RefereeFault>& faults) {
    const auto next = [&bytes] {
        const std::size_t end = bytes.find('\0');
        std::string field(bytes.substr(0, end));
        bytes.remove_prefix(end == std::string_view::npos ? bytes.size() : end + 1);
        return field;
    };
    bytes.remove_prefix(1);
    while (!bytes.empty()) {
        RefereeFault fault;
        fault.line = std::strtoull(next().c_str(), nullptr, 10);
        fault.column = std::strtoull(next().c_str(), nullptr, 10);
        fault.text = next();
        faults.push_back(std::move(fault));
    }
}

std::shared_ptr<void> load_from(RefereeSources& sources, const RefereeLimits& limits,
                                std::vector<RefereeFault>& faults) {
    return referee_library().load(
        sources.entry(),
        [&sources](const std::string& reference, const std::string& base) {
            return sources.beside(reference, base);
        },
        limits.faults_max, faults);
}

// The work of the child: "+" and the faults, or "-" and why there is no opinion.
std::string rehearse(RefereeSources& sources, const RefereeLimits& limits) {
    std::vector<RefereeFault> faults;
    try {
        load_from(sources, limits, faults);
    } catch (const std::bad_alloc&) {
        return "-the schema needs more memory than the referee may use";
    }
    if (!sources.refused().empty()) return "-" + sources.refused();
    return packed(faults);
}

}  // namespace

std::shared_lock<std::shared_mutex> while_no_child_is_made() {
    const std::lock_guard<std::mutex> turn(locks().gate);
    return std::shared_lock<std::shared_mutex>(locks().calm);
}

const std::shared_ptr<void>& Grammar::loaded() const {
    std::call_once(once_, [this] { load(); });
    return loaded_;
}

void Grammar::load() const {
    refused_ = sources_->refused();
    if (!refused_.empty()) return;
    referee_library();  // before the fork: once for both
    const std::lock_guard<std::mutex> turn(locks().gate);
    const std::lock_guard<std::shared_mutex> alone(locks().calm);
    ChildLimits limits;
    limits.seconds_max = limits_.seconds_max;
    limits.memory_bytes_max = limits_.memory_bytes_max;
    const ChildResult child = run_in_child(limits, [this] { return rehearse(*sources_, limits_); });
    if (child.end == ChildEnd::too_slow) refused_ = "the referee needs too long for this schema";
    if (child.end == ChildEnd::died) refused_ = "the referee dies of this schema";
    if (child.end == ChildEnd::done && child.output.front() == '-')
        refused_ = child.output.substr(1);
    if (refused_.empty()) unpack(child.output, faults_);
    if (refused_.empty() && faults_.empty()) {
        auto grammar = load_from(*sources_, limits_, faults_);
        if (faults_.empty()) loaded_ = std::move(grammar);
    }
    sources_.reset();
}

std::shared_ptr<const Grammar> grammar_when_asked(
    const std::vector<std::filesystem::path>& documents, const RefereeLimits& limits,
    const std::vector<std::filesystem::path>& more) {
    return std::make_shared<const Grammar>(RefereeSources(documents, more, limits.occurs_max),
                                           limits);
}

std::shared_ptr<const Grammar> load_grammar(const std::vector<std::filesystem::path>& documents,
                                            const RefereeLimits& limits,
                                            std::vector<RefereeFault>& faults, std::string& refused,
                                            const std::vector<std::filesystem::path>& more) {
    auto grammar = grammar_when_asked(documents, limits, more);
    if (grammar->loaded() == nullptr) {
        faults = grammar->faults();
        refused = grammar->refused();
        grammar.reset();
    }
    return grammar;
}

}  // namespace schema

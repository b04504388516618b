#include "schema/fast.hpp"

#include <algorithm>
#include <array>
#include <map>
#include <mutex>

#include "schema/fast_code.hpp"
#include "schema/fast_run.hpp"
#include "schema/fast_tables.hpp"
#include "schema/schema_impl.hpp"

namespace schema {
namespace {

// Everything that threads share: the code of a schema, and its tables by the prefixes in use.
class FastShared {
  public:
    explicit FastShared(const Schema& schema) : code(make_fast_code(schema)) {}

    std::shared_ptr<const FastTables> tables(const Bindings& bindings,
                                             std::string_view preferred) const {
        std::string key(preferred);
        for (std::size_t i = 0; i < bindings.count; ++i) {
            key += '\0';
            key += bindings.begin[i].prefix;
            key += '\0';
            key += bindings.begin[i].space;
        }
        const std::lock_guard<std::mutex> lock(mutex_);
        const auto known = tables_.find(key);
        if (known != tables_.end()) return known->second;
        if (tables_.size() >= tables_most) tables_.clear();
        return tables_[key] = std::make_shared<const FastTables>(
                   make_fast_tables(code, FastPrefixes(bindings, preferred)));
    }

    const FastCode code;

  private:
    static constexpr std::size_t tables_most = 8;
    mutable std::mutex mutex_;
    mutable std::map<std::string, std::shared_ptr<const FastTables>> tables_;
};

// One per living schema.
std::shared_ptr<const FastShared> shared_of(const std::shared_ptr<const Schema>& schema) {
    struct Entry {
        std::weak_ptr<const Schema> schema;
        std::shared_ptr<const FastShared> shared;
    };
    static std::mutex mutex;
    static std::map<const Schema*, Entry> entries;
    const std::lock_guard<std::mutex> lock(mutex);
    for (auto at = entries.begin(); at != entries.end();)
        at = at->second.schema.expired() ? entries.erase(at) : std::next(at);
    Entry& entry = entries[schema.get()];
    if (!entry.shared) entry = {schema, std::make_shared<const FastShared>(*schema)};
    return entry.shared;
}

FastWatch watch_of(const Watch& watch, const FastCode& code) {
    FastWatch out;
    out.nodes.resize(watch.size());
    for (std::uint32_t i = 1; i < watch.size(); ++i) {
        out.nodes[i].value = watch[i].value;
        out.nodes[i].attributes = watch[i].attributes;
        auto& siblings = out.nodes[watch[i].parent].children;
        if (siblings.empty()) siblings.assign(code.elements.size(), no_id);
        for (Id id = 0; id < code.elements.size(); ++id) {
            const ExpandedName& name = code.elements[id].name;
            const bool first = siblings[id] == no_id;  // as the general path: the first one counts
            if (first && name.local == watch[i].local && name.space == watch[i].space)
                siblings[id] = i;
        }
    }
    return out;
}

class CompiledPath : public FastPath {
  public:
    CompiledPath(std::shared_ptr<const FastShared> shared, const Watch& watch, const Limits& limits)
        : shared_(std::move(shared)),
          watch_(watch_of(watch, shared_->code)),
          limits_(limits),
          engine_(run_portable) {
#if defined(__x86_64__)
        if (has_avx2()) engine_ = run_avx2;
#endif
        run_.code = &shared_->code;
        run_.watch = &watch_;
        run_.limits = &limits_;
        run_.open = open_.data();
        run_.live = &live_;
        run_.pause = &pause_;
    }

    bool knows(Id declaration) const override {
        return declaration < shared_->code.elements.size() &&
               shared_->code.elements[declaration].alive;
    }

    FastResult try_element(Id declaration, const Bindings& bindings, const char*& p,
                           const char* end, std::uint32_t watch, std::uint32_t depth,
                           const char* origin, std::uint64_t base, bool again,
                           std::vector<Mark>& marks) override {
        if (!knows(declaration) || depth > limits_.depth_max) return FastResult::refused;
        choose_tables(bindings, prefix_at(p, end));
        run_.end = end;
        run_.origin = origin;
        run_.base = base;
        run_.marks = &marks;
        run_.depth_left = limits_.depth_max - depth;
        const std::size_t before = marks.size();
        if (again && pause_.at.depth != 0) {
            pause_.at.p = p + paused_behind_;
            marks.insert(marks.end(), paused_marks_.begin(), paused_marks_.end());
        } else {
            pause_ = {};
        }
        const FastResult result = engine_(run_, 1 + declaration, p, watch);
        if (result != FastResult::accepted) {
            const bool paused = result == FastResult::window && pause_.at.depth != 0;
            if (paused) keep(p, marks, before);
            marks.resize(before);
        }
        return result;
    }

  private:
    void keep(const char* p, const std::vector<Mark>& marks, std::size_t before) {
        paused_behind_ = pause_.at.p - p;
        const auto at = [&](std::size_t i) {
            return marks.begin() + static_cast<std::ptrdiff_t>(i);
        };
        paused_marks_.assign(at(before), at(pause_.marks));
    }

    static std::string_view prefix_at(const char* p, const char* end) {
        constexpr std::ptrdiff_t prefix_most = 64;
        const char* const stop = end - p > prefix_most ? p + prefix_most : end;
        for (const char* at = p + 1; at < stop; ++at) {
            if (*at == ':') return {p + 1, static_cast<std::size_t>(at - p - 1)};
            if (*at == '>' || *at == ' ' || *at == '/') break;
        }
        return {};
    }

    void choose_tables(const Bindings& bindings, std::string_view prefix) {
        if (tables_ && version_ == bindings.version && prefix_ == prefix) return;
        tables_ = shared_->tables(bindings, prefix);
        version_ = bindings.version;
        prefix_ = prefix;
        run_.tables = tables_.get();
        live_.build(*tables_);
        pause_ = {};
    }

    std::shared_ptr<const FastShared> shared_;
    FastWatch watch_;
    Limits limits_;
    FastEngine engine_;
    std::shared_ptr<const FastTables> tables_;
    std::uint64_t version_ = 0;
    std::string prefix_;
    std::array<FastOpen, fast_depth_max> open_{};
    FastLive live_;
    FastPause pause_;
    std::ptrdiff_t paused_behind_ = 0;  // the begin of the element
    std::vector<Mark> paused_marks_;
    FastRun run_;
};

// Limits below what the engine reads without counting: not worth a fast path.
bool limits_are_usual(const Limits& limits, const FastCode& code) {
    return limits.text_bytes_max >= 64 << 10 && limits.name_bytes_max >= code.name_bytes_max + 64 &&
           limits.attributes_max >= 64;
}

}  // namespace

std::unique_ptr<FastPath> make_fast_path(std::shared_ptr<const Schema> schema, const Watch& watch,
                                         const Limits& limits) {
    if (!schema || !schema->program) return nullptr;
    auto shared = shared_of(schema);
    if (shared->code.alive == 0 || !limits_are_usual(limits, shared->code)) return nullptr;
    return std::make_unique<CompiledPath>(std::move(shared), watch, limits);
}

}  // namespace schema

#pragma once
// The Plan: everything that can be derived once from a job and one of its schema versions, so that
// the slices need no names and no paths any more. Immutable, shared by all threads. Holds a pointer
// to the job: the job must outlive it.
#include <cstdint>
#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

#include "job/condition.hpp"
#include "job/job.hpp"
#include "schema/referee.hpp"
#include "schema/walker.hpp"

namespace parse {

inline constexpr std::uint32_t none = 0xFFFFFFFF;

namespace flat {
class Layout;
}

// One path of the job, as watch nodes. Its value is that of the first hit since the last start of
// its anchor element.
struct Query {
    const job::Path* path = nullptr;
    std::uint32_t target = none;     // watch node
    std::uint32_t attribute = none;  // index in the node's attributes
    std::uint32_t anchor = none;     // watch node whose start forgets the value
    std::uint32_t level = 0;         // depth of the anchor in the chain; == Plan::record_level: the
                                     // value is the record's own
    struct Predicate {
        std::uint32_t element = none;  // the predicated element
        std::uint32_t child = none;
        std::string literal;
    };
    std::vector<Predicate> predicates;  // outermost first
    std::string zone = "00000";         // of the target's declaration, for codes
};

struct PlanOptions {
    // No: no second opinion, our own verdict stands.
    enum class Referee : bool { no, yes } referee = Referee::yes;
};

struct Plan {
    const job::Job* job = nullptr;
    std::size_t version = 0;  // index in job->schemas
    std::shared_ptr<const schema::Schema> schema;
    // The second opinion; null where the schema has none.
    std::shared_ptr<const schema::Grammar> grammar;
    // The compiled schema does not decide (it has reasons to fall back): every record goes to the
    // referee.
    bool referee_decides = false;
    // The records were checked before: they are found, and nothing is asked of them again.
    bool checked = false;
    schema::Watch watch;
    schema::WalkOptions walk;

    // The chain: watch nodes from the document node (level 0) over the root (1) and the document
    // down to the record (record_level).
    std::vector<std::uint32_t> chain;
    std::uint32_t document_level = 1;
    std::uint32_t record_level = 1;

    // The job's fields in its order, then every other path that conditions need.
    std::vector<Query> queries;
    std::size_t condition_queries = 0;  // how many of them these are
    std::uint32_t document_id = none;   // index in queries
    std::vector<std::uint32_t> totals;  // the declared number of job->totals[i]: index in queries
    // What a watch node is to a query.
    struct Use {
        enum class Role : std::uint8_t { anchor, target, predicate_element, predicate_child } role;
        std::uint32_t query = none;
        std::uint32_t predicate = 0;  // index in the query's predicates
    };
    std::vector<std::vector<Use>> uses;  // per watch node
    // Per watch node: its level in the chain, or none; its index in job->recounts, or none.
    std::vector<std::uint32_t> chain_level, recount_of;
    std::vector<bool> is_carried;
    std::uint32_t record_node() const { return chain[record_level]; }
    std::uint64_t record_bytes_max() const {
        return job != nullptr ? job->limits.record_bytes_max : ~std::uint64_t{0};
    }

    // For flat files: how lines become elements. Null for XML.
    std::shared_ptr<const flat::Layout> layout;

    // The index in `queries` of a path used by one of the job's conditions; none if it is not one.
    std::uint32_t query_of(const job::Path& path) const;
    // Paths of conditions that mean the same share a query.
    std::unordered_map<const job::Path*, std::uint32_t> condition_paths;
};

// Throws core::Fault (kind job) where the job asks for what cannot be had: a path that cannot be
// watched, a flat layout with an unknown property.
std::shared_ptr<const Plan> make_plan(const job::Job& job, std::size_t version,
                                      PlanOptions options = {});

// Schema alone, no job (`sluice check --schema`): no records and no documents, every
// finding belongs to the file.
std::shared_ptr<const Plan> make_plan(std::shared_ptr<const schema::Schema> schema,
                                      PlanOptions options = {});

}  // namespace parse

#include "schema/referee.hpp"

#include <algorithm>
#include <mutex>

#include "core/ensure.hpp"
#include "schema/referee_grammar.hpp"

namespace schema {
namespace {

// Start tags in a chain of start tags: a '<' cannot stand anywhere else in it.
std::uint64_t tags_in(std::string_view chain) {
    return static_cast<std::uint64_t>(std::count(chain.begin(), chain.end(), '<'));
}

}  // namespace

struct Referee::Impl {
    std::shared_ptr<const Grammar> grammar;
    std::unique_ptr<RefereeReader> reader;  // from the first question on
    std::string document;                   // the record inside its chain; kept for its capacity

    bool judge(RefereeQuestion question, std::vector<RefereeFault>& faults) {
        question.faults_max = grammar->limits().faults_max;
        const auto& loaded = grammar->loaded();
        ENSURE(loaded != nullptr);
        const auto lock = while_no_child_is_made();
        // The library makes tables of a grammar's patterns when they are first asked, unguarded.
        static std::mutex one_at_a_time;
        const std::lock_guard<std::mutex> turn(one_at_a_time);
        if (!reader) reader = referee_library().reader(loaded);
        return reader->judge(question, faults);
    }
};

Referee::Referee(std::shared_ptr<const Grammar> grammar) : impl_(std::make_unique<Impl>()) {
    impl_->grammar = std::move(grammar);
}
Referee::~Referee() = default;
Referee::Referee(Referee&&) noexcept = default;

bool Referee::has_opinion() {
    return impl_->grammar->loaded() != nullptr;
}

bool Referee::judge(std::string_view document, std::vector<RefereeFault>& faults) {
    if (document.size() > impl_->grammar->limits().instance_bytes_max) {
        faults.push_back({0, 0, "the document is longer than the referee reads"});
        return false;
    }
    RefereeQuestion question;
    question.document = document;
    return impl_->judge(question, faults);
}

bool Referee::judge_inside(std::string_view chain_open, std::string_view record,
                           std::string_view chain_close, std::vector<RefereeFault>& faults) {
    if (record.size() > impl_->grammar->limits().instance_bytes_max) {
        faults.push_back({0, 0, "the record is longer than the referee reads"});
        return false;
    }
    const std::size_t last_line = chain_open.rfind('\n');
    RefereeQuestion question;
    question.ancestors = tags_in(chain_open);
    question.lines_before =
        static_cast<std::uint64_t>(std::count(chain_open.begin(), chain_open.end(), '\n'));
    question.columns_before =
        last_line == std::string_view::npos ? chain_open.size() : chain_open.size() - last_line - 1;
    std::string& document = impl_->document;
    document.clear();
    document.append(chain_open).append(record).append(chain_close);
    question.document = document;
    return impl_->judge(question, faults);
}

}  // namespace schema

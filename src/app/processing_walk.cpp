// Walking: slices are routed on the workers and folded in order.
#include <chrono>

#include "app/private_copy.hpp"
#include "app/processing_impl.hpp"
#include "ledger/reading.hpp"

namespace app {

static bool is_ready(const std::shared_future<outbox::DraftCommit>& drafts) {
    return drafts.wait_for(std::chrono::seconds(0)) == std::future_status::ready;
}

std::unique_ptr<parse::Product> Processing::Stages::work(parse::Outcome& outcome) {
    auto routed = work_.ruling->route(outcome);
    if (!work_.bytes_key.empty()) routed->bytes = bytes_of_records(work_.bytes_key, outcome);
    if (commits_) processing_.watch_.look(work_.rooms);
    return routed;
}

bool Processing::Stages::take(std::unique_ptr<parse::Outcome> outcome,
                              std::unique_ptr<parse::Product> product) {
    while (!work_.drafting.empty() && is_ready(work_.drafting.front().drafts))
        processing_.settle_first(work_);
    if (work_.overtaken) return false;
    work_.entry = outcome->exit;
    work_.bytes_pending += outcome->bytes.size();
    if (!commits_) {
        work_.outcomes.push_back(std::move(outcome));
        work_.products.push_back(std::move(product));
        return true;
    }
    {
        // One look at the ledger for all documents of the slice.
        const ledger::Reading reading(*processing_.book_);
        fold_outcome(work_, *outcome, static_cast<const Routed*>(product.get()));
    }
    keep_bytes(work_, std::move(outcome));
    const Fold& fold = *work_.ending.fold;
    if (work_.bytes_pending < processing_.home_.settings().commit_bytes &&
        work_.memory_pending + fold.held_bytes() < processing_.memory_.commit_bytes)
        return true;
    // One with a huge record is alone.
    const bool huge = work_.memory_pending > 2 * processing_.memory_.commit_bytes;
    processing_.hand_over(work_);
    if (processing_.past_until()) processing_.stopped_ = true;
    if (processing_.stopped_ || huge || processing_.home_.threads() == 1) processing_.settle(work_);
    return !work_.overtaken && !processing_.stopped_;
}

// Only the bytes of what is folded are still needed, by the drafts.
void Processing::Stages::keep_bytes(Work& work, std::unique_ptr<parse::Outcome> outcome) {
    const Folded& folded = work.folded.back();
    outcome->keep_bytes();
    work.memory_pending += outcome->bytes.size() + memory_of(folded);
    work.outcomes.push_back(std::move(outcome));
}

void Processing::Stages::fold_outcome(Work& work, const parse::Outcome& outcome,
                                      const Routed* routed) {
    work.folded.push_back(work.ending.fold->take(outcome, routed));
    work.folded.back().slice.resume.clear();
}

void Processing::walk(Work& work, unsigned threads, parse::Stages& stages) {
    parse::PipelineOptions options;
    options.threads = threads;
    options.slice_bytes = home_.settings().slice_bytes;
    options.memory_bytes = memory_.slices_bytes;
    options.enclosures = work.ending.enclosures.get();
    options.tight = [this] { return watch_.is_tight(); };
    for (const ledger::Part& part : work.parts) {
        if (static_cast<std::uint32_t>(part.part) < work.entry.part) continue;
        if (static_cast<std::uint32_t>(part.part) > work.entry.part)
            work.entry = work.entry.next_part();
        if (work.entry.at_end) continue;
        // Slices of flat files are read on several threads already.
        const unsigned ahead = threads > 1 && !work.ending.plan->layout ? threads : 0;
        auto source = std::move(work.copy);
        if (!source)
            source = std::make_unique<PrivateCopy>(home_.spool() / part.path, ahead, work.rooms);
        const parse::End end =
            parse::run_pipeline(work.ending.plan, *source, work.entry, options, stages);
        if (end == parse::End::stopped) return;
        if (end == parse::End::malformed) break;
    }
    work.walked = true;
}

}  // namespace app

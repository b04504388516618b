#include "parse/pipeline.hpp"

#include <algorithm>
#include <condition_variable>
#include <deque>
#include <exception>
#include <mutex>
#include <optional>
#include <thread>
#include <utility>
#include <vector>

#include "core/workers.hpp"
#include "parse/builder.hpp"
#include "parse/join.hpp"
#include "parse/reader.hpp"

namespace parse {

namespace {

End end_of(bool stopped, bool malformed) {
    if (stopped) return End::stopped;
    return malformed ? End::malformed : End::complete;
}

Builder::From from_of(const Joined& joined) {
    return joined.assumed ? Builder::From::assumed : Builder::From::true_state;
}

// An input that cannot be read at all still has an outcome, with that finding.
End refuse(std::shared_ptr<const Plan> plan, const Entry& from, core::Finding finding,
           Stages& stages) {
    auto outcome = std::make_unique<Outcome>();
    outcome->plan = std::move(plan);
    outcome->entry = outcome->exit = from;
    outcome->exit.at_end = true;
    outcome->file_findings.push_back(std::move(finding));
    outcome->malformed = outcome->last = true;
    std::unique_ptr<Product> product = stages.work(*outcome);
    const bool go_on = stages.take(std::move(outcome), std::move(product));
    return end_of(!go_on, true);
}

End run_alone(const std::shared_ptr<const Plan>& plan, Reader& reader, const Entry& from,
              const Enclosures* enclosures, Stages& stages) {
    Joiner joiner(plan, from);
    Builder builder(plan, enclosures);
    std::uint64_t number = 0;
    Slice slice;
    std::optional<Slice> rest;
    while (rest || reader.next(slice)) {
        Joined joined =
            joiner.join(rest ? std::move(*rest) : std::move(slice), std::nullopt, nullptr);
        rest = std::move(joined.rest);
        if (joined.empty) continue;
        std::unique_ptr<Outcome> outcome =
            builder.build(std::move(joined.slice), joined.entry, std::move(joined.scan),
                          Builder::From::true_state);
        outcome->number = number++;
        const bool malformed = outcome->malformed;
        std::unique_ptr<Product> product = stages.work(*outcome);
        if (!stages.take(std::move(outcome), std::move(product))) return End::stopped;
        if (malformed) return End::malformed;
    }
    return End::complete;
}

// One slice on its way. Only the coordinator moves it from queue to queue; while a worker has it,
// nobody else looks at it.
struct Slot {
    enum class Stage : std::uint8_t { waiting, scanning, scanned, building, built, failed };
    Stage stage = Stage::waiting;
    Cut begin_cut = Cut::blind;  // what was cut at its begin
    std::uint64_t number = 0;
    std::uint64_t estimate = 0, weight = 0;  // bytes of memory
    Slice slice;
    std::shared_ptr<const schema::State> assumed;
    std::optional<Scan> scan;
    Joined joined;
    std::unique_ptr<Outcome> outcome;
    std::unique_ptr<Product> product;
    std::exception_ptr failure;
};

class Crew {
  public:
    Crew(std::shared_ptr<const Plan> plan, Reader& reader, const Entry& from,
         const PipelineOptions& options, Stages& stages)
        : plan_(std::move(plan)),
          enclosures_(options.enclosures),
          reader_(reader),
          joiner_(plan_, from),
          threads_(options.threads),
          in_flight_(options.slices_in_flight == 0 ? options.threads + 2
                                                   : options.slices_in_flight),
          memory_bytes_(options.memory_bytes),
          tight_(options.tight),
          stages_(stages),
          begin_(from.oversize == 0 ? std::make_shared<const schema::State>(from.state) : nullptr) {
    }
    // Nobody looks at it any more.
    ~Crew() {
        std::unique_lock lock(mutex_);
        over_ = true;
        changed_.wait(lock, [&] { return turns_ == 0; });
    }
    Crew(const Crew&) = delete;
    Crew& operator=(const Crew&) = delete;

    End run() {
        for (;;) {
            if (take_first()) {
                if (stopped_ || (malformed_ && slots_.empty())) break;
                continue;
            }
            if (join_next() || read_next()) continue;
            if (slots_.empty()) break;
            wait();
        }
        return end_of(stopped_, malformed_);
    }

  private:
    using Stage = Slot::Stage;

    void enqueue(Slot& slot, Stage stage) {
        {
            const std::lock_guard lock(mutex_);
            slot.stage = stage;
            // What is nearest to its end first: it frees memory.
            if (stage == Stage::building)
                tasks_.push_front(&slot);
            else
                tasks_.push_back(&slot);
            ++turns_;
        }
        try {
            core::work(threads_, core::Rank::slice, [this] { take_turn(); });
        } catch (...) {
            const std::lock_guard lock(mutex_);
            --turns_;
            throw;
        }
    }

    Stage stage_of(const Slot& slot) {
        const std::lock_guard lock(mutex_);
        return slot.stage;
    }

    // The oldest slice, if it is ready.
    bool take_first() {
        if (slots_.empty()) return false;
        const Stage stage = stage_of(*slots_.front());
        if (stage != Stage::built && stage != Stage::failed) return false;
        const std::unique_ptr<Slot> slot = std::move(slots_.front());
        slots_.pop_front();
        if (unjoined_ > slots_.size()) unjoined_ = slots_.size();
        if (slot->failure) std::rethrow_exception(slot->failure);
        held_ -= slot->weight;
        weigh(*slot, slot->outcome->weight());
        if (!stages_.take(std::move(slot->outcome), std::move(slot->product))) stopped_ = true;
        return true;
    }

    // One slice that was heavier than it looked makes those behind it wait.
    void weigh(const Slot& slot, std::uint64_t weight) {
        const double more = static_cast<double>(weight) /
                            static_cast<double>(std::max<std::uint64_t>(slot.estimate, 1));
        heavier_ = std::max({1.0, more, weighed_ ? heavier_ * 0.9 : 0});
        weighed_ = true;
    }

    // The oldest slice that is not joined yet: the last `unjoined_` slots.
    bool join_next() {
        if (unjoined_ == 0 || malformed_) return false;
        const std::size_t index = slots_.size() - unjoined_;
        Slot& slot = *slots_[index];
        const Stage stage = stage_of(slot);
        if (stage == Stage::scanning || stage == Stage::failed) return false;
        --unjoined_;
        const Cut cut = slot.slice.cut;
        slot.joined = joiner_.join(std::move(slot.slice), std::move(slot.scan), slot.assumed.get());
        slot.scan.reset();
        if (slot.joined.empty) {
            held_ -= slot.weight;
            slots_.erase(slots_.begin() + static_cast<std::ptrdiff_t>(index));
            return true;
        }
        slot.number = number_++;
        if (slot.joined.scan.stop == schema::Stop::malformed) {
            malformed_ = true;
            drop_behind(index);
        } else if (slot.joined.rest) {
            // Its end is nothing that another slice could begin with.
        } else if (cut == Cut::record || cut == Cut::document) {
            // A new slice that begins behind such a cut is scanned from this state, until a better
            // one is known. What is assumed decides the time that it takes, never the result.
            templates_[cut == Cut::record ? 0 : 1] =
                std::make_shared<const schema::State>(joiner_.entry().state);
        }
        std::optional<Slice> rest = std::move(slot.joined.rest);
        enqueue(slot, Stage::building);
        if (rest) insert(index + 1, std::move(*rest));
        // Those that were read before there was anything to assume.
        for (std::size_t i = index + 1; i < slots_.size(); ++i)
            if (!slots_[i]->assumed) assume(*slots_[i]);
        return true;
    }

    // What a slice has behind the place where its scan rested: the next one, nothing in question.
    void insert(std::size_t index, Slice rest) {
        auto slot = std::make_unique<Slot>();
        slot->estimate = slot->weight = rest.weight;
        held_ += slot->weight;
        slot->slice = std::move(rest);
        slot->assumed = std::make_shared<const schema::State>(joiner_.entry().state);
        Slot& added = *slot;
        slots_.insert(slots_.begin() + static_cast<std::ptrdiff_t>(index), std::move(slot));
        ++unjoined_;
        enqueue(added, Stage::scanning);
    }

    void assume(Slot& slot) {
        if (slot.begin_cut == Cut::record) slot.assumed = templates_[0];
        if (slot.begin_cut == Cut::document) slot.assumed = templates_[1];
        if (slot.assumed) enqueue(slot, Stage::scanning);
    }

    // Slices behind the end of what is well-formed are nobody's.
    void drop_behind(std::size_t index) {
        std::unique_lock lock(mutex_);
        tasks_.erase(
            std::remove_if(tasks_.begin(), tasks_.end(),
                           [](const Slot* slot) { return slot->stage == Stage::scanning; }),
            tasks_.end());
        while (slots_.size() > index + 1) {
            Slot& last = *slots_.back();
            changed_.wait(
                lock, [&] { return busy_.end() == std::find(busy_.begin(), busy_.end(), &last); });
            slots_.pop_back();
        }
        unjoined_ = 0;
        reading_ = false;
    }

    bool read_next() {
        if (!reading_ || slots_.size() >= in_flight_) return false;
        if (memory_bytes_ > 0 && !slots_.empty() && held_ + slots_.back()->weight > memory_bytes_)
            return false;
        if (tight_ && !slots_.empty() && tight_()) return false;
        auto slot = std::make_unique<Slot>();
        if (!reader_.next(slot->slice)) {
            reading_ = false;
            return false;
        }
        slot->estimate = slot->slice.weight;
        slot->weight = static_cast<std::uint64_t>(heavier_ * static_cast<double>(slot->estimate));
        held_ += slot->weight;
        slot->begin_cut = last_cut_;
        last_cut_ = slot->slice.cut;
        Slot& added = *slot;
        slots_.push_back(std::move(slot));
        ++unjoined_;
        if (begin_) {  // nothing is in question about the first
            added.assumed = std::move(begin_);
            enqueue(added, Stage::scanning);
        } else {
            assume(added);
        }
        return true;
    }

    // Until a worker has finished something.
    void wait() {
        std::unique_lock lock(mutex_);
        changed_.wait(lock, [&] { return finished_ > 0; });
        finished_ = 0;
    }

    // On a worker: whichever task is the first by then. None, if it was dropped.
    void take_turn() {
        Slot* slot = nullptr;
        std::unique_ptr<Builder> builder;
        {
            const std::lock_guard lock(mutex_);
            if (!over_ && !tasks_.empty()) {
                slot = tasks_.front();
                tasks_.pop_front();
                busy_.push_back(slot);
                if (!builders_.empty()) {
                    builder = std::move(builders_.back());
                    builders_.pop_back();
                }
            }
        }
        Stage done = Stage::failed;
        if (slot != nullptr) {
            try {
                if (!builder) builder = std::make_unique<Builder>(plan_, enclosures_);
                done = work_on(*slot, *builder);
            } catch (...) {
                slot->failure = std::current_exception();
            }
        }
        const std::lock_guard lock(mutex_);
        if (slot != nullptr) {
            slot->stage = done;
            busy_.erase(std::find(busy_.begin(), busy_.end(), slot));
            ++finished_;
            if (builder) builders_.push_back(std::move(builder));
        }
        --turns_;
        // Under the lock: once it is free the slot and this crew may go.
        changed_.notify_all();
    }

    Stage work_on(Slot& slot, Builder& builder) {
        if (slot.stage == Stage::scanning) {
            slot.scan = builder.scanner().scan(slot.slice.text(), *slot.assumed, slot.slice.last(),
                                               Inside::no, Rest::yes, slot.slice.counts());
            return Stage::scanned;
        }
        slot.outcome = builder.build(std::move(slot.joined.slice), slot.joined.entry,
                                     std::move(slot.joined.scan), from_of(slot.joined));
        slot.outcome->number = slot.number;
        slot.joined = Joined{};
        slot.product = stages_.work(*slot.outcome);
        return Stage::built;
    }

    const std::shared_ptr<const Plan> plan_;
    const Enclosures* const enclosures_;
    Reader& reader_;
    Joiner joiner_;
    const unsigned threads_;
    const std::size_t in_flight_;
    const std::uint64_t memory_bytes_;
    const std::function<bool()> tight_;
    Stages& stages_;

    std::deque<std::unique_ptr<Slot>> slots_;     // in input order
    std::size_t unjoined_ = 0;                    // the last so many slots
    std::uint64_t held_ = 0;                      // the weight of all slots
    double heavier_ = 3;                          // than estimated, of late
    bool weighed_ = false;                        // before, it is a guess at findings
    std::shared_ptr<const schema::State> begin_;  // until the first slice is read
    std::shared_ptr<const schema::State> templates_[2];
    Cut last_cut_ = Cut::blind;
    std::uint64_t number_ = 0;
    bool reading_ = true, stopped_ = false, malformed_ = false;

    std::mutex mutex_;  // stages of slots, and what follows
    std::condition_variable changed_;
    std::deque<Slot*> tasks_;
    std::vector<Slot*> busy_;
    std::size_t finished_ = 0;
    std::size_t turns_ = 0;  // asked for and not over
    bool over_ = false;
    std::vector<std::unique_ptr<Builder>> builders_;  // that nobody uses now
};

class PlainStages final : public Stages {
  public:
    explicit PlainStages(const std::function<bool(std::unique_ptr<Outcome>)>& taker)
        : taker_(taker) {}
    bool take(std::unique_ptr<Outcome> outcome, std::unique_ptr<Product>) override {
        return taker_(std::move(outcome));
    }

  private:
    const std::function<bool(std::unique_ptr<Outcome>)>& taker_;
};

}  // namespace

End run_pipeline(std::shared_ptr<const Plan> plan, const Source& source, const Entry& from,
                 const PipelineOptions& options, Stages& stages) {
    if (from.at_end) return End::complete;
    unsigned threads = options.threads;
    if (threads == 0) threads = std::max(1U, std::thread::hardware_concurrency());
    const std::unique_ptr<Reader> reader =
        make_reader(plan, source, from, std::max<std::uint64_t>(options.slice_bytes, 1), threads);
    if (reader->problem()) return refuse(std::move(plan), from, *reader->problem(), stages);
    if (threads == 1) return run_alone(plan, *reader, from, options.enclosures, stages);
    PipelineOptions resolved = options;
    resolved.threads = threads;
    Crew crew(std::move(plan), *reader, from, resolved, stages);
    return crew.run();
}

End run_pipeline(std::shared_ptr<const Plan> plan, const Source& source, const Entry& from,
                 const PipelineOptions& options,
                 const std::function<bool(std::unique_ptr<Outcome>)>& take) {
    PlainStages stages(take);
    return run_pipeline(std::move(plan), source, from, options, stages);
}

}  // namespace parse

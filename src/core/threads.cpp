#include "core/threads.hpp"

#include <condition_variable>
#include <mutex>
#include <system_error>
#include <thread>
#include <utility>
#include <vector>

#include "core/workers.hpp"

namespace core {

namespace {

class Threads {
  public:
    ~Threads() { end(); }

    // False: no thread can be had.
    bool start(const std::function<void()>& work) {
        const std::lock_guard lock(guard_);
        if (over_) return false;
        if (idle_.empty()) {
            try {
                threads_.emplace_back([this, work]() mutable { run(std::move(work)); });
            } catch (const std::system_error&) {
                return false;
            }
            return true;
        }
        // Who was done last: what others have set up need not be set up by all.
        Seat* const seat = idle_.back();
        idle_.pop_back();
        seat->work = work;
        seat->ready.notify_one();
        return true;
    }

    void end() {
        std::vector<std::thread> threads;
        {
            const std::lock_guard lock(guard_);
            over_ = true;
            threads.swap(threads_);
            for (Seat* seat : idle_) seat->ready.notify_one();
        }
        for (std::thread& thread : threads) thread.join();
        const std::lock_guard lock(guard_);
        over_ = false;
        idle_.clear();
    }

  private:
    // Where a thread waits.
    struct Seat {
        std::condition_variable ready;
        std::function<void()> work;
    };

    void run(std::function<void()> work) {
        Seat seat;
        for (;;) {
            work();
            work = nullptr;  // what it holds goes before anybody else's turn
            std::unique_lock lock(guard_);
            idle_.push_back(&seat);
            seat.ready.wait(lock, [&] { return over_ || seat.work; });
            if (!seat.work) return;
            work = std::exchange(seat.work, nullptr);
        }
    }

    std::mutex guard_;
    std::vector<Seat*> idle_;
    bool over_ = false;
    std::vector<std::thread> threads_;
};

}  // namespace

static Threads& threads() {
    static Threads all;
    return all;
}

void start(std::function<void()> work) {
    if (!threads().start(work)) work();
}

void end_threads() {
    threads().end();  // they may wait for workers
    end_workers();
}

}  // namespace core

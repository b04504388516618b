#include "app/parallel.hpp"

#include <algorithm>
#include <atomic>
#include <exception>
#include <mutex>
#include <vector>

#include "core/workers.hpp"

namespace app {

void parallel_for(unsigned threads, std::size_t count,
                  const std::function<void(std::size_t)>& work) {
    const auto workers = std::min<std::size_t>(threads, count);
    if (workers <= 1) {
        for (std::size_t i = 0; i < count; ++i) work(i);
        return;
    }
    std::atomic<std::size_t> next{0};
    std::mutex guard;
    std::exception_ptr failed;
    const auto run = [&] {
        for (std::size_t i = next++; i < count; i = next++) {
            try {
                work(i);
            } catch (...) {
                const std::lock_guard<std::mutex> lock(guard);
                if (!failed) failed = std::current_exception();
                next = count;
            }
        }
    };
    {
        std::vector<core::Beside<void>> others;
        others.reserve(workers);
        for (std::size_t i = 1; i < workers; ++i) others.push_back(core::beside(run));
        run();
    }
    if (failed) std::rethrow_exception(failed);
}

void on_workers(unsigned threads, std::size_t count, const std::function<void(std::size_t)>& work) {
    if (threads <= 1) return parallel_for(1, count, work);
    std::vector<core::Beside<void>> pieces;
    pieces.reserve(count);
    for (std::size_t i = 0; i < count; ++i)
        pieces.push_back(core::work_beside(threads, core::Rank::output, [&work, i] { work(i); }));
    for (core::Beside<void>& piece : pieces) piece.wait();
    for (core::Beside<void>& piece : pieces) piece.get();
}

void Turnstile::pass() {
    std::unique_lock<std::mutex> lock(guard_);
    opened_.wait(lock, [&] { return !closed_; });
}

void Turnstile::set(bool closed) {
    {
        const std::lock_guard<std::mutex> lock(guard_);
        closed_ = closed;
    }
    if (!closed) opened_.notify_all();
}

Turnstile::Closed::Closed(Turnstile& turnstile) : turnstile_(turnstile) {
    turnstile_.set(true);
}

Turnstile::Closed::~Closed() {
    turnstile_.set(false);
}

}  // namespace app

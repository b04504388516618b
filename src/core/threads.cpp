#include "core/threads.hpp"

#include <condition_variable>
#include <deque>
#include <mutex>
#include <system_error>
#include <thread>
#include <vector>

namespace core {

namespace {

class Threads {
  public:
    ~Threads() { end(); }

    // False: no thread can be had.
    bool start(std::function<void()>& work) {
        {
            const std::lock_guard lock(guard_);
            try {
                if (idle_ <= work_.size()) threads_.emplace_back([this] { run(); });
            } catch (const std::system_error&) {
                return false;
            }
            work_.push_back(std::move(work));
        }
        ready_.notify_one();
        return true;
    }

    void end() {
        std::vector<std::thread> threads;
        {
            const std::lock_guard lock(guard_);
            over_ = true;
            threads.swap(threads_);
        }
        ready_.notify_all();
        for (std::thread& thread : threads) thread.join();
        over_ = false;
        idle_ = 0;
    }

  private:
    void run() {
        std::unique_lock lock(guard_);
        ++idle_;
        for (;;) {
            ready_.wait(lock, [&] { return over_ || !work_.empty(); });
            if (work_.empty()) return;
            --idle_;
            std::function<void()> work = std::move(work_.front());
            work_.pop_front();
            lock.unlock();
            work();
            work = nullptr;  // what it holds goes before anybody else's turn
            lock.lock();
            ++idle_;
        }
    }

    std::mutex guard_;
    std::condition_variable ready_;
    std::deque<std::function<void()>> work_;
    std::size_t idle_ = 0;
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
    threads().end();
}

}  // namespace core

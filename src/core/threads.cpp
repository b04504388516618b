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
    ~Threads() {
        {
            const std::lock_guard lock(guard_);
            over_ = true;
        }
        ready_.notify_all();
        for (std::thread& thread : threads_) thread.join();
    }

    void start(std::function<void()> work) {
        {
            const std::lock_guard lock(guard_);
            if (idle_ <= work_.size()) threads_.emplace_back([this] { run(); });
            work_.push_back(std::move(work));
        }
        ready_.notify_one();
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

void start(std::function<void()> work) {
    static Threads threads;
    threads.start(std::move(work));
}

void leave(std::function<void()> work) {
    try {
        start(work);
    } catch (const std::system_error&) {
        work();
    }
}

}  // namespace core

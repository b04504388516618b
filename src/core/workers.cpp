#include "core/workers.hpp"

#include <algorithm>
#include <array>
#include <condition_variable>
#include <deque>
#include <mutex>
#include <system_error>
#include <thread>
#include <vector>

namespace core {

namespace {

class Workers {
  public:
    ~Workers() { end(); }

    // False: no thread can be had.
    bool start(unsigned threads, Rank rank, std::function<void()>& piece) {
        {
            const std::lock_guard lock(guard_);
            if (idle_ <= waiting_ && threads_.size() < threads) {
                try {
                    threads_.emplace_back([this] { run(); });
                } catch (const std::system_error&) {
                    if (threads_.empty()) return false;
                }
            }
            pieces_[static_cast<std::size_t>(rank)].push_back(std::move(piece));
            ++waiting_;
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
            ready_.wait(lock, [&] { return over_ || waiting_ > 0; });
            if (waiting_ == 0) return;
            --idle_;
            const auto first = std::find_if(pieces_.begin(), pieces_.end(),
                                            [](const auto& rank) { return !rank.empty(); });
            std::function<void()> piece = std::move(first->front());
            first->pop_front();
            --waiting_;
            lock.unlock();
            piece();
            piece = nullptr;  // what it holds goes before anybody else's turn
            lock.lock();
            ++idle_;
        }
    }

    std::mutex guard_;
    std::condition_variable ready_;
    std::array<std::deque<std::function<void()>>, 3> pieces_;  // by rank
    std::size_t waiting_ = 0;                                  // of all ranks
    std::size_t idle_ = 0;                                     // threads
    bool over_ = false;
    std::vector<std::thread> threads_;
};

Workers& workers() {
    static Workers all;
    return all;
}

}  // namespace

void work(unsigned threads, Rank rank, std::function<void()> piece) {
    if (!workers().start(std::max(1U, threads), rank, piece)) piece();
}

void end_workers() {
    workers().end();
}

}  // namespace core

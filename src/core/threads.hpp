#pragma once
// Work beside the caller's, on threads that wait for the next piece of it when they are done: what
// a thread has set up (contexts of compression, memory) serves again.
#include <functional>
#include <future>
#include <memory>
#include <type_traits>
#include <utility>

namespace core {

// As many threads as there is work at a time; here, where no more can be had.
void start(std::function<void()> work);
// When all work is done: a program's last word, before libraries let go of what its threads have.
void end_threads();

// The result of work that goes on; it is waited for before this ends.
template <class T>
class Beside {
  public:
    Beside() = default;
    explicit Beside(std::future<T> result) : result_(std::move(result)) {}
    Beside(Beside&&) noexcept = default;
    Beside& operator=(Beside&& other) noexcept {
        wait();
        result_ = std::move(other.result_);
        return *this;
    }
    ~Beside() { wait(); }

    bool valid() const { return result_.valid(); }
    void wait() const {
        if (result_.valid()) result_.wait();
    }
    T get() { return result_.get(); }
    std::shared_future<T> share() { return result_.share(); }

  private:
    std::future<T> result_;
};

template <class Work>
Beside<std::invoke_result_t<Work>> beside(Work work) {
    auto task = std::make_shared<std::packaged_task<std::invoke_result_t<Work>()>>(std::move(work));
    Beside<std::invoke_result_t<Work>> result(task->get_future());
    start([task] { (*task)(); });
    return result;
}

}  // namespace core

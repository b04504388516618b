#pragma once
// The same work over many things on a few threads; the first exception reaches the caller after all
// threads have ended.
#include <condition_variable>
#include <cstddef>
#include <functional>
#include <mutex>

namespace app {

void parallel_for(unsigned threads, std::size_t count,
                  const std::function<void(std::size_t)>& work);

// The same from a thread beside the one that has use for the cores: it does nothing of it itself.
void on_workers(unsigned threads, std::size_t count, const std::function<void(std::size_t)>& work);

// Between two pieces of work that goes on beside other work: it waits there while the other has use
// for all threads itself.
class Turnstile {
  public:
    void pass();
    class Closed {
      public:
        explicit Closed(Turnstile& turnstile);
        ~Closed();
        Closed(const Closed&) = delete;
        Closed& operator=(const Closed&) = delete;

      private:
        Turnstile& turnstile_;
    };

  private:
    void set(bool closed);
    std::mutex guard_;
    std::condition_variable opened_;
    bool closed_ = false;
};

}  // namespace app

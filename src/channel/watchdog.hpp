#pragma once
// Breaks a connection on which nothing has come back for too long: the library itself would wait
// for ever. Internal to the room.
#include <chrono>
#include <condition_variable>
#include <mutex>
#include <thread>

namespace channel {

class Watchdog {
  public:
    Watchdog(int socket, std::chrono::seconds patience);
    ~Watchdog();
    Watchdog(const Watchdog&) = delete;
    Watchdog& operator=(const Watchdog&) = delete;

    // Awake during one call of the library; asleep while we do other things.
    class Watch {
      public:
        explicit Watch(Watchdog& dog) : dog_(dog) { dog_.wake(); }
        ~Watch() { dog_.sleep(); }
        void renew() { dog_.wake(); }  // something came back: the next call has all of its time
        Watch(const Watch&) = delete;
        Watch& operator=(const Watch&) = delete;

      private:
        Watchdog& dog_;
    };
    bool has_bitten() const;

  private:
    void wake();
    void sleep();
    void run();

    int socket_;
    std::chrono::seconds patience_;
    mutable std::mutex guard_;
    std::condition_variable changed_;
    std::chrono::steady_clock::time_point until_ = std::chrono::steady_clock::time_point::max();
    bool bitten_ = false, over_ = false;
    std::thread thread_;
};

}  // namespace channel

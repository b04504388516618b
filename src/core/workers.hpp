#pragma once
// Pieces of work that keep a core busy and wait for nobody, on a few threads that are kept. There
// are no more of these than cores: of two on one core the second waits, also while another core has
// nothing to do, until the kernel looks at its next tick.
#include <functional>
#include <future>
#include <memory>
#include <type_traits>
#include <utility>

#include "core/threads.hpp"

namespace core {

// What goes first: input, for who waits to hand it out; output, which lets go of memory.
enum class Rank : unsigned char { input, output, slice };

// On one of `threads` threads (the largest number that was asked for), those of one rank in their
// order; here, where no thread can be had. The piece must not throw.
void work(unsigned threads, Rank rank, std::function<void()> piece);
// When all is done; end_threads() does it.
void end_workers();

// The result of a piece of work; it is waited for before this ends.
template <class Work>
Beside<std::invoke_result_t<Work>> work_beside(unsigned threads, Rank rank, Work piece) {
    using Result = std::invoke_result_t<Work>;
    auto task = std::make_shared<std::packaged_task<Result()>>(std::move(piece));
    Beside<Result> result(task->get_future());
    work(threads, rank, [task] { (*task)(); });
    return result;
}

}  // namespace core

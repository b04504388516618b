#pragma once
// A reference to something callable: how look-ups hand out rows one by one without an allocation.
// It lives as long as the call it is an argument of.
#include <memory>
#include <type_traits>
#include <utility>

namespace directory {

template <class... Values>
class Visit {
  public:
    template <class Callable,
              class = std::enable_if_t<!std::is_same_v<std::decay_t<Callable>, Visit>>>
    Visit(Callable&& callable)  // implicit: a lambda is written in its place
        : object_(const_cast<void*>(static_cast<const void*>(std::addressof(callable)))),
          call_([](void* object, Values... values) {
              (*static_cast<std::remove_reference_t<Callable>*>(object))(
                  std::forward<Values>(values)...);
          }) {}
    void operator()(Values... values) const { call_(object_, std::forward<Values>(values)...); }

  private:
    void* object_;
    void (*call_)(void*, Values...);
};

}  // namespace directory

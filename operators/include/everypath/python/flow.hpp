// SPDX-License-Identifier: Apache-2.0
// What loops, tuples and locals need: counters of range(), items of tuples, locals that may be unbound.
#pragma once

#include "everypath/frame.hpp"
#include "everypath/maybe.hpp"
#include "everypath/python/int.hpp"
#include "everypath/tuple.hpp"

namespace ep::prim {

inline Status range_step(Frame& frame, int64_t step, int64_t& out) {
  if (step == 0) return frame.raise("ValueError", "range() arg 3 must not be zero");
  out = step;
  return EP_OK;
}

inline bool range_more(int64_t counter, int64_t stop, int64_t step) {
  return step > 0 ? counter < stop : counter > stop;
}

/// The next counter of step 1: below a stop, so it cannot overflow.
inline int64_t range_successor(int64_t counter) { return counter + 1; }

/// The next counter; one beyond 64 bits stays at the end, where every range is over.
inline int64_t range_next(int64_t counter, int64_t step) {
  int64_t next = 0;
  if (!__builtin_add_overflow(counter, step, &next)) return next;
  return step > 0 ? INT64_MAX : INT64_MIN;
}

template <class T>
inline Maybe<T> maybe(const T& value) {
  return Maybe<T>(value);
}

template <class T>
inline bool is_bound(const Maybe<T>& value) {
  return value.bound;
}

template <class T>
inline T unwrap(const Maybe<T>& value) {
  return value.value;
}

template <class... Items>
inline Tuple<Items...> tuple(const Items&... items) {
  return Tuple<Items...>(items...);
}

namespace detail {
template <class T>
inline bool pick(const Tuple<>&, int64_t, T&) {
  return false;
}
template <class T, class... Rest>
inline bool pick(const Tuple<T, Rest...>& tuple, int64_t index, T& out) {
  if (index != 0) return pick(tuple.rest, index - 1, out);
  out = tuple.first;
  return true;
}
template <class T>
inline Status sum(Frame&, const Tuple<>&, T&) {
  return EP_OK;
}
template <class T, class First, class... Rest>
inline Status sum(Frame& frame, const Tuple<First, Rest...>& tuple, T& out) {
  if (Status status = int_add(frame, out, tuple.first, out); status != EP_OK) return status;
  return sum(frame, tuple.rest, out);
}
template <bool largest, class T>
inline void extreme(const Tuple<>&, T&) {}
template <bool largest, class T, class... Rest>
inline void extreme(const Tuple<T, Rest...>& tuple, T& best) {
  if (largest ? tuple.first > best : tuple.first < best) best = tuple.first;
  extreme<largest>(tuple.rest, best);
}
}  // namespace detail

/// `tuple[index]` where all items have one type.
template <class T, class... Rest>
inline Status tuple_item(Frame& frame, const Tuple<T, Rest...>& tuple, int64_t index, T& out) {
  constexpr int64_t length = 1 + sizeof...(Rest);
  const int64_t at = index < 0 ? index + length : index;
  if (at < 0 || at >= length || !detail::pick(tuple, at, out))
    return frame.raise("IndexError", "tuple index out of range");
  return EP_OK;
}

template <class... Items>
inline Status tuple_sum(Frame& frame, const Tuple<Items...>& tuple, int64_t& out) {
  out = 0;
  return detail::sum(frame, tuple, out);
}

/// The first of the smallest, as CPython picks: a nan that comes first stays.
template <class T, class... Rest>
inline T tuple_min(const Tuple<T, Rest...>& tuple) {
  T best = tuple.first;
  detail::extreme<false>(tuple.rest, best);
  return best;
}

template <class T, class... Rest>
inline T tuple_max(const Tuple<T, Rest...>& tuple) {
  T best = tuple.first;
  detail::extreme<true>(tuple.rest, best);
  return best;
}

template <class T, class... Rest>
inline T min(T first, Rest... rest) {
  ((first = rest < first ? rest : first), ...);
  return first;
}

template <class T, class... Rest>
inline T max(T first, Rest... rest) {
  ((first = rest > first ? rest : first), ...);
  return first;
}

}  // namespace ep::prim

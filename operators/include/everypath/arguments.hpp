// SPDX-License-Identifier: Apache-2.0
// Takes apart an argument pack whose last item is the result: `split_last(function, a, b, out)` calls
// `function(out, a, b)`.
#pragma once

#include <stddef.h>

namespace ep {

namespace detail {
template <class T, T... I>
struct Sequence {};

template <size_t I, class First, class... Rest>
[[gnu::always_inline]] inline auto& pick(First& first, Rest&... rest) {
  if constexpr (I == 0) return first;
  else return pick<I - 1>(rest...);
}
}  // namespace detail

template <class Function, class... Arguments>
[[gnu::always_inline]] inline auto split_last(Function function, Arguments&... arguments) {
  constexpr size_t inputs = sizeof...(Arguments) - 1;
  return [&]<size_t... I>(detail::Sequence<size_t, I...>) {
    return function(detail::pick<inputs>(arguments...), detail::pick<I>(arguments...)...);
  }(__make_integer_seq<detail::Sequence, size_t, inputs>{});
}

}  // namespace ep

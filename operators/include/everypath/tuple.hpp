// SPDX-License-Identifier: Apache-2.0
// `Tuple<…>`: a Python tuple of known length and types. Our own, because <tuple> costs more to parse than a kernel.
#pragma once

#include <stddef.h>

namespace ep {

template <class... Items>
struct Tuple;

template <>
struct Tuple<> {};

template <class First, class... Rest>
struct Tuple<First, Rest...> {
  First first;
  Tuple<Rest...> rest;

  Tuple() = default;
  Tuple(First head, Rest... tail)
      : first(static_cast<First&&>(head)), rest(static_cast<Rest&&>(tail)...) {}
};

template <size_t I, class First, class... Rest>
constexpr const auto& get(const Tuple<First, Rest...>& tuple) {
  if constexpr (I == 0) return tuple.first;
  else return get<I - 1>(tuple.rest);
}

template <size_t I, class First, class... Rest>
constexpr auto& get(Tuple<First, Rest...>& tuple) {
  if constexpr (I == 0) return tuple.first;
  else return get<I - 1>(tuple.rest);
}

template <class T>
inline constexpr size_t tuple_size = 0;
template <class... Items>
inline constexpr size_t tuple_size<Tuple<Items...>> = sizeof...(Items);

}  // namespace ep

// SPDX-License-Identifier: Apache-2.0
// Elements as unsigned keys of the same order, as sorts and selections compare them, and back.
#pragma once

#include <stdint.h>

#include <type_traits>

namespace ep::ordered_key {
namespace {

template <int Bytes>
struct KeyOf {
  using type = uint64_t;
};
template <>
struct KeyOf<4> {
  using type = uint32_t;
};
template <>
struct KeyOf<2> {
  using type = uint16_t;
};
template <>
struct KeyOf<1> {
  using type = uint8_t;
};
template <class T>
using Key = typename KeyOf<sizeof(T)>::type;

/// -0.0 comes before 0.0; every NaN gets the greatest key.
template <class T>
Key<T> key_of(T value) {
  using K = Key<T>;
  constexpr K top = static_cast<K>(K(1) << (8 * sizeof(T) - 1));
  if constexpr (std::is_same_v<T, bool>) {
    return value ? 1 : 0;
  } else if constexpr (std::is_floating_point_v<T>) {
    const K bits = __builtin_bit_cast(K, value);
    const K key = bits & top ? static_cast<K>(~bits) : static_cast<K>(bits | top);
    return value != value ? static_cast<K>(~K(0)) : key;
  } else if constexpr (std::is_signed_v<T>) {
    return static_cast<K>(static_cast<K>(value) ^ top);
  } else {
    return value;
  }
}

template <class T>
T value_of(Key<T> key) {
  using K = Key<T>;
  constexpr K top = static_cast<K>(K(1) << (8 * sizeof(T) - 1));
  if constexpr (std::is_same_v<T, bool>) {
    return key != 0;
  } else if constexpr (std::is_floating_point_v<T>) {
    return __builtin_bit_cast(T, key & top ? static_cast<K>(key ^ top) : static_cast<K>(~key));
  } else if constexpr (std::is_signed_v<T>) {
    return static_cast<T>(key ^ top);
  } else {
    return key;
  }
}

}  // namespace
}  // namespace ep::ordered_key

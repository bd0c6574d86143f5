// SPDX-License-Identifier: Apache-2.0
// The frame of a sort of values: elements become unsigned keys of the same order, a variant sorts the keys of each row,
// and keys become elements again.
#pragma once

#include "everypath/runtime.hpp"

namespace ep::op::sort {
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

/// Sorts each row with `Sort::sort(keys, spare, n)`, which gives where the sorted keys are: `keys` or `spare`. Keys take
/// the place of the results, so that fresh memory, whose pages cost more than a pass over it, is used twice.
template <class Sort, class T, int R>
Status sort_rows(Frame& frame, const Array<T, R>& in, Array<T, R>& out) {
  using K = Key<T>;
  const int64_t n = in.shape[R - 1];
  if (n > INT32_MAX) return frame.unsupported("sorts take at most 2147483647 elements");
  Array<T, R> result;
  Array<T, R> source;
  Array<K, 1> room;
  if (Status status = frame.allocate(result, static_cast<const int64_t*>(in.shape)); status != EP_OK) return status;
  if (Status status = as_contiguous(frame, in, source); status != EP_OK) return status;
  if (Status status = frame.allocate(room, n); status != EP_OK) return status;
  const int64_t rows = n == 0 ? 0 : in.size() / n;
  for (int64_t row = 0; row < rows; ++row) {
    const T* from = source.data + row * n;
    K* keys = reinterpret_cast<K*>(result.data + row * n);
    for (int64_t i = 0; i < n; ++i) {
      const K key = key_of(from[i]);
      __builtin_memcpy(keys + i, &key, sizeof(K));
    }
    const K* sorted = Sort::sort(keys, room.data, n);
    for (int64_t i = 0; i < n; ++i) {
      K key;
      __builtin_memcpy(&key, sorted + i, sizeof(K));
      const T value = value_of<T>(key);
      __builtin_memcpy(static_cast<void*>(keys + i), &value, sizeof(T));
    }
  }
  out = static_cast<Array<T, R>&&>(result);
  return EP_OK;
}

}  // namespace
}  // namespace ep::op::sort

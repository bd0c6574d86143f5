// SPDX-License-Identifier: Apache-2.0
// The frame of a sort of values: elements become unsigned keys of the same order, a variant sorts the keys of each row,
// and keys become elements again.
#pragma once

#include "everypath/ordered_key.hpp"
#include "everypath/runtime.hpp"

namespace ep::op::sort {
namespace {

using ordered_key::Key;
using ordered_key::key_of;
using ordered_key::value_of;

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

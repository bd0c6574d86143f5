// SPDX-License-Identifier: Apache-2.0
// Least significant digit radix sort of keys; a digit that all keys share is skipped.
#pragma once

#include "ops/sort/values.hpp"

namespace ep::op::sort {
namespace {

template <class K>
inline void insertion_sort(K* keys, int64_t n) {
  for (int64_t i = 1; i < n; ++i) {
    const K key = keys[i];
    int64_t j = i;
    for (; j > 0 && key < keys[j - 1]; --j) keys[j] = keys[j - 1];
    keys[j] = key;
  }
}

template <int Bits>
struct Radix {
  template <class K>
  static K* sort(K* keys, K* spare, int64_t n) {
    constexpr int width = static_cast<int>(8 * sizeof(K));
    constexpr int digits = (width + Bits - 1) / Bits;
    constexpr int values = 1 << Bits;
    if (n < 64) {
      insertion_sort(keys, n);
      return keys;
    }
    uint32_t counts[digits][values] = {};
    for (int64_t i = 0; i < n; ++i)
      for (int d = 0; d < digits; ++d) ++counts[d][keys[i] >> (Bits * d) & (values - 1)];
    for (int d = 0; d < digits; ++d) {
      if (counts[d][keys[0] >> (Bits * d) & (values - 1)] == static_cast<uint32_t>(n)) continue;
      uint32_t at = 0;
      for (int v = 0; v < values; ++v) {
        const uint32_t count = counts[d][v];
        counts[d][v] = at;
        at += count;
      }
      for (int64_t i = 0; i < n; ++i) spare[counts[d][keys[i] >> (Bits * d) & (values - 1)]++] = keys[i];
      K* other = keys;
      keys = spare;
      spare = other;
    }
    return keys;
  }
};

}  // namespace
}  // namespace ep::op::sort

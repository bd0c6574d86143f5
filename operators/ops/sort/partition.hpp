// SPDX-License-Identifier: Apache-2.0
// Quicksort around a partition that a variant gives: `Partition::split(keys, spare, n, pivot, inclusive)` moves what is
// below the pivot (or equal to it, where `inclusive`) to the front and gives how many there are. Few keys go through a
// network, and an order that an adversary chose through the radix sort.
#pragma once

#include "ops/sort/digits.hpp"
#include "ops/sort/network.hpp"

namespace ep::op::sort {
namespace {

template <class K>
K median(K a, K b, K c) {
  const K low = a < b ? a : b;
  const K high = a < b ? b : a;
  return c < low ? low : c > high ? high : c;
}

/// The median of three medians of three, spread over the keys.
template <class K>
K pivot_of(const K* keys, int64_t n) {
  const int64_t step = n / 9;
  const K* at = keys + step / 2;
  return median(median(at[0], at[step], at[2 * step]), median(at[3 * step], at[4 * step], at[5 * step]),
                median(at[6 * step], at[7 * step], at[8 * step]));
}

template <class Partition, class K>
void quicksort(K* keys, K* spare, int64_t n, int depth) {
  using Small = Network<K, Partition::bytes / static_cast<int>(sizeof(K))>;
  while (n > Small::most) {
    if (depth-- == 0) {
      const K* sorted = Radix<8>::sort(keys, spare, n);
      if (sorted != keys) __builtin_memcpy(keys, sorted, static_cast<size_t>(n) * sizeof(K));
      return;
    }
    const K pivot = pivot_of(keys, n);
    int64_t below = Partition::split(keys, spare, n, pivot, false);
    if (below == 0) {  // the pivot is the least key: what equals it is in place
      below = Partition::split(keys, spare, n, pivot, true);
      keys += below;
      n -= below;
      continue;
    }
    // The shorter part first, which bounds the stack.
    if (below < n - below) {
      quicksort<Partition>(keys, spare, below, depth);
      keys += below;
      n -= below;
    } else {
      quicksort<Partition>(keys + below, spare, n - below, depth);
      n = below;
    }
  }
  Small::sort(keys, n);
}

template <class Partition>
struct Quick {
  template <class K>
  static K* sort(K* keys, K* spare, int64_t n) {
    if constexpr (sizeof(K) < 4) {  // two digits at most
      return Radix<8>::sort(keys, spare, n);
    } else {
      int depth = 4;
      for (int64_t rest = n; rest > 1; rest /= 2) depth += 2;
      quicksort<Partition>(keys, spare, n, depth);
      return keys;
    }
  }
};

/// Without branches: every key is written to both sides, and one side moves on.
struct Branchless {
  static constexpr int bytes = 16;

  template <class K>
  static int64_t split(K* keys, K* spare, int64_t n, K pivot, bool inclusive) {
    // No key lies between the pivot and the one after it; the greatest has none after it and all keys are below.
    if (inclusive && pivot == static_cast<K>(~K(0))) return n;
    const K bound = static_cast<K>(pivot + (inclusive ? 1 : 0));
    int64_t below = 0;
    int64_t above = 0;
    for (int64_t i = 0; i < n; ++i) {
      const K key = keys[i];
      keys[below] = key;
      spare[above] = key;
      const bool is_below = key < bound;
      below += is_below;
      above += !is_below;
    }
    __builtin_memcpy(keys + below, spare, static_cast<size_t>(above) * sizeof(K));
    return below;
  }
};

}  // namespace
}  // namespace ep::op::sort

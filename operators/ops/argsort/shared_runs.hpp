// SPDX-License-Identifier: Apache-2.0
// Four runs of items sorted by threads, then merged two by two; ties from the earlier run first, which keeps it stable.
#pragma once

#include "everypath/threads.hpp"
#include "ops/argsort/keys.hpp"

namespace ep::op::argsort {
namespace {

struct SharedRuns {
  /// Fewer items are sorted quicker than threads start.
  static constexpr int64_t worth_sharing = 1 << 15;

  template <class K>
  static Item<K>* sort(Item<K>* items, Item<K>* spare, int64_t n) {
    if (n < worth_sharing) return RadixSort::sort(items, spare, n);
    constexpr int64_t runs = 4;
    int64_t starts[runs + 1];
    for (int64_t r = 0; r <= runs; ++r) starts[r] = n * r / runs;
    parallel(runs, [&](int64_t r, int64_t) {
      Item<K>* own = items + starts[r];
      const int64_t count = starts[r + 1] - starts[r];
      const Item<K>* sorted = RadixSort::sort(own, spare + starts[r], count);
      if (sorted != own) __builtin_memcpy(own, sorted, static_cast<size_t>(count) * sizeof(Item<K>));
    });
    parallel(2, [&](int64_t pair, int64_t) {
      const int64_t* s = starts + 2 * pair;
      merge(spare + s[0], items + s[0], s[1] - s[0], items + s[1], s[2] - s[1]);
    });
    const int64_t half = starts[2];
    const int64_t rank = n / 2;
    const int64_t cut = merge_path(spare, half, spare + half, n - half, rank);
    parallel(2, [&](int64_t part, int64_t) {
      if (part == 0) merge(items, spare, cut, spare + half, rank - cut);
      else merge(items + rank, spare + cut, half - cut, spare + half + (rank - cut), n - half - (rank - cut));
    });
    return items;
  }

 private:
  template <class K>
  static void merge(Item<K>* to, const Item<K>* a, int64_t a_count, const Item<K>* b, int64_t b_count) {
    int64_t i = 0;
    int64_t j = 0;
    while (i < a_count && j < b_count) {
      const bool second = b[j].key < a[i].key;
      *to++ = second ? b[j] : a[i];
      j += second;
      i += !second;
    }
    __builtin_memcpy(to, a + i, static_cast<size_t>(a_count - i) * sizeof(Item<K>));
    __builtin_memcpy(to + (a_count - i), b + j, static_cast<size_t>(b_count - j) * sizeof(Item<K>));
  }

  /// How many of the first `rank` merged items come from a (Odeh et al., Merge Path, 2012).
  template <class K>
  static int64_t merge_path(const Item<K>* a, int64_t a_count, const Item<K>* b, int64_t b_count, int64_t rank) {
    int64_t low = rank > b_count ? rank - b_count : 0;
    int64_t high = rank < a_count ? rank : a_count;
    while (low < high) {
      const int64_t i = low + (high - low) / 2;
      if (!(b[rank - i - 1].key < a[i].key)) low = i + 1;
      else high = i;
    }
    return low;
  }
};

}  // namespace
}  // namespace ep::op::argsort

// SPDX-License-Identifier: Apache-2.0
// Four runs sorted by threads, then merged two by two; each merge is cut in two where a binary search says.
#pragma once

#include "everypath/threads.hpp"
#include "ops/sort/digits.hpp"

namespace ep::op::sort {
namespace {

/// Fewer keys are sorted quicker than threads start.
constexpr int64_t worth_sharing = 1 << 16;

/// Merges a and b; ties from a first.
template <class K>
void merge(K* to, const K* a, int64_t a_count, const K* b, int64_t b_count) {
  int64_t i = 0;
  int64_t j = 0;
  while (i < a_count && j < b_count) {
    const bool second = b[j] < a[i];
    *to++ = second ? b[j] : a[i];
    j += second;
    i += !second;
  }
  __builtin_memcpy(to, a + i, static_cast<size_t>(a_count - i) * sizeof(K));
  __builtin_memcpy(to + (a_count - i), b + j, static_cast<size_t>(b_count - j) * sizeof(K));
}

/// How many of the first `rank` merged keys come from a (Odeh et al., Merge Path, 2012).
template <class K>
int64_t merge_path(const K* a, int64_t a_count, const K* b, int64_t b_count, int64_t rank) {
  int64_t low = rank > b_count ? rank - b_count : 0;
  int64_t high = rank < a_count ? rank : a_count;
  while (low < high) {
    const int64_t i = low + (high - low) / 2;
    if (!(b[rank - i - 1] < a[i])) low = i + 1;
    else high = i;
  }
  return low;
}

template <class Single>
struct SharedRuns {
  template <class K>
  static K* sort(K* keys, K* spare, int64_t n) {
    if (n < worth_sharing) return Single::sort(keys, spare, n);
    constexpr int64_t runs = 4;
    int64_t starts[runs + 1];
    for (int64_t r = 0; r <= runs; ++r) starts[r] = n * r / runs;
    parallel(runs, [&](int64_t r, int64_t) {
      K* own = keys + starts[r];
      const int64_t count = starts[r + 1] - starts[r];
      const K* sorted = Single::sort(own, spare + starts[r], count);
      if (sorted != own) __builtin_memcpy(own, sorted, static_cast<size_t>(count) * sizeof(K));
    });
    merge_pairs(spare, keys, starts);
    const int64_t halves[3] = {0, starts[2], n};
    merge_halves(keys, spare, halves);
    return keys;
  }

 private:
  template <class K>
  static void merge_pairs(K* to, const K* from, const int64_t* starts) {
    parallel(2, [&](int64_t pair, int64_t) {
      const int64_t* s = starts + 2 * pair;
      merge(to + s[0], from + s[0], s[1] - s[0], from + s[1], s[2] - s[1]);
    });
  }

  template <class K>
  static void merge_halves(K* to, const K* from, const int64_t* s) {
    const K* a = from;
    const K* b = from + s[1];
    const int64_t a_count = s[1];
    const int64_t b_count = s[2] - s[1];
    const int64_t rank = s[2] / 2;
    const int64_t cut = merge_path(a, a_count, b, b_count, rank);
    parallel(2, [&](int64_t part, int64_t) {
      if (part == 0) merge(to, a, cut, b, rank - cut);
      else merge(to + rank, a + cut, a_count - cut, b + (rank - cut), b_count - (rank - cut));
    });
  }
};

}  // namespace
}  // namespace ep::op::sort

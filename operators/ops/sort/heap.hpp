// SPDX-License-Identifier: Apache-2.0
// Heapsort of keys: the plainest sort without a bad case.
#pragma once

#include "ops/sort/values.hpp"

namespace ep::op::sort {
namespace {

struct Heapsort {
  template <class K>
  static K* sort(K* keys, K*, int64_t n) {
    for (int64_t i = n / 2 - 1; i >= 0; --i) sink(keys, i, n);
    for (int64_t end = n - 1; end > 0; --end) {
      const K greatest = keys[0];
      keys[0] = keys[end];
      keys[end] = greatest;
      sink(keys, int64_t{0}, end);
    }
    return keys;
  }

 private:
  template <class K>
  static void sink(K* keys, int64_t at, int64_t size) {
    const K key = keys[at];
    for (int64_t child = 2 * at + 1; child < size; child = 2 * at + 1) {
      if (child + 1 < size && keys[child] < keys[child + 1]) ++child;
      if (!(key < keys[child])) break;
      keys[at] = keys[child];
      at = child;
    }
    keys[at] = key;
  }
};

}  // namespace
}  // namespace ep::op::sort

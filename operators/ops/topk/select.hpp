// SPDX-License-Identifier: Apache-2.0
// What the variants share: keys of the scores, and three ways to the first k in order. Indices break ties, so the
// answer is that of a stable sort.
#pragma once

#include "ops/argsort/keys.hpp"

namespace ep::op::topk {
namespace {

using argsort::before;
using argsort::Item;
using argsort::Key;
using argsort::key_of;
using argsort::RadixSort;

/// All of them sorted, by radix.
struct FullSort {
  template <class T, class K>
  static Item<K>* select(const T* scores, Item<K>* items, Item<K>* spare, int64_t n, int64_t) {
    for (int64_t i = 0; i < n; ++i) items[i] = {key_of(scores[i]), static_cast<uint32_t>(i)};
    return RadixSort::sort(items, spare, n);
  }
};

/// A heap of the best k so far, its worst on top; most scores are dismissed a block at a time, in vectors.
struct HeapSelect {
  template <class T, class K>
  static Item<K>* select(const T* scores, Item<K>* heap, Item<K>*, int64_t n, int64_t k) {
    if (k == 0) return heap;
    for (int64_t i = 0; i < k; ++i) heap[i] = {key_of(scores[i]), static_cast<uint32_t>(i)};
    for (int64_t i = k / 2 - 1; i >= 0; --i) sink(heap, i, k);
    int64_t i = k;
    for (; i + block <= n; i += block)
      if (any_below(scores + i, heap[0].key)) take(heap, k, scores, i, i + block);
    take(heap, k, scores, i, n);
    for (int64_t end = k - 1; end > 0; --end) {
      const Item<K> worst = heap[0];
      heap[0] = heap[end];
      heap[end] = worst;
      sink(heap, int64_t{0}, end);
    }
    return heap;
  }

 private:
  static constexpr int64_t block = 128;

  template <class T, class K>
  static bool any_below(const T* scores, K worst) {
    K below = 0;
    for (int64_t i = 0; i < block; ++i) below = static_cast<K>(below | (key_of(scores[i]) < worst ? 1 : 0));
    return below != 0;
  }

  template <class T, class K>
  static void take(Item<K>* heap, int64_t k, const T* scores, int64_t first, int64_t end) {
    for (int64_t i = first; i < end; ++i) {
      const K key = key_of(scores[i]);
      // A later index never displaces an equal key.
      if (key >= heap[0].key) continue;
      heap[0] = {key, static_cast<uint32_t>(i)};
      sink(heap, int64_t{0}, k);
    }
  }

  template <class K>
  static void sink(Item<K>* heap, int64_t at, int64_t size) {
    const Item<K> item = heap[at];
    for (;;) {
      int64_t child = 2 * at + 1;
      if (child >= size) break;
      if (child + 1 < size && before(heap[child], heap[child + 1])) ++child;
      if (!before(item, heap[child])) break;
      heap[at] = heap[child];
      at = child;
    }
    heap[at] = item;
  }
};

/// The key of rank k by counting, a byte at a time from the top; then the items up to it, sorted.
struct RadixSelect {
  template <class T, class K>
  static Item<K>* select(const T* scores, Item<K>* items, Item<K>* spare, int64_t n, int64_t k) {
    if (k == 0) return items;
    K prefix = 0;
    K mask = 0;
    int64_t wanted = k;
    for (int shift = 8 * (static_cast<int>(sizeof(K)) - 1); shift >= 0; shift -= 8) {
      uint32_t counts[256] = {};
      for (int64_t i = 0; i < n; ++i) {
        const K key = key_of(scores[i]);
        if ((key & mask) == prefix) ++counts[key >> shift & 255];
      }
      int digit = 0;
      while (wanted > counts[digit]) wanted -= counts[digit++];
      prefix = static_cast<K>(prefix | static_cast<K>(static_cast<K>(digit) << shift));
      mask = static_cast<K>(mask | static_cast<K>(K(255) << shift));
    }
    // `wanted` of the keys that equal the threshold belong to the answer: the first ones.
    int64_t kept = 0;
    for (int64_t i = 0; i < n && kept < k; ++i) {
      const K key = key_of(scores[i]);
      if (key > prefix || (key == prefix && wanted-- <= 0)) continue;
      items[kept++] = {key, static_cast<uint32_t>(i)};
    }
    return RadixSort::sort(items, spare, kept);
  }
};

/// The first k items by quickselect with a median of three, then sorted.
struct QuickSelect {
  template <class T, class K>
  static Item<K>* select(const T* scores, Item<K>* items, Item<K>* spare, int64_t n, int64_t k) {
    for (int64_t i = 0; i < n; ++i) items[i] = {key_of(scores[i]), static_cast<uint32_t>(i)};
    int64_t low = 0;
    int64_t high = n - 1;
    for (int rounds = 0; low < high && k > 0 && k < n; ++rounds) {
      if (rounds > 64) {  // an adversary's order: sort what is left
        const int64_t count = high - low + 1;
        Item<K>* sorted = argsort::MergeSort::sort(items + low, spare, count);
        if (sorted != items + low)
          __builtin_memcpy(items + low, sorted, static_cast<size_t>(count) * sizeof(Item<K>));
        break;
      }
      const Item<K> pivot = median(items[low], items[low + (high - low) / 2], items[high]);
      int64_t i = low - 1;
      int64_t j = high + 1;
      for (;;) {
        do ++i;
        while (before(items[i], pivot));
        do --j;
        while (before(pivot, items[j]));
        if (i >= j) break;
        const Item<K> item = items[i];
        items[i] = items[j];
        items[j] = item;
      }
      if (k - 1 <= j) high = j;
      else low = j + 1;
    }
    // Partitioning loses the order of ties; `before` restores it through the indices.
    heap_sort(items, k);
    return items;
  }

 private:
  template <class K>
  static Item<K> median(const Item<K>& a, const Item<K>& b, const Item<K>& c) {
    if (before(a, b)) return before(b, c) ? b : before(a, c) ? c : a;
    return before(a, c) ? a : before(b, c) ? c : b;
  }

  template <class K>
  static void heap_sort(Item<K>* items, int64_t n) {
    auto sink = [&](int64_t at, int64_t size) {
      const Item<K> item = items[at];
      for (int64_t child = 2 * at + 1; child < size; child = 2 * at + 1) {
        if (child + 1 < size && before(items[child], items[child + 1])) ++child;
        if (!before(item, items[child])) break;
        items[at] = items[child];
        at = child;
      }
      items[at] = item;
    };
    for (int64_t i = n / 2 - 1; i >= 0; --i) sink(i, n);
    for (int64_t end = n - 1; end > 0; --end) {
      const Item<K> worst = items[0];
      items[0] = items[end];
      items[end] = worst;
      sink(int64_t{0}, end);
    }
  }
};

template <class Select, class T>
Status top(Frame& frame, const Array<T, 1>& in, int64_t k, Array<int64_t, 1>& out) {
  using K = Key<T>;
  const int64_t n = in.shape[0];
  if (n > INT32_MAX) return frame.unsupported("top-k takes at most 2147483647 elements");
  if (k < 0) k = k + n < 0 ? 0 : k + n;
  if (k > n) k = n;
  Array<T, 1> source;
  Array<int64_t, 1> result;
  Array<uint64_t, 1> room;
  constexpr int64_t words = sizeof(Item<K>) > 8 ? 2 : 1;
  if (Status status = as_contiguous(frame, in, source); status != EP_OK) return status;
  if (Status status = frame.allocate(result, k); status != EP_OK) return status;
  if (Status status = frame.allocate(room, 2 * words * n); status != EP_OK) return status;
  Item<K>* items = reinterpret_cast<Item<K>*>(room.data);
  const Item<K>* selected = Select::select(static_cast<const T*>(source.data), items, items + n, n, k);
  for (int64_t i = 0; i < k; ++i) result.data[i] = static_cast<int64_t>(selected[i].index);
  out = static_cast<Array<int64_t, 1>&&>(result);
  return EP_OK;
}

}  // namespace
}  // namespace ep::op::topk

// SPDX-License-Identifier: Apache-2.0
// Elements as unsigned keys in the order that NumPy sorts by (NaN last, both zeros equal), and the stable sorts of
// (key, index) pairs that argsort and top-k share.
#pragma once

#include "everypath/ordered_key.hpp"
#include "everypath/runtime.hpp"

namespace ep::op::argsort {
namespace {

using ordered_key::Key;

/// Both zeros are equal.
template <class T>
Key<T> key_of(T value) {
  if constexpr (std::is_floating_point_v<T>) return ordered_key::key_of(value == T(0) ? T(0) : value);
  else return ordered_key::key_of(value);
}

template <class K>
struct Item {
  K key;
  uint32_t index;
};

template <class K>
bool before(const Item<K>& a, const Item<K>& b) {
  return a.key < b.key || (a.key == b.key && a.index < b.index);
}

/// Binary insertion below 24 items, then merges from the bottom up.
struct MergeSort {
  template <class K>
  static Item<K>* sort(Item<K>* items, Item<K>* spare, int64_t n) {
    constexpr int64_t run = 24;
    for (int64_t start = 0; start < n; start += run) {
      const int64_t end = n - start < run ? n : start + run;
      for (int64_t i = start + 1; i < end; ++i) {
        const Item<K> item = items[i];
        int64_t j = i;
        for (; j > start && item.key < items[j - 1].key; --j) items[j] = items[j - 1];
        items[j] = item;
      }
    }
    for (int64_t width = run; width < n; width *= 2) {
      for (int64_t start = 0; start < n; start += 2 * width) {
        const int64_t middle = n - start < width ? n : start + width;
        const int64_t end = n - start < 2 * width ? n : start + 2 * width;
        int64_t a = start;
        int64_t b = middle;
        for (int64_t to = start; to < end; ++to) {
          const bool left = b >= end || (a < middle && !(items[b].key < items[a].key));
          spare[to] = left ? items[a++] : items[b++];
        }
      }
      Item<K>* other = items;
      items = spare;
      spare = other;
    }
    return items;
  }
};

/// Least significant digit first; a digit that all keys share is skipped.
template <int Bits>
struct Digits {
  template <class K>
  static Item<K>* sort(Item<K>* items, Item<K>* spare, int64_t n) {
    constexpr int width = static_cast<int>(8 * sizeof(K));
    constexpr int digits = (width + Bits - 1) / Bits;
    constexpr int values = 1 << Bits;
    if (n < values / 4) return MergeSort::sort(items, spare, n);
    uint32_t counts[digits][values] = {};
    for (int64_t i = 0; i < n; ++i)
      for (int d = 0; d < digits; ++d) ++counts[d][items[i].key >> (Bits * d) & (values - 1)];
    for (int d = 0; d < digits; ++d) {
      if (counts[d][items[0].key >> (Bits * d) & (values - 1)] == static_cast<uint32_t>(n)) continue;
      uint32_t at = 0;
      for (int v = 0; v < values; ++v) {
        const uint32_t count = counts[d][v];
        counts[d][v] = at;
        at += count;
      }
      for (int64_t i = 0; i < n; ++i) spare[counts[d][items[i].key >> (Bits * d) & (values - 1)]++] = items[i];
      Item<K>* other = items;
      items = spare;
      spare = other;
    }
    return items;
  }
};

using RadixSort = Digits<8>;

/// Gives the order of each row's elements.
template <class Sort, class T, int R>
Status order_rows(Frame& frame, const Array<T, R>& in, Array<int64_t, R>& out) {
  using K = Key<T>;
  const int64_t n = in.shape[R - 1];
  if (n > INT32_MAX) return frame.unsupported("sorts take at most 2147483647 elements");
  Array<int64_t, R> result;
  Array<T, R> source;
  Array<uint64_t, 1> room;  // items of 8 or 16 bytes, twice
  if (Status status = frame.allocate(result, static_cast<const int64_t*>(in.shape)); status != EP_OK) return status;
  if (Status status = as_contiguous(frame, in, source); status != EP_OK) return status;
  constexpr int64_t words = sizeof(Item<K>) > 8 ? 2 : 1;
  if (Status status = frame.allocate(room, 2 * words * n); status != EP_OK) return status;
  Item<K>* items = reinterpret_cast<Item<K>*>(room.data);
  const int64_t rows = n == 0 ? 0 : in.size() / n;
  for (int64_t row = 0; row < rows; ++row) {
    const T* from = source.data + row * n;
    for (int64_t i = 0; i < n; ++i) items[i] = {key_of(from[i]), static_cast<uint32_t>(i)};
    const Item<K>* sorted = Sort::sort(items, items + n, n);
    int64_t* to = result.data + row * n;
    for (int64_t i = 0; i < n; ++i) to[i] = static_cast<int64_t>(sorted[i].index);
  }
  out = static_cast<Array<int64_t, R>&&>(result);
  return EP_OK;
}

}  // namespace
}  // namespace ep::op::argsort

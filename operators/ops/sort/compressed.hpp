// SPDX-License-Identifier: Apache-2.0
// The partition of AVX-512: a vector's keys below the pivot are pressed together by one instruction.
#pragma once

#include "ops/sort/partition.hpp"

namespace ep::op::sort {
namespace {

struct Compressed {
  static constexpr int bytes = 64;
  typedef int32_t I32 __attribute__((vector_size(64)));
  typedef int64_t I64 __attribute__((vector_size(64)));

  template <class K>
  static int64_t split(K* keys, K* spare, int64_t n, K pivot, bool inclusive) {
    constexpr int lanes = bytes / static_cast<int>(sizeof(K));
    typedef K Vector __attribute__((vector_size(64)));
    if (inclusive && pivot == static_cast<K>(~K(0))) return n;
    const K bound = static_cast<K>(pivot + (inclusive ? 1 : 0));
    const Vector bounds = Vector{} + bound;
    int64_t below = 0;
    int64_t above = 0;
    int64_t i = 0;
    // Whole vectors are stored: to the front over keys that were read already, to the spare keys over their slack.
    for (; i + lanes <= n; i += lanes) {
      Vector v;
      __builtin_memcpy(&v, keys + i, bytes);
      const uint32_t mask = mask_of<K>(v, bounds);
      const Vector front = compress<K>(v, mask);
      const Vector back = compress<K>(v, ~mask);
      __builtin_memcpy(keys + below, &front, bytes);
      __builtin_memcpy(spare + above, &back, bytes);
      const int count = __builtin_popcount(mask);
      below += count;
      above += lanes - count;
    }
    for (; i < n; ++i) {
      const K key = keys[i];
      keys[below] = key;
      spare[above] = key;
      below += key < bound;
      above += !(key < bound);
    }
    __builtin_memcpy(keys + below, spare, static_cast<size_t>(above) * sizeof(K));
    return below;
  }

 private:
  template <class K, class Vector>
  static uint32_t mask_of(Vector v, Vector bounds) {
    if constexpr (sizeof(K) == 4)
      return static_cast<uint16_t>(__builtin_ia32_ucmpd512_mask((I32)v, (I32)bounds, 1, 0xffff));
    else return static_cast<uint8_t>(__builtin_ia32_ucmpq512_mask((I64)v, (I64)bounds, 1, 0xff));
  }

  template <class K, class Vector>
  static Vector compress(Vector v, uint32_t mask) {
    if constexpr (sizeof(K) == 4)
      return (Vector)__builtin_ia32_compresssi512_mask((I32)v, I32{}, static_cast<uint16_t>(mask));
    else return (Vector)__builtin_ia32_compressdi512_mask((I64)v, I64{}, static_cast<uint8_t>(mask));
  }
};

}  // namespace
}  // namespace ep::op::sort

// SPDX-License-Identifier: Apache-2.0
// Small sorts without branches: a bitonic network over vectors, after Batcher (1968). Keys are padded to a power of two
// with the greatest key.
#pragma once

#include "everypath/arguments.hpp"
#include "ops/sort/values.hpp"

namespace ep::op::sort {
namespace {

template <class K, int Lanes>
struct Network {
  typedef K Vector __attribute__((vector_size(sizeof(K) * Lanes)));
  static constexpr int64_t most = 8 * Lanes > 128 ? 128 : 8 * Lanes;

  /// Sorts at most `most` keys.
  static void sort(K* keys, int64_t n) {
    if (n <= Lanes) padded<1>(keys, n);
    else if (n <= 2 * Lanes) padded<2>(keys, n);
    else if (n <= 4 * Lanes) padded<4>(keys, n);
    else padded<8>(keys, n);
  }

 private:
  static constexpr auto lanes = __make_integer_seq<ep::detail::Sequence, int, Lanes>{};

  template <int Vectors>
  [[gnu::noinline]] static void padded(K* keys, int64_t n) {
    K room[Vectors * Lanes];
    for (int i = 0; i < Vectors * Lanes; ++i) room[i] = static_cast<K>(~K(0));
    __builtin_memcpy(room, keys, static_cast<size_t>(n) * sizeof(K));
    Vector v[Vectors];
    __builtin_memcpy(v, room, sizeof(room));
    stages<Vectors, 2>(v);
    __builtin_memcpy(room, v, sizeof(room));
    __builtin_memcpy(keys, room, static_cast<size_t>(n) * sizeof(K));
  }

  /// Merges sorted runs of `Run / 2` keys to runs of `Run`, and so on.
  template <int Vectors, int Run>
  static void stages(Vector (&v)[Vectors]) {
    if constexpr (Run <= Vectors * Lanes) {
      if constexpr (Run <= Lanes) {
        for (int i = 0; i < Vectors; ++i) v[i] = exchange<Run - 1, Run / 2>(v[i], lanes);
      } else {
        constexpr int span = Run / Lanes;
        for (int start = 0; start < Vectors; start += span)
          for (int i = 0; i < span / 2; ++i) {
            Vector& a = v[start + i];
            Vector& b = v[start + span - 1 - i];
            const Vector turned = permute<Lanes - 1>(b, lanes);
            b = permute<Lanes - 1>(__builtin_elementwise_max(a, turned), lanes);
            a = __builtin_elementwise_min(a, turned);
          }
      }
      halve<Vectors, Run / 4>(v);
      stages<Vectors, Run * 2>(v);
    }
  }

  /// Compares keys `Distance` apart, then half of that, down to neighbours.
  template <int Vectors, int Distance>
  static void halve(Vector (&v)[Vectors]) {
    if constexpr (Distance >= 1) {
      if constexpr (Distance >= Lanes) {
        constexpr int apart = Distance / Lanes;
        for (int start = 0; start < Vectors; start += 2 * apart)
          for (int i = start; i < start + apart; ++i) {
            const Vector a = v[i];
            v[i] = __builtin_elementwise_min(a, v[i + apart]);
            v[i + apart] = __builtin_elementwise_max(a, v[i + apart]);
          }
      } else {
        for (int i = 0; i < Vectors; ++i) v[i] = exchange<Distance, Distance>(v[i], lanes);
      }
      halve<Vectors, Distance / 2>(v);
    }
  }

  template <int Flip, int... I>
  static Vector permute(Vector v, ep::detail::Sequence<int, I...>) {
    return __builtin_shufflevector(v, v, (I ^ Flip)...);
  }

  /// Lane i and lane `i ^ Flip` in order; the lower of them has no `Bit`.
  template <int Flip, int Bit, int... I>
  static Vector exchange(Vector v, ep::detail::Sequence<int, I...> sequence) {
    const Vector other = permute<Flip>(v, sequence);
    const Vector low = __builtin_elementwise_min(v, other);
    const Vector high = __builtin_elementwise_max(v, other);
    return __builtin_shufflevector(low, high, ((I & Bit) == 0 ? I : Lanes + I)...);
  }
};

}  // namespace
}  // namespace ep::op::sort

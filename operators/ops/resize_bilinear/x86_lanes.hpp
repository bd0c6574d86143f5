// SPDX-License-Identifier: Apache-2.0
// Horizontal passes for x86: each 128-bit lane of a vector works on a row of its own, two rows in AVX2 and four in
// AVX-512, with the same weights. Two taps are multiplied and added by one instruction (pmaddwd).
#pragma once

#include "everypath/arguments.hpp"
#include "ops/resize_bilinear/vertical_order.hpp"

namespace ep::op::resize_bilinear {
namespace {

template <int N>
struct Lanes {
  typedef uint8_t U8 __attribute__((vector_size(16 * N)));
  typedef int16_t I16 __attribute__((vector_size(16 * N)));
  typedef int32_t I32 __attribute__((vector_size(16 * N)));
  typedef uint8_t Row __attribute__((vector_size(16)));

  static I32 multiply_add(I16 a, I16 b) {
    if constexpr (N == 2) return (I32)__builtin_ia32_pmaddwd256(a, b);
    else return (I32)__builtin_ia32_pmaddwd512(a, b);
  }

  /// 16 bytes of each row.
  static U8 load(const uint8_t* from, int64_t stride) {
    typedef uint8_t Pair __attribute__((vector_size(32)));
    auto pair = [&](int64_t first) {
      return concatenate<Pair>(load_as<Row>(from + first * stride), load_as<Row>(from + (first + 1) * stride),
                               __make_integer_seq<ep::detail::Sequence, int, 32>{});
    };
    if constexpr (N == 2) return pair(0);
    else return concatenate<U8>(pair(0), pair(2), __make_integer_seq<ep::detail::Sequence, int, 64>{});
  }

  static I16 weights(const int16_t* pair) {
    const int32_t both = load_as<int32_t>(pair);
    return (I16)(I32{} + both);
  }

  /// Stores the first `Channels` lanes of each row's sums as levels; `wide` may write a fourth byte.
  template <int Channels>
  static void store(uint8_t* to, int64_t stride, I32 levels, bool wide) {
    typedef uint8_t Packed __attribute__((vector_size(4 * N)));
    levels = levels > 255 ? (I32{} + 255) : levels;
    const Packed packed = __builtin_convertvector(levels, Packed);
    for (int r = 0; r < N; ++r) {
      const uint8_t* from = reinterpret_cast<const uint8_t*>(&packed) + 4 * r;
      if (Channels == 4 || wide) __builtin_memcpy(to + r * stride, from, 4);
      else __builtin_memcpy(to + r * stride, from, Channels);
    }
  }

 private:
  template <class To, class From, int... I>
  static To concatenate(From a, From b, ep::detail::Sequence<int, I...>) {
    return __builtin_shufflevector(a, b, I...);
  }
};

/// Two taps of a pixel side by side: lane c holds channel c of pixel `First` and of the one after it. For bytes, which
/// become 16 bits wide, and for 16-bit sums.
template <int N, int Channels, int First>
constexpr int byte_index(int i) {
  const int channel = i % 16 / 4;
  const int part = i % 4;
  if (channel >= Channels || part % 2 == 1) return 16 * N;  // a zero
  return i / 16 * 16 + (First + part / 2) * Channels + channel;
}
template <int N, int Channels>
constexpr int word_index(int i) {
  const int channel = i % 8 / 2;
  return i / 8 * 8 + (channel >= Channels ? 0 : (i % 2) * Channels + channel);
}

template <int N, int Channels, int First, int... I>
auto widen_pair(typename Lanes<N>::U8 bytes, ep::detail::Sequence<int, I...>) {
  const typename Lanes<N>::U8 zero{};
  return (typename Lanes<N>::I16)__builtin_shufflevector(bytes, zero, byte_index<N, Channels, First>(I)...);
}
template <int N, int Channels, int... I>
auto pair_words(typename Lanes<N>::I16 words, ep::detail::Sequence<int, I...>) {
  return __builtin_shufflevector(words, words, word_index<N, Channels>(I)...);
}

/// The exact pass. A 22-bit weight is split into halves that fit 16 bits: sum = (high sum << 11) + low sum.
template <int N>
struct ExactLanes {
  static Status rows(Frame& frame, const Image& in, const Weights& weights, Image& out) {
    // Vectors and zero weights read past a row's end, by less than all taps and 16 bytes: the last rows go one by one.
    if (in.channels == 1 || in.row_stride < weights.stride * in.channels + 16) return PlainHorizontal::rows(frame, in, weights, out);
    Array<int16_t, 1> halves;  // for two taps: high, high, low, low
    const int64_t size = weights.stride * weights.out_size;
    if (Status status = frame.allocate(halves, 2 * size); status != EP_OK) return status;
    for (int64_t i = 0; i < size; ++i) {
      const int64_t at = i / 2 * 4 + i % 2;
      halves.data[at] = static_cast<int16_t>(weights.fixed.data[i] >> 11);
      halves.data[at + 2] = static_cast<int16_t>(weights.fixed.data[i] & 2047);
    }
    int64_t y = 0;
    for (; y + N < in.height; y += N) {
      if (in.channels == 3) step<3>(out.row(y), out.row_stride, in.row(y), in.row_stride, weights, halves.data);
      else step<4>(out.row(y), out.row_stride, in.row(y), in.row_stride, weights, halves.data);
    }
    Image rest = in;
    rest.data = in.row(y);
    rest.height = in.height - y;
    Image rest_out = out;
    rest_out.data = out.row(y);
    return PlainHorizontal::rows(frame, rest, weights, rest_out);
  }

 private:
  template <int Channels>
  static void step(uint8_t* to, int64_t to_stride, const uint8_t* from, int64_t from_stride, const Weights& weights,
                   const int16_t* halves) {
    using L = Lanes<N>;
    constexpr auto indices = __make_integer_seq<ep::detail::Sequence, int, 16 * N>{};
    for (int64_t i = 0; i < weights.out_size; ++i) {
      const int16_t* k = halves + 2 * i * weights.stride;
      const uint8_t* pixel = from + weights.start(i) * Channels;
      typename L::I32 high{};
      typename L::I32 low{};
      // As many taps for every pixel: a loop whose length varies is mispredicted at each end.
      for (int64_t x = 0; x < weights.most_taps; x += 4, k += 8) {
        const auto bytes = L::load(pixel + x * Channels, from_stride);
        const auto first = widen_pair<N, Channels, 0>(bytes, indices);
        const auto second = widen_pair<N, Channels, 2>(bytes, indices);
        high += L::multiply_add(first, L::weights(k)) + L::multiply_add(second, L::weights(k + 4));
        low += L::multiply_add(first, L::weights(k + 2)) + L::multiply_add(second, L::weights(k + 6));
      }
      const typename L::I32 sum = (high << 11) + low + (1 << (precision - 1));
      L::template store<Channels>(to + i * Channels, to_stride, sum >> precision, i + 1 < weights.out_size);
    }
  }
};

/// The pass over 8.7 sums, for `VerticalFirst`.
template <int N>
struct SumLanes {
  static constexpr int64_t rows_a_step = N;

  template <int Channels>
  static void rows(uint8_t* to, int64_t to_stride, const uint16_t* from, int64_t from_stride, const Weights& weights,
                   const int16_t* k16) {
    if constexpr (Channels == 1) {
      for (int r = 0; r < N; ++r)
        PixelLanes::rows<1>(to + r * to_stride, 0, from + r * from_stride, 0, weights, k16);
    } else {
      using L = Lanes<N>;
      constexpr auto indices = __make_integer_seq<ep::detail::Sequence, int, 8 * N>{};
      for (int64_t i = 0; i < weights.out_size; ++i) {
        const int16_t* k = k16 + i * weights.stride;
        const uint16_t* pixel = from + weights.start(i) * Channels;
        typename L::I32 sum{};
        for (int64_t x = 0; x < weights.most_taps; x += 2) {
          const auto bytes = L::load(reinterpret_cast<const uint8_t*>(pixel + x * Channels), from_stride * 2);
          sum += L::multiply_add(pair_words<N, Channels>((typename L::I16)bytes, indices), L::weights(k + x));
        }
        L::template store<Channels>(to + i * Channels, to_stride, (sum + (1 << 20)) >> 21, i + 1 < weights.out_size);
      }
    }
  }
};

}  // namespace
}  // namespace ep::op::resize_bilinear

// SPDX-License-Identifier: Apache-2.0
// The vertical pass first, which reads whole rows and needs no shuffles, with 16 bits (8.7 fixed point) between the
// passes. With that much between, the answer is within half a level of the exact sum plus a share that grows with the
// number of taps; Pillow's own is within one level. Beyond `most_taps` the share is too large and Pillow's order runs.
#pragma once

#include "everypath/arguments.hpp"
#include "ops/resize_bilinear/resample.hpp"

namespace ep::op::resize_bilinear {
namespace {

constexpr int64_t most_taps = 40;

/// Weights as integers whose sum is `one`: what rounding leaves goes to the largest.
inline void quantise(int16_t* to, const double* from, int64_t count, int64_t stride, int32_t one) {
  int32_t sum = 0;
  int64_t largest = 0;
  for (int64_t i = 0; i < stride; ++i) {
    const int32_t value = i < count ? static_cast<int32_t>(0.5 + from[i] * one) : 0;
    to[i] = static_cast<int16_t>(value > INT16_MAX ? INT16_MAX : value);
    sum += to[i];
    if (to[i] > to[largest]) largest = i;
  }
  const int32_t corrected = to[largest] + one - sum;
  to[largest] = static_cast<int16_t>(corrected > INT16_MAX ? INT16_MAX : corrected);
}

template <class T, class From>
inline T load_as(const From* from) {
  T value;
  __builtin_memcpy(&value, from, sizeof(T));
  return value;
}

/// Unsigned vectors of `Bytes` bytes.
template <int Bytes>
struct Unsigned {
  typedef uint8_t U8 __attribute__((vector_size(Bytes)));
  typedef uint16_t U16 __attribute__((vector_size(Bytes)));
  typedef uint32_t U32 __attribute__((vector_size(Bytes)));
  typedef uint32_t Wide __attribute__((vector_size(2 * Bytes)));

  /// The upper half of each 32-bit product.
  static U16 multiply_high(U16 a, U16 b) {
    return __builtin_convertvector((__builtin_convertvector(a, Wide) * __builtin_convertvector(b, Wide)) >> 16, U16);
  }
};

/// Bytes `First` to `First + 7` of each 16-byte lane as 16-bit numbers times 256: unpacking below a zero needs no shift,
/// and stays within lanes, which is one instruction everywhere.
template <int Bytes, int First, int... I>
auto unpack_shifted(typename Unsigned<Bytes>::U8 bytes, ep::detail::Sequence<int, I...>) {
  const typename Unsigned<Bytes>::U8 zero{};
  return (typename Unsigned<Bytes>::U16)__builtin_shufflevector(
      zero, bytes, (I % 2 == 0 ? 0 : Bytes + I / 16 * 16 + First + I % 16 / 2)...);
}

/// Stores the two halves that `unpack_shifted` made, in the order of the bytes.
template <int Bytes, int... I>
void store_in_order(uint16_t* to, const typename Unsigned<Bytes>::U16& low, const typename Unsigned<Bytes>::U16& high,
                    ep::detail::Sequence<int, I...>) {
  const auto sums =
      __builtin_shufflevector(low, high, (I % 16 < 8 ? I / 16 * 8 + I % 8 : Bytes / 2 + I / 16 * 8 + I % 8)...);
  __builtin_memcpy(to, &sums, sizeof(sums));
}

/// One row of sums in 8.7 fixed point: `(pixel << 8) * weight >> 16`, weights adding up to 1 << 15. A step takes
/// `Steps` vectors of `Bytes` bytes, which share each weight. Weights come twice in 32 bits: spreading those over a
/// vector is a plain load on x86.
template <int Bytes, int Steps>
int64_t vertical_strips(uint16_t* to, const uint8_t* from, int64_t row_stride, int64_t x, int64_t bytes,
                        const uint32_t* k, int64_t count) {
  using V = Unsigned<Bytes>;
  constexpr auto indices = __make_integer_seq<ep::detail::Sequence, int, Bytes>{};
  const uint16_t bias = static_cast<uint16_t>(count / 2);  // half of what truncation loses at most
  for (; x + Steps * Bytes <= bytes; x += Steps * Bytes) {
    typename V::U16 low[Steps];
    typename V::U16 high[Steps];
    for (int s = 0; s < Steps; ++s) low[s] = high[s] = typename V::U16{} + bias;
    const uint8_t* row = from + x;
    for (int64_t y = 0; y < count; ++y, row += row_stride) {
      const auto weight = (typename V::U16)(typename V::U32{} + k[y]);
      for (int s = 0; s < Steps; ++s) {
        const auto pixels = load_as<typename V::U8>(row + s * Bytes);
        low[s] += V::multiply_high(unpack_shifted<Bytes, 0>(pixels, indices), weight);
        high[s] += V::multiply_high(unpack_shifted<Bytes, 8>(pixels, indices), weight);
      }
    }
    for (int s = 0; s < Steps; ++s) store_in_order<Bytes>(to + x + s * Bytes, low[s], high[s], indices);
  }
  return x;
}

template <int Bytes>
void vertical_row16(uint16_t* to, const uint8_t* from, int64_t row_stride, int64_t bytes, const int16_t* k,
                    int64_t count) {
  uint32_t twice[most_taps + 4];
  for (int64_t y = 0; y < count; ++y) twice[y] = static_cast<uint16_t>(k[y]) * 0x10001u;
  int64_t x = vertical_strips<Bytes, 4>(to, from, row_stride, 0, bytes, twice, count);
  x = vertical_strips<Bytes, 1>(to, from, row_stride, x, bytes, twice, count);
  for (; x < bytes; ++x) {
    uint32_t sum = static_cast<uint32_t>(count / 2);
    for (int64_t y = 0; y < count; ++y)
      sum += (static_cast<uint32_t>(from[y * row_stride + x]) << 8) * static_cast<uint16_t>(k[y]) >> 16;
    to[x] = static_cast<uint16_t>(sum);
  }
}

/// Rounds a sum of 8.7 levels times weights adding up to 1 << 14.
inline uint8_t level_of(int32_t sum) {
  const int32_t level = (sum + (1 << 20)) >> 21;
  return static_cast<uint8_t>(level > 255 ? 255 : level);
}

/// One output row from one row of 8.7 sums: a pixel's channels are the lanes of one vector.
struct PixelLanes {
  static constexpr int64_t rows_a_step = 1;

  template <int Channels>
  static void rows(uint8_t* to, int64_t, const uint16_t* from, int64_t, const Weights& weights, const int16_t* k16) {
    if constexpr (Channels == 1) {
      for (int64_t i = 0; i < weights.out_size; ++i) {
        const int16_t* k = k16 + i * weights.stride;
        const uint16_t* pixel = from + weights.start(i);
        int32_t sum = 0;
        for (int64_t x = 0; x < weights.count(i); ++x) sum += static_cast<int16_t>(pixel[x]) * k[x];
        to[i] = level_of(sum);
      }
    } else {
      typedef int16_t I16 __attribute__((vector_size(8)));
      typedef int32_t I32 __attribute__((vector_size(16)));
      for (int64_t i = 0; i < weights.out_size; ++i) {
        const int16_t* k = k16 + i * weights.stride;
        const uint16_t* pixel = from + weights.start(i) * Channels;
        const int64_t count = weights.count(i);
        I32 sum{};
        for (int64_t x = 0; x < count; ++x) {
          const I32 value = __builtin_convertvector(load_as<I16>(pixel + x * Channels), I32);
          sum += value * (I32{} + static_cast<int32_t>(k[x]));
        }
        for (int c = 0; c < Channels; ++c) to[i * Channels + c] = level_of(sum[c]);
      }
    }
  }
};

/// `Exact` is the horizontal pass where Pillow's order must run: dividing by alpha afterwards would magnify a level.
template <int Bytes, class Horizontal = PixelLanes, class Exact = PlainHorizontal>
struct VerticalFirst {
  static Status run(Frame& frame, const Image& in, const Weights& horizontal, const Weights& vertical, Image& out) {
    if (horizontal.most_taps > most_taps || vertical.most_taps > most_taps || out.width == in.width ||
        out.height == in.height || in.channels == 4)
      return horizontal_first<Exact>(frame, in, horizontal, vertical, out);
    if (in.channels == 1) return passes<1>(frame, in, horizontal, vertical, out);
    return passes<3>(frame, in, horizontal, vertical, out);
  }

 private:
  template <int Channels>
  static Status passes(Frame& frame, const Image& in, const Weights& horizontal, const Weights& vertical, Image& out) {
    constexpr int64_t step = Horizontal::rows_a_step;
    constexpr int64_t spare = 128;  // vectors and zero weights read past a row's end
    Array<int16_t, 1> k_horizontal;
    Array<int16_t, 1> k_vertical;
    Array<uint16_t, 2> middle;
    const int64_t bytes = in.width * Channels;
    const int64_t stride = bytes + spare;
    if (frame.allocate(k_horizontal, horizontal.stride * out.width) != EP_OK ||
        frame.allocate(k_vertical, vertical.stride) != EP_OK || frame.allocate(middle, step, stride) != EP_OK)
      return frame.out_of_memory();
    __builtin_memset(middle.data, 0, static_cast<size_t>(middle.size()) * 2);
    for (int64_t i = 0; i < out.width; ++i)
      quantise(k_horizontal.data + i * horizontal.stride, horizontal.exact.data + i * horizontal.stride,
               horizontal.count(i), horizontal.stride, 1 << 14);
    for (int64_t y = 0; y < out.height; y += step) {
      const int64_t rows = out.height - y < step ? out.height - y : step;
      for (int64_t r = 0; r < rows; ++r) {
        quantise(k_vertical.data, vertical.exact.data + (y + r) * vertical.stride, vertical.count(y + r),
                 vertical.stride, 1 << 15);
        vertical_row16<Bytes>(middle.data + r * stride, in.row(vertical.start(y + r)), in.row_stride, bytes,
                              k_vertical.data, vertical.count(y + r));
      }
      if (rows == step) {
        Horizontal::template rows<Channels>(out.row(y), out.row_stride, middle.data, stride, horizontal,
                                            k_horizontal.data);
      } else {
        for (int64_t r = 0; r < rows; ++r)
          PixelLanes::rows<Channels>(out.row(y + r), 0, middle.data + r * stride, 0, horizontal, k_horizontal.data);
      }
    }
    return EP_OK;
  }
};

}  // namespace
}  // namespace ep::op::resize_bilinear

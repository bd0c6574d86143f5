// SPDX-License-Identifier: Apache-2.0
// The vertical pass first, which reads whole rows and needs no shuffles, with 16 bits (8.7 fixed point) between the
// passes. With that much between, the answer is within half a level of the exact sum plus a share that grows with the
// number of taps; Pillow's own is within one level. Beyond `most_taps` the share is too large and Pillow's order runs.
#pragma once

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

/// One row of sums in 8.7 fixed point: `(pixel << 8) * weight >> 16`, weights adding up to 1 << 15. A step takes
/// `Bytes` bytes.
template <int Bytes>
void vertical_row16(uint16_t* to, const uint8_t* from, int64_t row_stride, int64_t bytes, const int16_t* k,
                    int64_t count) {
  typedef uint8_t U8 __attribute__((vector_size(Bytes)));
  typedef uint16_t U16 __attribute__((vector_size(2 * Bytes)));
  typedef uint32_t U32 __attribute__((vector_size(4 * Bytes)));
  const uint16_t bias = static_cast<uint16_t>(count / 2);  // half of what truncation loses at most
  int64_t x = 0;
  for (; x + Bytes <= bytes; x += Bytes) {
    U16 sum = U16{} + bias;
    for (int64_t y = 0; y < count; ++y) {
      const U16 pixel = __builtin_convertvector(load_as<U8>(from + y * row_stride + x), U16) << 8;
      const U16 weight = U16{} + static_cast<uint16_t>(k[y]);
      const U32 product = __builtin_convertvector(pixel, U32) * __builtin_convertvector(weight, U32);
      sum += __builtin_convertvector(product >> 16, U16);
    }
    __builtin_memcpy(to + x, &sum, sizeof(sum));
  }
  for (; x < bytes; ++x) {
    uint32_t sum = bias;
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
    constexpr int64_t spare = 64;  // vectors read past a row's end
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

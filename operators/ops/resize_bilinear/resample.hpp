// SPDX-License-Identifier: Apache-2.0
// Pillow's bilinear resampling (libImaging/Resample.c): its weights, its exact passes, and the frame around the passes
// that all variants share. Internal linkage: each object keeps code of its own ISA level.
#pragma once

#include "everypath/runtime.hpp"

namespace ep::op::resize_bilinear {
namespace {

constexpr int precision = 22;  // 32 bits, less 8 of the pixel, less 2 to spare

/// Weights of one axis: result `i` is the sum of `count(i)` inputs from `start(i)` on, weights `stride` apart.
struct Weights {
  int64_t out_size = 0;
  /// Weights a result, padded with zeros to a multiple of 4.
  int64_t stride = 0;
  int64_t most_taps = 0;
  Array<int32_t, 1> starts;
  Array<int32_t, 1> counts;
  Array<double, 1> exact;
  /// 22-bit fixed point, as Pillow rounds it.
  Array<int32_t, 1> fixed;

  int64_t start(int64_t i) const { return starts.data[i]; }
  int64_t count(int64_t i) const { return counts.data[i]; }
  const int32_t* row(int64_t i) const { return fixed.data + i * stride; }
};

Status make_weights(Frame& frame, int64_t in_size, int64_t out_size, Weights& weights) {
  const double scale = static_cast<double>(in_size) / static_cast<double>(out_size);
  const double filter_scale = scale < 1 ? 1 : scale;
  const double support = filter_scale;
  const int64_t most = static_cast<int64_t>(__builtin_ceil(support)) * 2 + 1;
  weights.out_size = out_size;
  weights.stride = (most + 3) & ~int64_t{3};
  if (frame.allocate(weights.starts, out_size) != EP_OK || frame.allocate(weights.counts, out_size) != EP_OK ||
      frame.allocate(weights.exact, weights.stride * out_size) != EP_OK ||
      frame.allocate(weights.fixed, weights.stride * out_size) != EP_OK)
    return frame.out_of_memory();
  const double inverse = 1.0 / filter_scale;
  for (int64_t i = 0; i < out_size; ++i) {
    const double center = (static_cast<double>(i) + 0.5) * scale;
    int64_t first = static_cast<int64_t>(center - support + 0.5);
    if (first < 0) first = 0;
    int64_t last = static_cast<int64_t>(center + support + 0.5);
    if (last > in_size) last = in_size;
    const int64_t count = last - first;
    double* k = weights.exact.data + i * weights.stride;
    double sum = 0;
    for (int64_t x = 0; x < count; ++x) {
      double distance = (static_cast<double>(x + first) - center + 0.5) * inverse;
      if (distance < 0) distance = -distance;
      k[x] = distance < 1 ? 1 - distance : 0;
      sum += k[x];
    }
    int32_t* fixed = weights.fixed.data + i * weights.stride;
    for (int64_t x = 0; x < weights.stride; ++x) {
      if (x >= count) k[x] = 0;
      else if (sum != 0) k[x] /= sum;
      fixed[x] = x < count ? static_cast<int32_t>(0.5 + k[x] * (1 << precision)) : 0;
    }
    weights.starts.data[i] = static_cast<int32_t>(first);
    weights.counts.data[i] = static_cast<int32_t>(count);
    if (count > weights.most_taps) weights.most_taps = count;
  }
  return EP_OK;
}

inline uint8_t clip8(int32_t sum) {
  const int32_t level = sum >> precision;
  return static_cast<uint8_t>(level < 0 ? 0 : level > 255 ? 255 : level);
}

/// One row of the horizontal pass, exactly as Pillow computes it.
template <int Channels>
void horizontal_row(uint8_t* to, const uint8_t* from, const Weights& weights) {
  for (int64_t i = 0; i < weights.out_size; ++i) {
    const int32_t* k = weights.row(i);
    const uint8_t* pixel = from + weights.start(i) * Channels;
    int32_t sum[Channels];
    for (int c = 0; c < Channels; ++c) sum[c] = 1 << (precision - 1);
    for (int64_t x = 0; x < weights.count(i); ++x)
      for (int c = 0; c < Channels; ++c) sum[c] += pixel[x * Channels + c] * k[x];
    for (int c = 0; c < Channels; ++c) to[i * Channels + c] = clip8(sum[c]);
  }
}

/// One row of the vertical pass over `bytes` columns, exactly as Pillow computes it.
inline void vertical_row(uint8_t* __restrict to, const uint8_t* __restrict from, int64_t row_stride, int64_t bytes,
                         const int32_t* k, int64_t count) {
  constexpr int64_t strip = 64;
  for (int64_t left = 0; left < bytes; left += strip) {
    const int64_t columns = bytes - left < strip ? bytes - left : strip;
    int32_t sum[strip];
    for (int64_t x = 0; x < strip; ++x) sum[x] = 1 << (precision - 1);
    for (int64_t y = 0; y < count; ++y) {
      const uint8_t* row = from + y * row_stride + left;
      if (columns == strip) {
        for (int64_t x = 0; x < strip; ++x) sum[x] += row[x] * k[y];
      } else {
        for (int64_t x = 0; x < columns; ++x) sum[x] += row[x] * k[y];
      }
    }
    for (int64_t x = 0; x < columns; ++x) to[left + x] = clip8(sum[x]);
  }
}

/// The rows of the input that the vertical pass reads.
struct Band {
  int64_t first;
  int64_t last;
};

inline Band band_of(const Weights& vertical) {
  const int64_t end = vertical.out_size - 1;
  return {vertical.start(0), vertical.start(end) + vertical.count(end)};
}

/// Horizontal pass, then vertical pass, with 8 bits between them: Pillow's own order. `Horizontal::rows` does the first
/// over rows [0, count).
template <class Horizontal>
Status horizontal_first(Frame& frame, const Image& in, const Weights& horizontal, const Weights& vertical, Image& out) {
  const bool wide = out.width != in.width;
  const bool tall = out.height != in.height;
  Image middle;
  Band band{0, in.height};
  if (tall) band = band_of(vertical);
  if (wide && tall) {
    if (Status status = frame.allocate(middle, band.last - band.first, out.width, in.channels); status != EP_OK)
      return status;
  }
  if (wide) {
    Image source = in;
    source.data = in.row(band.first);
    source.height = band.last - band.first;
    if (Status status = Horizontal::rows(frame, source, horizontal, tall ? middle : out); status != EP_OK) return status;
  } else {
    middle = in;
    band.first = 0;
  }
  if (!tall) return EP_OK;
  for (int64_t y = 0; y < out.height; ++y)
    vertical_row(out.row(y), middle.row(vertical.start(y) - band.first), middle.row_stride, out.width * out.channels,
                 vertical.row(y), vertical.count(y));
  return EP_OK;
}

struct PlainHorizontal {
  static Status rows(Frame&, const Image& in, const Weights& weights, Image& out) {
    for (int64_t y = 0; y < in.height; ++y) {
      if (in.channels == 1) horizontal_row<1>(out.row(y), in.row(y), weights);
      else if (in.channels == 3) horizontal_row<3>(out.row(y), in.row(y), weights);
      else horizontal_row<4>(out.row(y), in.row(y), weights);
    }
    return EP_OK;
  }
};

// Pillow scales RGBA with its colours multiplied by alpha (Convert.c: rgbA2rgba, rgba2rgbA).

inline void premultiply(const Image& in, Image& out) {
  for (int64_t y = 0; y < in.height; ++y) {
    const uint8_t* from = in.row(y);
    uint8_t* to = out.row(y);
#pragma clang loop vectorize(enable)
    for (int64_t x = 0; x < in.width * 4; x += 4) {
      const uint32_t alpha = from[x + 3];
      for (int c = 0; c < 3; ++c) {
        const uint32_t product = from[x + c] * alpha + 128;
        to[x + c] = static_cast<uint8_t>(((product >> 8) + product) >> 8);
      }
      to[x + 3] = static_cast<uint8_t>(alpha);
    }
  }
}

inline void unpremultiply(Image& image) {
  for (int64_t y = 0; y < image.height; ++y) {
    uint8_t* row = image.row(y);
    for (int64_t x = 0; x < image.width * 4; x += 4) {
      const uint32_t alpha = row[x + 3];
      if (alpha == 0 || alpha == 255) continue;
      for (int c = 0; c < 3; ++c) {
        const uint32_t level = 255u * row[x + c] / alpha;
        row[x + c] = static_cast<uint8_t>(level > 255 ? 255 : level);
      }
    }
  }
}

/// `image.resize(size, BILINEAR)`; `Passes::run(frame, in, horizontal, vertical, out)` fills the allocated result.
template <class Passes>
Status resize(Frame& frame, const Image& in, const Tuple<int64_t, int64_t>& size, Image& out) {
  const int64_t width = get<0>(size);
  const int64_t height = get<1>(size);
  if (width <= 0 || height <= 0) return frame.raise("ValueError", "height and width must be > 0");
  if (width > INT32_MAX / 4 || height > INT32_MAX / 4) return frame.out_of_memory();
  Image result;
  if (Status status = frame.allocate(result, height, width, in.channels); status != EP_OK) return status;
  if (width == in.width && height == in.height) {
    for (int64_t y = 0; y < height; ++y)
      __builtin_memcpy(result.row(y), in.row(y), static_cast<size_t>(width * in.channels));
    out = static_cast<Image&&>(result);
    return EP_OK;
  }
  if (in.width == 0 || in.height == 0) {
    __builtin_memset(result.data, 0, static_cast<size_t>(height * result.row_stride));
    out = static_cast<Image&&>(result);
    return EP_OK;
  }
  Image source = in;
  if (in.channels == 4) {
    if (Status status = frame.allocate(source, in.height, in.width, in.channels); status != EP_OK) return status;
    premultiply(in, source);
  }
  Weights horizontal;
  Weights vertical;
  if (Status status = make_weights(frame, in.width, width, horizontal); status != EP_OK) return status;
  if (Status status = make_weights(frame, in.height, height, vertical); status != EP_OK) return status;
  if (Status status = Passes::run(frame, source, horizontal, vertical, result); status != EP_OK) return status;
  if (in.channels == 4) unpremultiply(result);
  out = static_cast<Image&&>(result);
  return EP_OK;
}

}  // namespace
}  // namespace ep::op::resize_bilinear

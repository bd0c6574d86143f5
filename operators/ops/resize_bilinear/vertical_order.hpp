// SPDX-License-Identifier: Apache-2.0
// The vertical pass first, which reads whole rows and needs no transposition, with 16 bits (8.7 fixed point) between
// the passes, then the horizontal pass across rows.
//
// The answer is within one level of Pillow's, and each call proves it for its own weights. Let x be the sum of pixels by
// Pillow's 22-bit weights without any rounding between the passes. Pillow rounds twice, by at most half a level each:
// it is within 1 of x. Here only the last rounding is to a whole level: the answer is within 0.5 + e of x, where e comes
// from truncated products and rounded weights and is known before a pixel is read. Two whole numbers that are less than
// 1.5 + e apart are at most 1 apart when e < 0.5. Where e is not, Pillow's own order runs.
#pragma once

#include "ops/resize_bilinear/across_rows.hpp"

namespace ep::op::resize_bilinear {
namespace {

/// Unsigned vectors of `Bytes` bytes.
template <int Bytes>
struct Unsigned : Vectors<Bytes> {
  using V = Vectors<Bytes>;
  using typename V::U16;
  typedef uint32_t Wide __attribute__((vector_size(2 * Bytes)));

  /// The upper half of each 32-bit product.
  static U16 multiply_high(U16 a, U16 b) {
    return __builtin_convertvector((__builtin_convertvector(a, Wide) * __builtin_convertvector(b, Wide)) >> 16, U16);
  }
};

/// The two halves that unpacking made, in the order of the bytes.
template <int Bytes, int... I>
void store_in_order(uint8_t* to, typename Vectors<Bytes>::U16 low, typename Vectors<Bytes>::U16 high,
                    ep::detail::Sequence<int, I...>) {
  typedef uint8_t Twice __attribute__((vector_size(2 * Bytes)));
  using U8 = typename Vectors<Bytes>::U8;
  const Twice sums = __builtin_shufflevector((U8)low, (U8)high, (I / 16 % 2 * Bytes + I / 32 * 16 + I % 16)...);
  __builtin_memcpy(to, &sums, sizeof(sums));
}

constexpr int sum_bits = 7;
/// More rows than this would not leave the sums within 16 bits.
constexpr int64_t most_rows = 100;

/// Sums in 8.7 fixed point of `Steps` vectors: `(pixel << 8) * weight >> 16`, weights adding up to 1 << 15. Unpacking
/// below a zero shifts for nothing. Weights come twice in 32 bits: spreading those over a vector is a plain load.
template <int Bytes, int Steps>
int64_t vertical_strips(uint8_t* to, const uint8_t* from, int64_t row_stride, int64_t x, int64_t bytes,
                        const uint32_t* k, int64_t count) {
  using V = Unsigned<Bytes>;
  using U8 = typename V::U8;
  using U16 = typename V::U16;
  constexpr auto indices = __make_integer_seq<ep::detail::Sequence, int, 2 * Bytes>{};
  const uint16_t bias = static_cast<uint16_t>(count / 2);  // half of what truncation loses at most
  for (; x + Steps * Bytes <= bytes; x += Steps * Bytes) {
    U16 low[Steps];
    U16 high[Steps];
    for (int s = 0; s < Steps; ++s) low[s] = high[s] = U16{} + bias;
    const uint8_t* row = from + x;
    for (int64_t y = 0; y < count; ++y, row += row_stride) {
      const U16 weight = (U16)(typename V::U32{} + k[y]);
      for (int s = 0; s < Steps; ++s) {
        const U8 pixels = load_as<U8>(row + s * Bytes);
        low[s] += V::multiply_high((U16)V::template unpack<1, false>(U8{}, pixels), weight);
        high[s] += V::multiply_high((U16)V::template unpack<1, true>(U8{}, pixels), weight);
      }
    }
    for (int s = 0; s < Steps; ++s) store_in_order<Bytes>(to + 2 * (x + s * Bytes), low[s], high[s], indices);
  }
  return x;
}

/// One row of sums.
template <int Bytes>
void vertical_row16(uint8_t* to, const uint8_t* from, int64_t row_stride, int64_t bytes, const uint32_t* k,
                    int64_t count) {
  int64_t x = vertical_strips<Bytes, 4>(to, from, row_stride, 0, bytes, k, count);
  x = vertical_strips<Bytes, 1>(to, from, row_stride, x, bytes, k, count);
  for (; x < bytes; ++x) {
    uint32_t sum = static_cast<uint32_t>(count / 2);
    for (int64_t y = 0; y < count; ++y)
      sum += (static_cast<uint32_t>(from[y * row_stride + x]) << 8) * (k[y] & 0xffff) >> 16;
    const uint16_t word = static_cast<uint16_t>(sum);
    __builtin_memcpy(to + 2 * x, &word, 2);
  }
}

/// A band of results with the memory that it needs.
template <class Isa, int Channels>
struct VerticalBand {
  using Across = AcrossRows<Isa, Channels, uint16_t>;
  static constexpr int lanes = Across::lanes;

  const Image& in;
  const Image& out;
  const Quads& horizontal;
  const Weights& vertical_weights;
  const Array<uint32_t, 1>& vertical;
  Array<uint8_t, 1> memory{};
  /// Sums are made for so many pixels of the rows at a time: they are still in the first cache when they are used.
  static constexpr int64_t chunk = 1024;
  /// A fill reads a pixel too many.
  static constexpr int64_t stride = chunk * Channels * 2 + 64;

  Status prepare(Frame& frame) {
    const int64_t spare = (out.width * Channels + 63) / 64 * 64;
    return frame.allocate(memory, lanes * stride + spare + Across::scratch_bytes(horizontal, out.width));
  }

  /// Results [first, last).
  void run(int64_t first, int64_t last) {
    uint8_t* spare = memory.data + lanes * stride;
    uint8_t* scratch = spare + (out.width * Channels + 63) / 64 * 64;
    for (int64_t y = first; y < last; y += lanes) {
      uint8_t* to[lanes];
      for (int64_t r = 0; r < lanes; ++r) to[r] = y + r < last ? out.row(y + r) : spare;
      int64_t made = 0;
      const auto source = [&](int64_t pixel, int64_t& left) {
        if (pixel >= made) {
          made = pixel / chunk * chunk;
          make_sums(y, last - y < lanes ? last - y : lanes, made);
          made += chunk;
        }
        left = stride;
        return static_cast<const uint8_t*>(memory.data + pixel % chunk * Channels * 2);
      };
      Across::rows(to, out.width, source, stride, horizontal, scratch);
    }
  }

 private:
  /// Sums of `chunk` pixels from `pixel` on, of `rows` results. What lies past the row's end meets zero weights only.
  void make_sums(int64_t y, int64_t rows, int64_t pixel) {
    const int64_t left = in.width - pixel;
    const int64_t bytes = left <= 0 ? 0 : (left < chunk ? left : chunk) * Channels;
    for (int64_t r = 0; r < rows; ++r)
      vertical_row16<Isa::bytes>(memory.data + r * stride, in.row(vertical_weights.start(y + r)) + pixel * Channels,
                                 in.row_stride, bytes, vertical.data + (y + r) * vertical_weights.stride,
                                 vertical_weights.count(y + r));
  }
};

/// `Passes` of `resize`; `Exact` are those of Pillow's order.
template <class Isa, class Exact, bool Shared = false>
struct VerticalFirst {
  static Status run(Frame& frame, const Image& in, const Weights& horizontal, const Weights& vertical, Image& out) {
    // Dividing by alpha afterwards would magnify a level; one pass alone is quicker in Pillow's own order.
    if (vertical.most_taps > most_rows || out.width == in.width || out.height == in.height || in.channels == 4)
      return Exact::run(frame, in, horizontal, vertical, out);
    Quads across;
    Array<uint32_t, 1> down;
    // At least 6 of the 22 bits are rounded away: 31 bits hold 8.7 levels by 16 bits.
    constexpr auto pairs = Pairs::adjacent;
    if (Status status = make_quads(frame, horizontal, in.width, true, pairs, 6, across); status != EP_OK) return status;
    double error = 0;
    if (Status status = round_rows(frame, vertical, down, error); status != EP_OK) return status;
    error += largest_margin(across) + 1e-9 * static_cast<double>(horizontal.most_taps + vertical.most_taps);
    if (error >= 0.49) return Exact::run(frame, in, horizontal, vertical, out);
    if (in.channels == 1) return passes<1>(frame, in, across, vertical, down, out);
    return passes<3>(frame, in, across, vertical, down, out);
  }

 private:
  /// Vertical weights of 15 bits, twice each, and by how many levels their sums may be off.
  static Status round_rows(Frame& frame, const Weights& vertical, Array<uint32_t, 1>& down, double& error) {
    Array<int32_t, 1> row;
    if (frame.allocate(down, vertical.stride * vertical.out_size) != EP_OK ||
        frame.allocate(row, vertical.stride) != EP_OK)
      return frame.out_of_memory();
    for (int64_t y = 0; y < vertical.out_size; ++y) {
      const int32_t margin = round_weights(row.data, vertical.row(y), vertical.count(y), precision - 15);
      const double truncated = static_cast<double>(vertical.count(y) / 2 + 1) / (1 << sum_bits);
      const double off = truncated + static_cast<double>(margin) / (1 << 15);
      if (off > error) error = off;
      for (int64_t x = 0; x < vertical.count(y); ++x)
        down.data[y * vertical.stride + x] = static_cast<uint32_t>(row.data[x]) * 0x10001u;
    }
    return EP_OK;
  }

  /// In levels, of sums whose inputs are levels.
  static double largest_margin(const Quads& quads) {
    double largest = 0;
    for (int64_t i = 0; i < quads.margins.shape[0]; ++i) {
      const double margin = static_cast<double>(quads.margins.data[i]) / (int64_t{1} << quads.shifts.data[i]);
      if (margin > largest) largest = margin;
    }
    return largest;
  }

  template <int Channels>
  static Status passes(Frame& frame, const Image& in, const Quads& across, const Weights& vertical,
                       const Array<uint32_t, 1>& down, Image& out) {
    return run_bands<Shared>(frame, VerticalBand<Isa, Channels>{in, out, across, vertical, down});
  }
};

}  // namespace
}  // namespace ep::op::resize_bilinear

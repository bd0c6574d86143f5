// SPDX-License-Identifier: Apache-2.0
// Pillow's two passes, to the byte, for vectors: the horizontal one across rows, the vertical one down columns with four
// rows interleaved. Rows between the passes live in a ring, so that they are read while they are still in the cache.
#pragma once

#include "ops/resize_bilinear/across_rows.hpp"

namespace ep::op::resize_bilinear {
namespace {

/// Beyond this the low halves of the weights could overflow their 32-bit sums.
constexpr int64_t most_exact_taps = 4000;

/// One row of the vertical pass: `rows` gives 4 * quads.count of them.
template <class Isa>
void down_columns(uint8_t* to, const uint8_t* const* rows, int64_t bytes, const Quads& quads, int64_t y) {
  using V = Vectors<Isa::bytes>;
  using U8 = typename Isa::U8;
  using I16 = typename Isa::I16;
  using I32 = typename Isa::I32;
  for (int64_t left = 0; left < bytes; left += Isa::bytes) {
    // The last vector overlaps the one before.
    const int64_t x = left + Isa::bytes <= bytes ? left : bytes - Isa::bytes;
    I32 levels[4];
    levels_of<Isa, 4>(levels, quads, y, [&](int64_t q, int s, I16& even, I16& odd) {
      const uint8_t* const* from = rows + 4 * q;
      const U8 a = load_as<U8>(from[0] + x);
      const U8 b = load_as<U8>(from[1] + x);
      const U8 c = load_as<U8>(from[2] + x);
      const U8 d = load_as<U8>(from[3] + x);
      const U8 ab = s < 2 ? V::template unpack<1, false>(a, b) : V::template unpack<1, true>(a, b);
      const U8 cd = s < 2 ? V::template unpack<1, false>(c, d) : V::template unpack<1, true>(c, d);
      const U8 four = s % 2 == 0 ? V::template unpack<2, false>(ab, cd) : V::template unpack<2, true>(ab, cd);
      even = even_taps<Isa>(four);
      odd = odd_taps<Isa>(four);
    });
    const U8 packed = Isa::narrow(levels[0], levels[1], levels[2], levels[3]);
    __builtin_memcpy(to + x, &packed, Isa::bytes);
  }
}

/// Both passes over a band of results, with the memory that they need.
template <class Isa, int Channels>
struct ExactBand {
  using Across = AcrossRows<Isa, Channels, uint8_t>;
  static constexpr int lanes = Across::lanes;

  const Image& in;
  const Image& out;
  const Quads& horizontal;
  const Quads& vertical;
  const Weights& vertical_weights;
  Array<uint8_t, 1> memory{};
  Array<uint64_t, 1> pointers{};
  int64_t kept = 0;  // rows of the ring between the passes
  int64_t stride = 0;

  bool wide() const { return out.width != in.width; }
  bool tall() const { return out.height != in.height; }

  Status prepare(Frame& frame) {
    stride = (out.width * Channels + 63) / 64 * 64;
    kept = wide() && tall() ? power_of_two(vertical_weights.most_taps + lanes) : 0;
    const int64_t bytes = kept * stride + (wide() ? Across::scratch_bytes(horizontal, out.width) : 0);
    if (Status status = frame.allocate(memory, bytes); status != EP_OK) return status;
    return frame.allocate(pointers, vertical.count * 4 + 1);
  }

  /// Results [first, last).
  void run(int64_t first, int64_t last) {
    if (!tall()) {
      for (int64_t y = first; y < last; y += lanes) horizontal_rows(y, last);
      return;
    }
    int64_t next = vertical_weights.start(first);
    const uint8_t** rows = reinterpret_cast<const uint8_t**>(pointers.data);
    for (int64_t y = first; y < last; ++y) {
      const int64_t start = vertical_weights.start(y);
      const int64_t end = start + vertical_weights.count(y);
      for (; wide() && next < end; next += lanes) horizontal_rows(next, in.height);
      for (int64_t t = 0; t < vertical.count * 4; ++t) {
        const int64_t row = start + t < end ? start + t : end - 1;
        rows[t] = wide() ? middle(row) : in.row(row);
      }
      const int64_t bytes = out.width * Channels;
      if (bytes >= Isa::bytes) down_columns<Isa>(out.row(y), rows, bytes, vertical, y);
      else narrow_row(out.row(y), rows, bytes, y);
    }
  }

 private:
  uint8_t* middle(int64_t row) const { return memory.data + (row & (kept - 1)) * stride; }

  /// `lanes` rows from `first` on. Where the last of them would be `end` or beyond, the rows before are done again.
  void horizontal_rows(int64_t first, int64_t end) {
    if (first + lanes > end) first = end - lanes < 0 ? 0 : end - lanes;
    uint8_t* to[lanes];
    for (int64_t r = 0; r < lanes; ++r) to[r] = tall() ? middle(first + r) : out.row(first + r);
    const uint8_t* from = in.row(first);
    const auto source = [&](int64_t pixel, int64_t& left) {
      left = (in.width - pixel) * Channels;
      return from + pixel * Channels;
    };
    Across::rows(to, out.width, source, in.row_stride, horizontal, memory.data + kept * stride);
  }

  /// A row that is narrower than a vector.
  void narrow_row(uint8_t* to, const uint8_t* const* rows, int64_t bytes, int64_t y) const {
    const int32_t* k = vertical_weights.row(y);
    for (int64_t x = 0; x < bytes; ++x) {
      int32_t sum = 1 << (precision - 1);
      for (int64_t t = 0; t < vertical_weights.count(y); ++t) sum += rows[t][x] * k[t];
      to[x] = clip8(sum);
    }
  }
};

/// Pillow's passes in vectors: `Passes` of `resize`. Without `Grey`, images of one channel go the plain way, which keeps
/// programs small that seldom need it.
template <class Isa, bool Shared = false, bool Grey = true>
struct ExactPasses {
  static Status run(Frame& frame, const Image& in, const Weights& horizontal, const Weights& vertical, Image& out) {
    if (horizontal.most_taps > most_exact_taps || vertical.most_taps > most_exact_taps || in.height < Isa::bytes / 4 ||
        (!Grey && in.channels == 1))
      return horizontal_first<PlainHorizontal>(frame, in, horizontal, vertical, out);
    if constexpr (Grey)
      if (in.channels == 1) return passes<1>(frame, in, horizontal, vertical, out);
    if (in.channels == 3) return passes<3>(frame, in, horizontal, vertical, out);
    return passes<4>(frame, in, horizontal, vertical, out);
  }

 private:
  template <int Channels>
  static Status passes(Frame& frame, const Image& in, const Weights& horizontal, const Weights& vertical, Image& out) {
    Quads across;
    Quads down;
    if (Status status = make_quads(frame, horizontal, in.width, true, Pairs::apart, 0, across); status != EP_OK)
      return status;
    if (Status status = make_quads(frame, vertical, in.height, false, Pairs::apart, 0, down); status != EP_OK)
      return status;
    return run_bands<Shared>(frame, ExactBand<Isa, Channels>{in, out, across, down, vertical});
  }
};

}  // namespace
}  // namespace ep::op::resize_bilinear

// SPDX-License-Identifier: Apache-2.0
// The horizontal pass over as many rows at once as a vector has 32-bit lanes: four pixels of each row are transposed so
// that a lane holds the taps of one row, and every instruction then works on all rows.
#pragma once

#include "everypath/threads.hpp"
#include "ops/resize_bilinear/quads.hpp"

namespace ep::op::resize_bilinear {
namespace {

constexpr int64_t power_of_two(int64_t least) {
  int64_t size = 1;
  while (size < least) size *= 2;
  return size;
}

/// `Pixel` is `uint8_t`, whose results are Pillow's, or `uint16_t` for sums in 8.7 fixed point.
template <class Isa, int Channels, class Pixel>
struct AcrossRows {
  using V = Vectors<Isa::bytes>;
  using U8 = typename Isa::U8;
  using I16 = typename Isa::I16;
  using I32 = typename Isa::I32;
  static constexpr bool wide = sizeof(Pixel) == 2;
  static constexpr Pairs pairs = wide ? Pairs::adjacent : Pairs::apart;
  static constexpr int lanes = Isa::bytes / 4;
  /// Pixels that one `fill` takes of each row.
  static constexpr int step = Channels == 1 ? 16 / sizeof(Pixel) : 4;
  static constexpr int64_t slot_bytes = 2 * Channels * Isa::bytes;

  static int64_t slots(const Quads& quads) { return power_of_two(quads.count + 8); }
  /// Transposed quads in a ring, then the results of all rows, four bytes of a row in each lane.
  static int64_t scratch_bytes(const Quads& quads, int64_t out_width) {
    return slots(quads) * slot_bytes + ((out_width + 3) / 4 * Channels + 4) * Isa::bytes;
  }

  /// `lanes` rows, `stride` bytes apart. `source(pixel, left)` says where a pixel of the first is, and how many bytes may
  /// be read there; pixels are asked for from left to right.
  template <class Source>
  static void rows(uint8_t* const* to, int64_t out_width, const Source& source, int64_t stride, const Quads& quads,
                   uint8_t* scratch) {
    const int64_t mask = slots(quads) - 1;
    uint8_t* ring = scratch;
    uint8_t* tile = scratch + slots(quads) * slot_bytes;
    int64_t filled = quads.start(0) / step * step;
    for (int64_t i = 0; i < out_width; i += 4) {
      I32 levels[4 * Channels] = {};
      const int64_t pixels = out_width - i < 4 ? out_width - i : 4;
      for (int64_t p = 0; p < pixels; ++p) {
        const int64_t start = quads.start(i + p);
        for (; filled < start + 4 * quads.count; filled += step) {
          int64_t left;
          const uint8_t* from = source(filled, left);
          fill(ring, mask, from, stride, filled, left);
        }
        const auto taps = [&](int64_t q, int c, I16& first, I16& second) {
          const uint8_t* slot = ring + ((start / 4 + q) & mask) * slot_bytes + c * 2 * Isa::bytes;
          first = load_as<I16>(slot);
          second = load_as<I16>(slot + Isa::bytes);
        };
        I32 sums[Channels];
        if constexpr (wide) {
          const int shift = quads.shifts.data[i + p] + 7;
          for (int c = 0; c < Channels; ++c) sums[c] = I32{} + (1 << (shift - 1));
          add_sums<Isa, Channels>(sums, quads, i + p, taps);
          for (int c = 0; c < Channels; ++c) sums[c] >>= shift;
        } else {
          levels_of<Isa, Channels>(sums, quads, i + p, taps);
        }
        for (int c = 0; c < Channels; ++c) levels[p * Channels + c] = sums[c];
      }
      for (int c = 0; c < Channels; ++c) {
        const I32* l = levels + 4 * c;
        const I32 four = l[0] | l[1] << 8 | l[2] << 16 | l[3] << 24;
        __builtin_memcpy(tile + (i / 4 * Channels + c) * Isa::bytes, &four, Isa::bytes);
      }
    }
    store(to, out_width * Channels, tile);
  }

 private:
  /// 16 bytes of every row, row 4 * j + q in lane j of the q-th vector.
  static void load(U8 (&four)[4], const uint8_t* from, int64_t stride) {
    const uint8_t* base = from;
    const int64_t thrice = 3 * stride;
    for (int j = 0; j < lanes / 4; ++j) {
      __builtin_memcpy(reinterpret_cast<uint8_t*>(&four[0]) + 16 * j, base, 16);
      __builtin_memcpy(reinterpret_cast<uint8_t*>(&four[1]) + 16 * j, base + stride, 16);
      __builtin_memcpy(reinterpret_cast<uint8_t*>(&four[2]) + 16 * j, base + 2 * stride, 16);
      __builtin_memcpy(reinterpret_cast<uint8_t*>(&four[3]) + 16 * j, base + thrice, 16);
      base += 4 * stride;
    }
  }

  /// The same at a row's end, where fewer bytes may be read.
  [[gnu::noinline, gnu::cold]] static void load_rest(U8 (&four)[4], const uint8_t* from, int64_t stride, int64_t left) {
    for (int r = 0; r < lanes; ++r) {
      uint8_t rest[16] = {};
      if (left > 0) __builtin_memcpy(rest, from + r * stride, static_cast<size_t>(left < 16 ? left : 16));
      __builtin_memcpy(reinterpret_cast<uint8_t*>(&four[r % 4]) + r / 4 * 16, rest, 16);
    }
  }

  static void fill(uint8_t* ring, int64_t mask, const uint8_t* from, int64_t stride, int64_t pixel, int64_t left) {
    constexpr int halves = wide && Channels > 1 ? 2 : 1;
    for (int h = 0; h < halves; ++h) {
      const int64_t offset = 2 * h * Channels * static_cast<int64_t>(sizeof(Pixel));
      U8 four[4];
      if (offset + 16 <= left) [[likely]] {
        load(four, from + offset, stride);
      } else {  // through memory of its own, so that the vectors above stay in registers
        U8 rest[4];
        load_rest(rest, from + offset, stride, left - offset);
        for (int q = 0; q < 4; ++q) four[q] = rest[q];
      }
      if constexpr (Channels > 1)
        for (int q = 0; q < 4; ++q) four[q] = V::template split_channels<Channels, sizeof(Pixel)>(four[q]);
      V::transpose(four);
      if constexpr (Channels == 1) {
        for (int v = 0; v < 4; ++v) {
          uint8_t* slot = ring + ((pixel / 4 + (wide ? v / 2 : v)) & mask) * slot_bytes;
          if constexpr (wide) __builtin_memcpy(slot + v % 2 * Isa::bytes, &four[v], Isa::bytes);
          else store_apart(slot, four[v]);
        }
      } else {
        uint8_t* slot = ring + ((pixel / 4) & mask) * slot_bytes;
        for (int c = 0; c < Channels; ++c) {
          if constexpr (wide) __builtin_memcpy(slot + (2 * c + h) * Isa::bytes, &four[c], Isa::bytes);
          else store_apart(slot + 2 * c * Isa::bytes, four[c]);
        }
      }
    }
  }

  static void store_apart(uint8_t* slot, U8 taps) {
    const I16 even = even_taps<Isa>(taps);
    const I16 odd = odd_taps<Isa>(taps);
    __builtin_memcpy(slot, &even, Isa::bytes);
    __builtin_memcpy(slot + Isa::bytes, &odd, Isa::bytes);
  }

  static void store(uint8_t* const* to, int64_t bytes, const uint8_t* tile) {
    for (int64_t x = 0; x < bytes; x += 16) {
      U8 four[4];
      for (int v = 0; v < 4; ++v) four[v] = load_as<U8>(tile + (x / 4 + v) * Isa::bytes);
      V::transpose(four);
      if (x + 16 <= bytes) [[likely]] {
        for (int r = 0; r < lanes; ++r)
          __builtin_memcpy(to[r] + x, reinterpret_cast<const uint8_t*>(&four[r % 4]) + r / 4 * 16, 16);
      } else {
        U8 rest[4];
        for (int v = 0; v < 4; ++v) rest[v] = four[v];
        for (int r = 0; r < lanes; ++r)
          __builtin_memcpy(to[r] + x, reinterpret_cast<const uint8_t*>(&rest[r % 4]) + r / 4 * 16,
                           static_cast<size_t>(bytes - x));
      }
    }
  }
};

/// Runs `model`'s passes over all results: where `Shared`, in bands for the threads to take, of an image that is worth
/// it. Bands start at a multiple of `lanes` rows and their number depends on sizes alone.
template <bool Shared, class Band>
Status run_bands(Frame& frame, const Band& model) {
  const int64_t height = model.out.height;
  if constexpr (Shared) {
    constexpr int64_t most_bands = 4;
    constexpr int64_t worth_sharing = 1 << 20;  // bytes of input: 0.2 ms of work and more
    const int64_t rows = ((height + most_bands - 1) / most_bands + Band::lanes - 1) / Band::lanes * Band::lanes;
    const int64_t count = (height + rows - 1) / rows;
    if (count > 1 && model.in.height * model.in.width * model.in.channels >= worth_sharing) {
      Band bands[most_bands] = {model, model, model, model};
      for (int64_t b = 0; b < count; ++b)
        if (Status status = bands[b].prepare(frame); status != EP_OK) return status;
      parallel(count, [&](int64_t b, int64_t) {
        bands[b].run(b * rows, (b + 1) * rows < height ? (b + 1) * rows : height);
      });
      return EP_OK;
    }
  }
  Band band = model;
  if (Status status = band.prepare(frame); status != EP_OK) return status;
  band.run(0, height);
  return EP_OK;
}

}  // namespace
}  // namespace ep::op::resize_bilinear

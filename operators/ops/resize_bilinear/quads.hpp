// SPDX-License-Identifier: Apache-2.0
// Weights for sums that take four taps a step, in 16 bits, with proof of when that is enough. Pillow multiplies by
// 22-bit weights; the same weights rounded to 16 bits give a sum that differs by less than `margin`, which is known
// from the weights alone. A sum that stays on one side of a rounding boundary whichever way it errs is Pillow's answer;
// the few others are summed once more, from both halves of the 22-bit weights.
#pragma once

#include "ops/resize_bilinear/lanes.hpp"
#include "ops/resize_bilinear/resample.hpp"

namespace ep::op::resize_bilinear {
namespace {

/// Two weights in 32 bits, as `multiply_add` takes them.
constexpr int32_t pair_of(int32_t first, int32_t second) {
  return static_cast<int32_t>(static_cast<uint32_t>(first & 0xffff) | static_cast<uint32_t>(second) << 16);
}

constexpr int half_bits = 11;

struct Quads {
  /// Steps of four taps that every result takes: a loop whose length varies is mispredicted at each end.
  int64_t count = 0;
  /// First tap of each result.
  Array<int32_t, 1> starts;
  /// Bits of the fraction of a result's rounded weights, and its margin in the units of their sum.
  Array<int32_t, 1> shifts;
  Array<int32_t, 1> margins;
  /// Two pairs of each step's taps: rounded.
  Array<int32_t, 1> rounded;
  /// The same of the upper and of the lower halves of the 22-bit weights.
  Array<int32_t, 1> halves;

  int64_t start(int64_t i) const { return starts.data[i]; }
  const int32_t* row(int64_t i) const { return rounded.data + i * 2 * count; }
  const int32_t* exact_row(int64_t i) const { return halves.data + i * 4 * count; }
};

/// Rounds the weights of one result to `precision - dropped` bits so that their sum stays what it was; gives the margin
/// of sums of levels, in units of the rounded weights. Adding no error to flat areas halves the margin elsewhere.
inline int32_t round_weights(int32_t* to, const int32_t* exact, int64_t count, int dropped) {
  const int32_t unit = 1 << dropped;
  int64_t excess = 0;
  for (int64_t x = 0; x < count; ++x) {
    to[x] = (exact[x] + unit / 2) >> dropped;
    excess += (static_cast<int64_t>(to[x]) << dropped) - exact[x];
  }
  while (excess > unit / 2 || excess < -unit / 2) {
    const int32_t sign = excess > 0 ? 1 : -1;
    int64_t worst = 0;
    for (int64_t x = 1; x < count; ++x)
      if (sign * ((to[x] << dropped) - exact[x]) > sign * ((to[worst] << dropped) - exact[worst])) worst = x;
    to[worst] -= sign;
    excess -= sign * unit;
  }
  int64_t above = 0;
  int64_t below = 0;
  for (int64_t x = 0; x < count; ++x) {
    const int32_t error = (to[x] << dropped) - exact[x];
    (error > 0 ? above : below) += error > 0 ? error : -error;
  }
  return static_cast<int32_t>((255 * (above > below ? above : below) + unit - 1) >> dropped);
}

/// Which taps of a quad share a 32-bit pair.
enum class Pairs { apart, adjacent };

/// `aligned`: results start at a multiple of four taps, none beyond the last `count` quads of `in_size` taps. At least
/// `least_dropped` of the 22 bits are rounded away; `halves` are made for `exact_levels_of`.
Status make_quads(Frame& frame, const Weights& weights, int64_t in_size, bool aligned, Pairs pairs, int least_dropped,
                  Quads& quads) {
  const int64_t size = weights.out_size;
  for (int64_t i = 0; i < size; ++i) {
    const int64_t skipped = aligned ? weights.start(i) & 3 : 0;
    const int64_t count = (skipped + weights.count(i) + 3) / 4;
    if (count > quads.count) quads.count = count;
  }
  const int64_t taps = 4 * quads.count;
  Array<int32_t, 1> row;
  if (frame.allocate(quads.starts, size) != EP_OK || frame.allocate(quads.shifts, size) != EP_OK ||
      frame.allocate(quads.margins, size) != EP_OK || frame.allocate(quads.rounded, size * 2 * quads.count) != EP_OK ||
      frame.allocate(quads.halves, size * taps) != EP_OK || frame.allocate(row, 2 * taps) != EP_OK)
    return frame.out_of_memory();
  const int64_t last = (in_size + 3) / 4 - quads.count;
  int32_t* fine = row.data;
  int32_t* k = row.data + taps;
  const int other = pairs == Pairs::apart ? 2 : 1;
  const int second = pairs == Pairs::apart ? 1 : 2;
  for (int64_t i = 0; i < size; ++i) {
    int64_t start = weights.start(i);
    if (aligned) start = (start / 4 < last ? start / 4 : last) * 4;
    quads.starts.data[i] = static_cast<int32_t>(start);
    __builtin_memset(row.data, 0, static_cast<size_t>(2 * taps) * 4);
    const int64_t skipped = weights.start(i) - start;
    int32_t largest = 0;
    for (int64_t x = 0; x < weights.count(i); ++x) {
      fine[skipped + x] = weights.row(i)[x];
      if (fine[skipped + x] > largest) largest = fine[skipped + x];
    }
    // As many bits as leave the largest weight within 15, and room for one unit more.
    int dropped = least_dropped;
    while (((largest + (1 << dropped >> 1)) >> dropped) >= INT16_MAX) ++dropped;
    quads.shifts.data[i] = precision - dropped;
    quads.margins.data[i] = round_weights(k + skipped, fine + skipped, weights.count(i), dropped);
    int32_t* to = quads.rounded.data + i * 2 * quads.count;
    int32_t* both = quads.halves.data + i * taps;
    constexpr int32_t mask = (1 << half_bits) - 1;
    for (int64_t q = 0; q < quads.count; ++q) {
      const int32_t* w = k + 4 * q;
      const int32_t* f = fine + 4 * q;
      to[2 * q] = pair_of(w[0], w[other]);
      to[2 * q + 1] = pair_of(w[second], w[3]);
      both[4 * q] = pair_of(f[0] >> half_bits, f[other] >> half_bits);
      both[4 * q + 1] = pair_of(f[second] >> half_bits, f[3] >> half_bits);
      both[4 * q + 2] = pair_of(f[0] & mask, f[other] & mask);
      both[4 * q + 3] = pair_of(f[second] & mask, f[3] & mask);
    }
  }
  return EP_OK;
}

/// Taps 0 and 2 of each 4-byte element as 16-bit numbers.
template <class Isa>
auto even_taps(typename Isa::U8 taps) {
  return (typename Isa::I16)((typename Isa::U16)taps & 0xff);
}
/// Taps 1 and 3.
template <class Isa>
auto odd_taps(typename Isa::U8 taps) {
  return (typename Isa::I16)((typename Isa::U16)taps >> 8);
}

/// Levels with all 22 bits. `taps(q, s, first, second)` gives the q-th quad of the s-th sum.
template <class Isa, class Taps>
[[gnu::noinline]] typename Isa::I32 exact_levels_of(const Quads& quads, int64_t i, int s, const Taps& taps) {
  using I16 = typename Isa::I16;
  using I32 = typename Isa::I32;
  I32 high{};
  I32 low{};
  const int32_t* k = quads.exact_row(i);
  for (int64_t q = 0; q < quads.count; ++q, k += 4) {
    I16 first;
    I16 second;
    taps(q, s, first, second);
    high += Isa::multiply_add(first, (I16)(I32{} + k[0])) + Isa::multiply_add(second, (I16)(I32{} + k[1]));
    low += Isa::multiply_add(first, (I16)(I32{} + k[2])) + Isa::multiply_add(second, (I16)(I32{} + k[3]));
  }
  return ((high << half_bits) + low + (1 << (precision - 1))) >> precision;
}

/// Adds the rounded weights' sums to `sums`.
template <class Isa, int Sums, class Taps>
[[gnu::always_inline]] inline void add_sums(typename Isa::I32 (&sums)[Sums], const Quads& quads, int64_t i,
                                            const Taps& taps) {
  using I16 = typename Isa::I16;
  using I32 = typename Isa::I32;
  const int32_t* k = quads.row(i);
  for (int64_t q = 0; q < quads.count; ++q, k += 2) {
    const I16 k_first = (I16)(I32{} + k[0]);
    const I16 k_second = (I16)(I32{} + k[1]);
    for (int s = 0; s < Sums; ++s) {
      I16 first;
      I16 second;
      taps(q, s, first, second);
      sums[s] += Isa::multiply_add(first, k_first);
      sums[s] += Isa::multiply_add(second, k_second);
    }
  }
}

/// The same levels as `exact_levels_of`, most of them from rounded weights.
template <class Isa, int Sums, class Taps>
[[gnu::always_inline]] inline void levels_of(typename Isa::I32 (&levels)[Sums], const Quads& quads, int64_t i,
                                             const Taps& taps) {
  using I32 = typename Isa::I32;
  const int shift = quads.shifts.data[i];
  I32 sums[Sums];
  for (int s = 0; s < Sums; ++s) sums[s] = I32{} + (1 << (shift - 1));
  add_sums<Isa, Sums>(sums, quads, i, taps);
  const I32 margin = I32{} + quads.margins.data[i];
  for (int s = 0; s < Sums; ++s) {
    levels[s] = (sums[s] + margin) >> shift;
    const I32 doubtful = levels[s] ^ ((sums[s] - margin) >> shift);
    if (Isa::any(doubtful)) [[unlikely]] levels[s] = exact_levels_of<Isa>(quads, i, s, taps);
  }
}

}  // namespace
}  // namespace ep::op::resize_bilinear

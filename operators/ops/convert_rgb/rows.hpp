// SPDX-License-Identifier: Apache-2.0
// What the variants share: the frame of the conversion. A variant gives the code for one row of L and of RGBA.
#pragma once

#include "everypath/runtime.hpp"

namespace ep::op::convert_rgb {
namespace {

/// Converts row by row with `Row::grey(to, from, pixels)` and `Row::drop_alpha(to, from, pixels)`. RGB is copied: rows
/// at once where they have no gaps.
template <class Row>
Status convert(Frame& frame, const Image& in, Image& out) {
  Image result;
  if (Status status = frame.allocate(result, in.height, in.width, int64_t{3}); status != EP_OK) return status;
  if (in.channels == 3 && in.contiguous()) {
    __builtin_memcpy(result.data, in.data, static_cast<size_t>(in.height * in.width * 3));
  } else {
    for (int64_t y = 0; y < in.height; ++y) {
      const uint8_t* from = in.row(y);
      uint8_t* to = result.row(y);
      if (in.channels == 1) Row::grey(to, from, in.width);
      else if (in.channels == 4) Row::drop_alpha(to, from, in.width);
      else __builtin_memcpy(to, from, static_cast<size_t>(in.width * 3));
    }
  }
  out = static_cast<Image&&>(result);
  return EP_OK;
}

struct Plain {
  static void grey(uint8_t* to, const uint8_t* from, int64_t pixels) {
    for (int64_t x = 0; x < pixels; ++x) to[3 * x] = to[3 * x + 1] = to[3 * x + 2] = from[x];
  }
  static void drop_alpha(uint8_t* to, const uint8_t* from, int64_t pixels) {
    for (int64_t x = 0; x < pixels; ++x) {
      to[3 * x] = from[4 * x];
      to[3 * x + 1] = from[4 * x + 1];
      to[3 * x + 2] = from[4 * x + 2];
    }
  }
};

typedef uint8_t Bytes16 __attribute__((vector_size(16)));

inline Bytes16 load(const uint8_t* from) {
  Bytes16 bytes;
  __builtin_memcpy(&bytes, from, 16);
  return bytes;
}
inline void store(uint8_t* to, Bytes16 bytes) { __builtin_memcpy(to, &bytes, 16); }

/// Byte shuffles of 16-byte vectors: 16 grey pixels, or 16 RGBA pixels, a step.
struct Shuffled {
  static void grey(uint8_t* to, const uint8_t* from, int64_t pixels) {
    int64_t x = 0;
    for (; x + 16 <= pixels; x += 16) {
      const Bytes16 v = load(from + x);
      store(to + 3 * x, __builtin_shufflevector(v, v, 0, 0, 0, 1, 1, 1, 2, 2, 2, 3, 3, 3, 4, 4, 4, 5));
      store(to + 3 * x + 16, __builtin_shufflevector(v, v, 5, 5, 6, 6, 6, 7, 7, 7, 8, 8, 8, 9, 9, 9, 10, 10));
      store(to + 3 * x + 32, __builtin_shufflevector(v, v, 10, 11, 11, 11, 12, 12, 12, 13, 13, 13, 14, 14, 14, 15, 15, 15));
    }
    Plain::grey(to + 3 * x, from + x, pixels - x);
  }
  static void drop_alpha(uint8_t* to, const uint8_t* from, int64_t pixels) {
    int64_t x = 0;
    for (; x + 16 <= pixels; x += 16) {
      const Bytes16 a = packed(load(from + 4 * x));
      const Bytes16 b = packed(load(from + 4 * x + 16));
      const Bytes16 c = packed(load(from + 4 * x + 32));
      const Bytes16 d = packed(load(from + 4 * x + 48));
      // Each packed vector has 12 bytes; three full vectors come of the four.
      store(to + 3 * x, __builtin_shufflevector(a, b, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 16, 17, 18, 19));
      store(to + 3 * x + 16, __builtin_shufflevector(b, c, 4, 5, 6, 7, 8, 9, 10, 11, 16, 17, 18, 19, 20, 21, 22, 23));
      store(to + 3 * x + 32, __builtin_shufflevector(c, d, 8, 9, 10, 11, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27));
    }
    Plain::drop_alpha(to + 3 * x, from + 4 * x, pixels - x);
  }

 private:
  static Bytes16 packed(Bytes16 v) {
    return __builtin_shufflevector(v, v, 0, 1, 2, 4, 5, 6, 8, 9, 10, 12, 13, 14, 0, 0, 0, 0);
  }
};

}  // namespace
}  // namespace ep::op::convert_rgb

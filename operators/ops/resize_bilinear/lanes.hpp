// SPDX-License-Identifier: Apache-2.0
// Vectors of a fixed number of bytes, and the shuffles of them that both passes need. All shuffles stay within 128-bit
// lanes, where they are one instruction on every machine. What has no portable form is an `Isa`'s own: `multiply_add`
// (two 16-bit products added in 32 bits), `narrow` (four vectors of levels below 256 as bytes), `any`.
#pragma once

#include "everypath/arguments.hpp"
#include "everypath/runtime.hpp"

namespace ep::op::resize_bilinear {
namespace {

template <class T, class From>
inline T load_as(const From* from) {
  T value;
  __builtin_memcpy(&value, from, sizeof(T));
  return value;
}

template <int Bytes>
struct Vectors {
  typedef uint8_t U8 __attribute__((vector_size(Bytes)));
  typedef uint16_t U16 __attribute__((vector_size(Bytes)));
  typedef int16_t I16 __attribute__((vector_size(Bytes)));
  typedef uint32_t U32 __attribute__((vector_size(Bytes)));
  typedef int32_t I32 __attribute__((vector_size(Bytes)));
  static constexpr int bytes = Bytes;
  static constexpr auto indices = __make_integer_seq<ep::detail::Sequence, int, Bytes>{};

  /// Elements of `Size` bytes of `a` and `b` in turn, from the lower or upper half of each lane.
  template <int Size, bool Upper>
  static U8 unpack(U8 a, U8 b) {
    return unpack<Size, Upper>(a, b, indices);
  }

  /// In each lane, 4 by 4 elements of 4 bytes: `rows[i]` element j becomes `rows[j]` element i.
  static void transpose(U8 (&rows)[4]) {
    const U8 low01 = unpack<4, false>(rows[0], rows[1]);
    const U8 high01 = unpack<4, true>(rows[0], rows[1]);
    const U8 low23 = unpack<4, false>(rows[2], rows[3]);
    const U8 high23 = unpack<4, true>(rows[2], rows[3]);
    rows[0] = unpack<8, false>(low01, low23);
    rows[1] = unpack<8, true>(low01, low23);
    rows[2] = unpack<8, false>(high01, high23);
    rows[3] = unpack<8, true>(high01, high23);
  }

  /// In each lane, pixels of `Channels` numbers of `Size` bytes become `Channels` elements of 4 bytes, one a channel.
  template <int Channels, int Size>
  static U8 split_channels(U8 pixels) {
    return split_channels<Channels, Size>(pixels, indices);
  }

 private:
  template <int Size, bool Upper, int... I>
  static U8 unpack(U8 a, U8 b, ep::detail::Sequence<int, I...>) {
    return __builtin_shufflevector(a, b, (I / 16 * 16 + (I % 16 / Size / 2 + (Upper ? 8 / Size : 0)) * Size + I % Size +
                                          (I % 16 / Size % 2 == 1 ? Bytes : 0))...);
  }

  template <int Channels, int Size, int... I>
  static U8 split_channels(U8 pixels, ep::detail::Sequence<int, I...>) {
    return __builtin_shufflevector(
        pixels, pixels,
        (I / 16 * 16 + (I % 16 / 4 < Channels ? (I % 4 / Size * Channels + I % 16 / 4) * Size + I % Size : 0))...);
  }
};

/// 128-bit vectors without a builtin: what compilers for NEON and WebAssembly turn into their own instructions.
struct Portable : Vectors<16> {
  static I32 multiply_add(I16 a, I16 b) {
    const I32 low = ((I32)a << 16 >> 16) * ((I32)b << 16 >> 16);
    return low + ((I32)a >> 16) * ((I32)b >> 16);
  }
  static U8 narrow(I32 a, I32 b, I32 c, I32 d) {
    return __builtin_shufflevector(__builtin_shufflevector((U8)a, (U8)b, 0, 4, 8, 12, 16, 20, 24, 28, 0, 0, 0, 0, 0, 0, 0, 0),
                                   __builtin_shufflevector((U8)c, (U8)d, 0, 4, 8, 12, 16, 20, 24, 28, 0, 0, 0, 0, 0, 0, 0, 0),
                                   0, 1, 2, 3, 4, 5, 6, 7, 16, 17, 18, 19, 20, 21, 22, 23);
  }
  static bool any(I32 lanes) {
    typedef uint64_t Halves __attribute__((vector_size(16)));
    return (((Halves)lanes)[0] | ((Halves)lanes)[1]) != 0;
  }
};

}  // namespace
}  // namespace ep::op::resize_bilinear

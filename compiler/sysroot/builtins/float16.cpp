// SPDX-License-Identifier: Apache-2.0
// Conversions between float16 and wider floats that clang calls by name where the processor has no instruction for
// them: exact widening, narrowing rounded to nearest, ties to even (IEEE 754-2019, 4.3.1).
#include <stdint.h>
#if defined(__x86_64__)
using half = _Float16;
static uint16_t toBits(half h) { return __builtin_bit_cast(uint16_t, h); }
static half fromBits(uint16_t b) { return __builtin_bit_cast(half, b); }
#else
using half = uint16_t;
static uint16_t toBits(half h) { return h; }
static half fromBits(uint16_t b) { return b; }
#endif
namespace {
uint16_t narrow(double x) {
  const uint64_t bits = __builtin_bit_cast(uint64_t, x);
  const uint16_t sign = uint16_t((bits >> 48) & 0x8000);
  const int exponent = int((bits >> 52) & 0x7ff) - 1023;
  uint64_t mantissa = bits & 0xfffffffffffffu;
  if (exponent == 1024) return uint16_t(sign | 0x7c00 | (mantissa ? 0x200 | (mantissa >> 42) : 0));
  if (exponent > 15) return uint16_t(sign | 0x7c00);
  if (exponent < -25) return sign;
  mantissa |= uint64_t(1) << 52;
  const int shift = exponent >= -14 ? 42 : 42 + (-14 - exponent);
  const uint64_t kept = mantissa >> shift, rest = mantissa & ((uint64_t(1) << shift) - 1);
  const uint64_t half_ = uint64_t(1) << (shift - 1);
  const uint64_t rounded = kept + (rest > half_ || (rest == half_ && (kept & 1)) ? 1 : 0);
  // The implicit bit carries into the exponent, and a rounding overflow into the next one, up to infinity.
  return uint16_t(sign | (exponent >= -14 ? (uint64_t(exponent + 14) << 10) + rounded : rounded));
}
}
extern "C" {
float __extendhfsf2(half h) {
  const uint32_t bits = toBits(h), sign = (bits & 0x8000) << 16, exponent = (bits >> 10) & 31;
  uint32_t mantissa = bits & 0x3ff;
  if (exponent == 31) return __builtin_bit_cast(float, sign | 0x7f800000u | (mantissa << 13));
  if (exponent) return __builtin_bit_cast(float, sign | ((exponent + 112) << 23) | (mantissa << 13));
  const float small = float(mantissa) * 0x1p-24f;
  return sign ? -small : small;
}
half __truncdfhf2(double x) { return fromBits(narrow(x)); }
half __truncsfhf2(float x) { return fromBits(narrow(double(x))); }
}

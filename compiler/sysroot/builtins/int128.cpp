// SPDX-License-Identifier: Apache-2.0
// Arithmetic on 128-bit integers that clang calls by name where the processor has no instruction for it. Exact; the
// division is the schoolbook one, a bit a step (Knuth, TAOCP 4.3.1), since it is only met in error checks.
#include <stdint.h>
using i128 = __int128;
using u128 = unsigned __int128;
namespace {
u128 divide(u128 n, u128 d, u128 *remainder) {
  u128 quotient = 0, rest = 0;
  for (int bit = 127; bit >= 0; --bit) {
    rest = (rest << 1) | ((n >> bit) & 1);
    if (rest >= d) rest -= d, quotient |= u128(1) << bit;
  }
  *remainder = rest;
  return quotient;
}
u128 join(uint64_t high, uint64_t low) { return (u128(high) << 64) | low; }
u128 magnitude(i128 x) { return x < 0 ? u128(0) - u128(x) : u128(x); }
}
extern "C" {
u128 __udivti3(u128 a, u128 b) { u128 r; return divide(a, b, &r); }
u128 __umodti3(u128 a, u128 b) { u128 r; divide(a, b, &r); return r; }
i128 __divti3(i128 a, i128 b) {
  u128 r, q = divide(magnitude(a), magnitude(b), &r);
  return i128((a < 0) != (b < 0) ? u128(0) - q : q);
}
i128 __modti3(i128 a, i128 b) {
  u128 r;
  divide(magnitude(a), magnitude(b), &r);
  return i128(a < 0 ? u128(0) - r : r);
}
// 64 x 64 -> 128 by 32-bit halves; the cross terms only reach the upper half.
i128 __multi3(i128 a, i128 b) {
  const uint64_t aLow = uint64_t(a), bLow = uint64_t(b);
  const uint64_t aHigh = uint64_t(u128(a) >> 64), bHigh = uint64_t(u128(b) >> 64), mask = 0xffffffffu;
  const uint64_t low = (aLow & mask) * (bLow & mask);
  const uint64_t mid = (aLow >> 32) * (bLow & mask) + (low >> 32);
  const uint64_t mid2 = (aLow & mask) * (bLow >> 32) + (mid & mask);
  const uint64_t high = (aLow >> 32) * (bLow >> 32) + (mid >> 32) + (mid2 >> 32) + aLow * bHigh + aHigh * bLow;
  return i128(join(high, (mid2 << 32) | (low & mask)));
}
// Shifts by 0 to 127, by halves.
i128 __ashlti3(i128 a, int by) {
  const uint64_t low = uint64_t(a), high = uint64_t(u128(a) >> 64);
  if (by == 0) return a;
  if (by >= 64) return i128(join(low << (by - 64), 0));
  return i128(join((high << by) | (low >> (64 - by)), low << by));
}
i128 __lshrti3(i128 a, int by) {
  const uint64_t low = uint64_t(a), high = uint64_t(u128(a) >> 64);
  if (by == 0) return a;
  if (by >= 64) return i128(join(0, high >> (by - 64)));
  return i128(join(high >> by, (low >> by) | (high << (64 - by))));
}
i128 __ashrti3(i128 a, int by) {
  const uint64_t low = uint64_t(a);
  const int64_t high = int64_t(uint64_t(u128(a) >> 64));
  if (by == 0) return a;
  if (by >= 64) return i128(join(uint64_t(high >> 63), uint64_t(high >> (by - 64))));
  return i128(join(uint64_t(high >> by), (low >> by) | (uint64_t(high) << (64 - by))));
}
}

// SPDX-License-Identifier: Apache-2.0
// Python's math module: libm's answers, CPython's errors (Modules/mathmodule.c: math_1, math_2). Where libm gives nan
// from numbers that are none, or infinity from finite ones, Python raises.
#pragma once

#include "everypath/frame.hpp"
#include "everypath/python/float.hpp"
#include "everypath/python/int.hpp"
#include "everypath/tuple.hpp"

namespace ep::prim {

namespace detail {
[[gnu::cold, gnu::noinline]] inline Status math_domain(Frame& frame) {
  return frame.raise("ValueError", "math domain error");
}
[[gnu::cold, gnu::noinline]] inline Status math_range(Frame& frame) {
  return frame.raise("OverflowError", "math range error");
}

/// The result of a function of one float. `overflows`: its infinities come from size, not from a pole.
template <bool overflows>
inline Status checked(Frame& frame, double x, double result, double& out) {
  out = result;
  if (__builtin_isfinite(result)) return EP_OK;
  if (result != result) return x != x ? static_cast<Status>(EP_OK) : math_domain(frame);
  if (!__builtin_isfinite(x)) return EP_OK;
  return overflows ? math_range(frame) : math_domain(frame);
}
}  // namespace detail

inline Status math_sqrt(Frame& frame, double x, double& out) {
  return detail::checked<false>(frame, x, __builtin_sqrt(x), out);
}
inline Status math_exp(Frame& frame, double x, double& out) {
  return detail::checked<true>(frame, x, __builtin_exp(x), out);
}
inline Status math_exp2(Frame& frame, double x, double& out) {
  return detail::checked<true>(frame, x, __builtin_exp2(x), out);
}
inline Status math_expm1(Frame& frame, double x, double& out) {
  return detail::checked<true>(frame, x, __builtin_expm1(x), out);
}
inline Status math_log(Frame& frame, double x, double& out) {
  return detail::checked<false>(frame, x, __builtin_log(x), out);
}
inline Status math_log2(Frame& frame, double x, double& out) {
  return detail::checked<false>(frame, x, __builtin_log2(x), out);
}
inline Status math_log10(Frame& frame, double x, double& out) {
  return detail::checked<false>(frame, x, __builtin_log10(x), out);
}
inline Status math_log1p(Frame& frame, double x, double& out) {
  return detail::checked<false>(frame, x, __builtin_log1p(x), out);
}
inline Status math_sin(Frame& frame, double x, double& out) {
  return detail::checked<false>(frame, x, __builtin_sin(x), out);
}
inline Status math_cos(Frame& frame, double x, double& out) {
  return detail::checked<false>(frame, x, __builtin_cos(x), out);
}
inline Status math_tan(Frame& frame, double x, double& out) {
  return detail::checked<false>(frame, x, __builtin_tan(x), out);
}
inline Status math_asin(Frame& frame, double x, double& out) {
  return detail::checked<false>(frame, x, __builtin_asin(x), out);
}
inline Status math_acos(Frame& frame, double x, double& out) {
  return detail::checked<false>(frame, x, __builtin_acos(x), out);
}
inline Status math_sinh(Frame& frame, double x, double& out) {
  return detail::checked<true>(frame, x, __builtin_sinh(x), out);
}
inline Status math_cosh(Frame& frame, double x, double& out) {
  return detail::checked<true>(frame, x, __builtin_cosh(x), out);
}
inline Status math_acosh(Frame& frame, double x, double& out) {
  return detail::checked<false>(frame, x, __builtin_acosh(x), out);
}
inline Status math_atanh(Frame& frame, double x, double& out) {
  return detail::checked<false>(frame, x, __builtin_atanh(x), out);
}

inline double math_atan(double x) { return __builtin_atan(x); }
inline double math_tanh(double x) { return __builtin_tanh(x); }
inline double math_asinh(double x) { return __builtin_asinh(x); }
inline double math_cbrt(double x) { return __builtin_cbrt(x); }
inline double math_fabs(double x) { return __builtin_fabs(x); }
inline double math_erf(double x) { return __builtin_erf(x); }
inline double math_erfc(double x) { return __builtin_erfc(x); }
inline double math_degrees(double x) { return x * (180.0 / 3.14159265358979323846); }
inline double math_radians(double x) { return x * (3.14159265358979323846 / 180.0); }
inline double math_atan2(double y, double x) { return __builtin_atan2(y, x); }
inline double math_copysign(double x, double y) { return __builtin_copysign(x, y); }
inline double math_nextafter(double x, double y) { return __builtin_nextafter(x, y); }
inline double math_hypot(double x, double y) { return __builtin_hypot(x, y); }
inline bool math_isnan(double x) { return x != x; }
inline bool math_isinf(double x) { return __builtin_isinf(x); }
inline bool math_isfinite(double x) { return __builtin_isfinite(x); }

inline Status math_log_base(Frame& frame, double x, double base, double& out) {
  double numerator = 0;
  double denominator = 0;
  if (Status status = math_log(frame, x, numerator); status != EP_OK) return status;
  if (Status status = math_log(frame, base, denominator); status != EP_OK) return status;
  return float_truediv(frame, numerator, denominator, out);
}

inline Status math_pow(Frame& frame, double x, double y, double& out) {
  out = __builtin_pow(x, y);
  if (__builtin_isfinite(out) || !__builtin_isfinite(x) || !__builtin_isfinite(y)) return EP_OK;
  return out != out || x == 0 ? detail::math_domain(frame) : detail::math_range(frame);
}

inline Status math_fmod(Frame& frame, double x, double y, double& out) {
  out = __builtin_isinf(y) && __builtin_isfinite(x) ? x : __builtin_fmod(x, y);
  return out != out && x == x && y == y ? detail::math_domain(frame) : static_cast<Status>(EP_OK);
}

inline Status math_remainder(Frame& frame, double x, double y, double& out) {
  out = __builtin_remainder(x, y);
  return out != out && x == x && y == y ? detail::math_domain(frame) : static_cast<Status>(EP_OK);
}

inline Status math_floor(Frame& frame, double x, int64_t& out) {
  return detail::whole_to_int(frame, __builtin_floor(x), out);
}
inline Status math_ceil(Frame& frame, double x, int64_t& out) {
  return detail::whole_to_int(frame, __builtin_ceil(x), out);
}
inline Status math_trunc(Frame& frame, double x, int64_t& out) {
  return detail::whole_to_int(frame, __builtin_trunc(x), out);
}

/// Fraction and whole part, both with the sign of x.
inline Tuple<double, double> math_modf(double x) {
  if (x != x) return {x, x};
  if (__builtin_isinf(x)) return {__builtin_copysign(0.0, x), x};
  const double whole = __builtin_trunc(x);
  return {__builtin_copysign(x - whole, x), whole};
}

namespace detail {
inline uint64_t greatest_divisor(uint64_t a, uint64_t b) {
  while (b != 0) {
    const uint64_t rest = a % b;
    a = b;
    b = rest;
  }
  return a;
}
}  // namespace detail

inline Status math_gcd(Frame& frame, int64_t a, int64_t b, int64_t& out) {
  const uint64_t divisor = detail::greatest_divisor(detail::magnitude(a), detail::magnitude(b));
  out = static_cast<int64_t>(divisor);
  return divisor > static_cast<uint64_t>(INT64_MAX) ? detail::int_too_large(frame) : static_cast<Status>(EP_OK);
}

inline Status math_lcm(Frame& frame, int64_t a, int64_t b, int64_t& out) {
  out = 0;
  if (a == 0 || b == 0) return EP_OK;
  const uint64_t x = detail::magnitude(a);
  const uint64_t y = detail::magnitude(b);
  uint64_t product = 0;
  const bool over = __builtin_mul_overflow(x / detail::greatest_divisor(x, y), y, &product);
  if (over || product > static_cast<uint64_t>(INT64_MAX)) return detail::int_too_large(frame);
  out = static_cast<int64_t>(product);
  return EP_OK;
}

inline Status math_factorial(Frame& frame, int64_t n, int64_t& out) {
  if (n < 0) return frame.raise("ValueError", "factorial() not defined for negative values");
  if (n > 20) return detail::int_too_large(frame);
  out = 1;
  for (int64_t factor = 2; factor <= n; ++factor) out *= factor;
  return EP_OK;
}

inline Status math_isqrt(Frame& frame, int64_t n, int64_t& out) {
  if (n < 0) return frame.raise("ValueError", "isqrt() argument must be nonnegative");
  // The double is off by at most one.
  uint64_t root = static_cast<uint64_t>(__builtin_sqrt(static_cast<double>(n)));
  while (root > 3037000499u || root * root > static_cast<uint64_t>(n)) --root;
  while (root < 3037000499u && (root + 1) * (root + 1) <= static_cast<uint64_t>(n)) ++root;
  out = static_cast<int64_t>(root);
  return EP_OK;
}

}  // namespace ep::prim

// SPDX-License-Identifier: Apache-2.0
// Python's float, and int beside float. Semantics of Objects/floatobject.c, statement by statement where it matters.
#pragma once

#include "everypath/frame.hpp"
#include "everypath/tuple.hpp"

namespace ep::prim {

inline double float_add(double a, double b) { return a + b; }
inline double float_sub(double a, double b) { return a - b; }
inline double float_mul(double a, double b) { return a * b; }
inline double float_neg(double a) { return -a; }
inline double float_pos(double a) { return a; }
inline double float_abs(double a) { return __builtin_fabs(a); }
inline bool float_truth(double a) { return a != 0; }

inline Status float_truediv(Frame& frame, double a, double b, double& out) {
  if (b == 0) return frame.raise("ZeroDivisionError", "float division by zero");
  out = a / b;
  return EP_OK;
}

namespace detail {
inline double float_remainder(double a, double b) {
  const double rest = __builtin_fmod(a, b);
  if (rest == 0) return __builtin_copysign(0.0, b);
  return (b < 0) != (rest < 0) ? rest + b : rest;
}

inline double float_quotient(double a, double b) {
  const double rest = __builtin_fmod(a, b);
  double quotient = (a - rest) / b;
  if (rest != 0 && (b < 0) != (rest < 0)) quotient -= 1.0;
  if (quotient == 0) return __builtin_copysign(0.0, a / b);
  const double whole = __builtin_floor(quotient);
  return quotient - whole > 0.5 ? whole + 1.0 : whole;
}

/// A float without fraction as an int.
inline Status whole_to_int(Frame& frame, double x, int64_t& out) {
  if (x != x) return frame.raise("ValueError", "cannot convert float NaN to integer");
  if (__builtin_isinf(x)) return frame.raise("OverflowError", "cannot convert float infinity to integer");
  if (!(x >= -9223372036854775808.0 && x < 9223372036854775808.0))
    return frame.unsupported("the int does not fit 64 bits");
  out = static_cast<int64_t>(x);
  return EP_OK;
}

/// -1, 0, 1, or 2 when b is nan: without converting a, which may not be an exact double.
inline int compare_int_float(int64_t a, double b) {
  if (b != b) return 2;
  if (b >= 9223372036854775808.0) return -1;
  if (b < -9223372036854775808.0) return 1;
  const double whole = __builtin_trunc(b);
  const int64_t other = static_cast<int64_t>(whole);
  if (a != other) return a < other ? -1 : 1;
  return b == whole ? 0 : (b > whole ? -1 : 1);
}
}  // namespace detail

inline Status float_mod(Frame& frame, double a, double b, double& out) {
  if (b == 0) return frame.raise("ZeroDivisionError", "float modulo");
  out = detail::float_remainder(a, b);
  return EP_OK;
}

inline Status float_floordiv(Frame& frame, double a, double b, double& out) {
  if (b == 0) return frame.raise("ZeroDivisionError", "float floor division by zero");
  out = detail::float_quotient(a, b);
  return EP_OK;
}

inline Status float_divmod(Frame& frame, double a, double b, Tuple<double, double>& out) {
  if (b == 0) return frame.raise("ZeroDivisionError", "float divmod()");
  out.first = detail::float_quotient(a, b);
  out.rest.first = detail::float_remainder(a, b);
  return EP_OK;
}

/// `a ** b`. A negative base with a fractional exponent is complex in Python: an unsupported value.
inline Status float_pow(Frame& frame, double a, double b, double& out) {
  const bool odd = __builtin_fmod(__builtin_fabs(b), 2.0) == 1.0;
  if (b == 0) {
    out = 1.0;
  } else if (a != a) {
    out = a;
  } else if (b != b) {
    out = a == 1.0 ? 1.0 : b;
  } else if (__builtin_isinf(b)) {
    const double size = __builtin_fabs(a);
    out = size == 1.0 ? 1.0 : ((b > 0) == (size > 1.0) ? __builtin_fabs(b) : 0.0);
  } else if (__builtin_isinf(a)) {
    if (b > 0) out = odd ? a : __builtin_fabs(a);
    else out = odd ? __builtin_copysign(0.0, a) : 0.0;
  } else if (a == 0) {
    if (b < 0) return frame.raise("ZeroDivisionError", "0.0 cannot be raised to a negative power");
    out = odd ? a : 0.0;
  } else {
    if (a < 0 && b != __builtin_floor(b))
      return frame.unsupported("a negative float to a fractional power is complex");
    const double power = __builtin_fabs(a) == 1.0 ? 1.0 : __builtin_pow(__builtin_fabs(a), b);
    if (__builtin_isinf(power)) return frame.raise("OverflowError", "(34, 'Numerical result out of range')");
    out = a < 0 && odd ? -power : power;
  }
  return EP_OK;
}

inline bool float_lt(double a, double b) { return a < b; }
inline bool float_le(double a, double b) { return a <= b; }
inline bool float_gt(double a, double b) { return a > b; }
inline bool float_ge(double a, double b) { return a >= b; }
inline bool float_eq(double a, double b) { return a == b; }
inline bool float_ne(double a, double b) { return a != b; }

inline bool int_float_lt(int64_t a, double b) { return detail::compare_int_float(a, b) == -1; }
inline bool int_float_gt(int64_t a, double b) { return detail::compare_int_float(a, b) == 1; }
inline bool int_float_eq(int64_t a, double b) { return detail::compare_int_float(a, b) == 0; }
inline bool int_float_ne(int64_t a, double b) { return detail::compare_int_float(a, b) != 0; }
inline bool int_float_le(int64_t a, double b) { return detail::compare_int_float(a, b) <= 0; }
inline bool int_float_ge(int64_t a, double b) {
  const int order = detail::compare_int_float(a, b);
  return order == 0 || order == 1;
}
inline bool float_int_lt(double a, int64_t b) { return int_float_gt(b, a); }
inline bool float_int_gt(double a, int64_t b) { return int_float_lt(b, a); }
inline bool float_int_eq(double a, int64_t b) { return int_float_eq(b, a); }
inline bool float_int_ne(double a, int64_t b) { return int_float_ne(b, a); }
inline bool float_int_le(double a, int64_t b) { return int_float_ge(b, a); }
inline bool float_int_ge(double a, int64_t b) { return int_float_le(b, a); }

/// `int(x)`.
inline Status float_to_int(Frame& frame, double x, int64_t& out) {
  return detail::whole_to_int(frame, __builtin_trunc(x), out);
}

/// `round(x)`: half to even.
inline Status float_round(Frame& frame, double x, int64_t& out) {
  double whole = __builtin_round(x);
  if (__builtin_fabs(x - whole) == 0.5) whole = 2.0 * __builtin_round(x / 2.0);
  return detail::whole_to_int(frame, whole, out);
}

inline bool float_is_integer(double x) { return __builtin_isfinite(x) && __builtin_floor(x) == x; }

}  // namespace ep::prim

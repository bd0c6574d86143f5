// SPDX-License-Identifier: Apache-2.0
// One scalar function for each elementwise operation, with NumPy 1.24's semantics (numpy/core/src/umath/loops*.src,
// npymath). `T` is the dtype that the function computes in; glue and fused bodies convert operands with `as<T>`.
// Warnings (division by zero, overflow) have no counterpart: the value that NumPy stores is the result.
#pragma once

#include <stdint.h>

#include <type_traits>

#include "everypath/vector_math.hpp"

namespace ep {

/// NumPy's `astype`: a C cast, with the x86 answers where C leaves floats out of range undefined.
template <class To, class From>
[[gnu::always_inline]] constexpr To as(From value) {
  if constexpr (std::is_same_v<To, From>) {
    return value;
  } else if constexpr (std::is_same_v<To, bool>) {
    return value != From(0);
  } else if constexpr (std::is_floating_point_v<From> && std::is_integral_v<To>) {
    if constexpr (sizeof(To) <= 2 || (sizeof(To) == 4 && std::is_signed_v<To>)) {
      if (!(value >= From(-2147483648.0) && value < From(2147483648.0))) return static_cast<To>(INT32_MIN);
      return static_cast<To>(static_cast<int32_t>(value));
    } else if constexpr (sizeof(To) == 8 && !std::is_signed_v<To>) {
      if (value >= From(9223372036854775808.0) && value < From(18446744073709551616.0))
        return static_cast<To>(static_cast<uint64_t>(value));
      if (!(value >= From(-9223372036854775808.0) && value < From(9223372036854775808.0)))
        return static_cast<To>(INT64_MIN);
      return static_cast<To>(static_cast<int64_t>(value));
    } else {
      if (!(value >= From(-9223372036854775808.0) && value < From(9223372036854775808.0)))
        return static_cast<To>(INT64_MIN);
      return static_cast<To>(static_cast<int64_t>(value));
    }
  } else {
    return static_cast<To>(value);
  }
}

namespace scalar {

template <class T>
using Unsigned = std::make_unsigned_t<T>;
template <class T>
inline constexpr bool is_float = std::is_floating_point_v<T>;
template <class T>
inline constexpr bool is_bool = std::is_same_v<T, bool>;
template <class T>
inline constexpr bool is_wrapping = std::is_integral_v<T> && !is_bool<T>;

// libm by dtype: the float functions where T is float.
#define EP_LIBM_1(name)                                          \
  template <class T>                                             \
  inline T libm_##name(T x) {                                    \
    if constexpr (sizeof(T) == 4) return __builtin_##name##f(x); \
    else return __builtin_##name(x);                             \
  }
#define EP_LIBM_2(name)                                             \
  template <class T>                                                \
  inline T libm_##name(T x, T y) {                                  \
    if constexpr (sizeof(T) == 4) return __builtin_##name##f(x, y); \
    else return __builtin_##name(x, y);                             \
  }
EP_LIBM_1(sqrt) EP_LIBM_1(cbrt) EP_LIBM_1(exp) EP_LIBM_1(exp2) EP_LIBM_1(expm1) EP_LIBM_1(log) EP_LIBM_1(log2)
EP_LIBM_1(log10) EP_LIBM_1(log1p) EP_LIBM_1(sin) EP_LIBM_1(cos) EP_LIBM_1(tan) EP_LIBM_1(asin) EP_LIBM_1(acos)
EP_LIBM_1(atan) EP_LIBM_1(sinh) EP_LIBM_1(cosh) EP_LIBM_1(tanh) EP_LIBM_1(asinh) EP_LIBM_1(acosh) EP_LIBM_1(atanh)
EP_LIBM_1(floor) EP_LIBM_1(ceil) EP_LIBM_1(trunc) EP_LIBM_1(rint) EP_LIBM_1(fabs)
EP_LIBM_2(pow) EP_LIBM_2(fmod) EP_LIBM_2(atan2) EP_LIBM_2(hypot) EP_LIBM_2(copysign)
#undef EP_LIBM_1
#undef EP_LIBM_2

template <class T> [[gnu::always_inline]] inline T cast(T x) { return x; }
template <class T> [[gnu::always_inline]] inline T positive(T x) { return x; }

// Arithmetic. Integers wrap; on booleans + is "or" and * is "and".

template <class T> [[gnu::always_inline]] inline T add(T a, T b) {
  if constexpr (is_bool<T>) return a | b;
  else if constexpr (is_wrapping<T>) return static_cast<T>(static_cast<Unsigned<T>>(a) + static_cast<Unsigned<T>>(b));
  else return a + b;
}

template <class T> [[gnu::always_inline]] inline T subtract(T a, T b) {
  if constexpr (is_wrapping<T>) return static_cast<T>(static_cast<Unsigned<T>>(a) - static_cast<Unsigned<T>>(b));
  else return a - b;
}

template <class T> [[gnu::always_inline]] inline T multiply(T a, T b) {
  if constexpr (is_bool<T>) return a & b;
  // Through 64 bits: uint16 * uint16 would overflow the int that C promotes to.
  else if constexpr (is_wrapping<T>) return static_cast<T>(static_cast<uint64_t>(a) * static_cast<uint64_t>(b));
  else return a * b;
}

template <class T> [[gnu::always_inline]] inline T divide(T a, T b) { return a / b; }

template <class T> [[gnu::always_inline]] inline T remainder(T a, T b) {
  if constexpr (is_float<T>) {
    T mod = libm_fmod(a, b);
    if (b == T(0)) return mod;
    if (mod != T(0)) {
      if ((b < T(0)) != (mod < T(0))) mod += b;
    } else {
      mod = libm_copysign(T(0), b);
    }
    return mod;
  } else if constexpr (std::is_signed_v<T>) {
    if (b == 0 || b == T(-1)) return 0;
    const T rem = static_cast<T>(a % b);
    return rem != 0 && ((rem < 0) != (b < 0)) ? static_cast<T>(rem + b) : rem;
  } else {
    return b == 0 ? T(0) : static_cast<T>(a % b);
  }
}

template <class T> [[gnu::always_inline]] inline T floor_divide(T a, T b) {
  if constexpr (is_float<T>) {
    if (b == T(0)) return a / b;
    T mod = libm_fmod(a, b);
    T quotient = (a - mod) / b;
    if (mod != T(0) && ((b < T(0)) != (mod < T(0)))) quotient -= T(1);
    if (quotient == T(0)) return libm_copysign(T(0), a / b);
    T floored = libm_floor(quotient);
    if (quotient - floored > T(0.5)) floored += T(1);
    return floored;
  } else if constexpr (std::is_signed_v<T>) {
    if (b == 0) return 0;
    if (b == T(-1)) return static_cast<T>(0 - static_cast<Unsigned<T>>(a));
    const T quotient = static_cast<T>(a / b);
    return (a % b != 0 && ((a < 0) != (b < 0))) ? static_cast<T>(quotient - 1) : quotient;
  } else {
    return b == 0 ? T(0) : static_cast<T>(a / b);
  }
}

template <class T> [[gnu::always_inline]] inline T fmod(T a, T b) {
  if constexpr (is_float<T>) return libm_fmod(a, b);
  else if constexpr (std::is_signed_v<T>) return b == 0 || b == T(-1) ? T(0) : static_cast<T>(a % b);
  else return b == 0 ? T(0) : static_cast<T>(a % b);
}

/// Integer exponents are not negative: the type rule sees to it.
template <class T> inline T power(T a, T b) {
  if constexpr (is_float<T>) {
    return libm_pow(a, b);
  } else {
    T result = 1;
    for (; b > 0; b = static_cast<T>(b >> 1)) {
      if (b & 1) result = multiply<T>(result, a);
      a = multiply<T>(a, a);
    }
    return result;
  }
}

template <class T> [[gnu::always_inline]] inline T negative(T x) {
  if constexpr (is_wrapping<T>) return static_cast<T>(0 - static_cast<Unsigned<T>>(x));
  else return -x;
}

template <class T> [[gnu::always_inline]] inline T absolute(T x) {
  if constexpr (is_float<T>) return libm_fabs(x);
  else if constexpr (is_wrapping<T> && std::is_signed_v<T>) return x < 0 ? negative<T>(x) : x;
  else return x;
}

template <class T> [[gnu::always_inline]] inline T sign(T x) {
  if constexpr (is_float<T>) return x > T(0) ? T(1) : x < T(0) ? T(-1) : x == T(0) ? T(0) : x;
  else return x > T(0) ? T(1) : x == T(0) ? T(0) : T(-1);
}

template <class T> [[gnu::always_inline]] inline T square(T x) { return multiply<T>(x, x); }

template <class T> [[gnu::always_inline]] inline T reciprocal(T x) {
  if constexpr (is_float<T>) return T(1) / x;
  else return x == 0 ? static_cast<T>(as<T>(__builtin_inf())) : static_cast<T>(T(1) / x);
}

// Comparison and logic.

template <class T> [[gnu::always_inline]] inline bool equal(T a, T b) { return a == b; }
template <class T> [[gnu::always_inline]] inline bool not_equal(T a, T b) { return a != b; }
template <class T> [[gnu::always_inline]] inline bool less(T a, T b) { return a < b; }
template <class T> [[gnu::always_inline]] inline bool less_equal(T a, T b) { return a <= b; }
template <class T> [[gnu::always_inline]] inline bool greater(T a, T b) { return a > b; }
template <class T> [[gnu::always_inline]] inline bool greater_equal(T a, T b) { return a >= b; }
template <class T> [[gnu::always_inline]] inline bool logical_and(T a, T b) { return (a != T(0)) & (b != T(0)); }
template <class T> [[gnu::always_inline]] inline bool logical_or(T a, T b) { return (a != T(0)) | (b != T(0)); }
template <class T> [[gnu::always_inline]] inline bool logical_xor(T a, T b) { return (a != T(0)) != (b != T(0)); }
template <class T> [[gnu::always_inline]] inline bool logical_not(T a) { return a == T(0); }

template <class T> [[gnu::always_inline]] inline T bitwise_and(T a, T b) { return static_cast<T>(a & b); }
template <class T> [[gnu::always_inline]] inline T bitwise_or(T a, T b) { return static_cast<T>(a | b); }
template <class T> [[gnu::always_inline]] inline T bitwise_xor(T a, T b) { return static_cast<T>(a ^ b); }
template <class T> [[gnu::always_inline]] inline T invert(T a) {
  if constexpr (is_bool<T>) return !a;
  else return static_cast<T>(~a);
}
template <class T> [[gnu::always_inline]] inline T left_shift(T a, T b) {
  return static_cast<Unsigned<T>>(b) < sizeof(T) * 8 ? static_cast<T>(static_cast<uint64_t>(a) << b) : T(0);
}
template <class T> [[gnu::always_inline]] inline T right_shift(T a, T b) {
  return static_cast<Unsigned<T>>(b) < sizeof(T) * 8 ? static_cast<T>(a >> b) : a < T(0) ? static_cast<T>(-1) : T(0);
}

// Extremes. `maximum` and `minimum` pass NaN on (the first one), `fmax` and `fmin` pass it over.

template <class T> [[gnu::always_inline]] inline T maximum(T a, T b) { return a >= b || a != a ? a : b; }
template <class T> [[gnu::always_inline]] inline T minimum(T a, T b) { return a <= b || a != a ? a : b; }
template <class T> [[gnu::always_inline]] inline T fmax(T a, T b) { return a >= b || b != b ? a : b; }
template <class T> [[gnu::always_inline]] inline T fmin(T a, T b) { return a <= b || b != b ? a : b; }
template <class T> [[gnu::always_inline]] inline T clip(T x, T low, T high) {
  return minimum<T>(maximum<T>(x, low), high);
}
template <class T> [[gnu::always_inline]] inline T where(T condition, T a, T b) { return condition != T(0) ? a : b; }

// Floats: what they are, and rounding.

template <class T> [[gnu::always_inline]] inline bool isnan(T x) { return x != x; }
template <class T> [[gnu::always_inline]] inline bool isinf(T x) {
  if constexpr (is_float<T>) return libm_fabs(x) == static_cast<T>(__builtin_inf());
  else return false;
}
template <class T> [[gnu::always_inline]] inline bool isfinite(T x) {
  if constexpr (is_float<T>) return libm_fabs(x) < static_cast<T>(__builtin_inf());
  else return true;
}
template <class T> [[gnu::always_inline]] inline bool signbit(T x) { return libm_copysign(T(1), x) < T(0); }
template <class T> [[gnu::always_inline]] inline T copysign(T a, T b) { return libm_copysign(a, b); }
template <class T> [[gnu::always_inline]] inline T floor(T x) { return libm_floor(x); }
template <class T> [[gnu::always_inline]] inline T ceil(T x) { return libm_ceil(x); }
template <class T> [[gnu::always_inline]] inline T trunc(T x) { return libm_trunc(x); }
template <class T> [[gnu::always_inline]] inline T rint(T x) { return libm_rint(x); }
template <class T> [[gnu::always_inline]] inline T fabs(T x) { return libm_fabs(x); }

// Transcendental functions: the platform's libm, within a few units in the last place of NumPy's. Variants that run
// over whole arrays say `@flags -DEP_VECTOR_MATH=1` and take some of them from vector_math.hpp, which loops vectorise.

#ifndef EP_VECTOR_MATH
#define EP_VECTOR_MATH 0
#endif

template <class T> inline T sqrt(T x) { return libm_sqrt(x); }
template <class T> inline T cbrt(T x) { return libm_cbrt(x); }
template <class T> [[gnu::always_inline]] inline T exp(T x) {
  if constexpr (EP_VECTOR_MATH) return vector_math::exp(x);
  else return libm_exp(x);
}
template <class T> [[gnu::always_inline]] inline T exp2(T x) {
  if constexpr (EP_VECTOR_MATH) return vector_math::exp2(x);
  else return libm_exp2(x);
}
template <class T> inline T expm1(T x) { return libm_expm1(x); }
template <class T> [[gnu::always_inline]] inline T log(T x) {
  if constexpr (EP_VECTOR_MATH) return vector_math::log(x);
  else return libm_log(x);
}
template <class T> inline T log2(T x) { return libm_log2(x); }
template <class T> inline T log10(T x) { return libm_log10(x); }
template <class T> inline T log1p(T x) { return libm_log1p(x); }
template <class T> inline T sin(T x) { return libm_sin(x); }
template <class T> inline T cos(T x) { return libm_cos(x); }
template <class T> inline T tan(T x) { return libm_tan(x); }
template <class T> inline T arcsin(T x) { return libm_asin(x); }
template <class T> inline T arccos(T x) { return libm_acos(x); }
template <class T> inline T arctan(T x) { return libm_atan(x); }
template <class T> inline T sinh(T x) { return libm_sinh(x); }
template <class T> inline T cosh(T x) { return libm_cosh(x); }
template <class T> [[gnu::always_inline]] inline T tanh(T x) {
  if constexpr (EP_VECTOR_MATH) return vector_math::tanh(x);
  else return libm_tanh(x);
}
template <class T> inline T arcsinh(T x) { return libm_asinh(x); }
template <class T> inline T arccosh(T x) { return libm_acosh(x); }
template <class T> inline T arctanh(T x) { return libm_atanh(x); }
template <class T> inline T arctan2(T y, T x) { return libm_atan2(y, x); }
template <class T> inline T hypot(T x, T y) { return libm_hypot(x, y); }
template <class T> inline T deg2rad(T x) { return x * static_cast<T>(3.14159265358979323846 / 180.0); }
template <class T> inline T rad2deg(T x) { return x * static_cast<T>(180.0 / 3.14159265358979323846); }

}  // namespace scalar
}  // namespace ep

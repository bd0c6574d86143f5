// SPDX-License-Identifier: Apache-2.0
// exp, log and tanh without branches, tables or calls, so that a loop over them vectorises at any width. Products are
// added in one rounding where the processor has an instruction for it. Largest errors in units in the last place,
// against the exact value: float over every argument, double over 2 * 10^7 random ones
// (test/vector-math.slow.test.ts measures both).
//
//              exp    exp2   log    tanh
//     float    1.1    1.1    0.8    2.5
//     double   1.1    1.1    0.9    2.7
//
// Reduction and constants after Cody and Waite (1980) as in Moshier's Cephes (expf.c, logf.c) and in
// Sun's fdlibm (e_log.c). Arguments outside the range, infinities and NaN answer as C's libm does; subnormal
// arguments and results are exact to the same bounds.
#pragma once

#include <stdint.h>

#include <type_traits>

namespace ep::vector_math {
namespace detail {

template <class T>
struct Bits;
template <>
struct Bits<float> {
  using type = int32_t;
  static constexpr int mantissa = 23;
  static constexpr int32_t bias = 127;
  /// 1.5 * 2^23: adding it rounds to an integer, which then stands in the low bits.
  static constexpr float shifter = 12582912.0f;
};
template <>
struct Bits<double> {
  using type = int64_t;
  static constexpr int mantissa = 52;
  static constexpr int64_t bias = 1023;
  static constexpr double shifter = 6755399441055744.0;
};

template <class T>
[[gnu::always_inline]] inline auto bits_of(T x) {
  return __builtin_bit_cast(typename Bits<T>::type, x);
}

/// A number rounded to an integer, and two powers of two whose product is 2^integer: one alone may leave the range
/// where the result does not.
template <class T>
struct Split {
  T integer;
  T first;
  T second;
};

template <class T>
[[gnu::always_inline]] inline Split<T> split(T x, T factor) {
#pragma clang fp contract(fast)
  using B = Bits<T>;
  using U = std::make_unsigned_t<typename B::type>;
  constexpr T shifter = B::shifter + static_cast<T>(2 * B::bias);
  const T shifted = x * factor + shifter;
  // The low bits now hold the integer plus twice the exponent's bias.
  const U both = static_cast<U>(bits_of(shifted));
  const U half = both >> 1;
  return {shifted - shifter, __builtin_bit_cast(T, static_cast<U>(half << B::mantissa)),
          __builtin_bit_cast(T, static_cast<U>((both - half) << B::mantissa))};
}

/// The same within the range of one power of two.
template <class T>
struct Power {
  T integer;
  T scale;
};

template <class T>
[[gnu::always_inline]] inline Power<T> power(T x, T factor) {
#pragma clang fp contract(fast)
  using B = Bits<T>;
  using U = std::make_unsigned_t<typename B::type>;
  constexpr T shifter = B::shifter + static_cast<T>(B::bias);
  const T shifted = x * factor + shifter;
  return {shifted - shifter, __builtin_bit_cast(T, static_cast<U>(static_cast<U>(bits_of(shifted)) << B::mantissa))};
}

template <class T>
[[gnu::always_inline]] inline T clamp(T x, T low, T high) {
  x = x < low ? low : x;  // NaN stays
  return x > high ? high : x;
}

/// e^r - 1 for |r| <= ln(2) / 2: Cephes' polynomial for float; for double the polynomial through its Chebyshev nodes.
[[gnu::always_inline]] inline float expm1_reduced(float r) {
#pragma clang fp contract(fast)
  float p = 1.9875691500e-4f;
  p = p * r + 1.3981999507e-3f;
  p = p * r + 8.3334519073e-3f;
  p = p * r + 4.1665795894e-2f;
  p = p * r + 1.6666665459e-1f;
  p = p * r + 5.0000001201e-1f;
  return p * (r * r) + r;
}
[[gnu::always_inline]] inline double expm1_reduced(double r) {
#pragma clang fp contract(fast)
  const double r2 = r * r;
  const double r4 = r2 * r2;
  const double low = (0.16666666666666669 + r * 0.041666666666666664) + r2 * (0.008333333333330062 + r * 0.0013888888888886552);
  const double middle = (0.00019841269863053618 + r * 2.4801587317144498e-05) + r2 * (2.7557268459997064e-06 + r * 2.755728296954995e-07);
  const double high = 2.510038549551032e-08 + r * 2.0911236630261545e-09;
  const double tail = low + r4 * (middle + r4 * high);
  return r + r2 * (0.5 + r * tail);
}

/// log(1 + f) - f + f * f / 2 for 1 + f between sqrt(1/2) and sqrt(2).
[[gnu::always_inline]] inline float log_tail(float f) {
#pragma clang fp contract(fast)
  float p = 7.0376836292e-2f;
  p = p * f - 1.1514610310e-1f;
  p = p * f + 1.1676998740e-1f;
  p = p * f - 1.2420140846e-1f;
  p = p * f + 1.4249322787e-1f;
  p = p * f - 1.6668057665e-1f;
  p = p * f + 2.0000714765e-1f;
  p = p * f - 2.4999993993e-1f;
  p = p * f + 3.3333331174e-1f;
  return p * f * (f * f);
}
[[gnu::always_inline]] inline double log_tail(double f) {
#pragma clang fp contract(fast)
  const double s = f / (2.0 + f);
  const double z = s * s;
  const double w = z * z;
  const double odd = w * (3.999999999940941908e-01 + w * (2.222219843214978396e-01 + w * 1.531383769920937332e-01));
  const double even = z * (6.666666666666735130e-01 +
                           w * (2.857142874366239149e-01 + w * (1.818357216161805012e-01 + w * 1.479819860511658591e-01)));
  return s * (0.5 * f * f + (odd + even));
}

template <class T>
struct Constants;
template <>
struct Constants<float> {
  static constexpr float lowest = -104.0f, highest = 89.0f;
  static constexpr float lowest2 = -151.0f, highest2 = 128.5f;
  static constexpr float ln2_high = 0.693359375f, ln2_low = -2.12194440e-4f;
  static constexpr float smallest = 1.17549435e-38f, tanh_one = 9.1f;
};
template <>
struct Constants<double> {
  static constexpr double lowest = -746.0, highest = 710.0;
  static constexpr double lowest2 = -1076.0, highest2 = 1024.5;
  static constexpr double ln2_high = 6.93147180369123816490e-01, ln2_low = 1.90821492927058770002e-10;
  static constexpr double smallest = 2.2250738585072014e-308, tanh_one = 19.1;
};

}  // namespace detail

/// e^x.
template <class T>
[[gnu::always_inline]] inline T exp(T x) {
#pragma clang fp contract(fast)
  using C = detail::Constants<T>;
  x = detail::clamp(x, C::lowest, C::highest);
  const detail::Split<T> n = detail::split(x, static_cast<T>(1.44269504088896340736));
  const T r = (x - n.integer * C::ln2_high) - n.integer * C::ln2_low;
  return (T(1) + detail::expm1_reduced(r)) * n.first * n.second;
}

/// 2^x.
template <class T>
[[gnu::always_inline]] inline T exp2(T x) {
#pragma clang fp contract(fast)
  using C = detail::Constants<T>;
  x = detail::clamp(x, C::lowest2, C::highest2);
  const detail::Split<T> n = detail::split(x, T(1));
  return (T(1) + detail::expm1_reduced((x - n.integer) * static_cast<T>(0.69314718055994530942))) * n.first * n.second;
}

/// Natural logarithm.
template <class T>
[[gnu::always_inline]] inline T log(T x) {
#pragma clang fp contract(fast)
  using C = detail::Constants<T>;
  using B = detail::Bits<T>;
  using I = typename B::type;
  using U = std::make_unsigned_t<I>;
  const bool tiny = x < C::smallest;
  const T normal = tiny ? x * static_cast<T>(U(1) << B::mantissa) : x;
  // Exponent and mantissa of a number between sqrt(1/2) and sqrt(2) times a power of two.
  constexpr T root_half = static_cast<T>(0.70710678118654752440);
  const U from_root = static_cast<U>(detail::bits_of(normal)) - static_cast<U>(detail::bits_of(root_half));
  // The exponent, with a bias that keeps it positive: 64-bit lanes have no arithmetic shift before AVX-512.
  const U raised = (from_root + (static_cast<U>(B::bias) << B::mantissa)) >> B::mantissa;
  const T e = __builtin_bit_cast(T, static_cast<U>(raised + static_cast<U>(detail::bits_of(B::shifter)))) -
              (B::shifter + static_cast<T>(B::bias)) - (tiny ? static_cast<T>(B::mantissa) : T(0));
  constexpr U fraction = (U(1) << B::mantissa) - 1;
  const T m = __builtin_bit_cast(T, static_cast<U>((from_root & fraction) + static_cast<U>(detail::bits_of(root_half))));
  const T f = m - T(1);
  const T tail = detail::log_tail(f) + e * C::ln2_low;
  T result = e * C::ln2_high + (f - (T(0.5) * f * f - tail));
  result = x < T(0) || x != x ? static_cast<T>(__builtin_nan("")) : result;
  result = x == T(0) ? -static_cast<T>(__builtin_inf()) : result;
  return x == static_cast<T>(__builtin_inf()) ? x : result;
}

/// Hyperbolic tangent, as (e^2x - 1) / (e^2x + 1) with e^2x - 1 kept exact near zero.
template <class T>
[[gnu::always_inline]] inline T tanh(T x) {
#pragma clang fp contract(fast)
  using C = detail::Constants<T>;
  const T magnitude = __builtin_elementwise_abs(x);
  const T twice = T(2) * (magnitude > C::tanh_one ? C::tanh_one : magnitude);
  const detail::Power<T> n = detail::power(twice, static_cast<T>(1.44269504088896340736));
  const T r = (twice - n.integer * C::ln2_high) - n.integer * C::ln2_low;
  const T minus_one = n.scale * detail::expm1_reduced(r) + (n.scale - T(1));
  return __builtin_elementwise_copysign(minus_one / (minus_one + T(2)), x);
}

}  // namespace ep::vector_math

// SPDX-License-Identifier: Apache-2.0
// Functions that loops vectorise and that hold for most arguments, not for all: one beyond sets `outside`, and the
// answer means nothing. A loop runs them over a block and, where one argument was outside, the block once more with
// forms that hold everywhere. Largest errors in units in the last place, against the exact value, over 2 * 10^7
// random arguments, of sin and cos half of them nearest to multiples of pi / 2, of the float log over all arguments
// (test/vector-math.slow.test.ts measures them). Powers of integers are exact where the result is a number of the type.
//
//              sin    cos    log    power  hypot
//     float    2.5    2.5    0.9    0.8    0.6
//     double   2.9    2.9    0.9    1.3    1.2
//
// Reduction by multiples of pi in three parts after Cody and Waite (1980); the logarithm of two parts as
// 2 atanh((m - 1) / (m + 1)), as in Shibata and Petrogalli, "SLEEF", IEEE TPDS 31 (2020). The polynomials are our own,
// through the Chebyshev nodes of their intervals.
#pragma once

#include "everypath/vector_math.hpp"

namespace ep::vector_math::within {
namespace detail {

using vector_math::detail::bits_of;
using vector_math::detail::Bits;
using vector_math::detail::clamp;

/// Whether products are added in one rounding: then a product's own error is one more of them.
#if defined(__FMA__) || defined(__FP_FAST_FMA)
inline constexpr bool fused = true;
#else
inline constexpr bool fused = false;
#endif

/// Largest angle: its half-integer multiples of pi take 17 bits, so that times 36 bits they are exact.
inline constexpr double farthest_angle = 131072.0;

template <class T>
using Unsigned = std::make_unsigned_t<typename Bits<T>::type>;

template <class T>
inline constexpr Unsigned<T> sign_bit = Unsigned<T>(1) << (8 * sizeof(T) - 1);

template <class T>
[[gnu::always_inline]] inline T flip(T x, Unsigned<T> sign) {
  return __builtin_bit_cast(T, static_cast<Unsigned<T>>(static_cast<Unsigned<T>>(bits_of(x)) ^ sign));
}

/// The multiple of pi nearest to x, or of the odd multiples of pi / 2; `sign` where the function is negative there.
template <class T>
struct Multiple {
  T factor;
  Unsigned<T> sign;
};

template <bool Cosine, class T>
[[gnu::always_inline]] inline Multiple<T> nearest_multiple(T x) {
#pragma clang fp contract(fast)
  constexpr T shifter = Bits<T>::shifter, inverse = static_cast<T>(0.31830988618379067154);
  T turns;
  if constexpr (Cosine) turns = (x * inverse + T(0.5)) + shifter;
  else turns = x * inverse + shifter;
  const T whole = turns - shifter;
  return {Cosine ? whole - T(0.5) : whole, static_cast<Unsigned<T>>(static_cast<Unsigned<T>>(bits_of(turns)) << (8 * sizeof(T) - 1))};
}

/// sin(r) for |r| <= pi / 2.
[[gnu::always_inline]] inline float sine_reduced(float r) {
#pragma clang fp contract(fast)
  const float z = r * r;
  const float low = -0.1666666716337204f + z * 0.00833333283662796f;
  const float high = -0.00019841086759697646f + z * 2.753645958364359e-06f;
  return (r * z) * (low + (z * z) * (high + (z * z) * -2.4080094362943782e-08f)) + r;
}
[[gnu::always_inline]] inline double sine_reduced(double r) {
#pragma clang fp contract(fast)
  const double z = r * r;
  const double z2 = z * z;
  const double low = (-0.16666666666666666 + z * 0.008333333333333316) + z2 * (-0.00019841269841254966 + z * 2.7557319219160833e-06);
  const double high = (-2.505210761669045e-08 + z * 1.6058977292642743e-10) + z2 * (-7.643969663988072e-13 + z * 2.731436876937957e-15);
  return (r * z) * (low + (z2 * z2) * high) + r;
}

/// The function of a positive angle.
template <bool Cosine>
[[gnu::always_inline]] inline float sine_of(float x) {
#pragma clang fp contract(fast)
  if constexpr (fused) {
    const Multiple<float> n = nearest_multiple<Cosine>(x);
    const float r = ((x - n.factor * 3.1415927410125732f) - n.factor * -8.742277657347586e-08f) - n.factor * -3.430141386368825e-15f;
    return sine_reduced(flip(r, n.sign));
  } else {
    const double wide = x;
    const Multiple<double> n = nearest_multiple<Cosine>(wide);
    return sine_reduced(static_cast<float>(flip((wide - n.factor * 3.1415926535846666) - n.factor * 5.126688303189038e-12, n.sign)));
  }
}
template <bool Cosine>
[[gnu::always_inline]] inline double sine_of(double x) {
#pragma clang fp contract(fast)
  const Multiple<double> n = nearest_multiple<Cosine>(x);
  const double r = ((x - n.factor * 3.1415926535846666) - n.factor * 5.126688302532637e-12) - n.factor * 6.564007085747001e-22;
  return sine_reduced(flip(r, n.sign));
}

template <bool Cosine, class T>
[[gnu::always_inline]] inline T sine(T x, bool& outside) {
  const T magnitude = __builtin_elementwise_abs(x);
  outside |= magnitude > static_cast<T>(farthest_angle);  // NaN stays NaN
  const T result = sine_of<Cosine>(magnitude);
  return Cosine ? result : flip(result, static_cast<Unsigned<T>>(bits_of(x)) & sign_bit<T>);
}

/// A positive number as m * 2^exponent with m between sqrt(1/2) and sqrt(2), less 1.
struct Scaled {
  double exponent;
  double fraction;
};

[[gnu::always_inline]] inline Scaled scaled(double x) {
  constexpr uint64_t root_half = __builtin_bit_cast(uint64_t, 0.70710678118654752440);
  constexpr uint64_t bias = 1023, mantissa = (uint64_t(1) << 52) - 1;
  constexpr double shifter = Bits<double>::shifter;
  const uint64_t from_root = static_cast<uint64_t>(bits_of(x)) - root_half;
  // Biased, to stay positive: 64-bit lanes have no arithmetic shift before AVX-512.
  const uint64_t raised = (from_root + (bias << 52)) >> 52;
  const double exponent = __builtin_bit_cast(double, raised + __builtin_bit_cast(uint64_t, shifter)) - (shifter + double(bias));
  return {exponent, __builtin_bit_cast(double, (from_root & mantissa) + root_half) - 1.0};
}

/// |x|^y of floats, in double.
[[gnu::always_inline]] inline float power_of_magnitude(float magnitude, float exponent) {
#pragma clang fp contract(fast)
  const Scaled x = scaled(static_cast<double>(magnitude));
  const double f = x.fraction;
  const double f2 = f * f;
  const double f4 = f2 * f2;
  const double low = (1.4426950409582302 - f * 0.7213475248945522) + f2 * (0.4808983110824002 - f * 0.360672845348936);
  const double middle = (0.28854145553597715 - f * 0.24050279825001172) + f2 * (0.20607165109914127 - f * 0.17905123203322462);
  const double high = (0.15931300522348446 - f * 0.15722652971153048) + f2 * (0.1534528693745451 - f * 0.08433521045800585);
  const double log2 = (x.exponent + f * low) + (f * f4) * (middle + f4 * high);
  // Rounded before it is bounded: what remains is ready sooner.
  const double wide = exponent;
  const double n = (wide * log2 + Bits<double>::shifter) - Bits<double>::shifter;
  const double r = wide * log2 - n;
  const double r2 = r * r;
  const double tail = (0.24022650695163614 + r * 0.05550381008078953) +
                      r2 * ((0.009618103606320505 + r * 0.0013381307111828878) + r2 * 0.0001544469687874427);
  return static_cast<float>(vector_math::detail::power(clamp(n, -200.0, 200.0), 1.0).scale * ((1.0 + r * 0.6931471805599453) + r2 * tail));
}

/// |x|^y of doubles: the logarithm carries 66 bits. Needs fused products.
[[gnu::always_inline]] inline double power_of_magnitude(double magnitude, double exponent) {
#pragma clang fp contract(fast)
  const Scaled x = scaled(magnitude);
  const double f = x.fraction;
  // s = f / (2 + f) in two parts.
  const double sum = f + 2.0;
  const double sum_low = f - (sum - 2.0);
  const double inverse = 1.0 / sum;
  const double s = f * inverse;
  const double s_low = __builtin_fma(-s, sum_low, __builtin_fma(-s, sum, f)) * inverse;
  const double z = s * s;
  const double z_low = __builtin_fma(s, s, -z) + (s + s) * s_low;
  // atanh(s) = s + s z (1/3 + z tail)
  const double z2 = z * z;
  const double tail = ((0.2 + z * 0.14285714285714682) + z2 * (0.11111111110827943 + z * 0.09090909167696401)) +
                      (z2 * z2) * ((0.07692297481259214 + z * 0.06667402346923759) + z2 * (0.05853118169743244 + z * 0.05861589311959638));
  const double rest = z * tail;
  const double c = 0.3333333333333333 + rest;
  const double c_low = ((0.3333333333333333 - c) + rest) + 1.850371707708594e-17;
  const double t = z * c;
  const double t_low = __builtin_fma(z, c, -t) + (z * c_low + z_low * c);
  const double p = s * t;
  const double p_low = __builtin_fma(s, t, -p) + (s * t_low + s_low * t);
  const double half = s + p;
  const double half_low = ((s - half) + p) + (p_low + s_low);
  // log2(x)
  const double g = half * 2.8853900817779268;
  const double g_low = __builtin_fma(half, 2.8853900817779268, -g) + (half * 4.0710547481862066e-17 + half_low * 2.8853900817779268);
  const double log2 = x.exponent + g;
  const double log2_low = ((x.exponent - log2) + g) + g_low;
  const double product = clamp(exponent * log2, -1100.0, 1100.0);
  const double product_low = __builtin_fma(exponent, log2, -(exponent * log2)) + exponent * log2_low;
  const vector_math::detail::Split<double> n = vector_math::detail::split(product, 1.0);
  const double r = (product - n.integer) + product_low;
  const double r2 = r * r;
  const double r4 = r2 * r2;
  const double low = (0.24022650695910075 + r * 0.05550410866482158) + r2 * (0.009618129107618665 + r * 0.0013333558146423213);
  const double middle = (0.00015403530424776529 + r * 1.5252733820795803e-05) + r2 * (1.3215451633221434e-06 + r * 1.0178067267449427e-07);
  const double high = 7.070977866508138e-09 + r * 4.45410341058704e-10;
  const double bent = r2 * (low + r4 * (middle + r4 * high)) + r * 2.3190468138462996e-17;
  return (1.0 + __builtin_fma(r, 0.6931471805599453, bent)) * n.first * n.second;
}

}  // namespace detail

/// Sine: arguments up to 2^17.
template <class T>
[[gnu::always_inline]] inline T sin(T x, bool& outside) {
  return detail::sine<false>(x, outside);
}

/// Cosine: arguments up to 2^17.
template <class T>
[[gnu::always_inline]] inline T cos(T x, bool& outside) {
  return detail::sine<true>(x, outside);
}

/// Natural logarithm: positive numbers that are finite and not subnormal.
[[gnu::always_inline]] inline float log(float x, bool& outside) {
#pragma clang fp contract(fast)
  using C = vector_math::detail::Constants<float>;
  const uint32_t bits = static_cast<uint32_t>(detail::bits_of(x));
  outside |= bits - 0x00800000u >= 0x7f000000u;
  constexpr uint32_t root_half = 0x3f3504f3u, mantissa = 0x007fffffu;
  const uint32_t from_root = bits - root_half;
  const float e = static_cast<float>(static_cast<int32_t>(from_root) >> 23);
  const float f = __builtin_bit_cast(float, (from_root & mantissa) + root_half) - 1.0f;
  const float f2 = f * f;
  const float f4 = f2 * f2;
  const float low = (3.3333331174e-1f - f * 2.4999993993e-1f) + f2 * (2.0000714765e-1f - f * 1.6668057665e-1f);
  const float high = (1.4249322787e-1f - f * 1.2420140846e-1f) + f2 * (1.1676998740e-1f - f * 1.1514610310e-1f) + f4 * 7.0376836292e-2f;
  const float tail = (f * f2) * (low + f4 * high) + e * C::ln2_low;
  return e * C::ln2_high + (f - (0.5f * f2 - tail));
}
[[gnu::always_inline]] inline double log(double x, bool& outside) {
#pragma clang fp contract(fast)
  using C = vector_math::detail::Constants<double>;
  outside |= static_cast<uint64_t>(detail::bits_of(x)) - 0x0010000000000000u >= 0x7fe0000000000000u;
  const detail::Scaled n = detail::scaled(x);
  const double tail = vector_math::detail::log_tail(n.fraction) + n.exponent * C::ln2_low;
  return n.exponent * C::ln2_high + (n.fraction - (0.5 * n.fraction * n.fraction - tail));
}

/// Whether `power` of T gains from its vectorised form on this processor.
template <class T>
inline constexpr bool has_power = sizeof(T) == 4 || detail::fused;

/// x^y: bases that are finite, and zero or normal; exponents up to 2^22 in float and 2^40 in double.
template <class T>
[[gnu::always_inline]] inline T power(T x, T y, bool& outside) {
  using U = detail::Unsigned<T>;
  constexpr bool is_float = sizeof(T) == 4;
  const T magnitude = __builtin_elementwise_abs(x);
  constexpr T largest_exponent = static_cast<T>(is_float ? 4194304.0 : 1099511627776.0);
  const bool plain_base = magnitude < static_cast<T>(__builtin_inf());
  const bool normal_base = is_float | (magnitude >= vector_math::detail::Constants<T>::smallest) | (magnitude == T(0));
  outside |= !(plain_base & normal_base & (__builtin_elementwise_abs(y) <= largest_exponent));
  T result = detail::power_of_magnitude(magnitude, y);
  const T of_zero = y < T(0) ? static_cast<T>(__builtin_inf()) : y == T(0) ? T(1) : T(0);
  result = magnitude == T(0) ? of_zero : result;
  // Adding the shifter rounds to an integer, whose last bit says whether it is odd.
  const T shifted = y + detail::Bits<T>::shifter;
  const bool is_integer = shifted - detail::Bits<T>::shifter == y;
  const U odd = static_cast<U>(detail::bits_of(shifted)) << (8 * sizeof(T) - 1);
  result = detail::flip(result, is_integer ? static_cast<U>(odd & static_cast<U>(detail::bits_of(x))) : U(0));
  return ((x < T(0)) & !is_integer) ? static_cast<T>(__builtin_nan("")) : result;
}

/// sqrt(x * x + y * y): floats that are finite; doubles whose squares are, and of which one is not small or both are zero.
template <class T>
[[gnu::always_inline]] inline T hypot(T x, T y, bool& outside) {
#pragma clang fp contract(fast)
  if constexpr (sizeof(T) == 4) {
    const double a = x, b = y;
    const double sum = a * a + b * b;
    outside |= !(sum < __builtin_inf());
    return static_cast<T>(__builtin_elementwise_sqrt(sum));
  } else {
    const T sum = x * x + y * y;
    outside |= !(((sum >= 1e-280) | ((x == T(0)) & (y == T(0)))) & (sum < __builtin_inf()));
    return __builtin_elementwise_sqrt(sum);
  }
}

}  // namespace ep::vector_math::within

// SPDX-License-Identifier: Apache-2.0
// Largest error of vector_math.hpp and vector_math_within.hpp in units in the last place, against glibc's wider type:
// float functions over every float (or every n-th block of them), others over random arguments. One line a function:
// name, error, where. What a function gives for an argument that it calls outside is not looked at.
//   vector-math FUNCTION BLOCK_STEP RANDOM_ARGUMENTS
#include "everypath/vector_math_within.hpp"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

namespace math = ep::vector_math;
namespace within = ep::vector_math::within;

constexpr int block = 4096;

/// The error of `got` in units in the last place of the exact `want`, which has more digits than T.
template <class T, class Wide, int Digits, int Lowest>
double error(T got, Wide want) {
  const T rounded = static_cast<T>(want);
  if (isnan(want) || isnan(got)) return isnan(want) && isnan(got) ? 0 : INFINITY;
  if (isinf(rounded) || isinf(got)) {
    if (rounded == got) return 0;
    // The last finite number and infinity are neighbours.
    if (isinf(got) != isinf(rounded) && fabs(static_cast<double>(want)) > 0) {
      T finite = isinf(got) ? rounded : got;
      return nextafter(finite, finite > 0 ? T(INFINITY) : T(-INFINITY)) == (finite > 0 ? T(INFINITY) : T(-INFINITY)) ? 1 : INFINITY;
    }
    return INFINITY;
  }
  int exponent;
  frexp(want, &exponent);
  const int last = exponent - Digits;
  const Wide unit = ldexp(Wide(1), last < Lowest ? Lowest : last);
  return static_cast<double>(fabs(static_cast<Wide>(got) - want) / unit);
}

/// 64 random bits after 64.
uint64_t next(uint64_t random) {  // xorshift
  random ^= random << 13;
  random ^= random >> 7;
  return random ^ random << 17;
}

template <class Function, class Wide>
void floats(const char* name, uint64_t step, Function function, Wide exact) {
  static float x[block], y[block];
  double worst = 0;
  float at = 0;
  for (uint64_t start = 0; start < uint64_t(1) << 32; start += block * step) {
    for (int i = 0; i < block; ++i) {
      const uint32_t bits = static_cast<uint32_t>(start) + static_cast<uint32_t>(i);
      memcpy(x + i, &bits, 4);
    }
    for (int i = 0; i < block; ++i) y[i] = function(x[i]);
    for (int i = 0; i < block; ++i) {
      const double here = error<float, double, 24, -149>(y[i], exact(static_cast<double>(x[i])));
      if (!(here <= worst)) worst = here, at = x[i];
    }
  }
  printf("%s %.4f %a\n", name, worst, static_cast<double>(at));
}

template <class Function, class Wide>
void doubles(const char* name, double low, double high, uint64_t count, Function function, Wide exact) {
  static double x[block], y[block];
  double worst = 0;
  double at = 0;
  uint64_t random = 88172645463325252u;
  for (uint64_t done = 0; done < count; done += block) {
    for (int i = 0; i < block; ++i) {
      random = next(random);
      // Half of the arguments are near 1 or 0, where the function bends; low 0 stands for every positive number.
      const double share = static_cast<double>(random >> 12) * 0x1p-52;
      const uint64_t bits = (random >> 1) % 0x7ff0000000000000u;
      if (low == 0) memcpy(x + i, &bits, 8);
      else x[i] = low + (high - low) * share;
      if (i % 2 == 1) x[i] = low == 0 ? 0.5 + 1.5 * share : 2 * share - 1;
    }
    for (int i = 0; i < block; ++i) y[i] = function(x[i]);
    for (int i = 0; i < block; ++i) {
      const double here = error<double, long double, 53, -1074>(y[i], exact(static_cast<long double>(x[i])));
      if (!(here <= worst)) worst = here, at = x[i];
    }
  }
  printf("%s %.4f %a\n", name, worst, at);
}

/// Angles of every size within reach, half of them the numbers nearest to multiples of pi / 2.
template <class T, class Wide, int Digits, int Lowest, class Function, class Exact>
void angles(const char* name, uint64_t count, Function function, Exact exact) {
  double worst = 0, at = 0;
  uint64_t random = 88172645463325252u;
  for (uint64_t done = 0; done < count; ++done) {
    random = next(random);
    const long double share = static_cast<long double>(random >> 12) * 0x1p-52L;
    const int size = static_cast<int>(random & 31) - 14;
    const long double angle = done % 2 == 0 ? ldexpl(share, size) : 1.57079632679489661923L * floorl(ldexpl(share, 16));
    const T x = static_cast<T>(random & 64 ? angle : -angle);
    bool outside = false;
    const T y = function(x, outside);
    if (outside) continue;
    const double here = error<T, Wide, Digits, Lowest>(y, exact(static_cast<Wide>(x)));
    if (!(here <= worst)) worst = here, at = static_cast<double>(x);
  }
  printf("%s %.4f %a\n", name, worst, at);
}

/// Pairs: both of every size; the second small; and for powers those whose result is within the range.
template <class T, class Wide, int Digits, int Lowest, class Function, class Exact>
void pairs(const char* name, uint64_t count, double range, Function function, Exact exact) {
  double worst = 0, at = 0;
  uint64_t random = 88172645463325252u;
  for (uint64_t done = 0; done < count; ++done) {
    random = next(random);
    const double share = static_cast<double>(random >> 12) * 0x1p-52;
    random = next(random);
    const double other = 2 * (static_cast<double>(random >> 12) * 0x1p-52) - 1;
    const T x = static_cast<T>(done % 3 == 0 ? exp2(range * (2 * share - 1)) : done % 3 == 1 ? 0.5 + 1.5 * share : 20 * share - 10);
    const double bound = done % 3 == 2 ? 20 : range / fabs(log2(fabs(static_cast<double>(x))));
    const T y = static_cast<T>(done % 4 == 3 ? floor(other * fmin(bound, 1e6)) : other * bound);
    bool outside = false;
    const T z = function(x, y, outside);
    if (outside) continue;
    const double here = error<T, Wide, Digits, Lowest>(z, exact(static_cast<Wide>(x), static_cast<Wide>(y)));
    if (!(here <= worst)) worst = here, at = static_cast<double>(x);
  }
  printf("%s %.4f %a\n", name, worst, at);
}

/// Both precisions of a function of an angle, and of one of a pair.
#define ANGLES(fn)                                                                                            \
  angles<float, double, 24, -149>("float", count, within::fn<float>, [](double x) { return fn(x); });          \
  angles<double, long double, 53, -1074>("double", count, within::fn<double>, [](long double x) { return fn##l(x); });
#define PAIRS(name, fn)                                                                                               \
  pairs<float, double, 24, -149>("float", count, 150, within::name<float>, [](double x, double y) { return fn(x, y); }); \
  pairs<double, long double, 53, -1074>("double", count, 1080, within::name<double>,                                  \
                                        [](long double x, long double y) { return fn##l(x, y); });

int main(int, char** arguments) {
  const char* wanted = arguments[1];
  const uint64_t step = strtoull(arguments[2], nullptr, 10);
  const uint64_t count = strtoull(arguments[3], nullptr, 10);
  const auto is = [&](const char* name) { return strcmp(wanted, name) == 0; };
  if (is("exp")) {
    floats("float", step, [](float x) { return math::exp(x); }, [](double x) { return exp(x); });
    doubles("double", -746, 710, count, [](double x) { return math::exp(x); }, [](long double x) { return expl(x); });
  } else if (is("exp2")) {
    floats("float", step, [](float x) { return math::exp2(x); }, [](double x) { return exp2(x); });
    doubles("double", -1076, 1024, count, [](double x) { return math::exp2(x); }, [](long double x) { return exp2l(x); });
  } else if (is("log")) {
    floats("float", step, [](float x) { return math::log(x); }, [](double x) { return log(x); });
    doubles("double", 0, 0, count, [](double x) { return math::log(x); }, [](long double x) { return logl(x); });
  } else if (is("tanh")) {
    floats("float", step, [](float x) { return math::tanh(x); }, [](double x) { return tanh(x); });
    doubles("double", -20, 20, count, [](double x) { return math::tanh(x); }, [](long double x) { return tanhl(x); });
  } else if (is("log_within")) {
    const auto near = [](auto x) {
      bool outside = false;
      const auto y = within::log(x, outside);
      return outside ? math::log(x) : y;
    };
    floats("float", step, near, [](double x) { return log(x); });
    doubles("double", 0, 0, count, near, [](long double x) { return logl(x); });
  } else if (is("sin")) {
    ANGLES(sin)
  } else if (is("cos")) {
    ANGLES(cos)
  } else if (is("power")) {
    PAIRS(power, pow)
  } else if (is("hypot")) {
    PAIRS(hypot, hypot)
  } else {
    return 1;
  }
  return 0;
}

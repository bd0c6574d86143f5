// SPDX-License-Identifier: Apache-2.0
// Largest error of vector_math.hpp in units in the last place, against glibc's wider type: float functions over every
// float (or every n-th block of them), double functions over random arguments. One line a function: name, error, where.
//   vector-math FUNCTION BLOCK_STEP RANDOM_ARGUMENTS
#include "everypath/vector_math.hpp"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

namespace math = ep::vector_math;

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
  uint64_t random = 88172645463325252u;  // xorshift
  for (uint64_t done = 0; done < count; done += block) {
    for (int i = 0; i < block; ++i) {
      random ^= random << 13;
      random ^= random >> 7;
      random ^= random << 17;
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
  } else {
    return 1;
  }
  return 0;
}

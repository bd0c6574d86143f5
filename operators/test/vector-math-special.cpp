// SPDX-License-Identifier: Apache-2.0
// The functions of vector_math_within.hpp at zeros, infinities, NaN, subnormal numbers, the ends of the range, and
// integers: each answer is libm's, to four units in the last place and with its sign, or the argument is called
// outside. Powers of small integers are exact. Prints a line for every difference, and last how many were compared.
#include "everypath/vector_math_within.hpp"

#include <math.h>
#include <stdio.h>

#include <initializer_list>
#include <limits>

namespace within = ep::vector_math::within;

int compared = 0;

template <class T>
void check(const char* name, T x, T y, bool outside, T got, T want) {
  if (outside) return;
  ++compared;
  const bool close = fabs(got - want) <= 4 * fabs(nextafter(want, T(0)) - want);
  const bool same = isnan(want) ? isnan(got) : signbit(got) == signbit(want) && (got == want || close);
  if (!same) printf("%s %d-bit (%a, %a): %a, not %a\n", name, static_cast<int>(8 * sizeof(T)), double(x), double(y), double(got), double(want));
}

template <class T>
void special() {
  using Limits = std::numeric_limits<T>;
  T values[64];
  int count = 0;
  for (T value : {T(0), Limits::denorm_min(), Limits::min(), T(0.5), T(1) - Limits::epsilon() / 2, T(1), T(1) + Limits::epsilon(),
                  T(1.5), T(2), T(2.5), T(3), T(7), T(1e4), T(12345), T(131072), T(131073), T(4194303), T(4194305), T(1e9 + 1),
                  T(1e15 + 1), Limits::max(), Limits::infinity(), Limits::quiet_NaN()}) {
    values[count++] = value;
    values[count++] = -value;
  }
  for (int i = 0; i < count; ++i) {
    const T x = values[i];
    bool outside = false;
    T got = within::sin(x, outside);
    check("sin", x, T(0), outside, got, sin(x));
    outside = false;
    got = within::cos(x, outside);
    check("cos", x, T(0), outside, got, cos(x));
    outside = false;
    got = within::log(x, outside);
    check("log", x, T(0), outside, got, log(x));
    for (int j = 0; j < count; ++j) {
      const T y = values[j];
      if constexpr (within::has_power<T>) {
        outside = false;
        got = within::power(x, y, outside);
        check("power", x, y, outside, got, pow(x, y));
      }
      outside = false;
      got = within::hypot(x, y, outside);
      check("hypot", x, y, outside, got, hypot(x, y));
    }
  }
  if constexpr (within::has_power<T>) {
    for (int base = -100; base <= 100; ++base) {
      T exact = 1;
      for (int exponent = 0; fabs(exact) < T(1) / Limits::epsilon() && exponent < 64; ++exponent, exact *= static_cast<T>(base)) {
        bool outside = false;
        const T got = within::power(static_cast<T>(base), static_cast<T>(exponent), outside);
        ++compared;
        if (got != exact) printf("power %d-bit (%d, %d): %a, not %a\n", static_cast<int>(8 * sizeof(T)), base, exponent, double(got), double(exact));
      }
    }
  }
}

int main() {
  special<float>();
  special<double>();
  printf("compared %d\n", compared);
}

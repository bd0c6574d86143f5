// SPDX-License-Identifier: Apache-2.0
// The loop of examples/fma.py in C++.
#include <cstdint>

extern "C" double fma_loop(double x, double y, double z, std::int64_t n_iter) {
  double result = x;
  for (std::int64_t i = 0; i < n_iter; ++i) result = result * y + z;
  return result;
}

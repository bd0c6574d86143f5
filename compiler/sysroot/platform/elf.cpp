// SPDX-License-Identifier: Apache-2.0
// The monotonic clock of Linux and Android.
#include <stdint.h>
#include <time.h>
extern "C" uint64_t ep_clock_ns() {
  timespec now;
  clock_gettime(1 /* CLOCK_MONOTONIC */, &now);
  return uint64_t(now.tv_sec) * 1000000000u + uint64_t(now.tv_nsec);
}

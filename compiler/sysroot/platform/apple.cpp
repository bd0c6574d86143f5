// SPDX-License-Identifier: Apache-2.0
// The monotonic clock of macOS and iOS: it stops while the machine sleeps, as a latency should.
#include <stdint.h>
extern "C" uint64_t clock_gettime_nsec_np(unsigned clock);
extern "C" uint64_t ep_clock_ns() { return clock_gettime_nsec_np(8 /* CLOCK_UPTIME_RAW */); }

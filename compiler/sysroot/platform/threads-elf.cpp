// SPDX-License-Identifier: Apache-2.0
// Threads on Linux and Android: as many as the processors that the process may run on.
#include "threads-posix.h"
extern "C" int sched_getaffinity(int process, size_t bytes, uint64_t *mask);

static uint32_t ep_processors() {
  uint64_t mask[16] = {};
  uint32_t processors = 0;
  if (sched_getaffinity(0, sizeof mask, mask) >= 0)
    for (uint64_t word : mask)
      for (; word != 0; word &= word - 1) ++processors;
  return processors;
}

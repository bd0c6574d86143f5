// SPDX-License-Identifier: Apache-2.0
// Threads on macOS and iOS: as many as there are processors.
#include "threads-posix.h"
extern "C" long sysconf(int);

static uint32_t ep_processors() {
  const long processors = sysconf(58 /* _SC_NPROCESSORS_ONLN */);
  return processors > 0 ? uint32_t(processors) : 0;
}

/* SPDX-License-Identifier: Apache-2.0
 * How many threads a call may use: EVERYPATH_THREADS where the host's environment sets it, else one a processor.
 * Asked once a process.
 */
#ifndef EP_THREADS_LIMIT_H
#define EP_THREADS_LIMIT_H
#include <stdint.h>

static uint32_t ep_limit_of(const char *wanted, uint32_t processors) {
  uint32_t limit = 0;
  for (; wanted != 0 && *wanted >= '0' && *wanted <= '9' && limit < 1000; ++wanted)
    limit = limit * 10 + (uint32_t)(*wanted - '0');
  if (limit == 0) limit = processors;
  return limit == 0 ? 1 : limit;
}

static uint32_t ep_known_limit;
#endif

/* SPDX-License-Identifier: Apache-2.0
 * Threads by POSIX; how many processors there are is each system's own to say.
 */
#ifndef EP_THREADS_POSIX_H
#define EP_THREADS_POSIX_H
#include <pthread.h>
#include "threads-limit.h"

/** Processors that the process may use; 0 when the system does not say. */
static uint32_t ep_processors(void);

extern "C" {
char *getenv(const char *);

uint32_t ep_thread_limit() {
  uint32_t limit = __atomic_load_n(&ep_known_limit, __ATOMIC_RELAXED);
  if (limit != 0) return limit;
  limit = ep_limit_of(getenv("EVERYPATH_THREADS"), ep_processors());
  __atomic_store_n(&ep_known_limit, limit, __ATOMIC_RELAXED);
  return limit;
}

uint64_t ep_thread_start(void *(*run)(void *), void *argument) {
  pthread_t thread = 0;
  return pthread_create(&thread, nullptr, run, argument) == 0 ? uint64_t(thread) : 0;
}

void ep_thread_join(uint64_t thread) { pthread_join(pthread_t(thread), nullptr); }
}
#endif

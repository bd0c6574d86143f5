// SPDX-License-Identifier: Apache-2.0
// Threads on macOS and iOS: as many as there are processors.
#include <pthread.h>
#include "threads-limit.h"
extern "C" {
char *getenv(const char *);
long sysconf(int);

uint32_t ep_thread_limit() {
  uint32_t limit = __atomic_load_n(&ep_known_limit, __ATOMIC_RELAXED);
  if (limit != 0) return limit;
  const long processors = sysconf(58 /* _SC_NPROCESSORS_ONLN */);
  limit = ep_limit_of(getenv("EVERYPATH_THREADS"), processors > 0 ? uint32_t(processors) : 0);
  __atomic_store_n(&ep_known_limit, limit, __ATOMIC_RELAXED);
  return limit;
}

uint64_t ep_thread_start(void *(*run)(void *), void *argument) {
  pthread_t thread = 0;
  return pthread_create(&thread, nullptr, run, argument) == 0 ? uint64_t(thread) : 0;
}

void ep_thread_join(uint64_t thread) { pthread_join(pthread_t(thread), nullptr); }
}

// SPDX-License-Identifier: Apache-2.0
// Threads on Linux and Android: as many as the processors that the process may run on.
#include <pthread.h>
#include "threads-limit.h"
extern "C" {
char *getenv(const char *);
int sched_getaffinity(int process, size_t bytes, uint64_t *mask);

uint32_t ep_thread_limit() {
  uint32_t limit = __atomic_load_n(&ep_known_limit, __ATOMIC_RELAXED);
  if (limit != 0) return limit;
  uint64_t mask[16] = {};
  uint32_t processors = 0;
  if (sched_getaffinity(0, sizeof mask, mask) >= 0)
    for (uint64_t word : mask)
      for (; word != 0; word &= word - 1) ++processors;
  limit = ep_limit_of(getenv("EVERYPATH_THREADS"), processors);
  __atomic_store_n(&ep_known_limit, limit, __ATOMIC_RELAXED);
  return limit;
}

uint64_t ep_thread_start(void *(*run)(void *), void *argument) {
  pthread_t thread = 0;
  return pthread_create(&thread, nullptr, run, argument) == 0 ? uint64_t(thread) : 0;
}

void ep_thread_join(uint64_t thread) { pthread_join(pthread_t(thread), nullptr); }
}

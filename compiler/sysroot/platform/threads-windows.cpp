// SPDX-License-Identifier: Apache-2.0
// Threads on Windows: as many as there are processors. A thread entry returns what a pthread's does; Windows takes
// the lower half of it.
#include "threads-limit.h"
extern "C" {
void *CreateThread(void *security, uint64_t stack, void *(*run)(void *), void *argument, uint32_t flags, uint32_t *id);
uint32_t WaitForSingleObject(void *handle, uint32_t milliseconds);
int CloseHandle(void *handle);
uint32_t GetActiveProcessorCount(uint16_t group);
uint32_t GetEnvironmentVariableA(const char *name, char *value, uint32_t capacity);

uint32_t ep_thread_limit() {
  uint32_t limit = __atomic_load_n(&ep_known_limit, __ATOMIC_RELAXED);
  if (limit != 0) return limit;
  char wanted[16] = {};
  const uint32_t length = GetEnvironmentVariableA("EVERYPATH_THREADS", wanted, sizeof wanted);
  limit = ep_limit_of(length < sizeof wanted ? wanted : nullptr, GetActiveProcessorCount(0xffff /* all groups */));
  __atomic_store_n(&ep_known_limit, limit, __ATOMIC_RELAXED);
  return limit;
}

uint64_t ep_thread_start(void *(*run)(void *), void *argument) {
  return reinterpret_cast<uint64_t>(CreateThread(nullptr, 0, run, argument, 0, nullptr));
}

void ep_thread_join(uint64_t thread) {
  void *handle = reinterpret_cast<void *>(thread);
  WaitForSingleObject(handle, 0xffffffffu);
  CloseHandle(handle);
}
}

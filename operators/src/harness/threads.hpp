// SPDX-License-Identifier: Apache-2.0
// The threads of the conformance drivers: the system's own, always as many as are asked for, so that a variant is
// tried with several threads on any machine. Programs have `compiler/sysroot/platform/threads-*.cpp`.
#pragma once

#include <pthread.h>
#include <stdint.h>
#include <stdlib.h>

extern "C" {
uint32_t ep_thread_limit(void) {
  const char* wanted = getenv("EVERYPATH_THREADS");
  const int limit = wanted == nullptr ? 0 : atoi(wanted);
  return limit > 0 ? static_cast<uint32_t>(limit) : 3;
}

uint64_t ep_thread_start(void* (*run)(void*), void* argument) {
  pthread_t thread{};
  if (pthread_create(&thread, nullptr, run, argument) != 0) return 0;
  return reinterpret_cast<uint64_t>(reinterpret_cast<void*>(thread));
}

void ep_thread_join(uint64_t thread) {
  pthread_join(reinterpret_cast<pthread_t>(reinterpret_cast<void*>(thread)), nullptr);
}
}

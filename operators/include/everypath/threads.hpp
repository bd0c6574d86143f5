// SPDX-License-Identifier: Apache-2.0
// Fork and join within one call. Threads are started for the call and joined before it returns, so a program at rest
// has none: unloading it, forking and leaving the process need no care. Starting and joining one costs about 16 µs on
// Linux; a variant asks for threads only where each has ten times that to do.
//
// Tasks are numbered, and how work is cut into tasks depends on its size alone: the answer is the same for any number
// of threads. Every thread, the caller's first of all, takes the next number until none is left, so a thread that
// could not be started, or comes late, changes nothing but the time.
#pragma once

#include <stdint.h>

/// Most threads that a call may have at once, its own included; at least 1. Each platform defines these three once per
/// program (`compiler/sysroot/platform`).
extern "C" uint32_t ep_thread_limit(void);
/// Starts a thread and gives its handle; 0 where none is to be had.
extern "C" uint64_t ep_thread_start(void* (*run)(void*), void* argument);
extern "C" void ep_thread_join(uint64_t thread);

namespace ep {
namespace {

constexpr uint32_t most_threads = 32;

/// How many threads `parallel` uses at most for this many tasks, the caller's included.
inline int64_t threads_for(int64_t tasks) {
  if (tasks <= 1) return 1;
  const int64_t limit = ep_thread_limit();
  const int64_t threads = tasks < limit ? tasks : limit;
  return threads < most_threads ? threads : most_threads;
}

/// Calls `task(i, thread)` once for each i below `count`, in any order. `thread` is below `threads_for(count)`, and no
/// two tasks have the same at a time: for memory that tasks use one after the other.
template <class Task>
void parallel(int64_t count, const Task& task) {
  struct Job {
    const Task& task;
    int64_t count;
    int64_t next;
    int64_t threads;
    void work() {
      const int64_t thread = __atomic_fetch_add(&threads, 1, __ATOMIC_RELAXED);
      for (int64_t i; (i = __atomic_fetch_add(&next, 1, __ATOMIC_RELAXED)) < count;) task(i, thread);
    }
    static void* run(void* job) {
      static_cast<Job*>(job)->work();
      return nullptr;
    }
  } job{task, count, 0, 0};
  uint64_t handles[most_threads];
  int64_t started = 0;
  for (const int64_t wanted = threads_for(count) - 1; started < wanted; ++started) {
    handles[started] = ep_thread_start(&Job::run, &job);
    if (handles[started] == 0) break;
  }
  job.work();
  while (started > 0) ep_thread_join(handles[--started]);
}

}  // namespace
}  // namespace ep

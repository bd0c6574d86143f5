// SPDX-License-Identifier: Apache-2.0
// Fork and join under faults: every task runs once, no two share a thread number at a time, and answers are the same
// bits for any number of threads, also where none can be started. Prints what is wrong; nothing when all is well.
#include "everypath/runtime.hpp"
#include "everypath/threads.hpp"
#include "ops/matmul/shared_tiles.hpp"
#include "ops/reduce/shared_axis.hpp"

#include <initializer_list>

#include <pthread.h>
#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

static uint32_t limit = 1;
/// Starts that succeed before all others fail.
static int startable = 1000;
static int running = 0;

extern "C" {
uint32_t ep_thread_limit(void) { return limit; }
uint64_t ep_thread_start(void* (*run)(void*), void* argument) {
  pthread_t thread;
  if (startable-- <= 0 || pthread_create(&thread, nullptr, run, argument) != 0) return 0;
  ++running;
  return static_cast<uint64_t>(thread);
}
void ep_thread_join(uint64_t thread) {
  pthread_join(static_cast<pthread_t>(thread), nullptr);
  --running;
}
}

static void check(bool good, const char* what) {
  if (!good) printf("%s with a limit of %u\n", what, limit);
}

static void tasks_run_once() {
  constexpr int64_t count = 500;
  int calls[count] = {};
  int busy[ep::most_threads] = {};
  bool alone = true;
  bool inside = true;
  ep::parallel(count, [&](int64_t task, int64_t thread) {
    __atomic_fetch_add(&calls[task], 1, __ATOMIC_RELAXED);
    if (thread < 0 || thread >= ep::threads_for(count)) inside = false;
    else if (__atomic_fetch_add(&busy[thread], 1, __ATOMIC_RELAXED) != 0) alone = false;
    for (int i = 0; i < 500; ++i) {
      asm volatile("");
    }
    if (inside) __atomic_fetch_sub(&busy[thread], 1, __ATOMIC_RELAXED);
  });
  bool once = true;
  for (int each : calls) once &= each == 1;
  check(once, "a task did not run once");
  check(inside, "a thread number is out of range");
  check(alone, "two tasks had one thread number");
  check(running == 0, "a thread outlived the call");
}

static double product() {
  using namespace ep;
  constexpr int64_t n = 300;
  Frame frame;
  ep_error error;
  frame.error = &error;
  Array<double, 2> a, b, c;
  if (a.allocate(n, n) && b.allocate(n, n)) {
    for (int64_t i = 0; i < n * n; ++i) {
      a.data[i] = 1.0 / static_cast<double>(i + 1);
      b.data[i] = static_cast<double>(i % 97) - 48.25;
    }
    if (op::matmul::multiply<op::matmul::Shared<16, 4, 2>>(frame, a, b, c) == EP_OK) {
      double sum = 0;
      for (int64_t i = 0; i < n * n; ++i) sum = sum * 1.0000001 + c.data[i];
      return sum;
    }
  }
  printf("out of memory\n");
  return 0;
}

static float total() {
  using namespace ep;
  Frame frame;
  Array<float, 1> x;
  float sum = 0;
  if (!x.allocate(int64_t(1) << 20)) return 0;
  for (int64_t i = 0; i < x.shape[0]; ++i) x.data[i] = 1.0f / static_cast<float>(i % 1013 + 1);
  op::reduce::reduce_axis<0, -1, op::reduce::Shared<16>, float>(frame, x, sum);
  return sum;
}

int main() {
  const double wanted_product = product();
  const float wanted_total = total();
  for (uint32_t each : {1u, 2u, 3u, 8u, 32u, 500u}) {
    limit = each;
    for (int starts : {1000, 1, 0}) {
      startable = starts;
      tasks_run_once();
      startable = starts;
      check(product() == wanted_product, "a product differs");
      startable = starts;
      check(total() == wanted_total, "a sum differs");
    }
  }
  // A child of a process that used threads starts its own.
  limit = 4;
  startable = 1000;
  const pid_t child = fork();
  if (child == 0) _exit(product() == wanted_product ? 0 : 1);
  int status = 1;
  waitpid(child, &status, 0);
  check(status == 0, "a forked child failed");
  return 0;
}

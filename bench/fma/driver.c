/* SPDX-License-Identifier: Apache-2.0
 *
 * Times one loop in several libraries without any foreign-function layer between: in each round every library takes
 * its turn, first one long call, then many of no iterations. Prints `name long_ns short_ns result` a line.
 *
 *   driver ROUNDS ITERATIONS CALLS name=kind:path…     kind: everypath (the C ABI), or the symbol of a plain function
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "everypath.h"

typedef double (*loop_fn)(double, double, double, int64_t);
typedef int32_t (*invoke_fn)(const ep_value *, uint32_t, ep_value *, ep_error *);
typedef void (*release_fn)(ep_value *);

typedef struct candidate {
  char *name;
  loop_fn loop;
  invoke_fn invoke;
  release_fn release;
} candidate;

static double now_ns(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return time.tv_sec * 1e9 + time.tv_nsec;
}

static double call(const candidate *c, int64_t n) {
  if (c->loop) return c->loop(1.5, 0.999, 0.25, n);
  ep_value args[4] = {{.kind = EP_FLOAT, .as.f = 1.5},
                      {.kind = EP_FLOAT, .as.f = 0.999},
                      {.kind = EP_FLOAT, .as.f = 0.25},
                      {.kind = EP_INT, .as.i = n}};
  ep_value result = {0};
  ep_error error;
  if (c->invoke(args, 4, &result, &error) != EP_OK) {
    fprintf(stderr, "%s: %s: %s\n", c->name, error.type, error.message);
    exit(1);
  }
  double value = result.as.f;
  c->release(&result);
  return value;
}

static candidate open_candidate(char *text) {
  candidate c = {.name = text};
  char *kind = strchr(text, '=');
  *kind++ = 0;
  char *path = strchr(kind, ':');
  *path++ = 0;
  void *library = dlopen(path, RTLD_NOW | RTLD_LOCAL);
  if (!library) {
    fprintf(stderr, "%s\n", dlerror());
    exit(1);
  }
  if (strcmp(kind, "everypath") == 0) {
    c.invoke = (invoke_fn)dlsym(library, "ep_invoke");
    c.release = (release_fn)dlsym(library, "ep_release");
  } else {
    c.loop = (loop_fn)dlsym(library, kind);
  }
  return c;
}

int main(int argc, char **argv) {
  int rounds = atoi(argv[1]);
  int64_t iterations = atoll(argv[2]);
  int64_t calls = atoll(argv[3]);
  int count = argc - 4;
  candidate candidates[16];
  for (int i = 0; i < count; i++) candidates[i] = open_candidate(argv[4 + i]);
  for (int round = -1; round < rounds; round++) {
    for (int turn = 0; turn < count; turn++) {
      candidate *c = &candidates[(turn + (round < 0 ? 0 : round)) % count];
      double start = now_ns();
      double value = call(c, iterations);
      double middle = now_ns();
      double sum = 0;
      for (int64_t i = 0; i < calls; i++) sum += call(c, 0);
      double end = now_ns();
      if (sum != 1.5 * calls) return 2;
      if (round >= 0) printf("%s %.0f %.0f %.17g\n", c->name, middle - start, end - middle, value);
    }
  }
  return 0;
}

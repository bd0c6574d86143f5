/* SPDX-License-Identifier: Apache-2.0 */
/* The common half of the hand-written programs that the clients' tests run: ownership, errors and telemetry of
 * `everypath.h`, with one probed node. Each program defines `description` and `run`. Not used by the compiler. */
#ifndef PROGRAM_H
#define PROGRAM_H

#include "everypath.h"
#include <stdlib.h>
#include <string.h>

_Static_assert(sizeof(ep_value) == 168, "ep_value");
_Static_assert(sizeof(ep_error) == 1024, "ep_error");
_Static_assert(sizeof(ep_probe_record) == 328, "ep_probe_record");

#define EXPORT __attribute__((visibility("default")))

static const char description[];
static int32_t run(const ep_value *args, uint32_t count, ep_value *result, ep_error *error);
/* Size features of the node, from the arguments. */
static double work(const ep_value *args);

#ifdef __wasm__
__attribute__((import_module("env"), import_name("ep_clock_ns"))) extern uint64_t ep_clock_ns(void);
#else
#include <time.h>
static uint64_t ep_clock_ns(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec;
}
#endif

static void *at(uint64_t pointer) { return (void *)(uintptr_t)pointer; }
static uint64_t address(const void *pointer) { return (uint64_t)(uintptr_t)pointer; }

/* Memory that ep_release gives back with the value. */
static void *own(ep_value *value, uint64_t bytes) {
  void *memory = malloc(bytes ? bytes : 1);
  value->owner = address(memory);
  value->as.pointer = address(memory);
  return memory;
}

static int32_t fail(ep_error *error, int32_t status, const char *type, const char *message) {
  memset(error, 0, sizeof *error);
  error->status = (uint32_t)status;
  strncpy(error->type, type, sizeof error->type - 1);
  strncpy(error->message, message, sizeof error->message - 1);
  return status;
}

static void frame(ep_error *error, uint32_t line, const char *function) {
  ep_frame *added = &error->frames[error->frame_count++];
  added->line = line;
  added->column = 4;
  strncpy(added->function, function, sizeof added->function - 1);
}

static uint32_t mode;
static uint32_t tick;
static ep_probe_record cells[2]; /* the whole call, node 0 */

static void probe(ep_probe_record *cell, uint32_t node, double feature, uint64_t ns) {
  if (cell->calls == 0) cell->min_ns = ns;
  cell->node = node;
  cell->feature_count = node == 0 ? 1 : 0;
  cell->features[0] = feature;
  cell->samples_ns[cell->calls % EP_PROBE_SAMPLES] = ns;
  cell->calls++;
  cell->total_ns += ns;
  if (ns < cell->min_ns) cell->min_ns = ns;
  if (ns > cell->max_ns) cell->max_ns = ns;
}

EXPORT uint32_t ep_abi_version(void) { return EP_ABI_VERSION; }
EXPORT const char *ep_describe(void) { return description; }

EXPORT int32_t ep_invoke(const ep_value *args, uint32_t count, ep_value *result, ep_error *error) {
  if (mode == 0 || (mode == 2 && tick++ % 16 != 0)) return run(args, count, result, error);
  uint64_t start = ep_clock_ns();
  int32_t status = run(args, count, result, error);
  uint64_t ns = ep_clock_ns() - start;
  if (status != EP_OK) return status;
  probe(&cells[0], 0xffffffffu, 0, ns);
  probe(&cells[1], 0, work(args), ns);
  return status;
}

static void release_items(ep_value *items, uint64_t count) {
  for (uint64_t i = 0; i < count; i++) ep_release(&items[i]);
}

EXPORT void ep_release(ep_value *value) {
  if (value == NULL) {
#ifndef __wasm__
    setenv("EVERYPATH_GAVE_BACK", description, 1); /* for the tests to see */
#endif
    return;
  }
  if (value->owner == 0) return;
  if (value->kind == EP_TUPLE || value->kind == EP_LIST) release_items(at(value->as.pointer), value->size);
  if (value->kind == EP_DICT) release_items(at(value->as.pointer), value->size * 2);
  free(at(value->owner));
  memset(value, 0, sizeof *value);
}

EXPORT void *ep_alloc(uint64_t size) { return malloc((size_t)size); }
EXPORT void ep_free(void *pointer) { free(pointer); }

EXPORT void ep_telemetry_mode(uint32_t new_mode) {
  mode = new_mode;
  tick = 0;
  if (mode == 0) memset(cells, 0, sizeof cells);
}

EXPORT uint32_t ep_telemetry_drain(ep_probe_record *out, uint32_t capacity) {
  uint32_t count = 0;
  for (uint32_t i = 0; i < 2; i++) {
    if (cells[i].calls == 0 || count == capacity) continue;
    out[count++] = cells[i];
    memset(&cells[i], 0, sizeof cells[i]);
  }
  return count;
}
#endif

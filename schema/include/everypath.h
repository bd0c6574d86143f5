/* SPDX-License-Identifier: Apache-2.0
 *
 * The C ABI of every program that everypath compiles, on every target. One layout everywhere: pointers travel as
 * 64-bit integers, so a 32-bit WebAssembly module and a 64-bit library read the same bytes. Nothing here throws
 * or calls back. A call may use threads of its own, none of which outlives it; the environment variable
 * EVERYPATH_THREADS, read once, is the most that a call may have. All integers are little-endian, as is every target.
 */
#ifndef EVERYPATH_H
#define EVERYPATH_H

#include <stdint.h>

#define EP_ABI_VERSION 1u
#define EP_MAX_RANK 8
#define EP_MAX_FEATURES 4
#define EP_PROBE_SAMPLES 32

#ifdef __cplusplus
extern "C" {
#endif

/* What a value is. Numbers are stable: they are part of the ABI. */
enum ep_kind {
  EP_NONE = 0,
  EP_BOOL = 1,   /* as.i is 0 or 1 */
  EP_INT = 2,    /* as.i: Python int, within 64 bits */
  EP_FLOAT = 3,  /* as.f: Python float */
  EP_STR = 4,    /* as.pointer: UTF-8, size bytes, no terminator needed */
  EP_BYTES = 5,  /* as.pointer, size bytes */
  EP_SCALAR = 6, /* NumPy scalar of dtype: integers in as.i, floats in as.f */
  EP_ARRAY = 7,  /* NumPy array: dtype, rank, shape, strides (in bytes), as.pointer to element [0,0,...] */
  EP_IMAGE = 8,  /* uint8, shape {height, width, channels}, channels 1 (L), 3 (RGB) or 4 (RGBA), strides in bytes */
  EP_TUPLE = 9,  /* as.pointer: ep_value[size] */
  EP_LIST = 10,  /* as.pointer: ep_value[size] */
  EP_DICT = 11   /* as.pointer: ep_value[2 * size], keys and values in turn, in insertion order */
};

enum ep_dtype {
  EP_DTYPE_BOOL = 0,
  EP_INT8 = 1,
  EP_INT16 = 2,
  EP_INT32 = 3,
  EP_INT64 = 4,
  EP_UINT8 = 5,
  EP_UINT16 = 6,
  EP_UINT32 = 7,
  EP_UINT64 = 8,
  EP_FLOAT16 = 9,
  EP_FLOAT32 = 10,
  EP_FLOAT64 = 11,
  EP_COMPLEX64 = 12,
  EP_COMPLEX128 = 13
};

typedef struct ep_value {
  uint32_t kind;  /* ep_kind */
  uint32_t dtype; /* ep_dtype, for EP_SCALAR, EP_ARRAY and EP_IMAGE */
  uint32_t rank;
  uint32_t flags; /* reserved, 0 */
  union {
    int64_t i;
    double f;
    uint64_t pointer;
  } as;
  uint64_t size;  /* bytes (EP_STR, EP_BYTES) or items (EP_TUPLE, EP_LIST, EP_DICT) */
  uint64_t owner; /* 0: borrowed from the caller. Else the callee's handle, given back with ep_release */
  int64_t shape[EP_MAX_RANK];
  int64_t strides[EP_MAX_RANK]; /* bytes; may be negative or 0 for inputs; outputs are C-contiguous */
} ep_value;                     /* 168 bytes */

enum ep_status {
  EP_OK = 0,
  EP_RAISED = 1,           /* a Python exception: ep_error holds type, message and traceback */
  EP_INVALID_ARGUMENT = 2, /* an argument's kind, dtype, rank or shape is not what the signature says */
  EP_OUT_OF_MEMORY = 3,
  EP_UNSUPPORTED = 4       /* the value leaves what the program can represent, e.g. an int beyond 64 bits */
};

typedef struct ep_frame {
  uint32_t line;
  uint32_t column;
  char function[56];
} ep_frame; /* 64 bytes */

typedef struct ep_error {
  uint32_t status; /* ep_status */
  uint32_t frame_count;
  char type[56];     /* Python exception class, e.g. "ZeroDivisionError" */
  char message[448]; /* UTF-8, cut at a code point */
  ep_frame frames[8]; /* outermost call first, as in a Python traceback */
} ep_error;           /* 1024 bytes */

/* EP_ABI_VERSION of the program. */
uint32_t ep_abi_version(void);

/* Static UTF-8 JSON, zero-terminated: { abi, tag, file, params, result, nodes }. See schema/src/program.ts. */
const char *ep_describe(void);

/* Calls the function. args are borrowed for the call. On EP_OK result is set and owned by the caller until
 * ep_release; else error is set and result is EP_NONE. Re-entrant; may be called from any thread. */
int32_t ep_invoke(const ep_value *args, uint32_t count, ep_value *result, ep_error *error);

/* Gives a result back. Safe on a zeroed value and on a value released before. With NULL: gives the system back what
 * memory the program keeps for its next calls, at most 32 MiB, as it should before it is unloaded. */
void ep_release(ep_value *value);

/* Plain allocation, for hosts that cannot reach the program's memory otherwise (WebAssembly). 16-byte aligned. */
void *ep_alloc(uint64_t size);
void ep_free(void *pointer);

/* One (node, size features) cell of latency samples, aggregated in place. */
typedef struct ep_probe_record {
  uint32_t node;          /* node index in ep_describe().nodes; 0xffffffff is the whole call */
  uint32_t feature_count; /* how many of features are used */
  double features[EP_MAX_FEATURES]; /* the operator's size features, e.g. rows, columns */
  uint64_t calls;         /* timed calls of this cell since the last drain */
  uint64_t total_ns;
  uint64_t min_ns;
  uint64_t max_ns;
  uint64_t samples_ns[EP_PROBE_SAMPLES]; /* the last min(calls, EP_PROBE_SAMPLES) latencies, in no given order */
} ep_probe_record; /* 328 bytes */

/* 0: off (the default): one predictable branch a call. 1: every call is timed. 2: adaptive, at most 1 % of the
 * call's own time is spent on timing. Off drops what was not drained. */
void ep_telemetry_mode(uint32_t mode);

/* Moves up to capacity records to out and returns how many; those are then empty. */
uint32_t ep_telemetry_drain(ep_probe_record *out, uint32_t capacity);

#ifdef __cplusplus
}
#endif
#endif

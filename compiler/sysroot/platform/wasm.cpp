// SPDX-License-Identifier: Apache-2.0
// WebAssembly has no clock: the host lends one, in nanoseconds, as the program's only import.
#include <stdint.h>
extern "C" __attribute__((import_module("env"), import_name("ep_clock_ns"))) uint64_t ep_host_clock_ns();
extern "C" uint64_t ep_clock_ns() { return ep_host_clock_ns(); }

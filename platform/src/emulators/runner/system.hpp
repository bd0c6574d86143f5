// SPDX-License-Identifier: Apache-2.0
// What the runner asks of the system that it runs on: bytes in and out, memory with rights, an end. One file a system.
#pragma once
#include <stdint.h>

namespace runner {

/** Rights of mapped pages. */
enum class Access { none, read, read_write, read_execute };

/** Reads exactly `size` bytes from standard input; false at its end. */
bool read_exactly(void *out, uint64_t size);
void write_exactly(const void *data, uint64_t size);
[[noreturn]] void leave(int status);

/** Address space without rights, at `at` where that is not null; null when there is none. */
uint8_t *reserve(void *at, uint64_t size);
void release_space(uint8_t *start, uint64_t size);
/** Gives the pages of a reserved space that these bytes lie on rights. */
bool allow(uint8_t *start, uint64_t size, Access access);

/** A file's bytes, in memory of malloc; null when it cannot be read. */
uint8_t *read_file(const char *path, uint64_t *size);

} // namespace runner

// SPDX-License-Identifier: Apache-2.0
// Linux, x86-64 and arm64: the C library that the machine has, by hand-written declarations, and the way into `main`.
#include "image.hpp"
#include "system.hpp"
#include <stdlib.h>
#include <string.h>

extern "C" {
int64_t read(int, void *, uint64_t);
int64_t write(int, const void *, uint64_t);
int open(const char *, int, ...);
int close(int);
int64_t lseek(int, int64_t, int);
void *mmap(void *, uint64_t, int, int, int, int64_t);
int munmap(void *, uint64_t);
int mprotect(void *, uint64_t, int);
[[noreturn]] void _exit(int);
void *dlopen(const char *, int);
void *dlsym(void *, const char *);
int dlclose(void *);
char *dlerror();
int runner_main();
int __libc_start_main(int (*)(), int, char **, void (*)(), void (*)(), void (*)(), void *);
}

// The stack pointer at the start is all that the system hands over: argc, then argv.
#if defined(__x86_64__)
__asm__(".globl _start\n_start:\n  xor %ebp, %ebp\n  mov %rsp, %rdi\n  and $-16, %rsp\n  call runner_start\n  hlt\n");
#else
__asm__(".globl _start\n_start:\n  mov x29, #0\n  mov x30, #0\n  mov x0, sp\n  bl runner_start\n  brk #0\n");
#endif
extern "C" __attribute__((used)) void runner_start(int64_t *stack) {
  __libc_start_main(runner_main, int(stack[0]), reinterpret_cast<char **>(stack + 1), nullptr, nullptr, nullptr, stack);
}

namespace runner {

bool read_exactly(void *out, uint64_t size) {
  auto *to = static_cast<uint8_t *>(out);
  while (size > 0) {
    const int64_t got = read(0, to, size);
    if (got <= 0) return false;
    to += got, size -= uint64_t(got);
  }
  return true;
}

void write_exactly(const void *data, uint64_t size) {
  auto *from = static_cast<const uint8_t *>(data);
  while (size > 0) {
    const int64_t put = write(1, from, size);
    if (put <= 0) leave(3);
    from += put, size -= uint64_t(put);
  }
}

void leave(int status) { _exit(status); }

static constexpr int PRIVATE_ANONYMOUS_NORESERVE = 0x2 | 0x20 | 0x4000, FIXED_NOREPLACE = 0x100000;

uint8_t *reserve(void *at, uint64_t size) {
  void *space = mmap(at, size, 0, PRIVATE_ANONYMOUS_NORESERVE | (at ? FIXED_NOREPLACE : 0), -1, 0);
  if (space == reinterpret_cast<void *>(-1)) return nullptr;
  if (at && space != at) {
    munmap(space, size);
    return nullptr;
  }
  return static_cast<uint8_t *>(space);
}

void release_space(uint8_t *start, uint64_t size) { munmap(start, size); }

bool allow(uint8_t *start, uint64_t size, Access access) {
  static constexpr int RIGHTS[] = {0, 1, 1 | 2, 1 | 4};
  return mprotect(start, size, RIGHTS[int(access)]) == 0;
}

uint8_t *read_file(const char *path, uint64_t *size) {
  const int file = open(path, 0x80000 /* O_CLOEXEC */);
  if (file < 0) return nullptr;
  const int64_t length = lseek(file, 0, 2);
  auto *bytes = length >= 0 && lseek(file, 0, 0) == 0 ? static_cast<uint8_t *>(malloc(uint64_t(length) + 1)) : nullptr;
  int64_t done = 0;
  while (bytes && done < length) {
    const int64_t got = read(file, bytes + done, uint64_t(length - done));
    if (got <= 0) break;
    done += got;
  }
  close(file);
  if (bytes && done == length) {
    *size = uint64_t(length);
    return bytes;
  }
  free(bytes);
  return nullptr;
}

const char *open_native(const char *path, Image *image) {
  void *library = dlopen(path, 2 /* RTLD_NOW */);
  if (!library) return dlerror();
  *image = image_of(library, [&](const char *name) { return dlsym(library, name); });
  return nullptr;
}

void close_native(const Image &image) { dlclose(image.start); }

} // namespace runner

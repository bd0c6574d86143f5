// SPDX-License-Identifier: Apache-2.0
// Windows, by kernel32 alone. Paths come as UTF-8.
#include "image.hpp"
#include "system.hpp"
#include <stdlib.h>
#include <string.h>

extern "C" {
void *GetStdHandle(uint32_t);
int ReadFile(void *, void *, uint32_t, uint32_t *, void *);
int WriteFile(void *, const void *, uint32_t, uint32_t *, void *);
[[noreturn]] void ExitProcess(uint32_t);
void *VirtualAlloc(void *, uint64_t, uint32_t, uint32_t);
int VirtualFree(void *, uint64_t, uint32_t);
int MultiByteToWideChar(uint32_t, uint32_t, const char *, int, uint16_t *, int);
void *LoadLibraryW(const uint16_t *);
int FreeLibrary(void *);
void *GetProcAddress(void *, const char *);
int runner_main();
void runner_start() { ExitProcess(uint32_t(runner_main())); }
int _fltused = 0x9875;
}

namespace runner {

/** Most that one call moves. */
static constexpr uint64_t CHUNK = 1 << 20;
static uint32_t chunk(uint64_t size) { return uint32_t(size < CHUNK ? size : CHUNK); }

bool read_exactly(void *out, uint64_t size) {
  static void *const input = GetStdHandle(uint32_t(-10));
  auto *to = static_cast<uint8_t *>(out);
  while (size > 0) {
    uint32_t got = 0;
    if (!ReadFile(input, to, chunk(size), &got, nullptr) || got == 0) return false;
    to += got, size -= got;
  }
  return true;
}

void write_exactly(const void *data, uint64_t size) {
  static void *const output = GetStdHandle(uint32_t(-11));
  auto *from = static_cast<const uint8_t *>(data);
  while (size > 0) {
    uint32_t put = 0;
    if (!WriteFile(output, from, chunk(size), &put, nullptr) || put == 0) leave(3);
    from += put, size -= put;
  }
}

void leave(int status) { ExitProcess(uint32_t(status)); }

uint8_t *reserve(void *at, uint64_t size) {
  return static_cast<uint8_t *>(VirtualAlloc(at, size, 0x2000 /* MEM_RESERVE */, 1 /* PAGE_NOACCESS */));
}

void release_space(uint8_t *start, uint64_t) { VirtualFree(start, 0, 0x8000 /* MEM_RELEASE */); }

bool allow(uint8_t *start, uint64_t size, Access access) {
  static constexpr uint32_t RIGHTS[] = {1, 2, 4, 0x20};
  return VirtualAlloc(start, size, 0x1000 /* MEM_COMMIT */, RIGHTS[int(access)]) != nullptr;
}

uint8_t *read_file(const char *, uint64_t *) { return nullptr; }

const char *open_native(const char *path, Image *image) {
  uint16_t wide[4096];
  if (MultiByteToWideChar(65001 /* CP_UTF8 */, 0, path, -1, wide, 4096) == 0) return "its path is too long";
  void *library = LoadLibraryW(wide);
  if (!library) return "LoadLibrary refuses it";
  *image = image_of(library, [&](const char *name) { return GetProcAddress(library, name); });
  return nullptr;
}

void close_native(const Image &image) { FreeLibrary(image.start); }

} // namespace runner

// SPDX-License-Identifier: Apache-2.0
// A file that is read with its bounds in mind, and space that is mapped for it; both go when they leave scope, unless
// the space is kept.
#pragma once
#include "system.hpp"
#include <stdlib.h>
#include <string.h>

namespace runner {

/** Apple's page on arm64, and a multiple of every other system's. */
inline constexpr uint64_t PAGE = 16384;
constexpr uint64_t whole_pages(uint64_t size) { return (size + PAGE - 1) & ~(PAGE - 1); }

class File {
public:
  explicit File(const char *path) : bytes_(read_file(path, &size_)) {}
  ~File() { free(bytes_); }
  File(const File &) = delete;
  bool read() const { return bytes_ != nullptr; }
  uint64_t size() const { return size_; }
  bool holds(uint64_t at, uint64_t size) const { return at <= size_ && size <= size_ - at; }
  const uint8_t *at(uint64_t offset) const { return bytes_ + offset; }
  /** A number or structure; zero beyond the end. */
  template <typename T> T get(uint64_t offset) const {
    T value{};
    if (holds(offset, sizeof value)) memcpy(&value, bytes_ + offset, sizeof value);
    return value;
  }

private:
  uint64_t size_ = 0;
  uint8_t *bytes_;
};

class Space {
public:
  explicit Space(uint64_t size) : size_(whole_pages(size)), whole_(size_ + PAGE), reserved_(reserve(nullptr, whole_)) {}
  ~Space() {
    if (reserved_) release_space(reserved_, whole_);
  }
  Space(const Space &) = delete;
  bool there() const { return reserved_ != nullptr; }
  uint64_t size() const { return size_; }
  bool holds(uint64_t at, uint64_t size) const { return at <= size_ && size <= size_ - at; }
  /** Aligned to PAGE, whatever the system's page. */
  uint8_t *start() const { return reinterpret_cast<uint8_t *>(whole_pages(reinterpret_cast<uint64_t>(reserved_))); }
  template <typename T> T get(uint64_t offset) const {
    T value{};
    if (holds(offset, sizeof value)) memcpy(&value, start() + offset, sizeof value);
    return value;
  }
  /** Hands the space to the caller: the start and size to release. */
  void keep(void **start, uint64_t *size) {
    *start = reserved_, *size = whole_;
    reserved_ = nullptr;
  }

private:
  uint64_t size_, whole_;
  uint8_t *reserved_;
};

/** Makes code that was written as data visible to the processor. */
inline void finish_code(uint8_t *start, uint64_t size) {
#if defined(__aarch64__)
  for (uint8_t *line = start; line < start + size; line += 16) __asm__ volatile("dc cvau, %0" ::"r"(line) : "memory");
  __asm__ volatile("dsb ish" ::: "memory");
  for (uint8_t *line = start; line < start + size; line += 16) __asm__ volatile("ic ivau, %0" ::"r"(line) : "memory");
  __asm__ volatile("dsb ish\nisb" ::: "memory");
#else
  (void)start, (void)size;
#endif
}

} // namespace runner

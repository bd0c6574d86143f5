// SPDX-License-Identifier: Apache-2.0
// Large blocks of memory that a program keeps for its next calls. What malloc asks the system for anew is a page fault
// every 4 KiB, which costs as much as many operators do; whether it does so depends on what else the process has
// allocated, so the same program was up to twice as slow in one process as in the next.
#pragma once

#include <stddef.h>
#include <stdint.h>

namespace ep {

#if defined(__wasm__)
// Memory that was ever used stays the program's: nothing faults.
inline constexpr bool keeps_blocks = false;
#elif __has_feature(address_sanitizer)
// Kept memory would hide its use after it was freed.
inline constexpr bool keeps_blocks = false;
#else
inline constexpr bool keeps_blocks = true;
#endif

/// One per program. May be used from several threads: calls of a program may overlap.
struct KeptBlocks {
  /// Smaller ones malloc keeps itself.
  static constexpr size_t least = size_t{64} << 10;
  /// Bytes of all that are kept.
  static constexpr size_t most = size_t{32} << 20;
  static constexpr uint32_t places = 8;

  /// Each begins with its size.
  size_t* blocks[places];
  size_t bytes;
  uint32_t turn;

  /// A block of `size` bytes or up to twice as many, and sets how many; null when none is kept.
  [[gnu::noinline]] void* take(size_t& size) {
    for (size_t*& place : blocks) {
      if (__atomic_load_n(&place, __ATOMIC_RELAXED) == nullptr) continue;
      size_t* block = __atomic_exchange_n(&place, nullptr, __ATOMIC_ACQUIRE);
      if (block == nullptr) continue;
      if (*block >= size && *block / 2 <= size) {
        size = *block;
        __atomic_fetch_sub(&bytes, size, __ATOMIC_RELAXED);
        return block;
      }
      if (!put(place, block)) drop(block);
    }
    return nullptr;
  }

  /// Takes a block over that malloc gave.
  [[gnu::noinline]] void keep(void* raw, size_t size) {
    if (size > most) return __builtin_free(raw);
    size_t* block = static_cast<size_t*>(raw);
    *block = size;
    if (__atomic_add_fetch(&bytes, size, __ATOMIC_RELAXED) > most) give_back();
    for (size_t*& place : blocks)
      if (put(place, block)) return;
    const uint32_t next = __atomic_fetch_add(&turn, 1, __ATOMIC_RELAXED);
    drop(__atomic_exchange_n(&blocks[next % places], block, __ATOMIC_ACQ_REL));
  }

  /// Frees all of them.
  [[gnu::noinline]] void give_back() {
    for (size_t*& place : blocks) drop(__atomic_exchange_n(&place, nullptr, __ATOMIC_ACQUIRE));
  }

 private:
  /// Whether the place was empty.
  static bool put(size_t*& place, size_t* block) {
    size_t* none = nullptr;
    return __atomic_compare_exchange_n(&place, &none, block, false, __ATOMIC_RELEASE, __ATOMIC_RELAXED);
  }

  void drop(size_t* block) {
    if (block == nullptr) return;
    __atomic_fetch_sub(&bytes, *block, __ATOMIC_RELAXED);
    __builtin_free(block);
  }
};

inline constinit KeptBlocks kept_blocks{};

}  // namespace ep

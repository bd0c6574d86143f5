// SPDX-License-Identifier: Apache-2.0
// Reference-counted memory behind arrays, images and strings. The count is not atomic: storage belongs to one call,
// and a call to one thread. Borrowed memory (arguments, constants) has no storage.
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "everypath/kept_blocks.hpp"

namespace ep {

/// Head of an allocation; the data follows at `alignment` bytes from it, aligned to that.
struct Storage {
  static constexpr size_t alignment = 64;  // a cache line, and the widest vector

  void* raw;
  /// Bytes from `raw` on.
  size_t size;
  uint64_t references;

  void* data() { return reinterpret_cast<char*>(this) + alignment; }

  /// One reference, or null when there is no memory left.
  static Storage* create(size_t bytes) {
    if (bytes > (SIZE_MAX >> 1) - 2 * alignment) return nullptr;
    size_t size = bytes + 2 * alignment;
    void* raw = obtain(size);
    if (raw == nullptr) return nullptr;
    const uintptr_t base = (reinterpret_cast<uintptr_t>(raw) + alignment - 1) & ~static_cast<uintptr_t>(alignment - 1);
    Storage* storage = reinterpret_cast<Storage*>(base);
    storage->raw = raw;
    storage->size = size;
    storage->references = 1;
    return storage;
  }

  static void retain(Storage* storage) {
    if (storage != nullptr) ++storage->references;
  }

  static void release(Storage* storage) {
    if (storage == nullptr || --storage->references > 0) return;
    if (is_kept(storage->size)) kept_blocks.keep(storage->raw, storage->size);
    else __builtin_free(storage->raw);
  }

 private:
  static bool is_kept(size_t size) { return keeps_blocks && size >= KeptBlocks::least; }

  /// `size` bytes or more, and sets how many.
  static void* obtain(size_t& size) {
    if (!is_kept(size)) return __builtin_malloc(size);
    if (void* kept = kept_blocks.take(size); kept != nullptr) return kept;
    if (void* fresh = __builtin_malloc(size); fresh != nullptr) return fresh;
    kept_blocks.give_back();
    return __builtin_malloc(size);
  }
};

/// One counted reference to a storage, or none.
class Reference {
 public:
  Reference() = default;
  /// Takes over a reference that the caller holds.
  explicit Reference(Storage* storage) : storage_(storage) {}
  Reference(const Reference& other) : storage_(other.storage_) { Storage::retain(storage_); }
  Reference(Reference&& other) : storage_(other.storage_) { other.storage_ = nullptr; }
  Reference& operator=(const Reference& other) {
    Storage::retain(other.storage_);
    Storage::release(storage_);
    storage_ = other.storage_;
    return *this;
  }
  Reference& operator=(Reference&& other) {
    if (this != &other) {
      Storage::release(storage_);
      storage_ = other.storage_;
      other.storage_ = nullptr;
    }
    return *this;
  }
  ~Reference() { Storage::release(storage_); }

  Storage* get() const { return storage_; }

  /// Gives the reference up: the caller releases it.
  Storage* take() {
    Storage* storage = storage_;
    storage_ = nullptr;
    return storage;
  }

 private:
  Storage* storage_ = nullptr;
};

}  // namespace ep

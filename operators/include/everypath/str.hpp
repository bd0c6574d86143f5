// SPDX-License-Identifier: Apache-2.0
// `Str` and `Bytes`: immutable text (UTF-8) and bytes, shared when copied. Operations on them live in python.hpp.
#pragma once

#include "everypath/frame.hpp"
#include "everypath/storage.hpp"

namespace ep {

struct Str {
  const char* data = "";
  /// Length in bytes of the UTF-8 text.
  int64_t size = 0;
  Reference owner;

  Str() = default;
  Str(const char* text, int64_t bytes) : data(text), size(bytes) {}
  template <size_t N>
  Str(const char (&literal)[N]) : data(literal), size(static_cast<int64_t>(N) - 1) {}

  /// Fresh memory to be filled through `writable`; false when there is none.
  bool allocate(int64_t bytes) {
    Storage* storage = Storage::create(static_cast<size_t>(bytes));
    if (storage == nullptr) return false;
    owner = Reference(storage);
    data = static_cast<const char*>(storage->data());
    size = bytes;
    return true;
  }
  char* writable() const { return const_cast<char*>(data); }
};

inline bool operator==(const Str& a, const Str& b) {
  return a.size == b.size && __builtin_memcmp(a.data, b.data, static_cast<size_t>(a.size)) == 0;
}

struct Bytes {
  const uint8_t* data = nullptr;
  int64_t size = 0;
  Reference owner;
};

}  // namespace ep

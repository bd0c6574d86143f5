// SPDX-License-Identifier: Apache-2.0
// Messages about wrong arguments: `argument 'x': expected float32[n, 3], got float64[2, 3]`. Cold code, kept out of
// the checks.
#pragma once

#include <stdint.h>

#include "everypath/frame.hpp"

namespace ep::program {

/// Appends to a fixed buffer; what does not fit is cut at a code point.
struct Text {
  char* to;
  uint64_t capacity;
  uint64_t size = 0;

  void add(const char* from) {
    while (*from != 0 && size + 1 < capacity) to[size++] = *from++;
    if (*from != 0) {
      while (size > 0 && (static_cast<uint8_t>(*from) & 0xc0) == 0x80) from = &to[--size];
    }
    to[size] = 0;
  }
  void add(int64_t number) {
    char digits[24];
    int at = 24;
    digits[--at] = 0;
    uint64_t rest = number < 0 ? 0 - static_cast<uint64_t>(number) : static_cast<uint64_t>(number);
    do digits[--at] = static_cast<char>('0' + rest % 10);
    while ((rest /= 10) != 0);
    if (number < 0) digits[--at] = '-';
    add(&digits[at]);
  }
};

[[gnu::cold, gnu::noinline]] inline Text start_error(ep_error* error, Status status, const char* type) {
  error->status = static_cast<uint32_t>(status);
  error->frame_count = 0;
  Text name{error->type, sizeof(error->type)};
  name.add(type);
  return Text{error->message, sizeof(error->message)};
}

[[gnu::cold, gnu::noinline]] inline void describe_value(Text& text, const ep_value& value) {
  static const char* const kinds[] = {"None", "bool", "int", "float", "str", "bytes", "scalar", "array", "image",
                                      "tuple", "list", "dict"};
  static const char* const dtypes[] = {"bool", "int8", "int16", "int32", "int64", "uint8", "uint16", "uint32",
                                       "uint64", "float16", "float32", "float64", "complex64", "complex128"};
  const char* dtype = value.dtype < 14 ? dtypes[value.dtype] : "dtype ?";
  if (value.kind == EP_SCALAR) return text.add(dtype);
  if (value.kind != EP_ARRAY && value.kind != EP_IMAGE) {
    text.add(value.kind < 12 ? kinds[value.kind] : "an unknown kind of value");
    if (value.kind == EP_TUPLE) text.add(" of "), text.add(static_cast<int64_t>(value.size));
    return;
  }
  if (value.kind == EP_IMAGE) text.add("image ");
  text.add(dtype);
  text.add("[");
  for (uint32_t i = 0; i < value.rank && i < EP_MAX_RANK; ++i) {
    if (i > 0) text.add(", ");
    text.add(value.shape[i]);
  }
  text.add("]");
}

[[gnu::cold, gnu::noinline]] inline Status invalid_argument(ep_error* error, const char* exception, const char* name,
                                                            const char* type, const ep_value& value) {
  if (error == nullptr) return EP_INVALID_ARGUMENT;
  Text text = start_error(error, EP_INVALID_ARGUMENT, exception);
  text.add("argument '"), text.add(name), text.add("': expected "), text.add(type), text.add(", got ");
  describe_value(text, value);
  return EP_INVALID_ARGUMENT;
}

[[gnu::cold, gnu::noinline]] inline Status wrong_length(ep_error* error, const char* name, const char* type, int axis,
                                                        int64_t length, int64_t expected, const char* dim) {
  if (error == nullptr) return EP_INVALID_ARGUMENT;
  Text text = start_error(error, EP_INVALID_ARGUMENT, "ValueError");
  text.add("argument '"), text.add(name), text.add("': expected "), text.add(type), text.add(", got length ");
  text.add(length), text.add(" on axis "), text.add(static_cast<int64_t>(axis));
  if (dim != nullptr) text.add(" where "), text.add(dim), text.add(" is ");
  else text.add(" where it is ");
  text.add(expected);
  return EP_INVALID_ARGUMENT;
}

[[gnu::cold, gnu::noinline]] inline Status misaligned(ep_error* error, const char* name, const char* type) {
  if (error == nullptr) return EP_INVALID_ARGUMENT;
  Text text = start_error(error, EP_INVALID_ARGUMENT, "ValueError");
  text.add("argument '"), text.add(name), text.add("': expected "), text.add(type);
  text.add(", got elements that are not aligned to their size");
  return EP_INVALID_ARGUMENT;
}

[[gnu::cold, gnu::noinline]] inline Status wrong_count(ep_error* error, uint32_t count, uint32_t expected) {
  if (error == nullptr) return EP_INVALID_ARGUMENT;
  Text text = start_error(error, EP_INVALID_ARGUMENT, "TypeError");
  text.add("expected "), text.add(static_cast<int64_t>(expected)), text.add(" arguments, got ");
  text.add(static_cast<int64_t>(count));
  return EP_INVALID_ARGUMENT;
}

[[gnu::cold, gnu::noinline]] inline Status out_of_memory(ep_error* error) {
  if (error != nullptr) start_error(error, EP_OUT_OF_MEMORY, "MemoryError").add("");
  return EP_OUT_OF_MEMORY;
}

}  // namespace ep::program

// SPDX-License-Identifier: Apache-2.0
// What a call in progress carries: where an error goes, and whether this call is timed. Exceptions are values: a
// failing function returns `frame.raise(...)` and every caller passes the status on.
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "everypath.h"

namespace ep {

/// `EP_OK`, or what went wrong (`ep_status`).
using Status = int32_t;

/// The type of Python's `None`.
struct None {};

struct Frame {
  ep_error* error = nullptr;
  /// Whether the nodes of this call are timed.
  bool timed = false;

  /// Sets a Python exception; each `%` of the message takes the next number.
  template <class... Numbers>
  [[gnu::cold, gnu::noinline]] Status raise(const char* type, const char* message, Numbers... numbers) {
    const int64_t values[sizeof...(Numbers) + 1] = {static_cast<int64_t>(numbers)..., 0};
    return fail(EP_RAISED, type, message, values, sizeof...(Numbers));
  }

  [[gnu::cold, gnu::noinline]] Status out_of_memory() {
    return fail(EP_OUT_OF_MEMORY, "MemoryError", "", nullptr, 0);
  }

  /// A value left what the program can represent.
  [[gnu::cold, gnu::noinline]] Status unsupported(const char* message) {
    return fail(EP_UNSUPPORTED, "OverflowError", message, nullptr, 0);
  }

  /// Adds the caller to the traceback of the error on its way out: the outermost call ends up first.
  [[gnu::cold, gnu::noinline]] void trace(const char* function, uint32_t line, uint32_t column) {
    if (error == nullptr) return;
    uint32_t kept = error->frame_count < 8 ? error->frame_count : 7;
    for (uint32_t i = kept; i > 0; --i) error->frames[i] = error->frames[i - 1];
    error->frame_count = kept + 1;
    error->frames[0].line = line;
    error->frames[0].column = column;
    copy_text(error->frames[0].function, sizeof(error->frames[0].function), 0, function);
  }

  /// Gives a fresh C-contiguous array or image; see array.hpp and image.hpp.
  template <class Value, class... Shape>
  Status allocate(Value& out, Shape... shape) {
    return out.allocate(shape...) ? static_cast<Status>(EP_OK) : out_of_memory();
  }

 private:
  static size_t copy_text(char* to, size_t capacity, size_t at, const char* from) {
    while (*from != 0 && at + 1 < capacity) to[at++] = *from++;
    if (*from != 0) {  // cut at a code point
      while (at > 0 && (to[at - 1] & 0xc0) == 0x80) --at;
      if (at > 0 && (to[at - 1] & 0x80) != 0) --at;
    }
    to[at] = 0;
    return at;
  }

  static size_t copy_number(char* to, size_t capacity, size_t at, int64_t number) {
    char digits[24];
    int count = 0;
    uint64_t rest = number < 0 ? 0 - static_cast<uint64_t>(number) : static_cast<uint64_t>(number);
    do {
      digits[count++] = static_cast<char>('0' + rest % 10);
      rest /= 10;
    } while (rest != 0);
    if (number < 0) digits[count++] = '-';
    while (count > 0 && at + 1 < capacity) to[at++] = digits[--count];
    to[at] = 0;
    return at;
  }

  [[gnu::cold, gnu::noinline]] Status fail(Status status, const char* type, const char* message,
                                           const int64_t* numbers, size_t count) {
    if (error == nullptr) return status;
    error->status = static_cast<uint32_t>(status);
    error->frame_count = 0;
    copy_text(error->type, sizeof(error->type), 0, type);
    size_t at = 0;
    size_t used = 0;
    size_t run = 0;
    // Plain text goes over in pieces so that a cut never splits a code point.
    char piece[sizeof(error->message)];
    for (const char* c = message;; ++c) {
      const bool number = *c == '%' && used < count;
      if ((*c == 0 || number || run + 1 == sizeof(piece)) && run > 0) {
        piece[run] = 0;
        at = copy_text(error->message, sizeof(error->message), at, piece);
        run = 0;
      }
      if (*c == 0) break;
      if (number) {
        at = copy_number(error->message, sizeof(error->message), at, numbers[used++]);
      } else {
        piece[run++] = *c;
      }
    }
    error->message[at] = 0;
    return status;
  }
};

}  // namespace ep

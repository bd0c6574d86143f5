// SPDX-License-Identifier: Apache-2.0
// Rows shared between threads; a long row in parts of a fixed length, whose winners are compared in order.
#pragma once

#include "everypath/threads.hpp"
#include "ops/argextreme/first.hpp"

namespace ep::op::argextreme {
namespace {

struct Shared {
  /// Bytes of a task: tens of microseconds at the speed of memory. Less than four of them are not shared.
  static constexpr int64_t task_bytes = 1 << 18;
  /// Most parts of a row: their winners stay on the stack.
  static constexpr int64_t most_parts = 256;

  template <bool Least, class T>
  static void rows(int64_t* out, const T* x, int64_t rows, int64_t count) {
    int64_t size = task_bytes / static_cast<int64_t>(sizeof(T));
    if (rows * count < 4 * size) return Blocks::rows<Least, T>(out, x, rows, count);
    if (count < size) {
      const int64_t each = size / count;
      return parallel((rows + each - 1) / each, [&](int64_t task, int64_t) {
        const int64_t i = task * each;
        Blocks::rows<Least, T>(out + i, x + i * count, rows - i < each ? rows - i : each, count);
      });
    }
    if (count > most_parts * size) size = (count + most_parts - 1) / most_parts;
    const int64_t parts = (count + size - 1) / size;
    for (int64_t i = 0; i < rows; ++i) {
      const T* row = x + i * count;
      int64_t winners[most_parts];
      parallel(parts, [&](int64_t part, int64_t) {
        const int64_t start = part * size;
        winners[part] = start + Blocks::at<Least, T>(row + start, count - start < size ? count - start : size);
      });
      int64_t best = winners[0];
      // The first NaN wins, and a part with one has it as its winner.
      for (int64_t part = 1; part < parts && row[best] == row[best]; ++part) {
        const T value = row[winners[part]];
        if (value != value || better<Least>(value, row[best])) best = winners[part];
      }
      out[i] = best;
    }
  }
};

}  // namespace
}  // namespace ep::op::argextreme

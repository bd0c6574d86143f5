// SPDX-License-Identifier: Apache-2.0
// Variances shared between threads: rows go to tasks whole, a long row in parts of a fixed length that are joined in
// order, so that the answer does not depend on how many threads there are.
#pragma once

#include "everypath/threads.hpp"
#include "ops/variance/moments.hpp"

namespace ep::op::variance {
namespace {

struct Shared {
  /// Bytes of a task: tens of microseconds at the speed of memory. Less than four of them are not shared.
  static constexpr int64_t task_bytes = 1 << 18;

  template <bool Root, class T, class Out>
  static Status run(Frame& frame, Out* out, const T* x, int64_t outer, int64_t count, int64_t inner) {
    constexpr int64_t size = task_bytes / static_cast<int64_t>(sizeof(T));
    if (outer * count * inner < 4 * size) return InOrder<Blocks>::run<Root>(frame, out, x, outer, count, inner);
    if (inner > 1) {
      constexpr int64_t strip = 256;
      const int64_t strips = (inner + strip - 1) / strip;
      parallel(outer * strips, [&](int64_t task, int64_t) {
        const int64_t o = task / strips;
        const int64_t left = task % strips * strip;
        const int64_t right = inner - left < strip ? inner : left + strip;
        columns<Root, T, Out>(out + o * inner, x + o * count * inner, count, inner, left, right);
      });
      return EP_OK;
    }
    if (count < size) {
      const int64_t rows = size / count;
      parallel((outer + rows - 1) / rows, [&](int64_t task, int64_t) {
        const int64_t end = (task + 1) * rows < outer ? (task + 1) * rows : outer;
        for (int64_t o = task * rows; o < end; ++o) out[o] = finish<Root, Out>(Blocks::row(x + o * count, count));
      });
      return EP_OK;
    }
    const int64_t parts = (count + size - 1) / size;
    Array<Moments, 1> moments;
    if (Status status = frame.allocate(moments, outer * parts); status != EP_OK) return status;
    parallel(outer * parts, [&](int64_t task, int64_t) {
      const int64_t start = task % parts * size;
      moments.data[task] = Blocks::row(x + task / parts * count + start, count - start < size ? count - start : size);
    });
    for (int64_t o = 0; o < outer; ++o) {
      Moments row = moments.data[o * parts];
      for (int64_t part = 1; part < parts; ++part) row = join(row, moments.data[o * parts + part]);
      out[o] = finish<Root, Out>(row);
    }
    return EP_OK;
  }
};

}  // namespace
}  // namespace ep::op::variance

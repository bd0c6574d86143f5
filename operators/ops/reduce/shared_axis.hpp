// SPDX-License-Identifier: Apache-2.0
// Reductions shared between threads. Rows go to tasks whole; a long row is cut into parts of a fixed length, whose
// results are added pairwise in order: the answer does not depend on how many threads there are.
#pragma once

#include "everypath/threads.hpp"
#include "ops/reduce/axis.hpp"

namespace ep::op::reduce {
namespace {

template <int Bytes>
struct Shared {
  using One = Wide<Bytes>;
  /// Bytes of a task: tens of microseconds at the speed of memory. Less than four of them are not shared.
  static constexpr int64_t task_bytes = 1 << 18;

  template <class F, class T, class Out>
  static Status reduce(Frame& frame, Out* out, const T* data, int64_t outer, int64_t count, int64_t inner) {
    constexpr int64_t size = task_bytes / static_cast<int64_t>(sizeof(T));
    if (outer * count * inner < 4 * size) return InOrder<One>::template reduce<F, T>(frame, out, data, outer, count, inner);
    if (inner > 1) {
      constexpr int64_t strip = 512;
      const int64_t strips = (inner + strip - 1) / strip;
      parallel(outer * strips, [&](int64_t task, int64_t) {
        const int64_t o = task / strips;
        const int64_t left = task % strips * strip;
        const int64_t right = inner - left < strip ? inner : left + strip;
        reduce_columns<F, T, Out>(out + o * inner, data + o * count * inner, count, inner, left, right);
      });
    } else if (count < size) {
      const int64_t rows = size / count;
      parallel((outer + rows - 1) / rows, [&](int64_t task, int64_t) {
        const int64_t end = (task + 1) * rows < outer ? (task + 1) * rows : outer;
        for (int64_t o = task * rows; o < end; ++o)
          out[o] = F::template done<Out>(One::template run<F, T>(data + o * count, count), count);
      });
    } else {
      return reduce_parts<F, T, Out>(frame, out, data, outer, count, size);
    }
    return EP_OK;
  }

 private:
  template <class F, class T, class Out>
  static Status reduce_parts(Frame& frame, Out* out, const T* data, int64_t outer, int64_t count, int64_t size) {
    using Acc = typename F::Accumulator;
    const int64_t parts = (count + size - 1) / size;
    Array<Acc, 1> results;
    if (Status status = frame.allocate(results, outer * parts); status != EP_OK) return status;
    parallel(outer * parts, [&](int64_t task, int64_t) {
      const int64_t start = task % parts * size;
      const int64_t length = count - start < size ? count - start : size;
      results.data[task] = One::template run<F, T>(data + task / parts * count + start, length);
    });
    for (int64_t o = 0; o < outer; ++o)
      out[o] = F::template done<Out>(join<F>(results.data + o * parts, parts), count);
    return EP_OK;
  }

  template <class F, class Acc>
  static Acc join(const Acc* parts, int64_t n) {
    return n == 1 ? parts[0] : F::add(join<F>(parts, n / 2), join<F>(parts + n / 2, n - n / 2));
  }
};

}  // namespace
}  // namespace ep::op::reduce

// SPDX-License-Identifier: Apache-2.0
// Rows shared between threads; a row that is long is itself cut into parts, whose sums are joined in order. Parts have
// a fixed length, so that the answer does not depend on how many threads there are.
#pragma once

#include "everypath/threads.hpp"
#include "ops/softmax/rows.hpp"

namespace ep::op::softmax {
namespace {

struct Shared {
  /// Elements of a task: tens of microseconds.
  static constexpr int64_t task_elements = 32 * block;

  template <class T>
  static Status run(Frame& frame, T* out, const T* x, int64_t outer, int64_t count) {
    if (count <= task_elements) {
      const int64_t rows = task_elements / count;
      parallel((outer + rows - 1) / rows, [&](int64_t task, int64_t) {
        const int64_t end = (task + 1) * rows < outer ? (task + 1) * rows : outer;
        for (int64_t o = task * rows; o < end; ++o) Stored::row<T>(out + o * count, x + o * count, count);
      });
      return EP_OK;
    }
    const int64_t parts = (count + task_elements - 1) / task_elements;
    constexpr int64_t blocks = task_elements / block;
    Array<T, 1> bases;
    Array<double, 2> sums;
    if (Status status = frame.allocate(bases, outer * parts * blocks); status != EP_OK) return status;
    if (Status status = frame.allocate(sums, outer * parts, 2); status != EP_OK) return status;
    const auto length = [&](int64_t part) {
      const int64_t left = count - part % parts * task_elements;
      return left < task_elements ? left : task_elements;
    };
    const auto start = [&](int64_t part) { return part / parts * count + part % parts * task_elements; };
    parallel(outer * parts, [&](int64_t part, int64_t) {
      const Running all = Online::part<T>(out + start(part), x + start(part), length(part), bases.data + part * blocks);
      sums.data[2 * part] = all.most;
      sums.data[2 * part + 1] = all.sum;
    });
    for (int64_t o = 0; o < outer; ++o) {
      double* of = sums.data + 2 * o * parts;
      Running row{of[0], of[1]};
      for (int64_t part = 1; part < parts; ++part) row = join(row, Running{of[2 * part], of[2 * part + 1]});
      of[0] = row.most;
      of[1] = row.sum;
    }
    parallel(outer * parts, [&](int64_t part, int64_t) {
      const double* of = sums.data + 2 * (part / parts) * parts;
      Online::finish<T>(out + start(part), length(part), bases.data + part * blocks, Running{of[0], of[1]});
    });
    return EP_OK;
  }

  template <class T>
  static void across(T* out, const T* x, int64_t outer, int64_t count, int64_t inner) {
    if (count * inner * outer < 2 * task_elements) return InOrder<Stored>::across(out, x, outer, count, inner);
    parallel(outer, [&](int64_t o, int64_t) {
      columns<T>(out + o * count * inner, x + o * count * inner, count, inner);
    });
  }
};

}  // namespace
}  // namespace ep::op::softmax

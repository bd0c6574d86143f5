// SPDX-License-Identifier: Apache-2.0
// Fused chains shared between threads: runs of blocks, each thread with buffers of its own.
#pragma once

#include "everypath/threads.hpp"
#include "ops/everypath_fused/walk.hpp"

namespace ep::op::everypath_fused {
namespace {

template <class Body>
struct Shared {
  /// Elements of a task: tens of microseconds of the simplest chain.
  static constexpr int64_t task_elements = 1 << 16;

  template <int R, class Output, class... T>
  static void run(Output* out, int64_t size, const Extent<R>& extent, const Lane<T, R>&... lanes) {
    if (size < 2 * task_elements) return Blocked<Body>::run(out, size, extent, lanes...);
    parallel((size + task_elements - 1) / task_elements, [&](int64_t task, int64_t) {
      const int64_t start = task * task_elements;
      const int64_t end = size - start < task_elements ? size : start + task_elements;
      Blocked<Body>::run_part(out, start, end, extent, lanes...);
    });
  }
};

}  // namespace
}  // namespace ep::op::everypath_fused

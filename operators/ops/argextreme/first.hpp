// SPDX-License-Identifier: Apache-2.0
// What the variants share: rows along the axis, made contiguous, go to the variant's `Find::at<Least>(row, count)`.
#pragma once

#include "everypath/runtime.hpp"

namespace ep::op::argextreme {
namespace {

template <bool Least, class T>
bool better(T x, T best) {
  return Least ? x < best : x > best;
}

/// One look at each element; NaN ends the search.
struct Scan {
  template <bool Least, class T>
  static int64_t at(const T* x, int64_t n) {
    int64_t best = 0;
    for (int64_t i = 0; i < n; ++i) {
      if (x[i] != x[i]) return i;
      if (better<Least>(x[i], x[best])) best = i;
    }
    return best;
  }
};

/// The extreme of each block of 1024 in vectors, and a second look at the block that won.
struct Blocks {
  template <bool Least, class T>
  static int64_t at(const T* x, int64_t n) {
    constexpr int64_t block = 1024;
    constexpr int lanes = 64;
    T best = x[0];
    int64_t winner = 0;
    for (int64_t start = 0; start < n; start += block) {
      const int64_t count = n - start < block ? n - start : block;
      T most[lanes];
      bool unordered = false;
      for (int j = 0; j < lanes; ++j) most[j] = x[start];
      int64_t i = 0;
      for (; i + lanes <= count; i += lanes)
        for (int j = 0; j < lanes; ++j) {
          const T value = x[start + i + j];
          unordered |= value != value;
          most[j] = better<Least>(value, most[j]) ? value : most[j];
        }
      for (; i < count; ++i) {
        const T value = x[start + i];
        unordered |= value != value;
        most[0] = better<Least>(value, most[0]) ? value : most[0];
      }
      if (unordered) return start + Scan::at<Least>(x + start, count);
      for (int j = 0; j < lanes; ++j) {
        if (better<Least>(most[j], best)) {
          best = most[j];
          winner = start;
        }
      }
    }
    int64_t at = winner;
    while (!(x[at] == best)) ++at;
    return at;
  }
};

template <bool Least, int Axis, class Find, class T, int R, class Out>
Status find(Frame& frame, const Array<T, R>& in, Out& out) {
  if constexpr (!is_array<Out>) {
    Array<T, R> source;
    if (in.size() == 0)
      return frame.raise("ValueError", Least ? "attempt to get argmin of an empty sequence"
                                             : "attempt to get argmax of an empty sequence");
    if (Status status = as_contiguous(frame, in, source); status != EP_OK) return status;
    out = Find::template at<Least, T>(source.data, in.size());
    return EP_OK;
  } else {
    // The axis goes last, then rows are contiguous.
    Array<T, R> turned = in;
    for (int i = Axis; i + 1 < R; ++i) {
      turned.shape[i] = in.shape[i + 1];
      turned.strides[i] = in.strides[i + 1];
    }
    turned.shape[R - 1] = in.shape[Axis];
    turned.strides[R - 1] = in.strides[Axis];
    int64_t shape[EP_MAX_RANK] = {};
    for (int i = 0, to = 0; i < R; ++i) {
      if (i != Axis) shape[to++] = in.shape[i];
      else if (Out::rank == R) shape[to++] = 1;
    }
    Out result;
    Array<T, R> source;
    if (Status status = frame.allocate(result, static_cast<const int64_t*>(shape)); status != EP_OK) return status;
    if (result.size() > 0 && in.shape[Axis] == 0)
      return frame.raise("ValueError", Least ? "attempt to get argmin of an empty sequence"
                                             : "attempt to get argmax of an empty sequence");
    if (Status status = as_contiguous(frame, turned, source); status != EP_OK) return status;
    for (int64_t i = 0; i < result.size(); ++i)
      result.data[i] = Find::template at<Least, T>(source.data + i * in.shape[Axis], in.shape[Axis]);
    out = static_cast<Out&&>(result);
    return EP_OK;
  }
}

}  // namespace
}  // namespace ep::op::argextreme

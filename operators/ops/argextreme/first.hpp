// SPDX-License-Identifier: Apache-2.0
// What the variants share: rows along the axis, made contiguous, go to the variant's `Find::rows<Least>(out, data, rows, count)`.
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

  template <bool Least, class T>
  static void rows(int64_t* out, const T* x, int64_t rows, int64_t count) {
    for (int64_t i = 0; i < rows; ++i) out[i] = at<Least, T>(x + i * count, count);
  }
};

/// Unsigned integers as wide as T: masks of lanes.
template <class T>
using MaskOf = std::conditional_t<sizeof(T) == 1, uint8_t,
                                  std::conditional_t<sizeof(T) == 2, uint16_t,
                                                     std::conditional_t<sizeof(T) == 4, uint32_t, uint64_t>>>;

/// The extreme of each block in vectors, and a second look at the block that won.
struct Blocks {
  static constexpr int64_t block = 2048;

  template <bool Least, class T>
  static int64_t at(const T* x, int64_t n) {
    T best = x[0];
    int64_t winner = 0;
    for (int64_t start = 0; start < n; start += block) {
      const int64_t count = n - start < block ? n - start : block;
      bool unordered = false;
      const T extreme = extreme_of<Least>(x + start, count, unordered);
      if (unordered) return start + Scan::at<Least>(x + start, count);
      if (better<Least>(extreme, best)) {
        best = extreme;
        winner = start;
      }
    }
    return winner + position(x + winner, best);
  }

  template <bool Least, class T>
  static void rows(int64_t* out, const T* x, int64_t rows, int64_t count) {
    for (int64_t i = 0; i < rows; ++i) out[i] = at<Least, T>(x + i * count, count);
  }

 private:
  template <bool Least, class T>
  [[gnu::noinline]] static T extreme_of(const T* x, int64_t n, bool& unordered) {
    constexpr int lanes = 256 / sizeof(T);
    T best = x[0];
    int64_t i = 0;
    if (n >= lanes) {
      T most[lanes];
      MaskOf<T> strange[lanes] = {};
      for (int j = 0; j < lanes; ++j) most[j] = best;
      for (; i + lanes <= n; i += lanes)
        for (int j = 0; j < lanes; ++j) {
          const T value = x[i + j];
          most[j] = better<Least>(value, most[j]) ? value : most[j];
          if constexpr (scalar::is_float<T>) strange[j] |= value != value ? static_cast<MaskOf<T>>(-1) : MaskOf<T>(0);
        }
      for (int step = lanes / 2; step > 0; step /= 2)
        for (int j = 0; j < step; ++j) {
          most[j] = better<Least>(most[j + step], most[j]) ? most[j + step] : most[j];
          strange[j] |= strange[j + step];
        }
      best = most[0];
      unordered = strange[0] != 0;
    }
    for (; i < n; ++i) {
      unordered |= x[i] != x[i];
      best = better<Least>(x[i], best) ? x[i] : best;
    }
    return best;
  }

  /// Where `wanted` first is; it is there.
  template <class T>
  static int64_t position(const T* x, T wanted) {
    int64_t at = 0;
    while (!(x[at] == wanted)) ++at;
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
    Find::template rows<Least, T>(&out, source.data, 1, in.size());
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
    const T* data = source.data;
    Find::template rows<Least, T>(result.data, data, result.size(), in.shape[Axis]);
    out = static_cast<Out&&>(result);
    return EP_OK;
  }
}

}  // namespace
}  // namespace ep::op::argextreme

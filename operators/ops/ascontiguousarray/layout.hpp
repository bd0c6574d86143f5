// SPDX-License-Identifier: Apache-2.0
// What the variants share: axes that the source walks as one are merged, and whole planes go to the variant.
#pragma once

#include "everypath/runtime.hpp"

namespace ep::op::ascontiguousarray {
namespace {

/// A two-dimensional piece of the copy: `rows` of `columns` elements, byte strides of the source.
struct Plane {
  int64_t rows;
  int64_t columns;
  int64_t row_stride;
  int64_t column_stride;
};

/// Merges axes, then copies plane by plane with `Copy::plane(to, from, plane)`.
template <class Copy, class T, int R>
Status copy_planes(Frame& frame, const Array<T, R>& in, Array<T, R>& out) {
  Array<T, R> result;
  if (Status status = frame.allocate(result, static_cast<const int64_t*>(in.shape)); status != EP_OK) return status;
  const int64_t size = in.size();
  if (in.contiguous()) {
    if (size > 0) __builtin_memcpy(result.data, in.data, static_cast<size_t>(size) * sizeof(T));
  } else if (size > 0) {
    int64_t shape[R + 2];
    int64_t strides[R + 2];
    int rank = 0;
    for (int i = 0; i < R; ++i) {
      if (in.shape[i] == 1) continue;
      if (rank > 0 && strides[rank - 1] == in.strides[i] * in.shape[i]) {
        shape[rank - 1] *= in.shape[i];
        strides[rank - 1] = in.strides[i];
      } else {
        shape[rank] = in.shape[i];
        strides[rank++] = in.strides[i];
      }
    }
    while (rank < 2) {  // a plane has two axes
      for (int i = rank; i > 0; --i) {
        shape[i] = shape[i - 1];
        strides[i] = strides[i - 1];
      }
      shape[0] = 1;
      strides[0] = 0;
      ++rank;
    }
    const Plane plane{shape[rank - 2], shape[rank - 1], strides[rank - 2], strides[rank - 1]};
    int64_t index[R + 2] = {};
    T* to = result.data;
    for (;;) {
      int64_t offset = 0;
      for (int i = 0; i < rank - 2; ++i) offset += index[i] * strides[i];
      Copy::plane(to, reinterpret_cast<const char*>(in.data) + offset, plane);
      to += plane.rows * plane.columns;
      int axis = rank - 3;
      while (axis >= 0 && ++index[axis] == shape[axis]) index[axis--] = 0;
      if (axis < 0) break;
    }
  }
  out = static_cast<Array<T, R>&&>(result);
  return EP_OK;
}

template <class T>
const T& element(const char* from, const Plane& plane, int64_t row, int64_t column) {
  return *reinterpret_cast<const T*>(from + row * plane.row_stride + column * plane.column_stride);
}

struct RowByRow {
  template <class T>
  static void plane(T* to, const char* from, const Plane& plane) {
    for (int64_t row = 0; row < plane.rows; ++row)
      for (int64_t column = 0; column < plane.columns; ++column)
        to[row * plane.columns + column] = element<T>(from, plane, row, column);
  }
};

/// Tiles of 32 by 32: a strided source is read a cache line at a time.
struct Tiled {
  template <class T>
  static void plane(T* to, const char* from, const Plane& plane) {
    constexpr int64_t tile = 32;
    for (int64_t top = 0; top < plane.rows; top += tile) {
      const int64_t bottom = top + tile < plane.rows ? top + tile : plane.rows;
      for (int64_t left = 0; left < plane.columns; left += tile) {
        const int64_t right = left + tile < plane.columns ? left + tile : plane.columns;
        for (int64_t row = top; row < bottom; ++row)
          for (int64_t column = left; column < right; ++column)
            to[row * plane.columns + column] = element<T>(from, plane, row, column);
      }
    }
  }
};

/// Where rows interleave (HWC to CHW has 3 rows whose elements alternate): a fixed count of rows is taken apart in one
/// pass over the source, which compilers turn into shuffles.
struct Deinterleaved {
  template <class T>
  static void plane(T* to, const char* from, const Plane& plane) {
    if (plane.row_stride == static_cast<int64_t>(sizeof(T)) && plane.column_stride == plane.rows * plane.row_stride) {
      if (plane.rows == 2) return take<2, T>(to, reinterpret_cast<const T*>(from), plane.columns);
      if (plane.rows == 3) return take<3, T>(to, reinterpret_cast<const T*>(from), plane.columns);
      if (plane.rows == 4) return take<4, T>(to, reinterpret_cast<const T*>(from), plane.columns);
    }
    if (plane.column_stride == static_cast<int64_t>(sizeof(T))) return RowByRow::plane(to, from, plane);
    Tiled::plane(to, from, plane);
  }

 private:
  template <int N, class T>
  static void take(T* __restrict to, const T* __restrict from, int64_t columns) {
    // Segments that stay in the first-level cache, row by row within each.
    constexpr int64_t segment = 1024;
    for (int64_t start = 0; start < columns; start += segment) {
      const int64_t count = columns - start < segment ? columns - start : segment;
      const T* source = from + start * N;
      T* target = to + start;
      for (int64_t i = 0; i < count; ++i)
        for (int n = 0; n < N; ++n) target[n * columns + i] = source[i * N + n];
    }
  }
};

}  // namespace
}  // namespace ep::op::ascontiguousarray

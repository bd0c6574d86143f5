// SPDX-License-Identifier: Apache-2.0
// Matrices in packed tiles (Goto and van de Geijn, Anatomy of High-Performance Matrix Multiplication, 2008), with the
// roles that row-major memory asks for: a block of B stays in the second-level cache as panels of a tile's columns, and
// a strip of a tile's rows of A in the first-level cache.
#pragma once

#include "ops/matmul/tile.hpp"

namespace ep::op::matmul {
namespace {

template <int Bytes, int Rows, int Columns>
struct Packed : Vectors<Bytes> {
  static_assert(Rows % 2 == 0);
  /// Depth of a block: a kilobyte of each row of A.
  template <class T>
  static constexpr int64_t depth_block = 1024 / static_cast<int64_t>(sizeof(T));
  /// Columns of B in a block, which then takes half a megabyte.
  static constexpr int64_t column_block = 512;
  template <class T>
  static constexpr int64_t panel = Tile<T, Bytes, Rows, Columns>::columns;
  template <class T>
  static int64_t padded(int64_t columns) {
    return (columns + panel<T> - 1) / panel<T> * panel<T>;
  }

  template <class T>
  static Status gemm(Frame& frame, T* out, const Matrix<T>& a, const Matrix<T>& b) {
    const int64_t block = b.columns < column_block ? padded<T>(b.columns) : column_block;
    const int64_t depth = a.columns < depth_block<T> ? a.columns : depth_block<T>;
    Array<T, 1> memory;
    if (Status status = frame.allocate(memory, depth * (block + Rows)); status != EP_OK) return status;
    for (int64_t j0 = 0; j0 < b.columns; j0 += block) {
      const int64_t columns = b.columns - j0 < block ? b.columns - j0 : block;
      for (int64_t k0 = 0; k0 < a.columns; k0 += depth_block<T>) {
        pack_columns(memory.data, b, j0, columns, k0);
        multiply(out + j0, b.columns, a, 0, a.rows, memory.data, columns, k0, memory.data + depth * block);
      }
    }
    return EP_OK;
  }

  /// Adds rows i0 to i1 of a's columns from k0 on, times a packed block of B. `strip` has room for Rows of them.
  template <class T>
  static void multiply(T* out, int64_t stride, const Matrix<T>& a, int64_t i0, int64_t i1, const T* packed,
                       int64_t columns, int64_t k0, T* strip) {
    for (; i0 + Rows <= i1; i0 += Rows) rows<Rows>(out, stride, a, i0, Rows, packed, columns, k0, strip);
    constexpr int half = Rows / 2;
    for (; i0 < i1; i0 += half)
      rows<half>(out, stride, a, i0, i1 - i0 < half ? i1 - i0 : half, packed, columns, k0, strip);
  }

  /// Panels of a tile's columns, depth-major, padded with zeros.
  template <class T>
  static void pack_columns(T* to, const Matrix<T>& b, int64_t j0, int64_t columns, int64_t k0) {
    const int64_t kc = depth_at<T>(b.rows, k0);
    for (int64_t j = 0; j < columns; j += panel<T>) {
      const T* from = b.row(k0) + j0 + j;
      if (j + panel<T> <= columns) {
        for (int64_t k = 0; k < kc; ++k, to += panel<T>, from += b.stride) __builtin_memcpy(to, from, sizeof(T) * panel<T>);
        continue;
      }
      const int64_t wanted = columns - j;
      for (int64_t k = 0; k < kc; ++k, to += panel<T>, from += b.stride) {
        for (int64_t i = 0; i < wanted; ++i) to[i] = from[i];
        for (int64_t i = wanted; i < panel<T>; ++i) to[i] = 0;
      }
    }
  }

  template <class T>
  static int64_t depth_at(int64_t depth, int64_t k0) {
    return depth - k0 < depth_block<T> ? depth - k0 : depth_block<T>;
  }

 private:
  template <int R, class T>
  static void rows(T* out, int64_t stride, const Matrix<T>& a, int64_t i0, int64_t wanted, const T* packed,
                   int64_t columns, int64_t k0, T* strip) {
    const int64_t kc = depth_at<T>(a.columns, k0);
    pack_rows<R>(strip, a, i0, wanted, k0, kc);
    sweep<R>(out + i0 * stride, stride, strip, packed, kc, columns, wanted, k0 > 0);
  }

  /// One strip of rows against every panel of the block.
  template <int R, class T>
  [[gnu::noinline]] static void sweep(T* out, int64_t stride, const T* strip, const T* packed, int64_t kc,
                                      int64_t columns, int64_t rows, bool accumulate) {
    using Micro = Tile<T, Bytes, R, Columns>;
    for (int64_t j = 0; j < columns; j += panel<T>, packed += panel<T> * kc) {
      const TileOperands<T> at{strip, 1, R, packed, panel<T>, kc};
      if (rows == R && j + panel<T> <= columns) Micro::store(out + j, stride, at, accumulate);
      else Micro::store_part(out + j, stride, at, accumulate, rows, columns - j < panel<T> ? columns - j : panel<T>);
    }
  }

  /// R rows from i0, depth-major, those beyond `inside` as zeros.
  template <int R, class T>
  static void pack_rows(T* to, const Matrix<T>& a, int64_t i0, int64_t inside, int64_t k0, int64_t kc) {
    const T* rows[R];
    for (int r = 0; r < R; ++r) rows[r] = a.row(r < inside ? i0 + r : i0) + k0;
    int64_t k = 0;
    for (; k + 4 <= kc; k += 4) {
      for (int r = 0; r + 2 <= R; r += 2) transpose_two(to + k * R + r, R, rows[r] + k, rows[r + 1] + k);
      if constexpr (R % 2 == 1)
        for (int i = 0; i < 4; ++i) to[(k + i) * R + R - 1] = rows[R - 1][k + i];
    }
    for (; k < kc; ++k)
      for (int r = 0; r < R; ++r) to[k * R + r] = rows[r][k];
    if (inside == R) return;
    for (k = 0; k < kc; ++k)
      for (int64_t r = inside; r < R; ++r) to[k * R + r] = 0;
  }

  template <class T>
  [[gnu::always_inline]] static void transpose_two(T* to, int64_t stride, const T* first, const T* second) {
    T pairs[4][2];
    for (int k = 0; k < 4; ++k) {
      pairs[k][0] = first[k];
      pairs[k][1] = second[k];
    }
    for (int k = 0; k < 4; ++k) __builtin_memcpy(to + k * stride, pairs[k], sizeof(pairs[k]));
  }
};

}  // namespace
}  // namespace ep::op::matmul

// SPDX-License-Identifier: Apache-2.0
// Matrices in packed tiles (Goto and van de Geijn, Anatomy of High-Performance Matrix Multiplication, 2008), with the
// roles that row-major memory asks for: a block of B stays in the second-level cache as panels of a tile's columns, and
// a strip of a tile's rows of A in the first-level cache.
#pragma once

#include "ops/matmul/tile.hpp"

namespace ep::op::matmul {
namespace {

template <int Bytes, int Rows, int Columns, class V = Vectors<Bytes>>
struct Packed : V {
  static_assert(Rows % 2 == 0);
  /// Depth of a block: a kilobyte of each row of A.
  template <class T>
  static constexpr int64_t depth_block = 1024 / static_cast<int64_t>(sizeof(T));
  /// Columns of B in a block, which then takes half a megabyte.
  static constexpr int64_t column_block = 512;
  /// A panel of B streams from the second-level cache, 3 to 5 % quicker so.
  static constexpr int64_t ahead = 16;
  template <class T>
  static constexpr int64_t panel = Tile<T, V, Rows, Columns>::columns;
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

  /// Panels of a tile's columns, depth-major, padded with zeros. Each row of B is read in one go, as it lies in memory.
  template <class T>
  static void pack_columns(T* to, const Matrix<T>& b, int64_t j0, int64_t columns, int64_t k0) {
    const int64_t kc = depth_at<T>(b.rows, k0);
    for (int64_t k = 0; k < kc; ++k) {
      const T* from = b.row(k0 + k) + j0;
      T* place = to + k * panel<T>;
      int64_t j = 0;
      for (; j + panel<T> <= columns; j += panel<T>, place += kc * panel<T>)
        __builtin_memcpy(place, from + j, sizeof(T) * panel<T>);
      if (j == columns) continue;
      for (int64_t i = 0; i < panel<T>; ++i) place[i] = j + i < columns ? from[j + i] : T(0);
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
    using Micro = Tile<T, V, R, Columns>;
    for (int64_t j = 0; j < columns; j += panel<T>, packed += panel<T> * kc) {
      const TileOperands<T> at{strip, 1, R, packed, panel<T>, kc, ahead};
      if (rows == R && j + panel<T> <= columns) {
        Micro::fetch(out + j, stride);
        Micro::store(out + j, stride, at, accumulate);
        continue;
      }
      const int64_t wanted = columns - j < panel<T> ? columns - j : panel<T>;
      Micro::store_part(out + j, stride, at, accumulate, rows, wanted);
    }
  }

  /// R rows from i0, depth-major, those beyond `inside` as zeros. Four rows at a time: with a stride of a page, more
  /// would meet in one set of the first-level cache.
  template <int R, class T>
  static void pack_rows(T* to, const Matrix<T>& a, int64_t i0, int64_t inside, int64_t k0, int64_t kc) {
    for (int r = 0; r + 4 <= R; r += 4) interleave<4>(to + r, R, a, i0 + r, inside - r, k0, kc);
    if constexpr (R % 4 != 0) interleave<R % 4>(to + R / 4 * 4, R, a, i0 + R / 4 * 4, inside - R / 4 * 4, k0, kc);
  }

  template <int N, class T>
  static void interleave(T* to, int64_t step, const Matrix<T>& a, int64_t i0, int64_t inside, int64_t k0, int64_t kc) {
    const T* rows[N];
    for (int r = 0; r < N; ++r) rows[r] = a.row(r < inside ? i0 + r : 0) + k0;
    int64_t k = 0;
    if (inside >= N) {
      for (; k + 4 <= kc; k += 4) transpose<N>(to + k * step, step, rows, k);
      for (; k < kc; ++k)
        for (int r = 0; r < N; ++r) to[k * step + r] = rows[r][k];
      return;
    }
    for (; k < kc; ++k)
      for (int r = 0; r < N; ++r) to[k * step + r] = r < inside ? rows[r][k] : T(0);
  }

  /// Four elements of each of N rows, by halves as in a butterfly.
  template <int N, class T>
  [[gnu::always_inline]] static void transpose(T* to, int64_t step, const T* const (&rows)[N], int64_t k) {
    typedef T Four __attribute__((vector_size(4 * sizeof(T))));
    Four from[4] = {};
    for (int r = 0; r < N; ++r) __builtin_memcpy(&from[r], rows[r] + k, sizeof(Four));
    const Four low01 = __builtin_shufflevector(from[0], from[1], 0, 4, 1, 5);
    const Four high01 = __builtin_shufflevector(from[0], from[1], 2, 6, 3, 7);
    const Four low23 = __builtin_shufflevector(from[2], from[3], 0, 4, 1, 5);
    const Four high23 = __builtin_shufflevector(from[2], from[3], 2, 6, 3, 7);
    const Four turned[4] = {
        __builtin_shufflevector(low01, low23, 0, 1, 4, 5), __builtin_shufflevector(low01, low23, 2, 3, 6, 7),
        __builtin_shufflevector(high01, high23, 0, 1, 4, 5), __builtin_shufflevector(high01, high23, 2, 3, 6, 7)};
    for (int i = 0; i < 4; ++i) __builtin_memcpy(to + i * step, &turned[i], N * sizeof(T));
  }
};

}  // namespace
}  // namespace ep::op::matmul

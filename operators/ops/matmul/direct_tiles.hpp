// SPDX-License-Identifier: Apache-2.0
// Matrices in register tiles straight from where they lie: nothing is copied, which wins while B stays in the caches.
// The last tiles of a row and of a column overlap those before them instead of being cut.
#pragma once

#include "ops/matmul/tile.hpp"

namespace ep::op::matmul {
namespace {

template <int Bytes, int Rows, int Columns, class V = Vectors<Bytes>>
struct Tiled : V {
  template <class T>
  static Status gemm(Frame&, T* out, const Matrix<T>& a, const Matrix<T>& b) {
    strips<Columns>(out, a, b, 0);
    return EP_OK;
  }

 private:
  /// Columns from j on, C vectors at a time; the last columns in as few vectors as hold them.
  template <int C, class T>
  static void strips(T* out, const Matrix<T>& a, const Matrix<T>& b, int64_t j) {
    constexpr int64_t width = V::template width<T>;
    for (; j + C * width <= b.columns; j += C * width) rows<C>(out + j, a, b, j);
    if (j == b.columns) return;
    if (b.columns >= C * width && b.columns - j > (C - 1) * width)
      return rows<C>(out + b.columns - C * width, a, b, b.columns - C * width);
    if constexpr (C > 1) return strips<C - 1>(out, a, b, j);
    else narrow(out, a, b);
  }

  template <int C, class T>
  static void rows(T* out, const Matrix<T>& a, const Matrix<T>& b, int64_t j) {
    int64_t i = 0;
    for (; i + Rows <= a.rows; i += Rows) tile<Rows, C>(out, a, b, i, j);
    if (i == a.rows) return;
    // Where rows are a power of two, six leave two or four of them.
    constexpr int few = Rows * 2 / 3;
    if (a.rows - i <= few && a.rows >= few) return tile<few, C>(out, a, b, a.rows - few, j);
    if (a.rows >= Rows) return tile<Rows, C>(out, a, b, a.rows - Rows, j);
    for (; i < a.rows; ++i) tile<1, C>(out, a, b, i, j);
  }

  template <int R, int C, class T>
  [[gnu::noinline]] static void tile(T* out, const Matrix<T>& a, const Matrix<T>& b, int64_t i, int64_t j) {
    const TileOperands<T> at{a.row(i), a.stride, 1, b.data + j, b.stride, a.columns, 0};
    Tile<T, V, R, C>::store(out + i * b.columns, b.columns, at, false);
  }

  /// Fewer columns than a vector has.
  template <class T>
  static void narrow(T* out, const Matrix<T>& a, const Matrix<T>& b) {
    for (int64_t i = 0; i < a.rows; ++i)
      for (int64_t j = 0; j < b.columns; ++j) {
        T sum = 0;
        for (int64_t k = 0; k < a.columns; ++k) sum = scalar::add<T>(sum, scalar::multiply<T>(a.row(i)[k], b.row(k)[j]));
        out[i * b.columns + j] = sum;
      }
  }
};

}  // namespace
}  // namespace ep::op::matmul

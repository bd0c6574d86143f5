// SPDX-License-Identifier: Apache-2.0
// A tile of the product that stays in registers: `Rows` rows of `Columns` vectors are summed over the depth, a row of B
// and one element of each row of A at a step (the micro-kernel of Goto and van de Geijn 2008, and of BLIS).
#pragma once

#include "ops/matmul/vectors.hpp"

namespace ep::op::matmul {
namespace {

/// Where a tile's operands lie: element (r, k) of A at `a[r * a_row + k * a_step]`, row k of B at `b + k * b_step`.
template <class T>
struct TileOperands {
  const T* a;
  int64_t a_row;
  int64_t a_step;
  const T* b;
  int64_t b_step;
  int64_t depth;
  /// How many rows of B beforehand one is fetched; 0 where B is in the first-level cache.
  int64_t ahead;
};

/// `V` is `Vectors`, or what adds products in another way.
template <class T, class V, int Rows, int Columns>
struct Tile {
  static constexpr int64_t bytes = sizeof(typename V::template Vector<T>);
  using Vector = typename V::template Vector<T>;
  using Lane = typename V::template Lane<T>;
  static constexpr int64_t width = V::template width<T>;
  static constexpr int64_t columns = Columns * width;

  [[gnu::always_inline]] static void sum(Vector (&sums)[Rows][Columns], const TileOperands<T>& at) {
#pragma clang loop unroll_count(2)
    for (int64_t k = 0; k < at.depth; ++k) {
      Vector right[Columns];
      const T* row = at.b + k * at.b_step;
      for (int v = 0; v < Columns; ++v) right[v] = V::load(row + v * width);
      for (int64_t byte = 0; at.ahead > 0 && byte < Columns * bytes; byte += 64)
        __builtin_prefetch(reinterpret_cast<const char*>(row + at.ahead * at.b_step) + byte);
      for (int r = 0; r < Rows; ++r) {
        const Lane left = static_cast<Lane>(at.a[r * at.a_row + k * at.a_step]);
        for (int v = 0; v < Columns; ++v) V::template add_product<T>(sums[r][v], left, right[v]);
      }
    }
  }

  /// Fetches the rows of the result while the sums run: in a large product they are pages apart. A small one lies in
  /// the caches already, and loses 3 % by asking.
  [[gnu::always_inline]] static void fetch(const T* out, int64_t stride) {
    for (int r = 0; r < Rows; ++r)
      for (int64_t byte = 0; byte < Columns * bytes; byte += 64)
        __builtin_prefetch(reinterpret_cast<const char*>(out + r * stride) + byte, 1);
  }

  /// The whole tile.
  [[gnu::always_inline]] static void store(T* out, int64_t stride, const TileOperands<T>& at, bool accumulate) {
    Vector sums[Rows][Columns] = {};
    sum(sums, at);
    if (accumulate) {
      for (int r = 0; r < Rows; ++r)
        for (int v = 0; v < Columns; ++v) sums[r][v] += V::load(out + r * stride + v * width);
    }
    for (int r = 0; r < Rows; ++r)
      for (int v = 0; v < Columns; ++v) V::store(out + r * stride + v * width, sums[r][v]);
  }

  /// Its first `rows` and `columns`.
  [[gnu::noinline]] static void store_part(T* out, int64_t stride, const TileOperands<T>& at, bool accumulate,
                                           int64_t rows, int64_t wanted) {
    T part[Rows * columns];
    store(part, columns, at, false);
    for (int64_t r = 0; r < rows; ++r)
      for (int64_t j = 0; j < wanted; ++j)
        out[r * stride + j] = accumulate ? scalar::add<T>(out[r * stride + j], part[r * columns + j]) : part[r * columns + j];
  }
};

}  // namespace
}  // namespace ep::op::matmul

// SPDX-License-Identifier: Apache-2.0
// What the variants share: shapes are checked, the result is allocated, operands whose rows are not contiguous are
// copied. A variant gives `dot`, `rows_by_vector` and `gemm` over row-major memory.
#pragma once

#include "everypath/runtime.hpp"

namespace ep::op::matmul {
namespace {

/// Row-major memory with rows `stride` elements apart.
template <class T>
struct Matrix {
  const T* data;
  int64_t rows;
  int64_t columns;
  int64_t stride;
  const T* row(int64_t i) const { return data + i * stride; }
};

template <class T, int R>
Status with_rows(Frame& frame, const Array<T, R>& in, Array<T, R>& out) {
  bool usable = rows_contiguous(in);
  for (int i = 0; i + 1 < R; ++i) usable &= in.strides[i] % static_cast<int64_t>(sizeof(T)) == 0;
  if (!usable) return copy(frame, in, out);
  out = in;
  return EP_OK;
}

template <class T>
Matrix<T> as_matrix(const Array<T, 2>& array) {
  return {array.data, array.shape[0], array.shape[1], array.strides[0] / static_cast<int64_t>(sizeof(T))};
}

Status mismatch(Frame& frame, int64_t left, int64_t right) {
  return frame.raise("ValueError",
                     "matmul: Input operand 1 has a mismatch in its core dimension 0, with gufunc signature "
                     "(n?,k),(k,m?)->(n?,m?) (size % is different from %)",
                     right, left);
}

/// vector · vector
template <class Kernels, class T>
Status multiply(Frame& frame, const Array<T, 1>& a, const Array<T, 1>& b, T& out) {
  if (a.shape[0] != b.shape[0]) return mismatch(frame, a.shape[0], b.shape[0]);
  Array<T, 1> left;
  Array<T, 1> right;
  if (Status status = with_rows(frame, a, left); status != EP_OK) return status;
  if (Status status = with_rows(frame, b, right); status != EP_OK) return status;
  out = Kernels::dot(left.data, right.data, a.shape[0]);
  return EP_OK;
}

/// matrix · vector
template <class Kernels, class T>
Status multiply(Frame& frame, const Array<T, 2>& a, const Array<T, 1>& b, Array<T, 1>& out) {
  if (a.shape[1] != b.shape[0]) return mismatch(frame, a.shape[1], b.shape[0]);
  Array<T, 2> left;
  Array<T, 1> right;
  Array<T, 1> result;
  if (Status status = with_rows(frame, a, left); status != EP_OK) return status;
  if (Status status = with_rows(frame, b, right); status != EP_OK) return status;
  if (Status status = frame.allocate(result, a.shape[0]); status != EP_OK) return status;
  Kernels::rows_by_vector(result.data, as_matrix(left), right.data);
  out = static_cast<Array<T, 1>&&>(result);
  return EP_OK;
}

/// matrix · matrix
template <class Kernels, class T>
Status multiply(Frame& frame, const Array<T, 2>& a, const Array<T, 2>& b, Array<T, 2>& out) {
  if (a.shape[1] != b.shape[0]) return mismatch(frame, a.shape[1], b.shape[0]);
  Array<T, 2> left;
  Array<T, 2> right;
  Array<T, 2> result;
  if (Status status = with_rows(frame, a, left); status != EP_OK) return status;
  if (Status status = with_rows(frame, b, right); status != EP_OK) return status;
  if (Status status = frame.allocate(result, a.shape[0], b.shape[1]); status != EP_OK) return status;
  if (result.size() > 0) {
    if (a.shape[1] == 0) {
      __builtin_memset(result.data, 0, static_cast<size_t>(result.size()) * sizeof(T));
    } else if (Status status = Kernels::gemm(frame, result.data, as_matrix(left), as_matrix(right)); status != EP_OK) {
      return status;
    }
  }
  out = static_cast<Array<T, 2>&&>(result);
  return EP_OK;
}

/// vector · matrix: a matrix of one row.
template <class Kernels, class T>
Status multiply(Frame& frame, const Array<T, 1>& a, const Array<T, 2>& b, Array<T, 1>& out) {
  Array<T, 2> row;
  row.data = a.data;
  row.owner = a.owner;
  row.shape[0] = 1;
  row.shape[1] = a.shape[0];
  row.strides[0] = a.strides[0] * (a.shape[0] > 0 ? a.shape[0] : 1);
  row.strides[1] = a.strides[0];
  Array<T, 2> product;
  if (Status status = multiply<Kernels>(frame, row, b, product); status != EP_OK) return status;
  out.data = product.data;
  out.owner = product.owner;
  out.shape[0] = product.shape[1];
  out.strides[0] = sizeof(T);
  return EP_OK;
}

/// Sums in order, one product after the other.
struct Naive {
  template <class T>
  static T dot(const T* a, const T* b, int64_t n) {
    T sum = 0;
    for (int64_t i = 0; i < n; ++i) sum += a[i] * b[i];
    return sum;
  }
  template <class T>
  static void rows_by_vector(T* out, const Matrix<T>& a, const T* x) {
    for (int64_t i = 0; i < a.rows; ++i) out[i] = dot(a.row(i), x, a.columns);
  }
  template <class T>
  static Status gemm(Frame&, T* __restrict out, const Matrix<T>& a, const Matrix<T>& b) {
    for (int64_t i = 0; i < a.rows; ++i) {
      T* row = out + i * b.columns;
      for (int64_t j = 0; j < b.columns; ++j) row[j] = 0;
      for (int64_t k = 0; k < a.columns; ++k) {
        const T factor = a.row(i)[k];
        const T* from = b.row(k);
        for (int64_t j = 0; j < b.columns; ++j) row[j] += factor * from[j];
      }
    }
    return EP_OK;
  }
};

template <class T, int Bytes>
struct VectorOf;
template <int Bytes>
struct VectorOf<float, Bytes> {
  typedef float type __attribute__((vector_size(Bytes)));
};
template <int Bytes>
struct VectorOf<double, Bytes> {
  typedef double type __attribute__((vector_size(Bytes)));
};

/// Vectors of `Bytes`, several sums at once; gemm packs panels and keeps a tile of the result in registers (Goto and
/// van de Geijn, Anatomy of High-Performance Matrix Multiplication). `TileRows` times `TileVectors` sums fit the
/// register file of the ISA level.
template <int Bytes, int TileRows, int TileVectors>
struct Vectors {
  template <class T>
  using Vector = typename VectorOf<T, Bytes>::type;

  template <class T>
  static Vector<T> load(const T* from) {
    Vector<T> value;
    __builtin_memcpy(&value, from, sizeof(value));
    return value;
  }
  template <class T>
  static T total(Vector<T> vector) {
    T sum = 0;
    for (int i = 0; i < static_cast<int>(Bytes / sizeof(T)); ++i) sum += vector[i];
    return sum;
  }

  template <class T>
  static T dot(const T* a, const T* b, int64_t n) {
    constexpr int64_t width = Bytes / sizeof(T);
    Vector<T> sums[4] = {};
    int64_t i = 0;
    for (; i + 4 * width <= n; i += 4 * width)
      for (int s = 0; s < 4; ++s) sums[s] += load(a + i + s * width) * load(b + i + s * width);
    for (; i + width <= n; i += width) sums[0] += load(a + i) * load(b + i);
    T sum = total<T>((sums[0] + sums[1]) + (sums[2] + sums[3]));
    for (; i < n; ++i) sum += a[i] * b[i];
    return sum;
  }

  // Four rows at a time: each piece of the vector is loaded once for all of them.
  template <class T>
  static void rows_by_vector(T* out, const Matrix<T>& a, const T* x) {
    constexpr int64_t width = Bytes / sizeof(T);
    int64_t row = 0;
    for (; row + 4 <= a.rows; row += 4) {
      Vector<T> sums[4][2] = {};
      int64_t i = 0;
      for (; i + 2 * width <= a.columns; i += 2 * width) {
        const Vector<T> first = load(x + i);
        const Vector<T> second = load(x + i + width);
        for (int r = 0; r < 4; ++r) {
          sums[r][0] += load(a.row(row + r) + i) * first;
          sums[r][1] += load(a.row(row + r) + i + width) * second;
        }
      }
      for (int r = 0; r < 4; ++r) {
        T sum = total<T>(sums[r][0] + sums[r][1]);
        for (int64_t k = i; k < a.columns; ++k) sum += a.row(row + r)[k] * x[k];
        out[row + r] = sum;
      }
    }
    for (; row < a.rows; ++row) out[row] = dot(a.row(row), x, a.columns);
  }

  template <class T>
  static Status gemm(Frame& frame, T* out, const Matrix<T>& a, const Matrix<T>& b) {
    constexpr int64_t width = Bytes / sizeof(T);
    constexpr int64_t tile_columns = TileVectors * width;
    constexpr int64_t depth_block = 256;
    constexpr int64_t row_block = 96 / TileRows * TileRows;
    if (a.rows < TileRows || b.columns < width) return Naive::gemm(frame, out, a, b);
    const int64_t panels = (b.columns + tile_columns - 1) / tile_columns;
    const int64_t depth = a.columns < depth_block ? a.columns : depth_block;
    Array<T, 1> packed_b;
    Array<T, 1> packed_a;
    if (frame.allocate(packed_b, panels * tile_columns * depth) != EP_OK ||
        frame.allocate(packed_a, row_block * depth) != EP_OK)
      return frame.out_of_memory();
    for (int64_t k0 = 0; k0 < a.columns; k0 += depth_block) {
      const int64_t kc = a.columns - k0 < depth_block ? a.columns - k0 : depth_block;
      pack_columns(packed_b.data, b, k0, kc, panels);
      for (int64_t i0 = 0; i0 < a.rows; i0 += row_block) {
        const int64_t rows = a.rows - i0 < row_block ? a.rows - i0 : row_block;
        pack_rows(packed_a.data, a, i0, rows, k0, kc);
        for (int64_t panel = 0; panel < panels; ++panel) {
          const int64_t j0 = panel * tile_columns;
          const int64_t columns = b.columns - j0 < tile_columns ? b.columns - j0 : tile_columns;
          for (int64_t r = 0; r < rows; r += TileRows)
            tile<T>(out + (i0 + r) * b.columns + j0, b.columns, packed_a.data + r * kc,
                    packed_b.data + panel * tile_columns * kc, kc, rows - r < TileRows ? rows - r : TileRows, columns,
                    k0 > 0);
        }
      }
    }
    return EP_OK;
  }

 private:
  // Panels of tile_columns columns, depth-major, padded with zeros.
  template <class T>
  static void pack_columns(T* to, const Matrix<T>& b, int64_t k0, int64_t kc, int64_t panels) {
    constexpr int64_t tile_columns = TileVectors * Bytes / sizeof(T);
    for (int64_t panel = 0; panel < panels; ++panel) {
      const int64_t j0 = panel * tile_columns;
      const int64_t columns = b.columns - j0 < tile_columns ? b.columns - j0 : tile_columns;
      for (int64_t k = 0; k < kc; ++k, to += tile_columns) {
        const T* from = b.row(k0 + k) + j0;
        for (int64_t j = 0; j < columns; ++j) to[j] = from[j];
        for (int64_t j = columns; j < tile_columns; ++j) to[j] = 0;
      }
    }
  }

  // Strips of TileRows rows, depth-major, padded with zeros.
  template <class T>
  static void pack_rows(T* to, const Matrix<T>& a, int64_t i0, int64_t rows, int64_t k0, int64_t kc) {
    for (int64_t r = 0; r < rows; r += TileRows)
      for (int64_t k = 0; k < kc; ++k)
        for (int64_t i = 0; i < TileRows; ++i) *to++ = r + i < rows ? a.row(i0 + r + i)[k0 + k] : T(0);
  }

  template <class T>
  static void tile(T* out, int64_t stride, const T* a, const T* b, int64_t kc, int64_t rows, int64_t columns,
                   bool accumulate) {
    constexpr int64_t width = Bytes / sizeof(T);
    Vector<T> sums[TileRows][TileVectors] = {};
    for (int64_t k = 0; k < kc; ++k) {
      Vector<T> right[TileVectors];
      for (int v = 0; v < TileVectors; ++v) right[v] = load(b + (k * TileVectors + v) * width);
      for (int r = 0; r < TileRows; ++r)
        for (int v = 0; v < TileVectors; ++v) sums[r][v] += (Vector<T>{} + a[k * TileRows + r]) * right[v];
    }
    for (int64_t r = 0; r < rows; ++r)
      for (int64_t j = 0; j < columns; ++j) {
        const T sum = sums[r][j / width][j % width];
        out[r * stride + j] = accumulate ? out[r * stride + j] + sum : sum;
      }
  }
};

}  // namespace
}  // namespace ep::op::matmul

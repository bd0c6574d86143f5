// SPDX-License-Identifier: Apache-2.0
// What the variants share: shapes are checked, the result is allocated, operands whose rows are not contiguous are
// copied. A variant gives `dot`, `rows_by_vector`,
// `vector_by_rows` and `gemm` over row-major memory.
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

/// vector · matrix
template <class Kernels, class T>
Status multiply(Frame& frame, const Array<T, 1>& a, const Array<T, 2>& b, Array<T, 1>& out) {
  if (a.shape[0] != b.shape[0]) return mismatch(frame, a.shape[0], b.shape[0]);
  Array<T, 1> left;
  Array<T, 2> right;
  Array<T, 1> result;
  if (Status status = with_rows(frame, a, left); status != EP_OK) return status;
  if (Status status = with_rows(frame, b, right); status != EP_OK) return status;
  if (Status status = frame.allocate(result, b.shape[1]); status != EP_OK) return status;
  Kernels::vector_by_rows(result.data, left.data, as_matrix(right));
  out = static_cast<Array<T, 1>&&>(result);
  return EP_OK;
}

/// Sums in order, one product after the other. Integers wrap.
struct Naive {
  template <class T>
  static T dot(const T* a, const T* b, int64_t n) {
    T sum = 0;
    for (int64_t i = 0; i < n; ++i) sum = scalar::add<T>(sum, scalar::multiply<T>(a[i], b[i]));
    return sum;
  }
  template <class T>
  static void rows_by_vector(T* out, const Matrix<T>& a, const T* x) {
    for (int64_t i = 0; i < a.rows; ++i) out[i] = dot(a.row(i), x, a.columns);
  }
  template <class T>
  static void vector_by_rows(T* out, const T* x, const Matrix<T>& b) {
    for (int64_t j = 0; j < b.columns; ++j) out[j] = 0;
    for (int64_t k = 0; k < b.rows; ++k)
      for (int64_t j = 0; j < b.columns; ++j)
        out[j] = scalar::add<T>(out[j], scalar::multiply<T>(x[k], b.row(k)[j]));
  }
  template <class T>
  static Status gemm(Frame&, T* __restrict out, const Matrix<T>& a, const Matrix<T>& b) {
    for (int64_t i = 0; i < a.rows; ++i) {
      T* row = out + i * b.columns;
      for (int64_t j = 0; j < b.columns; ++j) row[j] = 0;
      for (int64_t k = 0; k < a.columns; ++k) {
        const T factor = a.row(i)[k];
        const T* from = b.row(k);
        for (int64_t j = 0; j < b.columns; ++j) row[j] = scalar::add<T>(row[j], scalar::multiply<T>(factor, from[j]));
      }
    }
    return EP_OK;
  }
};

}  // namespace
}  // namespace ep::op::matmul

// SPDX-License-Identifier: Apache-2.0
// Products by a BLAS of the system: the functions of its C interface that variants call, and operands as it takes them.
// Rows or columns that follow each other are passed with their distance, vectors with their step; the rest is copied.
// Lengths beyond 32 bits, which the interface cannot say, are multiplied by definition.
#pragma once

#include "ops/matmul/product.hpp"

extern "C" {
float cblas_sdot(int n, const float* x, int step_x, const float* y, int step_y);
double cblas_ddot(int n, const double* x, int step_x, const double* y, int step_y);
void cblas_sgemv(int order, int transposed, int rows, int columns, float alpha, const float* a, int stride,
                 const float* x, int step_x, float beta, float* y, int step_y);
void cblas_dgemv(int order, int transposed, int rows, int columns, double alpha, const double* a, int stride,
                 const double* x, int step_x, double beta, double* y, int step_y);
void cblas_sgemm(int order, int transposed_a, int transposed_b, int rows, int columns, int depth, float alpha,
                 const float* a, int stride_a, const float* b, int stride_b, float beta, float* c, int stride_c);
void cblas_dgemm(int order, int transposed_a, int transposed_b, int rows, int columns, int depth, double alpha,
                 const double* a, int stride_a, const double* b, int stride_b, double beta, double* c, int stride_c);
}

namespace ep::op::matmul {
namespace {

constexpr int row_major = 101;
constexpr int longest = 0x7fffffff;
constexpr int transposition(bool transposed) { return transposed ? 112 : 111; }

/// An operand as a BLAS takes it: for a vector `stride` is its step, for a matrix the distance of its rows, or of its
/// columns where it is transposed.
template <class T, int R>
struct BlasOperand {
  Array<T, R> held;
  int64_t stride = 1;
  bool transposed = false;

  Status take(Frame& frame, const Array<T, R>& in) {
    if (fits(in)) {
      held = in;
      return EP_OK;
    }
    if (Status status = copy(frame, in, held); status != EP_OK) return status;
    fits(held);
    return EP_OK;
  }

  int rows() const { return static_cast<int>(held.shape[0]); }
  int columns() const { return static_cast<int>(held.shape[R - 1]); }
  int step() const { return static_cast<int>(stride); }

 private:
  bool fits(const Array<T, R>& in) {
    if (reinterpret_cast<uintptr_t>(in.data) % sizeof(T) != 0) return false;
    if constexpr (R == 1) return distance(in, 0, 1);
    transposed = false;
    if (rows_contiguous(in) && distance(in, 0, in.shape[1])) return true;
    transposed = in.shape[0] <= 1 || in.strides[0] == static_cast<int64_t>(sizeof(T));
    return transposed && distance(in, 1, in.shape[0]);
  }

  /// Takes the distance along an axis, where it can be said and nothing overlaps.
  bool distance(const Array<T, R>& in, int axis, int64_t least) {
    if (least < 1) least = 1;
    constexpr int64_t size = sizeof(T);
    stride = in.shape[axis] <= 1 ? least : in.strides[axis] / size;
    return stride >= least && stride <= longest && (in.shape[axis] <= 1 || in.strides[axis] % size == 0);
  }
};

inline float blas_dot(const BlasOperand<float, 1>& x, const BlasOperand<float, 1>& y) {
  return cblas_sdot(x.rows(), x.held.data, x.step(), y.held.data, y.step());
}
inline double blas_dot(const BlasOperand<double, 1>& x, const BlasOperand<double, 1>& y) {
  return cblas_ddot(x.rows(), x.held.data, x.step(), y.held.data, y.step());
}

/// A · x, or x · A where `turned`. `out` holds zeros: for a matrix without elements a BLAS leaves it as it is.
template <class T>
void blas_gemv(T* out, const BlasOperand<T, 2>& a, bool turned, const BlasOperand<T, 1>& x) {
  const int rows = a.transposed ? a.columns() : a.rows();
  const int columns = a.transposed ? a.rows() : a.columns();
  const int how = transposition(a.transposed != turned);
  if constexpr (sizeof(T) == sizeof(float))
    cblas_sgemv(row_major, how, rows, columns, 1, a.held.data, a.step(), x.held.data, x.step(), 0, out, 1);
  else
    cblas_dgemv(row_major, how, rows, columns, 1, a.held.data, a.step(), x.held.data, x.step(), 0, out, 1);
}

template <class T>
void blas_gemm(T* out, const BlasOperand<T, 2>& a, const BlasOperand<T, 2>& b) {
  const int of_a = transposition(a.transposed);
  const int of_b = transposition(b.transposed);
  const int stride = b.columns() > 1 ? b.columns() : 1;
  if constexpr (sizeof(T) == sizeof(float))
    cblas_sgemm(row_major, of_a, of_b, a.rows(), b.columns(), a.columns(), 1, a.held.data, a.step(), b.held.data,
                b.step(), 0, out, stride);
  else
    cblas_dgemm(row_major, of_a, of_b, a.rows(), b.columns(), a.columns(), 1, a.held.data, a.step(), b.held.data,
                b.step(), 0, out, stride);
}

template <class T, int R>
bool short_enough(const Array<T, R>& in) {
  for (int64_t length : in.shape)
    if (length > longest) return false;
  return true;
}

/// a @ b of ranks 1 and 2.
template <class T, int A, int B, class Out>
Status blas_multiply(Frame& frame, const Array<T, A>& a, const Array<T, B>& b, Out& out) {
  if (a.shape[A - 1] != b.shape[0]) return mismatch(frame, a.shape[A - 1], b.shape[0]);
  if (!short_enough(a) || !short_enough(b)) return multiply<Naive>(frame, a, b, out);
  BlasOperand<T, A> left;
  BlasOperand<T, B> right;
  if (Status status = left.take(frame, a); status != EP_OK) return status;
  if (Status status = right.take(frame, b); status != EP_OK) return status;
  if constexpr (A == 1 && B == 1) {
    out = blas_dot(left, right);
    return EP_OK;
  } else {
    Out result;
    int64_t shape[2] = {a.shape[0], b.shape[B - 1]};
    if constexpr (A == 1) shape[0] = b.shape[1];
    if (Status status = frame.allocate(result, &shape[0]); status != EP_OK) return status;
    if (result.size() > 0) {
      if (A == 1 || B == 1 || b.shape[0] == 0)
        __builtin_memset(result.data, 0, static_cast<size_t>(result.size()) * sizeof(T));
      if constexpr (A == 2 && B == 2) {
        if (b.shape[0] > 0) blas_gemm(result.data, left, right);
      } else if constexpr (A == 2) {
        blas_gemv(result.data, left, false, right);
      } else {
        blas_gemv(result.data, right, true, left);
      }
    }
    out = static_cast<Out&&>(result);
    return EP_OK;
  }
}

}  // namespace
}  // namespace ep::op::matmul

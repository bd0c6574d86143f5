// SPDX-License-Identifier: Apache-2.0
// See blas.hpp. Calls nothing; on arm64 it is compiled without x18, so that it needs no guard.
#include "blas.hpp"
#include <stdint.h>

namespace {

constexpr int ROW_MAJOR = 101, TRANSPOSED = 112;

/** Entries that lie `down` apart from row to row and `across` from column to column. */
template <typename Float> struct Entries {
  const Float *data;
  int64_t down, across;
  Float at(int64_t row, int64_t column) const { return data[row * down + column * across]; }
};

template <typename Float> Entries<Float> entries(const Float *data, int stride, int how) {
  return how == TRANSPOSED ? Entries<Float>{data, 1, stride} : Entries<Float>{data, stride, 1};
}

template <typename Float>
void multiply(int order, const Entries<Float> &a, const Entries<Float> &b, int64_t rows, int64_t columns, int64_t depth,
              Float alpha, Float beta, Float *out, int64_t down, int64_t across) {
  // Left as it is otherwise, which no case of a product takes for its answer.
  if (order != ROW_MAJOR) return;
  for (int64_t i = 0; i < rows; i++)
    for (int64_t j = 0; j < columns; j++) {
      Float sum = 0;
      for (int64_t k = 0; k < depth; k++) sum += a.at(i, k) * b.at(k, j);
      Float &to = out[i * down + j * across];
      to = beta == 0 ? alpha * sum : alpha * sum + beta * to;
    }
}

template <typename Float> Float dot(int n, const Float *x, int step_x, const Float *y, int step_y) {
  Float sum = 0;
  for (int64_t i = 0; i < n; i++) sum += x[i * step_x] * y[i * step_y];
  return sum;
}

/** `rows` and `columns` are those in memory. */
template <typename Float>
void gemv(int order, int how, int rows, int columns, Float alpha, const Float *a, int stride, const Float *x, int step_x,
          Float beta, Float *y, int step_y) {
  const bool turned = how == TRANSPOSED;
  multiply(order, entries(a, stride, how), Entries<Float>{x, step_x, 1}, turned ? columns : rows, 1,
           turned ? rows : columns, alpha, beta, y, step_y, 1);
}

} // namespace

float cblas_sdot(int n, const float *x, int step_x, const float *y, int step_y) {
  return dot(n, x, step_x, y, step_y);
}
double cblas_ddot(int n, const double *x, int step_x, const double *y, int step_y) {
  return dot(n, x, step_x, y, step_y);
}
void cblas_sgemv(int order, int how, int rows, int columns, float alpha, const float *a, int stride, const float *x,
                 int step_x, float beta, float *y, int step_y) {
  gemv(order, how, rows, columns, alpha, a, stride, x, step_x, beta, y, step_y);
}
void cblas_dgemv(int order, int how, int rows, int columns, double alpha, const double *a, int stride, const double *x,
                 int step_x, double beta, double *y, int step_y) {
  gemv(order, how, rows, columns, alpha, a, stride, x, step_x, beta, y, step_y);
}
void cblas_sgemm(int order, int how_a, int how_b, int rows, int columns, int depth, float alpha, const float *a,
                 int stride_a, const float *b, int stride_b, float beta, float *c, int stride_c) {
  multiply(order, entries(a, stride_a, how_a), entries(b, stride_b, how_b), rows, columns, depth, alpha, beta, c,
           stride_c, 1);
}
void cblas_dgemm(int order, int how_a, int how_b, int rows, int columns, int depth, double alpha, const double *a,
                 int stride_a, const double *b, int stride_b, double beta, double *c, int stride_c) {
  multiply(order, entries(a, stride_a, how_a), entries(b, stride_b, how_b), rows, columns, depth, alpha, beta, c,
           stride_c, 1);
}

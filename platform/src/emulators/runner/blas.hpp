// SPDX-License-Identifier: Apache-2.0
// A BLAS by definition, of the functions that operator variants call (`operators/ops/matmul/blas.hpp`): row-major only,
// one sum after the other. It stands in for Accelerate, and for OpenBLAS where there is none, so that the programs
// that call these are executed too; what it proves is the program, not the library.
#pragma once

extern "C" {
float cblas_sdot(int n, const float *x, int step_x, const float *y, int step_y);
double cblas_ddot(int n, const double *x, int step_x, const double *y, int step_y);
void cblas_sgemv(int order, int transposed, int rows, int columns, float alpha, const float *a, int stride,
                 const float *x, int step_x, float beta, float *y, int step_y);
void cblas_dgemv(int order, int transposed, int rows, int columns, double alpha, const double *a, int stride,
                 const double *x, int step_x, double beta, double *y, int step_y);
void cblas_sgemm(int order, int transposed_a, int transposed_b, int rows, int columns, int depth, float alpha,
                 const float *a, int stride_a, const float *b, int stride_b, float beta, float *c, int stride_c);
void cblas_dgemm(int order, int transposed_a, int transposed_b, int rows, int columns, int depth, double alpha,
                 const double *a, int stride_a, const double *b, int stride_b, double beta, double *c, int stride_c);
}

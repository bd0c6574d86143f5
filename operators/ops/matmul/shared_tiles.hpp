// SPDX-License-Identifier: Apache-2.0
// Products shared between threads: B is packed once, then each task is some rows of the result, summed over the whole
// depth by one thread. How the result is cut depends on its size alone.
#pragma once

#include "everypath/threads.hpp"
#include "ops/matmul/packed_tiles.hpp"

namespace ep::op::matmul {
namespace {

template <int Bytes, int Rows, int Columns>
struct Shared : Vectors<Bytes> {
  using One = Packed<Bytes, Rows, Columns>;
  /// Multiplications that make a task: tens of microseconds at least.
  static constexpr int64_t task_work = int64_t(1) << 21;
  /// Bytes of a matrix that make a task where each element is read once.
  static constexpr int64_t task_bytes = int64_t(1) << 18;

  template <class T>
  static Status gemm(Frame& frame, T* out, const Matrix<T>& a, const Matrix<T>& b) {
    const int64_t padded = One::template padded<T>(b.columns);
    const int64_t blocks = (b.rows + One::template depth_block<T> - 1) / One::template depth_block<T>;
    const int64_t high = rows_of(a.rows, a.columns * padded);
    const int64_t tasks = (a.rows + high - 1) / high;
    const int64_t strip = Rows * One::template depth_at<T>(a.columns, 0);
    Array<T, 1> packed;
    Array<T, 1> strips;
    if (Status status = frame.allocate(packed, b.rows * padded); status != EP_OK) return status;
    if (Status status = frame.allocate(strips, strip * threads_for(tasks)); status != EP_OK) return status;
    const auto pack = [&](int64_t block, int64_t) {
      const int64_t k0 = block * One::template depth_block<T>;
      One::pack_columns(packed.data + k0 * padded, b, 0, b.columns, k0);
    };
    // B is packed once, by all threads where that takes long enough.
    if (b.rows * padded * static_cast<int64_t>(sizeof(T)) >= 4 * task_bytes) parallel(blocks, pack);
    else for (int64_t block = 0; block < blocks; ++block) pack(block, 0);
    parallel(tasks, [&](int64_t task, int64_t thread) {
      const int64_t i0 = task * high;
      const int64_t i1 = a.rows - i0 < high ? a.rows : i0 + high;
      for (int64_t j0 = 0; j0 < b.columns; j0 += One::column_block) {
        const int64_t columns = b.columns - j0 < One::column_block ? b.columns - j0 : One::column_block;
        for (int64_t k0 = 0; k0 < a.columns; k0 += One::template depth_block<T>) {
          const T* block = packed.data + k0 * padded + j0 * One::template depth_at<T>(a.columns, k0);
          One::multiply(out + j0, b.columns, a, i0, i1, block, columns, k0, strips.data + thread * strip);
        }
      }
    });
    return EP_OK;
  }

  template <class T>
  static void rows_by_vector(T* out, const Matrix<T>& a, const T* x) {
    const int64_t high = (task_bytes / static_cast<int64_t>(sizeof(T)) / (a.columns > 0 ? a.columns : 1) + 4) / 4 * 4;
    parallel((a.rows + high - 1) / high, [&](int64_t task, int64_t) {
      const int64_t i = task * high;
      const Matrix<T> rows{a.row(i), a.rows - i < high ? a.rows - i : high, a.columns, a.stride};
      Vectors<Bytes>::rows_by_vector(out + i, rows, x);
    });
  }

  template <class T>
  static void vector_by_rows(T* out, const T* x, const Matrix<T>& b) {
    constexpr int64_t line = 64 / static_cast<int64_t>(sizeof(T));
    const int64_t wide = (task_bytes / static_cast<int64_t>(sizeof(T)) / (b.rows > 0 ? b.rows : 1) + line) / line * line;
    parallel((b.columns + wide - 1) / wide, [&](int64_t task, int64_t) {
      const int64_t j = task * wide;
      const Matrix<T> columns{b.data + j, b.rows, b.columns - j < wide ? b.columns - j : wide, b.stride};
      Vectors<Bytes>::vector_by_rows(out + j, x, columns);
    });
  }

 private:
  /// Rows of a task: an eighth, within what `task_work` allows and what the second-level cache repays, in whole tiles.
  static int64_t rows_of(int64_t rows, int64_t work_a_row) {
    int64_t high = task_work / (work_a_row > 0 ? work_a_row : 1);
    if (high < rows / 8) high = rows / 8;
    if (high < 4 * Rows) high = 4 * Rows;
    if (high > 16 * Rows && rows * work_a_row > 8 * task_work) high = 16 * Rows;
    return (high + Rows - 1) / Rows * Rows;
  }
};

}  // namespace
}  // namespace ep::op::matmul

// SPDX-License-Identifier: Apache-2.0
// Products with a vector, several sums at once in vectors of `Bytes`: each is read at the speed of memory, so nothing
// is packed. Integers are summed as unsigned: they wrap.
#pragma once

#include "ops/matmul/product.hpp"

namespace ep::op::matmul {
namespace {

template <class T>
struct LaneOf {
  using type = std::make_unsigned_t<T>;
};
template <>
struct LaneOf<float> {
  using type = float;
};
template <>
struct LaneOf<double> {
  using type = double;
};
template <class T, int Bytes>
struct VectorOf {
  typedef typename LaneOf<T>::type type __attribute__((vector_size(Bytes)));
};

template <int Bytes>
struct Vectors {
  template <class T>
  using Vector = typename VectorOf<T, Bytes>::type;
  template <class T>
  using Lane = typename LaneOf<T>::type;
  template <class T>
  static constexpr int64_t width = Bytes / static_cast<int64_t>(sizeof(T));

  template <class T>
  static Vector<T> load(const T* from) {
    Vector<T> value;
    __builtin_memcpy(&value, from, sizeof(value));
    return value;
  }
  template <class T>
  static void store(T* to, Vector<T> value) {
    __builtin_memcpy(to, &value, sizeof(value));
  }
  /// Adds a lane times a vector.
  template <class T>
  [[gnu::always_inline]] static void add_product(Vector<T>& sum, Lane<T> left, const Vector<T>& right) {
    sum += left * right;
  }
  template <class T>
  static Lane<T> total(Vector<T> vector) {
    Lane<T> sums[Bytes / sizeof(T)];
    __builtin_memcpy(sums, &vector, sizeof(vector));
    for (int step = Bytes / sizeof(T) / 2; step > 0; step /= 2)
      for (int i = 0; i < step; ++i) sums[i] += sums[i + step];
    return sums[0];
  }

  template <class T>
  static T dot(const T* a, const T* b, int64_t n) {
    constexpr int64_t w = width<T>;
    Vector<T> sums[4] = {};
    int64_t i = 0;
    for (; i + 4 * w <= n; i += 4 * w)
      for (int s = 0; s < 4; ++s) sums[s] += load(a + i + s * w) * load(b + i + s * w);
    for (; i + w <= n; i += w) sums[0] += load(a + i) * load(b + i);
    Lane<T> sum = total<T>((sums[0] + sums[1]) + (sums[2] + sums[3]));
    for (; i < n; ++i) sum += static_cast<Lane<T>>(a[i]) * static_cast<Lane<T>>(b[i]);
    return static_cast<T>(sum);
  }

  /// Four rows at a time: each piece of the vector is loaded once for all of them.
  template <class T>
  static void rows_by_vector(T* out, const Matrix<T>& a, const T* x) {
    constexpr int64_t w = width<T>;
    int64_t row = 0;
    for (; row + 4 <= a.rows; row += 4) {
      Vector<T> sums[4][2] = {};
      int64_t i = 0;
      for (; i + 2 * w <= a.columns; i += 2 * w) {
        const Vector<T> first = load(x + i);
        const Vector<T> second = load(x + i + w);
        for (int r = 0; r < 4; ++r) {
          sums[r][0] += load(a.row(row + r) + i) * first;
          sums[r][1] += load(a.row(row + r) + i + w) * second;
        }
      }
      for (int r = 0; r < 4; ++r) {
        Lane<T> sum = total<T>(sums[r][0] + sums[r][1]);
        for (int64_t k = i; k < a.columns; ++k)
          sum += static_cast<Lane<T>>(a.row(row + r)[k]) * static_cast<Lane<T>>(x[k]);
        out[row + r] = static_cast<T>(sum);
      }
    }
    for (; row < a.rows; ++row) out[row] = dot(a.row(row), x, a.columns);
  }

  /// Eight rows at a time are added to the result, which stays in the first-level cache a strip at a time.
  template <class T>
  static void vector_by_rows(T* out, const T* x, const Matrix<T>& b) {
    constexpr int64_t w = width<T>;
    constexpr int64_t strip = 4096 / static_cast<int64_t>(sizeof(T));
    for (int64_t left = 0; left < b.columns; left += strip) {
      const int64_t right = b.columns - left < strip ? b.columns : left + strip;
      for (int64_t j = left; j < right; ++j) out[j] = 0;
      for (int64_t k = 0; k < b.rows; k += 8) {
        Lane<T> factors[8];
        const T* rows[8];
        for (int r = 0; r < 8; ++r) {
          factors[r] = k + r < b.rows ? static_cast<Lane<T>>(x[k + r]) : Lane<T>(0);
          rows[r] = b.row(k + r < b.rows ? k + r : k);
        }
        // A factor of 0 would make NaN of an infinity: the last rows go one by one.
        const int count = b.rows - k < 8 ? static_cast<int>(b.rows - k) : 8;
        int64_t j = left;
        if (count == 8) {
          for (; j + w <= right; j += w) {
            Vector<T> sum = load(out + j);
            for (int r = 0; r < 8; ++r) sum += factors[r] * load(rows[r] + j);
            store(out + j, sum);
          }
        }
        for (; j < right; ++j) {
          Lane<T> sum = static_cast<Lane<T>>(out[j]);
          for (int r = 0; r < count; ++r) sum += factors[r] * static_cast<Lane<T>>(rows[r][j]);
          out[j] = static_cast<T>(sum);
        }
      }
    }
  }
};

}  // namespace
}  // namespace ep::op::matmul

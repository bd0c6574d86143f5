// SPDX-License-Identifier: Apache-2.0
// What the variants share: the array as (outer, count, inner) with `count` along the axis, and the loops over a row,
// which the compiler vectorises at the width of the variant's ISA level.
#pragma once

#include "everypath/runtime.hpp"

namespace ep::op::softmax {
namespace {

/// Elements that stay in the first-level cache between two looks at them.
constexpr int64_t block = 1024;

template <class T>
constexpr T lowest = -static_cast<T>(__builtin_inf());

/// The largest of `most` and n elements; NaN is passed over, the sum finds it.
template <class T>
T largest(const T* x, int64_t n, T most) {
  constexpr int lanes = 256 / sizeof(T);
  int64_t i = 0;
  if (n >= lanes) {
    T best[lanes];
    for (int j = 0; j < lanes; ++j) best[j] = most;
    for (; i + lanes <= n; i += lanes)
      for (int j = 0; j < lanes; ++j) best[j] = x[i + j] > best[j] ? x[i + j] : best[j];
    for (int step = lanes / 2; step > 0; step /= 2)
      for (int j = 0; j < step; ++j) best[j] = best[j + step] > best[j] ? best[j + step] : best[j];
    most = best[0];
  }
  for (; i < n; ++i) most = x[i] > most ? x[i] : most;
  return most;
}

template <class T>
T total(const T* x, int64_t n) {
  constexpr int lanes = 256 / sizeof(T);
  T sum = 0;
  int64_t i = 0;
  if (n >= lanes) {
    T sums[lanes] = {};
    for (; i + lanes <= n; i += lanes)
      for (int j = 0; j < lanes; ++j) sums[j] += x[i + j];
    for (int step = lanes / 2; step > 0; step /= 2)
      for (int j = 0; j < step; ++j) sums[j] += sums[j + step];
    sum = sums[0];
  }
  for (; i < n; ++i) sum += x[i];
  return sum;
}

/// out = exp(x - most) for at most a block; gives the sum.
template <class T>
T exponentials(T* __restrict out, const T* __restrict x, int64_t n, T most) {
  for (int64_t i = 0; i < n; ++i) out[i] = scalar::exp<T>(x[i] - most);
  return total<T>(out, n);
}

template <class T>
void multiply(T* out, int64_t n, T factor) {
  for (int64_t i = 0; i < n; ++i) out[i] *= factor;
}

/// Where a row's or a part's sum stands: exponentials relative to `most` add up to `sum`.
struct Running {
  double most;
  double sum;
};

/// Joins two parts; minus infinity stands for a part that has nothing but it.
inline Running join(Running a, Running b) {
  const double most = b.most > a.most ? b.most : a.most;
  const double base = most == lowest<double> ? 0 : most;
  return {most, a.sum * scalar::libm_exp(a.most - base) + b.sum * scalar::libm_exp(b.most - base)};
}

/// Three looks: the largest, the exponentials with their sum, the division. The exponentials are stored in between.
struct Stored {
  template <class T>
  static void row(T* out, const T* x, int64_t n) {
    const T most = largest<T>(x, n, lowest<T>);
    double sum = 0;
    for (int64_t i = 0; i < n; i += block)
      sum += static_cast<double>(exponentials<T>(out + i, x + i, n - i < block ? n - i : block, most));
    multiply<T>(out, n, static_cast<T>(1 / sum));
  }
};

/// Two looks: block by block the largest so far and the exponentials relative to it, then a factor for each block.
struct Online {
  /// Fills `out` with exponentials, each block relative to the largest element up to its end, and notes that one.
  template <class T>
  static Running part(T* out, const T* x, int64_t n, T* bases) {
    Running all{lowest<double>, 0};
    for (int64_t i = 0; i < n; i += block) {
      const int64_t count = n - i < block ? n - i : block;
      const T before = static_cast<T>(all.most);
      const T most = largest<T>(x + i, count, before);
      const T base = most == lowest<T> ? T(0) : most;
      const double kept = most == before ? 1 : scalar::libm_exp(static_cast<double>(before) - static_cast<double>(base));
      all.sum = (all.sum == 0 ? 0 : all.sum * kept) + static_cast<double>(exponentials<T>(out + i, x + i, count, base));
      all.most = static_cast<double>(most);
      bases[i / block] = base;
    }
    return all;
  }

  template <class T>
  static void finish(T* out, int64_t n, const T* bases, Running row) {
    for (int64_t i = 0; i < n; i += block) {
      const double factor = scalar::libm_exp(static_cast<double>(bases[i / block]) - row.most) / row.sum;
      multiply<T>(out + i, n - i < block ? n - i : block, static_cast<T>(factor));
    }
  }
};

/// An axis that is not the last: strips of rows side by side.
template <class T>
void columns(T* out, const T* x, int64_t count, int64_t inner) {
  constexpr int64_t strip = 256;
  for (int64_t left = 0; left < inner; left += strip) {
    const int64_t width = inner - left < strip ? inner - left : strip;
    T most[strip];
    T sums[strip];
    for (int64_t j = 0; j < width; ++j) most[j] = x[left + j];
    for (int64_t k = 1; k < count; ++k) {
      const T* from = x + k * inner + left;
      for (int64_t j = 0; j < width; ++j) most[j] = from[j] > most[j] ? from[j] : most[j];
    }
    for (int64_t j = 0; j < width; ++j) sums[j] = 0;
    for (int64_t k = 0; k < count; ++k) {
      const T* from = x + k * inner + left;
      T* to = out + k * inner + left;
      for (int64_t j = 0; j < width; ++j) to[j] = scalar::exp<T>(from[j] - most[j]);
      for (int64_t j = 0; j < width; ++j) sums[j] += to[j];
    }
    for (int64_t k = 0; k < count; ++k) {
      T* to = out + k * inner + left;
      for (int64_t j = 0; j < width; ++j) to[j] /= sums[j];
    }
  }
}

/// Checks the shape, allocates the result and gives `Rows::run(frame, out, x, outer, count)` the rows, or each of the
/// `outer` blocks of an inner axis to `Rows::across`. Axis -1 is all axes.
template <class Rows, int Axis, class T, int R>
Status softmax(Frame& frame, const Array<T, R>& in, Array<T, R>& out) {
  Array<T, R> source;
  Array<T, R> result;
  int64_t outer = 1;
  int64_t inner = 1;
  for (int i = 0; i < R; ++i) {
    if (Axis >= 0 && i < Axis) outer *= in.shape[i];
    if (Axis >= 0 && i > Axis) inner *= in.shape[i];
  }
  const int64_t count = Axis < 0 ? in.size() : in.shape[Axis < 0 ? 0 : Axis];
  if (count == 0 && outer * inner > 0)
    return frame.raise("ValueError", "zero-size array to reduction operation maximum which has no identity");
  if (Status status = as_contiguous(frame, in, source); status != EP_OK) return status;
  if (Status status = frame.allocate(result, &in.shape[0]); status != EP_OK) return status;
  if (result.size() > 0) {
    const T* x = source.data;
    Status status = EP_OK;
    if (inner == 1) status = Rows::run(frame, result.data, x, outer, count);
    else Rows::across(result.data, x, outer, count, inner);
    if (status != EP_OK) return status;
  }
  out = static_cast<Array<T, R>&&>(result);
  return EP_OK;
}

/// One row after the other.
template <class Each>
struct InOrder {
  template <class T>
  static Status run(Frame& frame, T* out, const T* x, int64_t outer, int64_t count) {
    if constexpr (requires { Each::template row<T>(out, x, count); }) {
      for (int64_t o = 0; o < outer; ++o) Each::template row<T>(out + o * count, x + o * count, count);
    } else {
      Array<T, 1> bases;
      if (Status status = frame.allocate(bases, (count + block - 1) / block); status != EP_OK) return status;
      for (int64_t o = 0; o < outer; ++o) {
        const Running all = Each::template part<T>(out + o * count, x + o * count, count, bases.data);
        Each::template finish<T>(out + o * count, count, bases.data, all);
      }
    }
    return EP_OK;
  }

  template <class T>
  static void across(T* out, const T* x, int64_t outer, int64_t count, int64_t inner) {
    for (int64_t o = 0; o < outer; ++o) columns<T>(out + o * count * inner, x + o * count * inner, count, inner);
  }
};

}  // namespace
}  // namespace ep::op::softmax

// SPDX-License-Identifier: Apache-2.0
// What the variants share: the array as (outer, count, inner), and the mean and the sum of squared distances from it of
// a row, which join those of another row without a second look (Chan, Golub and LeVeque 1983).
#pragma once

#include "everypath/runtime.hpp"

namespace ep::op::variance {
namespace {

/// Sums of one block are taken in the elements' own float.
template <class T>
using Sum = std::conditional_t<std::is_same_v<T, float>, float, double>;

struct Moments {
  double count;
  double mean;
  double squares;
};

inline Moments join(const Moments& a, const Moments& b) {
  if (a.count == 0) return b;
  const double count = a.count + b.count;
  const double apart = b.mean - a.mean;
  return {count, a.mean + apart * (b.count / count), a.squares + b.squares + apart * apart * (a.count * b.count / count)};
}

/// Sum of `term(element)`, in as many partial sums as fill four vectors.
template <class T, class Term>
[[gnu::always_inline]] inline Sum<T> sum_of(const T* x, int64_t n, Term term) {
  constexpr int lanes = 256 / sizeof(Sum<T>);
  Sum<T> total = 0;
  int64_t i = 0;
  if (n >= lanes) {
    Sum<T> sums[lanes] = {};
    for (; i + lanes <= n; i += lanes)
      for (int j = 0; j < lanes; ++j) sums[j] += term(static_cast<Sum<T>>(x[i + j]));
    for (int step = lanes / 2; step > 0; step /= 2)
      for (int j = 0; j < step; ++j) sums[j] += sums[j + step];
    total = sums[0];
  }
  for (; i < n; ++i) total += term(static_cast<Sum<T>>(x[i]));
  return total;
}

/// Two looks at each block while it is in the first-level cache, one at the array.
struct Blocks {
  static constexpr int64_t block = 2048;

  template <class T>
  static Moments row(const T* x, int64_t n) {
    Moments all{0, 0, 0};
    for (int64_t i = 0; i < n; i += block) all = join(all, one(x + i, n - i < block ? n - i : block));
    return all;
  }

 private:
  template <class T>
  [[gnu::noinline]] static Moments one(const T* x, int64_t n) {
    const Sum<T> mean = sum_of(x, n, [](Sum<T> value) { return value; }) / static_cast<Sum<T>>(n);
    const Sum<T> squares = sum_of(x, n, [mean](Sum<T> value) { return (value - mean) * (value - mean); });
    return {static_cast<double>(n), static_cast<double>(mean), static_cast<double>(squares)};
  }
};

/// Two looks at the whole row, pairwise.
struct TwoPass {
  template <class T>
  static Moments row(const T* x, int64_t n) {
    const Sum<T> mean = pairwise(x, n, [](Sum<T> value) { return value; }) / static_cast<Sum<T>>(n);
    const Sum<T> squares = pairwise(x, n, [mean](Sum<T> value) { return (value - mean) * (value - mean); });
    return {static_cast<double>(n), static_cast<double>(mean), static_cast<double>(squares)};
  }

 private:
  template <class T, class Term>
  static Sum<T> pairwise(const T* x, int64_t n, Term term) {
    if (n > 128) return pairwise(x, n / 2, term) + pairwise(x + n / 2, n - n / 2, term);
    Sum<T> sum = 0;
    for (int64_t i = 0; i < n; ++i) sum += term(static_cast<Sum<T>>(x[i]));
    return sum;
  }
};

/// An axis that is not the last: strips of columns side by side, from `left` to `right`.
template <bool Root, class T, class Out>
void columns(Out* out, const T* x, int64_t count, int64_t inner, int64_t left, int64_t right) {
  constexpr int64_t strip = 256;
  for (; left < right; left += strip) {
    const int64_t width = right - left < strip ? right - left : strip;
    Sum<T> means[strip];
    Sum<T> squares[strip];
    for (int64_t j = 0; j < width; ++j) means[j] = squares[j] = 0;
    for (int64_t k = 0; k < count; ++k)
      for (int64_t j = 0; j < width; ++j) means[j] += static_cast<Sum<T>>(x[k * inner + left + j]);
    for (int64_t j = 0; j < width; ++j) means[j] /= static_cast<Sum<T>>(count);
    for (int64_t k = 0; k < count; ++k)
      for (int64_t j = 0; j < width; ++j) {
        const Sum<T> apart = static_cast<Sum<T>>(x[k * inner + left + j]) - means[j];
        squares[j] += apart * apart;
      }
    for (int64_t j = 0; j < width; ++j) {
      const Sum<T> variance = squares[j] / static_cast<Sum<T>>(count);
      out[left + j] = static_cast<Out>(Root ? scalar::libm_sqrt(variance) : variance);
    }
  }
}

template <bool Root, class Out>
Out finish(const Moments& moments) {
  const double variance = moments.squares / moments.count;
  return static_cast<Out>(Root ? scalar::libm_sqrt(variance) : variance);
}

template <class Each>
struct InOrder {
  template <bool Root, class T, class Out>
  static Status run(Frame&, Out* out, const T* x, int64_t outer, int64_t count, int64_t inner) {
    for (int64_t o = 0; o < outer; ++o) {
      if (inner == 1) out[o] = finish<Root, Out>(Each::row(x + o * count, count));
      else columns<Root, T, Out>(out + o * inner, x + o * count * inner, count, inner, 0, inner);
    }
    return EP_OK;
  }
};

/// Axis -1 is all axes; the result is then a scalar.
template <class Walk, class Attributes, class T, int R, class Out>
Status variance(Frame& frame, const Array<T, R>& in, Out& out) {
  constexpr int axis = Attributes::axis;
  Array<T, R> source;
  if (Status status = as_contiguous(frame, in, source); status != EP_OK) return status;
  const T* data = source.data;
  if constexpr (is_array<Out>) {
    int64_t shape[EP_MAX_RANK] = {};
    int64_t outer = 1;
    int64_t inner = 1;
    for (int i = 0, to = 0; i < R; ++i) {
      if (i < axis) outer *= in.shape[i];
      if (i > axis) inner *= in.shape[i];
      if (i != axis) shape[to++] = in.shape[i];
      else if (Out::rank == R) shape[to++] = 1;
    }
    Out result;
    if (Status status = frame.allocate(result, static_cast<const int64_t*>(shape)); status != EP_OK) return status;
    if (outer * inner > 0) {
      const Status status = Walk::template run<Attributes::root>(frame, result.data, data, outer, in.shape[axis], inner);
      if (status != EP_OK) return status;
    }
    out = static_cast<Out&&>(result);
    return EP_OK;
  } else {
    return Walk::template run<Attributes::root>(frame, &out, data, 1, in.size(), 1);
  }
}

}  // namespace
}  // namespace ep::op::variance

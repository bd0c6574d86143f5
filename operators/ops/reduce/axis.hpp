// SPDX-License-Identifier: Apache-2.0
// Reductions over all elements or one axis: the walk, the functions, and two ways to run along contiguous memory.
// The functions' numbers are those of `operator.ts`.
#pragma once

#include "everypath/runtime.hpp"

namespace ep::op::reduce {
namespace {

/// `first` starts a result with one element, `add` takes one more into it, `done` ends it, given how many there were.
template <class T, class Acc>
struct Sum {
  using Accumulator = Acc;
  static constexpr const char* empty = nullptr;
  static Acc identity() { return Acc(0); }
  static Acc first(T x) { return static_cast<Acc>(x); }
  static Acc add(Acc sum, Acc x) { return scalar::add<Acc>(sum, x); }
  template <class Out>
  static Out done(Acc sum, int64_t) { return static_cast<Out>(sum); }
};

template <class T, class Acc>
struct Mean : Sum<T, Acc> {
  template <class Out>
  static Out done(Acc sum, int64_t count) { return static_cast<Out>(sum / static_cast<Acc>(count)); }
};

template <class T, class Acc>
struct Norm : Sum<T, Acc> {
  static Acc first(T x) { return static_cast<Acc>(x) * static_cast<Acc>(x); }
  template <class Out>
  static Out done(Acc sum, int64_t) { return static_cast<Out>(scalar::libm_sqrt(sum)); }
};

template <class T, class Acc>
struct Product {
  using Accumulator = Acc;
  static constexpr const char* empty = nullptr;
  static Acc identity() { return Acc(1); }
  static Acc first(T x) { return static_cast<Acc>(x); }
  static Acc add(Acc product, Acc x) { return scalar::multiply<Acc>(product, x); }
  template <class Out>
  static Out done(Acc product, int64_t) { return static_cast<Out>(product); }
};

template <class T, class>
struct Maximum {
  using Accumulator = T;
  static constexpr const char* empty = "zero-size array to reduction operation maximum which has no identity";
  static T identity() { return T(0); }
  static T first(T x) { return x; }
  static T add(T most, T x) { return scalar::maximum<T>(most, x); }
  template <class Out>
  static Out done(T most, int64_t) { return most; }
};

template <class T, class>
struct Minimum {
  using Accumulator = T;
  static constexpr const char* empty = "zero-size array to reduction operation minimum which has no identity";
  static T identity() { return T(0); }
  static T first(T x) { return x; }
  static T add(T least, T x) { return scalar::minimum<T>(least, x); }
  template <class Out>
  static Out done(T least, int64_t) { return least; }
};

template <class T, class>
struct Any {
  using Accumulator = bool;
  static constexpr const char* empty = nullptr;
  static bool identity() { return false; }
  static bool first(T x) { return x != T(0); }
  static bool add(bool any, bool x) { return any | x; }
  template <class Out>
  static Out done(bool any, int64_t) { return any; }
};

template <class T, class>
struct All : Any<T, bool> {
  static bool identity() { return true; }
  static bool add(bool all, bool x) { return all & x; }
};

template <int Function, class T, class Acc>
struct FunctionOf;
template <class T, class Acc> struct FunctionOf<0, T, Acc> { using type = Sum<T, Acc>; };
template <class T, class Acc> struct FunctionOf<1, T, Acc> { using type = Mean<T, Acc>; };
template <class T, class Acc> struct FunctionOf<2, T, Acc> { using type = Product<T, Acc>; };
template <class T, class Acc> struct FunctionOf<3, T, Acc> { using type = Maximum<T, Acc>; };
template <class T, class Acc> struct FunctionOf<4, T, Acc> { using type = Minimum<T, Acc>; };
template <class T, class Acc> struct FunctionOf<5, T, Acc> { using type = Any<T, Acc>; };
template <class T, class Acc> struct FunctionOf<6, T, Acc> { using type = All<T, Acc>; };
template <class T, class Acc> struct FunctionOf<7, T, Acc> { using type = Norm<T, Acc>; };

/// Eight sums to a block of 128, blocks added pairwise: NumPy's `pairwise_sum`.
struct Pairwise {
  template <class F, class T>
  static auto run(const T* x, int64_t n) {
    using Acc = typename F::Accumulator;
    if (n < 8) {
      Acc result = F::identity();
      for (int64_t i = 0; i < n; ++i) result = i == 0 ? F::first(x[0]) : F::add(result, F::first(x[i]));
      return result;
    }
    if (n <= 128) {
      Acc r[8];
      for (int j = 0; j < 8; ++j) r[j] = F::first(x[j]);
      int64_t i = 8;
      for (; i + 8 <= n; i += 8)
        for (int j = 0; j < 8; ++j) r[j] = F::add(r[j], F::first(x[i + j]));
      Acc result = F::add(F::add(F::add(r[0], r[1]), F::add(r[2], r[3])), F::add(F::add(r[4], r[5]), F::add(r[6], r[7])));
      for (; i < n; ++i) result = F::add(result, F::first(x[i]));
      return result;
    }
    const int64_t half = n / 2 / 8 * 8;
    return F::add(run<F, T>(x, half), run<F, T>(x + half, n - half));
  }
};

/// As many accumulators as fill four vectors of `Bytes`, in blocks of 4096 elements that are added pairwise.
template <int Bytes>
struct Wide {
  template <class F, class T>
  static auto run(const T* x, int64_t n) {
    using Acc = typename F::Accumulator;
    constexpr int width = 4 * Bytes / static_cast<int>(sizeof(Acc));
    if (n < 2 * width) return Pairwise::run<F, T>(x, n);
    if (n > 4096) {
      const int64_t half = n / 2 / width * width;
      return F::add(run<F, T>(x, half), run<F, T>(x + half, n - half));
    }
    Acc lanes[width];
    for (int j = 0; j < width; ++j) lanes[j] = F::first(x[j]);
    int64_t i = width;
    for (; i + width <= n; i += width) {
#pragma clang loop vectorize(enable) interleave(disable)
      for (int j = 0; j < width; ++j) lanes[j] = F::add(lanes[j], F::first(x[i + j]));
    }
    for (int step = width / 2; step > 0; step /= 2)
      for (int j = 0; j < step; ++j) lanes[j] = F::add(lanes[j], lanes[j + step]);
    for (; i < n; ++i) lanes[0] = F::add(lanes[0], F::first(x[i]));
    return lanes[0];
  }
};

/// Columns `left` to `right` of `count` rows of `inner` elements: strips of accumulators, row after row, as NumPy adds
/// along an axis that is not the last.
template <class F, class T, class Out>
void reduce_columns(Out* out, const T* from, int64_t count, int64_t inner, int64_t left, int64_t right) {
  using Acc = typename F::Accumulator;
  constexpr int64_t strip = 512;
  for (; left < right; left += strip) {
    const int64_t columns = right - left < strip ? right - left : strip;
    Acc sums[strip];
    for (int64_t j = 0; j < columns; ++j) sums[j] = count == 0 ? F::identity() : F::first(from[left + j]);
    for (int64_t k = 1; k < count; ++k) {
      const T* row = from + k * inner + left;
      for (int64_t j = 0; j < columns; ++j) sums[j] = F::add(sums[j], F::first(row[j]));
    }
    for (int64_t j = 0; j < columns; ++j) out[left + j] = F::template done<Out>(sums[j], count);
  }
}

/// One row or strip after the other; `Run` takes those that are contiguous.
template <class Run>
struct InOrder {
  /// The array as (outer, count, inner), `count` along the reduced axis.
  template <class F, class T, class Out>
  static Status reduce(Frame&, Out* out, const T* data, int64_t outer, int64_t count, int64_t inner) {
    for (int64_t o = 0; o < outer; ++o) {
      const T* from = data + o * count * inner;
      if (inner == 1) out[o] = F::template done<Out>(Run::template run<F, T>(from, count), count);
      else reduce_columns<F, T, Out>(out + o * inner, from, count, inner, 0, inner);
    }
    return EP_OK;
  }
};

/// Axis -1 is all axes; the result is then a scalar. `Keep` keeps the reduced axis with length 1.
template <int Function, int Axis, class Walk, class Acc, class T, int R, class Out>
Status reduce_axis(Frame& frame, const Array<T, R>& in, Out& out) {
  using F = typename FunctionOf<Function, T, Acc>::type;
  Array<T, R> source;
  if (Status status = as_contiguous(frame, in, source); status != EP_OK) return status;
  if constexpr (is_array<Out>) {
    int64_t shape[EP_MAX_RANK] = {};
    int64_t outer = 1;
    int64_t inner = 1;
    for (int i = 0, to = 0; i < R; ++i) {
      if (i < Axis) outer *= in.shape[i];
      if (i > Axis) inner *= in.shape[i];
      if (i != Axis) shape[to++] = in.shape[i];
      else if (Out::rank == R) shape[to++] = 1;
    }
    if (F::empty != nullptr && in.shape[Axis] == 0 && outer * inner > 0) return frame.raise("ValueError", F::empty);
    Out result;
    if (Status status = frame.allocate(result, static_cast<const int64_t*>(shape)); status != EP_OK) return status;
    if (outer * inner > 0) {
      const T* data = source.data;
      Status status = Walk::template reduce<F, T>(frame, result.data, data, outer, in.shape[Axis], inner);
      if (status != EP_OK) return status;
    }
    out = static_cast<Out&&>(result);
  } else {
    const int64_t size = in.size();
    if (F::empty != nullptr && size == 0) return frame.raise("ValueError", F::empty);
    const T* data = source.data;
    return Walk::template reduce<F, T>(frame, &out, data, 1, size, 1);
  }
  return EP_OK;
}

template <class Out>
struct ElementOf {
  using type = Out;
};
template <class T, int R>
struct ElementOf<Array<T, R>> {
  using type = T;
};

/// The dtype that sums are taken in: the result's own.
template <class Out>
using Own = typename ElementOf<Out>::type;

}  // namespace
}  // namespace ep::op::reduce

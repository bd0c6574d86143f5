// SPDX-License-Identifier: Apache-2.0
// What the variants share: axes that all inputs walk as one are merged, and each input can give any run of elements,
// in the result's C order, as contiguous memory. Internal linkage: each object keeps code of its own ISA level.
#pragma once

#include "everypath/arguments.hpp"
#include "everypath/broadcast.hpp"
#include "everypath/runtime.hpp"
#include "everypath/scalar_within.hpp"

namespace ep::op::everypath_fused {
namespace {

template <int R>
struct Extent {
  int64_t shape[R == 0 ? 1 : R];
  int rank = R;
};

template <int R>
bool mergeable(const int64_t (&strides)[R], int axis, int64_t length) {
  return strides[axis - 1] == strides[axis] * length;
}

template <int R>
void drop(int64_t (&values)[R], int axis, int rank) {
  for (int i = axis; i + 1 < rank; ++i) values[i] = values[i + 1];
}

/// Drops axes of length 1 and merges neighbours that every input walks as one.
template <int R, class... T>
[[gnu::noinline, clang::minsize]] void merge_axes(Extent<R>& extent, Lane<T, R>&... lanes) {
  if constexpr (R > 0) {
    for (int axis = extent.rank - 1; axis >= 0 && extent.rank > 1; --axis) {
      if (extent.shape[axis] != 1) continue;
      (drop(lanes.strides, axis, extent.rank), ...);
      drop(extent.shape, axis, extent.rank--);
    }
    for (int axis = extent.rank - 1; axis >= 1; --axis) {
      if (!(mergeable(lanes.strides, axis, extent.shape[axis]) && ...)) continue;
      const int64_t merged = extent.shape[axis - 1] * extent.shape[axis];
      (drop(lanes.strides, axis - 1, extent.rank), ...);
      drop(extent.shape, axis - 1, extent.rank--);
      extent.shape[axis - 1] = merged;
    }
  }
}

constexpr int64_t block = 256;  // elements a step: all inputs' blocks stay in the first-level cache

/// An input that gives runs of its elements in the result's order, as contiguous memory.
template <class T, int R>
struct Source {
  enum Kind { flat, repeating, general };

  Lane<T, R> lane;
  const Extent<R>& extent;
  Kind kind;
  int64_t period = 1;
  T buffer[2 * block];

  [[gnu::noinline, clang::minsize]] Source(const Lane<T, R>& input, const Extent<R>& over) : lane(input), extent(over) {
    const int rank = extent.rank;
    // Trailing axes that are contiguous, then leading ones that repeat.
    int axis = rank - 1;
    int64_t expected = sizeof(T);
    int64_t inside = 1;
    while (axis >= 0 && lane.strides[axis] == expected) {
      inside *= extent.shape[axis];
      expected *= extent.shape[axis--];
    }
    bool repeats = true;
    for (int i = axis; i >= 0; --i) repeats &= lane.strides[i] == 0;
    kind = axis < 0 ? flat : repeats && inside <= block ? repeating : general;
    if (kind != repeating) return;
    period = inside;
    const T* from = reinterpret_cast<const T*>(lane.data);
    for (int64_t i = 0, at = 0; i < 2 * block; ++i) {
      buffer[i] = from[at];
      if (++at == period) at = 0;
    }
  }

  const T* run(int64_t start, int64_t count) {
    if (kind == flat) return reinterpret_cast<const T*>(lane.data) + start;
    if (kind == repeating) return buffer + start % period;
    return gather(start, count);
  }

  [[gnu::noinline]] const T* gather(int64_t start, int64_t count) {
    const int inner = extent.rank - 1;
    int64_t index[R == 0 ? 1 : R];
    int64_t rest = start;
    for (int i = inner; i >= 0; --i) {
      index[i] = rest % extent.shape[i];
      rest /= extent.shape[i];
    }
    const int64_t stride = lane.strides[inner];
    for (int64_t done = 0; done < count;) {
      const char* from = lane.data;
      for (int i = 0; i <= inner; ++i) from += index[i] * lane.strides[i];
      const int64_t left = extent.shape[inner] - index[inner];
      const int64_t take = left < count - done ? left : count - done;
      if (stride == static_cast<int64_t>(sizeof(T))) {
        if (done == 0 && take == count) return reinterpret_cast<const T*>(from);
        __builtin_memcpy(buffer + done, from, static_cast<size_t>(take) * sizeof(T));
      } else {
        for (int64_t i = 0; i < take; ++i) buffer[done + i] = *reinterpret_cast<const T*>(from + i * stride);
      }
      done += take;
      index[inner] = 0;
      for (int i = inner - 1; i >= 0 && ++index[i] == extent.shape[i]; --i) index[i] = 0;
    }
    return buffer;
  }
};

template <class Body, class Output, class... T>
void apply_block(Output* __restrict out, int64_t count, const T* __restrict... inputs) {
  // Functions that are vectorised for most arguments: a block that has others is computed again.
  if constexpr (requires(bool& outside) { Body::apply_within(outside, inputs[0]...); }) {
    bool outside = false;
    for (int64_t i = 0; i < count; ++i) out[i] = Body::apply_within(outside, inputs[i]...);
    if (!outside) return;
  }
  for (int64_t i = 0; i < count; ++i) out[i] = Body::apply(inputs[i]...);
}

/// All of a chain in one loop over a block.
template <class Body>
struct OnePass {
  template <class Output, class... T>
  void operator()(Output* out, int64_t count, const T*... inputs) {
    apply_block<Body>(out, count, inputs...);
  }
};

/// Whole arrays, block by block: `Step` computes one, and sees contiguous memory only.
template <class Body, class Step = OnePass<Body>>
struct Blocked {
  template <int R, class Output, class... T>
  static void run(Output* out, int64_t size, const Extent<R>& extent, const Lane<T, R>&... lanes) {
    run_part(out, 0, size, extent, lanes...);
  }

  /// The elements from `begin` to `end`.
  template <int R, class Output, class... T>
  static void run_part(Output* out, int64_t begin, int64_t end, const Extent<R>& extent, const Lane<T, R>&... lanes) {
    [&](auto... sources) {
      Step step;
      for (int64_t start = begin; start < end; start += block) {
        const int64_t count = end - start < block ? end - start : block;
        step(out + start, count, sources.run(start, count)...);
      }
    }(Source<T, R>(lanes, extent)...);
  }
};

/// Element by element through the strides, with no buffers.
template <class Body>
struct Strided {
  template <int R, class Output, class... T>
  static void run(Output* out, int64_t size, const Extent<R>& extent, const Lane<T, R>&... lanes) {
    const int inner = extent.rank - 1;
    const int64_t count = R == 0 ? 1 : extent.shape[inner];
    int64_t index[R == 0 ? 1 : R] = {};
    for (int64_t done = 0; done < size; done += count) {
      auto row = [&]<class U>(const Lane<U, R>& lane) {
        const char* data = lane.data;
        for (int i = 0; i < inner; ++i) data += index[i] * lane.strides[i];
        return data;
      };
      run_row(out + done, count, inner, row(lanes)..., lanes...);
      for (int i = inner - 1; i >= 0 && ++index[i] == extent.shape[i]; --i) index[i] = 0;
    }
  }

 private:
  template <class Output, class... Rest>
  static void run_row(Output* out, int64_t count, int inner, Rest... rest) {
    constexpr size_t inputs = sizeof...(Rest) / 2;
    [&]<size_t... I>(ep::detail::Sequence<size_t, I...>) {
      for (int64_t i = 0; i < count; ++i)
        out[i] = Body::apply(element(ep::detail::pick<I>(rest...), ep::detail::pick<I + inputs>(rest...), inner, i)...);
    }(__make_integer_seq<ep::detail::Sequence, size_t, inputs>{});
  }

  template <class T, int R>
  static T element(const char* data, const Lane<T, R>& lane, int inner, int64_t i) {
    return *reinterpret_cast<const T*>(data + (R == 0 ? 0 : i * lane.strides[inner]));
  }
};

/// Allocates the result, lays the inputs over it and runs a walker.
template <class Walker, class Output, int R, class... In>
Status fuse(Frame& frame, Array<Output, R>& out, const In&... inputs) {
  int64_t shape[R == 0 ? 1 : R] = {};
  if (Status status = broadcast_shape<R>(frame, shape, inputs...); status != EP_OK) return status;
  Array<Output, R> result;
  if (Status status = frame.allocate(result, static_cast<const int64_t*>(shape)); status != EP_OK) return status;
  if (result.size() > 0) {
    Extent<R> extent{};
    for (int i = 0; i < R; ++i) extent.shape[i] = shape[i];
    [&](auto... lanes) {
      merge_axes<R>(extent, lanes...);
      Walker::run(result.data, result.size(), extent, lanes...);
    }(ep::detail::make_lane<R>(inputs, shape)...);
  }
  out = static_cast<Array<Output, R>&&>(result);
  return EP_OK;
}

/// `run`'s arguments are the inputs, then the result.
template <class Walker, class... Arguments>
Status fuse_all(Frame& frame, Arguments&... arguments) {
  return split_last([&](auto& out, auto&... inputs) { return fuse<Walker>(frame, out, inputs...); }, arguments...);
}

}  // namespace
}  // namespace ep::op::everypath_fused

// SPDX-License-Identifier: Apache-2.0
// Array primitives: what is too small to have variants. Views share memory; what must allocate or can raise takes the
// frame and gives its result by reference.
#pragma once

#include "everypath/array.hpp"
#include "everypath/create.hpp"
#include "everypath/image.hpp"
#include "everypath/scalar.hpp"
#include "everypath/subscript.hpp"
#include "everypath/tuple.hpp"

namespace ep::prim {

template <class T>
inline T identity(const T& value) {
  return value;
}

template <int I, class... Items>
inline auto tuple_get(const Tuple<Items...>& tuple) {
  return get<I>(tuple);
}

// Shape.

namespace detail {
template <int Axis, class T, int R>
inline auto shape_from(const Array<T, R>& array) {
  if constexpr (Axis == R) {
    return Tuple<>{};
  } else {
    auto rest = shape_from<Axis + 1>(array);
    return [&]<class... Rest>(const Tuple<Rest...>& tail) {
      Tuple<int64_t, Rest...> all;
      all.first = array.shape[Axis];
      all.rest = tail;
      return all;
    }(rest);
  }
}
}  // namespace detail

template <class T, int R>
inline auto shape(const Array<T, R>& array) {
  return detail::shape_from<0>(array);
}

template <class T, int R>
inline int64_t size(const Array<T, R>& array) {
  return array.size();
}

template <class T, int R>
inline int64_t length(const Array<T, R>& array) {
  return array.shape[0];
}

/// Axis `i` of the result is axis `Axes[i]` of the array.
template <int... Axes, class T, int R>
inline Array<T, R> transpose(const Array<T, R>& array) {
  static_assert(sizeof...(Axes) == R);
  Array<T, R> view = array;
  int to = 0;
  ((view.shape[to] = array.shape[Axes], view.strides[to] = array.strides[Axes], ++to), ...);
  return view;
}

/// A new axis of length 1 before axis `Axis`.
template <int Axis, class T, int R>
inline Array<T, R + 1> expand_dims(const Array<T, R>& array) {
  Array<T, R + 1> view;
  view.data = array.data;
  view.owner = array.owner;
  for (int i = 0; i <= R; ++i) {
    view.shape[i] = i == Axis ? 1 : array.shape[i < Axis ? i : i - 1];
    view.strides[i] = i == Axis ? 0 : array.strides[i < Axis ? i : i - 1];
  }
  return view;
}

/// Without axis `Axis`, whose length must be 1.
template <int Axis, class T, int R>
inline Status squeeze(Frame& frame, const Array<T, R>& array, Array<T, R - 1>& out) {
  if (array.shape[Axis] != 1)
    return frame.raise("ValueError", "cannot select an axis to squeeze out which has size not equal to one");
  Array<T, R - 1> view;
  view.data = array.data;
  view.owner = array.owner;
  for (int i = 0, to = 0; i < R; ++i) {
    if (i == Axis) continue;
    view.shape[to] = array.shape[i];
    view.strides[to++] = array.strides[i];
  }
  out = view;
  return EP_OK;
}

namespace detail {
template <class T, int R, int N>
inline Status reshape_to(Frame& frame, const Array<T, R>& array, const int64_t (&wanted)[N], int rank,
                         Array<T, N>& out) {
  int64_t lengths[N];
  int64_t known = 1;
  int unknown = -1;
  for (int i = 0; i < rank; ++i) {
    lengths[i] = wanted[i];
    if (wanted[i] >= 0) {
      if (__builtin_mul_overflow(known, wanted[i], &known)) known = -1;
    } else if (unknown >= 0) {
      return frame.raise("ValueError", "can only specify one unknown dimension");
    } else {
      unknown = i;
    }
  }
  const int64_t size = array.size();
  if (unknown >= 0 && known > 0 && size % known == 0) {
    lengths[unknown] = size / known;
    known = size;
  } else if (unknown >= 0) {
    known = -1;
  }
  if (known != size) {
    if constexpr (N == 1) {
      return frame.raise("ValueError", "cannot reshape array of size % into shape (%,)", size, wanted[0]);
    } else if constexpr (N == 2) {
      return frame.raise("ValueError", "cannot reshape array of size % into shape (%,%)", size, wanted[0], wanted[1]);
    } else {
      return frame.raise("ValueError", "cannot reshape array of size % into the shape asked for", size);
    }
  }
  Array<T, R> source;
  if (Status status = as_contiguous(frame, array, source); status != EP_OK) return status;
  out.data = source.data;
  out.owner = source.owner;
  for (int i = 0; i < N; ++i) out.shape[i] = lengths[i];
  out.set_contiguous_strides();
  return EP_OK;
}

template <class T, int R, int N, class Length, class... Rest>
inline Status reshape_collect(Frame& frame, const Array<T, R>& array, int64_t (&wanted)[N], int64_t* to,
                              const Length& length, Rest&... rest) {
  lengths_of(to, length);
  if constexpr (sizeof...(Rest) == 1) {
    return reshape_to<T, R, N>(frame, array, wanted, N, rest...);
  } else {
    return reshape_collect<T, R, N>(frame, array, wanted, to, rest...);
  }
}

template <class First, class... Rest>
inline auto& last(First& first, Rest&... rest) {
  if constexpr (sizeof...(Rest) == 0) return first;
  else return last(rest...);
}
}  // namespace detail

/// `array.reshape(lengths…)`: integers or one tuple; one of them may be -1. Copies where the array is not contiguous.
template <class T, int R, class... Rest>
inline Status reshape(Frame& frame, const Array<T, R>& array, Rest&&... lengths_then_result) {
  using Result = std::remove_reference_t<decltype(detail::last(lengths_then_result...))>;
  int64_t wanted[Result::rank];
  return detail::reshape_collect<T, R, Result::rank>(frame, array, wanted, &wanted[0], lengths_then_result...);
}

template <class T, int R>
inline Status ravel(Frame& frame, const Array<T, R>& array, Array<T, 1>& out) {
  const int64_t wanted[1] = {array.size()};
  return detail::reshape_to<T, R, 1>(frame, array, wanted, 1, out);
}

// Images.

inline Array<uint8_t, 3> pixels(const Image& image) { return image_pixels(image); }
inline Array<uint8_t, 2> plane(const Image& image) { return image_plane(image); }
inline int64_t image_width(const Image& image) { return image.width; }
inline int64_t image_height(const Image& image) { return image.height; }
inline Tuple<int64_t, int64_t> image_size(const Image& image) { return {image.width, image.height}; }

}  // namespace ep::prim

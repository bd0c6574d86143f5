// SPDX-License-Identifier: Apache-2.0
// Inputs of elementwise kernels, as one thing: arrays of any rank, images and scalars, each with a byte stride per
// axis of the broadcast result (0 where it repeats).
#pragma once

#include "everypath/array.hpp"
#include "everypath/image.hpp"

namespace ep {

/// An input laid out over a result of rank R.
template <class T, int R>
struct Lane {
  using Element = T;
  const char* data;
  int64_t strides[R == 0 ? 1 : R];
};

namespace detail {

template <int R, class T, int S>
inline Array<T, S> lane_source(const Array<T, S>& array) {
  static_assert(S <= R);
  return array;
}
template <int R>
inline auto lane_source(const Image& image) {
  if constexpr (R == 2) return image_plane(image);
  else return image_pixels(image);
}

template <int R, class In>
inline constexpr bool is_scalar_input = __is_arithmetic(In);

// Merges one input's shape into the result's. A length that fits neither is marked by -1.
template <int R, class In>
inline bool merge_shape(const In& input, int64_t (&shape)[R == 0 ? 1 : R]) {
  if constexpr (is_scalar_input<R, In>) {
    return true;
  } else {
    const auto array = lane_source<R>(input);
    constexpr int rank = decltype(array)::rank;
    for (int i = 0; i < rank; ++i) {
      int64_t& length = shape[R - rank + i];
      if (length == 1) length = array.shape[i];
      else if (array.shape[i] != 1 && array.shape[i] != length) return false;
    }
    return true;
  }
}

template <int R, class In>
inline auto make_lane(const In& input, const int64_t (&shape)[R == 0 ? 1 : R]) {
  if constexpr (is_scalar_input<R, In>) {
    Lane<In, R> lane{reinterpret_cast<const char*>(&input), {}};
    return lane;
  } else {
    const auto array = lane_source<R>(input);
    using Source = decltype(array);
    Lane<typename Source::Element, R> lane{reinterpret_cast<const char*>(array.data), {}};
    for (int i = 0; i < Source::rank; ++i)
      lane.strides[R - Source::rank + i] = array.shape[i] == 1 && shape[R - Source::rank + i] != 1 ? 0 : array.strides[i];
    return lane;
  }
}

template <int R, class In>
inline int64_t input_size(const In& input) {
  if constexpr (is_scalar_input<R, In>) return 1;
  else return lane_source<R>(input).size();
}

}  // namespace detail

/// The broadcast shape of the inputs; ValueError where they do not fit.
template <int R, class... In>
inline Status broadcast_shape(Frame& frame, int64_t (&shape)[R == 0 ? 1 : R], const In&... inputs) {
  for (int i = 0; i < R; ++i) shape[i] = 1;
  const bool fits = (detail::merge_shape<R>(inputs, shape) && ...);
  return fits ? static_cast<Status>(EP_OK)
              : frame.raise("ValueError", "operands could not be broadcast together");
}

}  // namespace ep

// SPDX-License-Identifier: Apache-2.0
// `array[…]`: integers, slices, None and … in any mix, with Python's rules for negative and out-of-range indices.
// The template arguments say what each item is; its numbers follow as arguments. NumPy's basic indexing.
#pragma once

#include "everypath/array.hpp"

namespace ep::prim {

/// Codes of index items; a slice adds 1, 2 and 4 where it gives a start, a stop and a step.
enum Item { ITEM_INTEGER = 0, ITEM_NEWAXIS = 1, ITEM_SLICE = 8 };

namespace detail {

template <class T, int R>
struct Cursor {
  const Array<T, R>& array;
  int64_t offset = 0;
  int axis = 0;
  int64_t shape[EP_MAX_RANK] = {};
  int64_t strides[EP_MAX_RANK] = {};
  int rank = 0;

  void keep(int64_t length, int64_t stride) {
    shape[rank] = length;
    strides[rank++] = stride;
  }
};

template <class T, int R>
inline Status take_integer(Frame& frame, Cursor<T, R>& cursor, int64_t index) {
  const int64_t length = cursor.array.shape[cursor.axis];
  if (index < -length || index >= length)
    return frame.raise("IndexError", "index % is out of bounds for axis % with size %", index, cursor.axis, length);
  cursor.offset += (index < 0 ? index + length : index) * cursor.array.strides[cursor.axis];
  ++cursor.axis;
  return EP_OK;
}

template <int Given, class T, int R>
inline Status take_slice(Frame& frame, Cursor<T, R>& cursor, int64_t start, int64_t stop, int64_t step) {
  // CPython's PySlice_AdjustIndices.
  const int64_t length = cursor.array.shape[cursor.axis];
  const int64_t stride = cursor.array.strides[cursor.axis];
  if constexpr ((Given & 4) == 0) step = 1;
  if (step == 0) return frame.raise("ValueError", "slice step cannot be zero");
  if (step < -INT64_MAX) step = -INT64_MAX;
  const int64_t low = step < 0 ? -1 : 0;
  const int64_t high = step < 0 ? length - 1 : length;
  if constexpr ((Given & 1) == 0) start = step < 0 ? high : low;
  else if (start < 0) start = start + length < 0 ? low : start + length;
  else if (start >= length) start = high;
  if constexpr ((Given & 2) == 0) stop = step < 0 ? low : high;
  else if (stop < 0) stop = stop + length < 0 ? low : stop + length;
  else if (stop >= length) stop = high;
  int64_t count = 0;
  if (step > 0 && start < stop) count = (stop - start - 1) / step + 1;
  if (step < 0 && stop < start) count = (start - stop - 1) / -step + 1;
  if (count > 0) cursor.offset += start * stride;
  cursor.keep(count, count > 1 ? step * stride : stride);
  ++cursor.axis;
  return EP_OK;
}

template <class T, int R, class Out>
inline Status finish(Frame&, Cursor<T, R>& cursor, Out& out) {
  if constexpr (is_array<Out>) {
    Out view;
    view.data = &cursor.array.byte(cursor.offset);
    view.owner = cursor.array.owner;
    while (cursor.axis < R) {
      cursor.keep(cursor.array.shape[cursor.axis], cursor.array.strides[cursor.axis]);
      ++cursor.axis;
    }
    for (int i = 0; i < Out::rank; ++i) {
      view.shape[i] = cursor.shape[i];
      view.strides[i] = cursor.strides[i];
    }
    out = view;
  } else {
    out = cursor.array.byte(cursor.offset);
  }
  return EP_OK;
}

template <int... Items>
struct Walk;

template <>
struct Walk<> {
  template <class T, int R, class Out>
  static Status run(Frame& frame, Cursor<T, R>& cursor, Out& out) {
    return finish(frame, cursor, out);
  }
};

template <int Code, int... Items>
struct Walk<Code, Items...> {
  template <class T, int R, class... Rest>
  static Status run(Frame& frame, Cursor<T, R>& cursor, Rest&... rest) {
    if constexpr (Code == ITEM_NEWAXIS) {
      cursor.keep(1, 0);
      return Walk<Items...>::run(frame, cursor, rest...);
    } else if constexpr (Code == ITEM_INTEGER) {
      return integer(frame, cursor, rest...);
    } else {
      return slice<0, 0>(frame, cursor, 0, 0, 0, rest...);
    }
  }

 private:
  template <class T, int R, class Index, class... Rest>
  static Status integer(Frame& frame, Cursor<T, R>& cursor, const Index& index, Rest&... rest) {
    if (Status status = take_integer(frame, cursor, static_cast<int64_t>(index)); status != EP_OK) return status;
    return Walk<Items...>::run(frame, cursor, rest...);
  }

  // Takes the slice's numbers one by one: part 0 is its start, 1 its stop, 2 its step.
  template <int Part, int, class T, int R, class First, class... Rest>
  static Status slice(Frame& frame, Cursor<T, R>& cursor, int64_t start, int64_t stop, int64_t step, First& first,
                      Rest&... rest) {
    if constexpr (Part == 3) {
      if (Status status = take_slice<Code - ITEM_SLICE>(frame, cursor, start, stop, step); status != EP_OK)
        return status;
      return Walk<Items...>::run(frame, cursor, first, rest...);
    } else if constexpr (((Code - ITEM_SLICE) >> Part & 1) == 0) {
      return slice<Part + 1, 0>(frame, cursor, start, stop, step, first, rest...);
    } else {
      const int64_t value = static_cast<int64_t>(first);
      return slice<Part + 1, 0>(frame, cursor, Part == 0 ? value : start, Part == 1 ? value : stop,
                                Part == 2 ? value : step, rest...);
    }
  }
};

}  // namespace detail

/// A view, or the element where every axis has an integer. Arguments: the items' numbers, then the result.
template <int... Items, class T, int R, class... Rest>
inline Status subscript(Frame& frame, const Array<T, R>& array, Rest&&... numbers_then_result) {
  detail::Cursor<T, R> cursor{array};
  return detail::Walk<Items...>::run(frame, cursor, numbers_then_result...);
}

}  // namespace ep::prim

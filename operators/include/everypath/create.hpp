// SPDX-License-Identifier: Apache-2.0
// New arrays: zeros, full, arange, from items, stacked and concatenated.
#pragma once

#include "everypath/array.hpp"
#include "everypath/scalar.hpp"
#include "everypath/tuple.hpp"

namespace ep::prim {

namespace detail {
template <class Value>
inline void lengths_of(int64_t*& to, const Value& value) {
  if constexpr (std::is_integral_v<Value>) {
    *to++ = static_cast<int64_t>(value);
  } else if constexpr (tuple_size<Value> > 0) {
    lengths_of(to, value.first);
    lengths_of(to, value.rest);
  }
}

template <class T, int R>
inline Status allocate_checked(Frame& frame, const int64_t* shape, Array<T, R>& out) {
  for (int i = 0; i < R; ++i)
    if (shape[i] < 0) return frame.raise("ValueError", "negative dimensions are not allowed");
  return frame.allocate(out, shape);
}
}  // namespace detail

/// `numpy.full(shape, value)`; the shape is an integer or a tuple.
template <class Shape, class Value, class T, int R>
inline Status full(Frame& frame, const Shape& shape, const Value& value, Array<T, R>& out) {
  int64_t lengths[R];
  int64_t* to = lengths;
  detail::lengths_of(to, shape);
  if (Status status = detail::allocate_checked(frame, lengths, out); status != EP_OK) return status;
  const T element = as<T>(value);
  const int64_t count = out.size();
  for (int64_t i = 0; i < count; ++i) out.data[i] = element;
  return EP_OK;
}

/// `numpy.full_like(array, value)`.
template <class S, class Value, class T, int R>
inline Status full_like(Frame& frame, const Array<S, R>& like, const Value& value, Array<T, R>& out) {
  if (Status status = frame.allocate(out, &like.shape[0]); status != EP_OK) return status;
  const T element = as<T>(value);
  const int64_t count = out.size();
  for (int64_t i = 0; i < count; ++i) out.data[i] = element;
  return EP_OK;
}

/// `numpy.arange(start, stop, step)`: NumPy computes the first two elements and extends by their difference.
template <class A, class B, class C, class T>
inline Status arange(Frame& frame, A first_number, B stop_number, C step_number, Array<T, 1>& out) {
  using Number = decltype(first_number + stop_number + step_number);
  const Number start = first_number;
  const Number stop = stop_number;
  const Number step = step_number;
  if (step == Number(0)) return frame.raise("ZeroDivisionError", "division by zero");
  int64_t count = 0;
  if constexpr (std::is_floating_point_v<Number>) {
    const double exact = __builtin_ceil((stop - start) / step);
    if (!(exact < 9.2e18)) return frame.raise("ValueError", "Maximum allowed size exceeded");
    count = exact > 0 ? static_cast<int64_t>(exact) : 0;
  } else {
    if (step > 0 && start < stop) count = (stop - start - 1) / step + 1;
    if (step < 0 && stop < start) count = (start - stop - 1) / -step + 1;
  }
  if (Status status = frame.allocate(out, count); status != EP_OK) return status;
  const T first = as<T>(start);
  const T delta = static_cast<T>(as<T>(static_cast<Number>(start + step)) - first);
  for (int64_t i = 0; i < count; ++i) {
    if constexpr (std::is_floating_point_v<T>) out.data[i] = i == 1 ? as<T>(start + step) : first + static_cast<T>(i) * delta;
    else out.data[i] = static_cast<T>(first + static_cast<T>(i) * delta);
  }
  return EP_OK;
}

namespace detail {
template <class T, class... Items>
inline void fill_items(T* to, const Tuple<Items...>& items) {
  if constexpr (sizeof...(Items) > 0) {
    *to = as<T>(items.first);
    fill_items(to + 1, items.rest);
  }
}

// Rank, and shape along an axis, of an item to be stacked: a scalar has none.
template <class Item>
inline constexpr int item_rank = 0;
template <class T, int R>
inline constexpr int item_rank<Array<T, R>> = R;

template <class Item>
inline int64_t item_length(const Item& item, int axis) {
  if constexpr (item_rank<Item> > 0) return item.shape[axis];
  else return 1;
}

// Copies an item into strided room, converting elements.
template <class T, class Item>
inline void place(char* to, const int64_t* to_strides, const Item& item) {
  if constexpr (item_rank<Item> == 0) {
    *reinterpret_cast<T*>(to) = as<T>(item);
  } else {
    constexpr int rank = item_rank<Item>;
    int64_t index[rank] = {};
    if (item.size() == 0) return;
    const int64_t inner = item.shape[rank - 1];
    for (;;) {
      char* row = to;
      int64_t offset = 0;
      for (int i = 0; i < rank - 1; ++i) {
        row += index[i] * to_strides[i];
        offset += index[i] * item.strides[i];
      }
      for (int64_t i = 0; i < inner; ++i)
        *reinterpret_cast<T*>(row + i * to_strides[rank - 1]) =
            as<T>(item.byte(offset + i * item.strides[rank - 1]));
      int axis = rank - 2;
      while (axis >= 0 && ++index[axis] == item.shape[axis]) index[axis--] = 0;
      if (axis < 0) return;
    }
  }
}

template <int Axis, class T, int R, class... Items>
inline void stack_from(Array<T, R>& out, int64_t position, const Tuple<Items...>& items) {
  if constexpr (sizeof...(Items) > 0) {
    int64_t strides[R] = {};
    for (int i = 0, from = 0; i < R; ++i)
      if (i != Axis) strides[from++] = out.strides[i];
    place<T>(reinterpret_cast<char*>(out.data) + position * out.strides[Axis], strides, items.first);
    stack_from<Axis>(out, position + 1, items.rest);
  }
}

template <class First, class... Items>
inline bool same_shape(const First& first, const Tuple<Items...>& items) {
  if constexpr (sizeof...(Items) == 0) {
    return true;
  } else {
    for (int i = 0; i < item_rank<First>; ++i)
      if (item_length(first, i) != item_length(items.first, i)) return false;
    return same_shape(first, items.rest);
  }
}

template <int Axis, class T, int R, class... Items>
inline void concatenate_from(Array<T, R>& out, int64_t position, const Tuple<Items...>& items) {
  if constexpr (sizeof...(Items) > 0) {
    place<T>(reinterpret_cast<char*>(out.data) + position * out.strides[Axis], out.strides, items.first);
    concatenate_from<Axis>(out, position + items.first.shape[Axis], items.rest);
  }
}

template <int Axis, class First, class... Items>
inline bool joinable(const First& first, const Tuple<Items...>& items, int64_t& total) {
  if constexpr (sizeof...(Items) == 0) {
    return true;
  } else {
    for (int i = 0; i < First::rank; ++i)
      if (i != Axis && first.shape[i] != items.first.shape[i]) return false;
    total += items.first.shape[Axis];
    return joinable<Axis>(first, items.rest, total);
  }
}
}  // namespace detail

/// `numpy.array((a, b, …))` of scalars.
template <class... Items, class T>
inline Status from_items(Frame& frame, const Tuple<Items...>& items, Array<T, 1>& out) {
  if (Status status = frame.allocate(out, static_cast<int64_t>(sizeof...(Items))); status != EP_OK) return status;
  detail::fill_items(out.data, items);
  return EP_OK;
}

/// `numpy.stack((a, b, …), axis=Axis)`, of arrays or scalars.
template <int Axis, class... Items, class T, int R>
inline Status stack(Frame& frame, const Tuple<Items...>& items, Array<T, R>& out) {
  if (!detail::same_shape(items.first, items.rest))
    return frame.raise("ValueError", "all input arrays must have the same shape");
  int64_t lengths[R];
  for (int i = 0, from = 0; i < R; ++i)
    lengths[i] = i == Axis ? static_cast<int64_t>(sizeof...(Items)) : detail::item_length(items.first, from++);
  if (Status status = frame.allocate(out, &lengths[0]); status != EP_OK) return status;
  detail::stack_from<Axis>(out, 0, items);
  return EP_OK;
}

/// `numpy.concatenate((a, b, …), axis=Axis)`.
template <int Axis, class... Items, class T, int R>
inline Status concatenate(Frame& frame, const Tuple<Items...>& items, Array<T, R>& out) {
  int64_t total = items.first.shape[Axis];
  if (!detail::joinable<Axis>(items.first, items.rest, total))
    return frame.raise("ValueError",
                       "all the input array dimensions for the concatenation axis must match exactly");
  int64_t lengths[R];
  for (int i = 0; i < R; ++i) lengths[i] = i == Axis ? total : items.first.shape[i];
  if (Status status = frame.allocate(out, &lengths[0]); status != EP_OK) return status;
  detail::concatenate_from<Axis>(out, 0, items);
  return EP_OK;
}

}  // namespace ep::prim

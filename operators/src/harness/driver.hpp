// SPDX-License-Identifier: Apache-2.0
// Values between the C ABI and the runtime's types, for the conformance drivers only: what glue does in programs.
#pragma once

#include "everypath/runtime.hpp"
#include "src/harness/threads.hpp"

namespace ep::harness {

template <class T>
constexpr uint32_t dtype_of() {
  if constexpr (std::is_same_v<T, bool>) return EP_DTYPE_BOOL;
  else if constexpr (std::is_same_v<T, float>) return EP_FLOAT32;
  else if constexpr (std::is_same_v<T, double>) return EP_FLOAT64;
  else {
    constexpr uint32_t size = sizeof(T) == 1 ? 0 : sizeof(T) == 2 ? 1 : sizeof(T) == 4 ? 2 : 3;
    return (std::is_signed_v<T> ? EP_INT8 : EP_UINT8) + size;
  }
}

template <class T>
struct Io {
  static T from(const ep_value& value) {
    if constexpr (std::is_floating_point_v<T>) return static_cast<T>(value.as.f);
    else return static_cast<T>(value.as.i);
  }
  static void to(const T& result, ep_value& value) {
    value.kind = EP_SCALAR;
    value.dtype = dtype_of<T>();
    if constexpr (std::is_floating_point_v<T>) value.as.f = result;
    else value.as.i = static_cast<int64_t>(result);
  }
};

template <class T, int R>
struct Io<Array<T, R>> {
  static Array<T, R> from(const ep_value& value) {
    Array<T, R> array;
    array.data = reinterpret_cast<T*>(value.as.pointer);
    for (int i = 0; i < R; ++i) {
      array.shape[i] = value.shape[i];
      array.strides[i] = value.strides[i];
    }
    return array;
  }
  static void to(const Array<T, R>& result, ep_value& value) {
    value.kind = EP_ARRAY;
    value.dtype = dtype_of<T>();
    value.rank = R;
    value.as.pointer = reinterpret_cast<uint64_t>(result.data);
    for (int i = 0; i < R; ++i) {
      value.shape[i] = result.shape[i];
      value.strides[i] = result.strides[i];
    }
    Reference kept = result.owner;
    value.owner = reinterpret_cast<uint64_t>(kept.take());
  }
};

template <>
struct Io<Image> {
  static Image from(const ep_value& value) {
    Image image;
    image.data = reinterpret_cast<uint8_t*>(value.as.pointer);
    image.height = value.shape[0];
    image.width = value.shape[1];
    image.channels = value.shape[2];
    image.row_stride = value.strides[0];
    return image;
  }
  static void to(const Image& result, ep_value& value) {
    Io<Array<uint8_t, 3>>::to(image_pixels(result), value);
    value.kind = EP_IMAGE;
  }
};

template <>
struct Io<Tuple<>> {
  static void fill(Tuple<>&, const ep_value*) {}
  static void put(const Tuple<>&, ep_value*) {}
};

template <class First, class... Rest>
struct Io<Tuple<First, Rest...>> {
  static Tuple<First, Rest...> from(const ep_value& value) {
    Tuple<First, Rest...> tuple;
    fill(tuple, reinterpret_cast<const ep_value*>(value.as.pointer));
    return tuple;
  }
  static void fill(Tuple<First, Rest...>& tuple, const ep_value* items) {
    tuple.first = Io<First>::from(items[0]);
    Io<Tuple<Rest...>>::fill(tuple.rest, items + 1);
  }
  static void put(const Tuple<First, Rest...>& tuple, ep_value* items) {
    Io<First>::to(tuple.first, items[0]);
    Io<Tuple<Rest...>>::put(tuple.rest, items + 1);
  }
  static void to(const Tuple<First, Rest...>& tuple, ep_value& value) {
    value.kind = EP_TUPLE;
    value.size = 1 + sizeof...(Rest);
    auto* items = static_cast<ep_value*>(__builtin_calloc(value.size, sizeof(ep_value)));
    put(tuple, items);
    value.as.pointer = reinterpret_cast<uint64_t>(items);
  }
};

}  // namespace ep::harness

extern "C" {
void driver_release(uint64_t owner) { ep::Storage::release(reinterpret_cast<ep::Storage*>(owner)); }

/// One call from Python and its result given back, as NumPy frees an array that nobody keeps.
int32_t driver_run(int32_t (*run)(const ep_value*, ep_value*, ep_error*), const ep_value* args, ep_value* result,
                   ep_error* error) {
  const int32_t status = run(args, result, error);
  if (status == EP_OK) driver_release(result->owner);
  return status;
}
}

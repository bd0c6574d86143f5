// SPDX-License-Identifier: Apache-2.0
// `Array<T, R>`: a NumPy array of static dtype and rank. Strides are in bytes and may be negative or zero; copying an
// array shares its memory. Kernels never write to arrays that they did not allocate.
#pragma once

#include "everypath/frame.hpp"
#include "everypath/storage.hpp"

namespace ep {

template <class T, int R>
struct Array {
  using Element = T;
  static constexpr int rank = R;

  T* data = nullptr;
  int64_t shape[R == 0 ? 1 : R] = {};
  int64_t strides[R == 0 ? 1 : R] = {};
  /// Keeps the memory alive; empty when it is borrowed.
  Reference owner;

  int64_t size() const {
    int64_t count = 1;
    for (int i = 0; i < R; ++i) count *= shape[i];
    return count;
  }

  /// C order without gaps. Axes of length 1, and empty arrays, have any stride, as in NumPy.
  bool contiguous() const {
    int64_t expected = sizeof(T);
    for (int i = R - 1; i >= 0; --i) {
      if (shape[i] == 0) return true;
      if (shape[i] != 1 && strides[i] != expected) return false;
      expected *= shape[i];
    }
    return true;
  }

  template <class... Index>
  T& at(Index... index) const {
    static_assert(sizeof...(Index) == R);
    int64_t offset = 0;
    int axis = 0;
    ((offset += static_cast<int64_t>(index) * strides[axis++]), ...);
    return *reinterpret_cast<T*>(reinterpret_cast<char*>(data) + offset);
  }

  /// Element at a byte offset from the first.
  T& byte(int64_t offset) const { return *reinterpret_cast<T*>(reinterpret_cast<char*>(data) + offset); }

  void set_contiguous_strides() {
    int64_t stride = sizeof(T);
    for (int i = R - 1; i >= 0; --i) {
      strides[i] = stride;
      stride *= shape[i] > 0 ? shape[i] : 1;
    }
  }

  /// Fresh C-contiguous memory of this shape; false when there is none. Use `frame.allocate(array, n, m)`.
  template <class... Length>
    requires(__is_integral(Length) && ...)
  bool allocate(Length... lengths) {
    static_assert(sizeof...(Length) == R);
    const int64_t wanted[R == 0 ? 1 : R] = {static_cast<int64_t>(lengths)...};
    return allocate_shape(wanted);
  }

  bool allocate(const int64_t* wanted) { return allocate_shape(wanted); }

 private:
  bool allocate_shape(const int64_t* wanted) {
    int64_t bytes = sizeof(T);
    bool empty = false;
    for (int i = 0; i < R; ++i) {
      if (wanted[i] < 0) return false;
      if (wanted[i] == 0) empty = true;
      else if (__builtin_mul_overflow(bytes, wanted[i], &bytes)) return false;
    }
    Storage* storage = empty ? Storage::create(0)
                       : static_cast<uint64_t>(bytes) > SIZE_MAX ? nullptr
                                                                 : Storage::create(static_cast<size_t>(bytes));
    if (storage == nullptr) return false;
    owner = Reference(storage);
    data = static_cast<T*>(storage->data());
    for (int i = 0; i < R; ++i) shape[i] = wanted[i];
    set_contiguous_strides();
    return true;
  }
};

template <class T>
inline constexpr bool is_array = false;
template <class T, int R>
inline constexpr bool is_array<Array<T, R>> = true;

/// Rank 1 arrays whose elements follow each other, and rank 2 arrays whose rows do.
template <class T, int R>
inline bool rows_contiguous(const Array<T, R>& array) {
  static_assert(R >= 1);
  return array.shape[R - 1] <= 1 || array.strides[R - 1] == static_cast<int64_t>(sizeof(T));
}

namespace detail {
template <class T, int R>
inline void copy_axis(const char* from, T*& to, const Array<T, R>& source, int axis) {
  if (axis == R) {
    *to++ = *reinterpret_cast<const T*>(from);
    return;
  }
  if (axis == R - 1) {
    const int64_t count = source.shape[axis];
    const int64_t stride = source.strides[axis];
    if (stride == static_cast<int64_t>(sizeof(T))) {
      __builtin_memcpy(to, from, static_cast<size_t>(count) * sizeof(T));
    } else {
      for (int64_t i = 0; i < count; ++i) to[i] = *reinterpret_cast<const T*>(from + i * stride);
    }
    to += count;
    return;
  }
  for (int64_t i = 0; i < source.shape[axis]; ++i) copy_axis<T, R>(from + i * source.strides[axis], to, source, axis + 1);
}
}  // namespace detail

/// A C-contiguous copy.
template <class T, int R>
inline Status copy(Frame& frame, const Array<T, R>& source, Array<T, R>& out) {
  Array<T, R> fresh;
  if (Status status = frame.allocate(fresh, &source.shape[0]); status != EP_OK) return status;
  if (source.size() > 0) {
    T* to = fresh.data;
    detail::copy_axis<T, R>(reinterpret_cast<const char*>(source.data), to, source, 0);
  }
  out = static_cast<Array<T, R>&&>(fresh);
  return EP_OK;
}

/// The array itself where it is C-contiguous, else a copy that is.
template <class T, int R>
inline Status as_contiguous(Frame& frame, const Array<T, R>& source, Array<T, R>& out) {
  if (!source.contiguous()) return copy(frame, source, out);
  out = source;
  return EP_OK;
}

}  // namespace ep

// SPDX-License-Identifier: Apache-2.0
// Results handed to the host: arrays and images C-contiguous, their storage's reference as the owner; what was
// borrowed from an argument or a constant is copied.
#pragma once

#include "boundary.hpp"

namespace ep::program {

inline uint64_t address(const void* pointer) { return static_cast<uint64_t>(reinterpret_cast<uintptr_t>(pointer)); }

inline Status write(Frame&, ep_value& out, const None&) {
  out.kind = EP_NONE;
  return EP_OK;
}
inline Status write_bool(Frame&, ep_value& out, bool value) {
  out.kind = EP_BOOL;
  out.as.i = value ? 1 : 0;
  return EP_OK;
}
inline Status write_int(Frame&, ep_value& out, int64_t value) {
  out.kind = EP_INT;
  out.as.i = value;
  return EP_OK;
}
inline Status write_float(Frame&, ep_value& out, double value) {
  out.kind = EP_FLOAT;
  out.as.f = value;
  return EP_OK;
}
template <class T>
inline Status write_scalar(Frame&, ep_value& out, T value) {
  out.kind = EP_SCALAR;
  out.dtype = dtype_of<T>;
  if constexpr (scalar::is_float<T>) out.as.f = static_cast<double>(value);
  else out.as.i = static_cast<int64_t>(value);
  return EP_OK;
}

/// Text and bytes: the storage where there is one, else a copy.
inline Status write_bytes(Frame& frame, ep_value& out, uint32_t kind, const void* data, int64_t size,
                          const Reference& owner) {
  Reference held = owner;
  if (held.get() == nullptr && size > 0) {
    held = Reference(Storage::create(static_cast<size_t>(size)));
    if (held.get() == nullptr) return frame.out_of_memory();
    __builtin_memcpy(held.get()->data(), data, static_cast<size_t>(size));
    data = held.get()->data();
  }
  out.kind = kind;
  out.size = static_cast<uint64_t>(size);
  out.as.pointer = size > 0 ? address(data) : 0;
  out.owner = address(held.take());
  return EP_OK;
}
inline Status write(Frame& frame, ep_value& out, const Str& value) {
  return write_bytes(frame, out, EP_STR, value.data, value.size, value.owner);
}
inline Status write(Frame& frame, ep_value& out, const Bytes& value) {
  return write_bytes(frame, out, EP_BYTES, value.data, value.size, value.owner);
}

template <class T, int R>
inline Status write(Frame& frame, ep_value& out, const Array<T, R>& value) {
  Array<T, R> held = value;
  if (value.owner.get() == nullptr || !value.contiguous()) {
    if (Status status = copy(frame, value, held); status != EP_OK) return status;
  }
  held.set_contiguous_strides();
  out.kind = EP_ARRAY;
  out.dtype = dtype_of<T>;
  out.rank = R;
  out.as.pointer = address(held.data);
  for (int i = 0; i < R; ++i) {
    out.shape[i] = held.shape[i];
    out.strides[i] = held.strides[i];
  }
  out.owner = address(held.owner.take());
  return EP_OK;
}

inline Status write(Frame& frame, ep_value& out, const Image& value) {
  Image held = value;
  if (value.owner.get() == nullptr || !value.contiguous()) {
    Image fresh;
    if (Status status = frame.allocate(fresh, value.height, value.width, value.channels); status != EP_OK) return status;
    const size_t row = static_cast<size_t>(value.width * value.channels);
    for (int64_t y = 0; y < value.height; ++y) __builtin_memcpy(fresh.row(y), value.row(y), row);
    held = fresh;
  }
  out.kind = EP_IMAGE;
  out.dtype = EP_UINT8;
  out.rank = 3;
  out.as.pointer = address(held.data);
  out.shape[0] = held.height;
  out.shape[1] = held.width;
  out.shape[2] = held.channels;
  out.strides[0] = held.width * held.channels;
  out.strides[1] = held.channels;
  out.strides[2] = 1;
  out.owner = address(held.owner.take());
  return EP_OK;
}

/// Zeroed items of a tuple, owned by the result.
inline ep_value* start_tuple(Frame& frame, ep_value& out, uint64_t count) {
  Storage* storage = Storage::create(static_cast<size_t>(count) * sizeof(ep_value));
  if (storage == nullptr) {
    frame.out_of_memory();
    return nullptr;
  }
  __builtin_memset(storage->data(), 0, static_cast<size_t>(count) * sizeof(ep_value));
  out.kind = EP_TUPLE;
  out.size = count;
  out.as.pointer = address(storage->data());
  out.owner = address(storage);
  return static_cast<ep_value*>(storage->data());
}

/// Gives a result and all that is inside back.
inline void release(ep_value& value) {
  if (value.owner == 0) return;
  if (value.kind == EP_TUPLE || value.kind == EP_LIST || value.kind == EP_DICT) {
    ep_value* items = pointer_of<ep_value>(value);
    const uint64_t count = value.kind == EP_DICT ? 2 * value.size : value.size;
    for (uint64_t i = 0; i < count; ++i) release(items[i]);
  }
  Storage::release(reinterpret_cast<Storage*>(static_cast<uintptr_t>(value.owner)));
  value = {};
}

}  // namespace ep::program

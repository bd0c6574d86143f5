// SPDX-License-Identifier: Apache-2.0
// Values between the C ABI and C++: arguments are checked against the signature and borrowed, results are handed over
// C-contiguous and owned. A wrong argument is named, with what was expected and what came.
#pragma once

#include "everypath/runtime.hpp"
#include "invalid-argument.hpp"

namespace ep::program {

template <class T> inline constexpr uint32_t dtype_of = 0xffffffffu;
template <> inline constexpr uint32_t dtype_of<bool> = EP_DTYPE_BOOL;
template <> inline constexpr uint32_t dtype_of<int8_t> = EP_INT8;
template <> inline constexpr uint32_t dtype_of<int16_t> = EP_INT16;
template <> inline constexpr uint32_t dtype_of<int32_t> = EP_INT32;
template <> inline constexpr uint32_t dtype_of<int64_t> = EP_INT64;
template <> inline constexpr uint32_t dtype_of<uint8_t> = EP_UINT8;
template <> inline constexpr uint32_t dtype_of<uint16_t> = EP_UINT16;
template <> inline constexpr uint32_t dtype_of<uint32_t> = EP_UINT32;
template <> inline constexpr uint32_t dtype_of<uint64_t> = EP_UINT64;
template <> inline constexpr uint32_t dtype_of<float> = EP_FLOAT32;
template <> inline constexpr uint32_t dtype_of<double> = EP_FLOAT64;

/// A dimension of the signature: a length (>= 0), any (-1), or the n-th name (-2 - n).
using Dim = int64_t;

/// The arguments being read: where an error goes, and the lengths that named dimensions have taken.
struct Reader {
  ep_error* error;
  const char* const* dim_names;
  /// One per name; -1 until an argument sets it.
  int64_t* dim_lengths;
};

/// What the signature says of one argument, for checks and messages.
struct Expectation {
  const char* name;
  /// `float32[n, 3]`.
  const char* type;
  const Dim* dims = nullptr;
  /// Channels of an image; 0: 1, 3 or 4.
  int64_t channels = 0;
};

inline Status wrong(Reader& reader, const Expectation& expected, const ep_value& value) {
  return invalid_argument(reader.error, "TypeError", expected.name, expected.type, value);
}

template <class T>
inline T* pointer_of(const ep_value& value) {
  return reinterpret_cast<T*>(static_cast<uintptr_t>(value.as.pointer));
}

// Scalars.

inline Status read(Reader& reader, const Expectation& expected, const ep_value& value, None&) {
  return value.kind == EP_NONE ? EP_OK : wrong(reader, expected, value);
}
inline Status read_bool(Reader& reader, const Expectation& expected, const ep_value& value, bool& out) {
  if (value.kind != EP_BOOL) return wrong(reader, expected, value);
  out = value.as.i != 0;
  return EP_OK;
}
inline Status read_int(Reader& reader, const Expectation& expected, const ep_value& value, int64_t& out) {
  if (value.kind != EP_INT) return wrong(reader, expected, value);
  out = value.as.i;
  return EP_OK;
}
/// Takes an int too, as Python does where a float is annotated.
inline Status read_float(Reader& reader, const Expectation& expected, const ep_value& value, double& out) {
  if (value.kind == EP_INT) out = static_cast<double>(value.as.i);
  else if (value.kind == EP_FLOAT) out = value.as.f;
  else return wrong(reader, expected, value);
  return EP_OK;
}
template <class T>
inline Status read_scalar(Reader& reader, const Expectation& expected, const ep_value& value, T& out) {
  if (value.kind != EP_SCALAR || value.dtype != dtype_of<T>) return wrong(reader, expected, value);
  if constexpr (scalar::is_float<T>) out = static_cast<T>(value.as.f);
  else out = static_cast<T>(value.as.i);
  return EP_OK;
}

// Text, bytes.

inline Status read(Reader& reader, const Expectation& expected, const ep_value& value, Str& out) {
  if (value.kind != EP_STR || (value.size > 0 && value.as.pointer == 0)) return wrong(reader, expected, value);
  out = Str(value.size > 0 ? pointer_of<const char>(value) : "", static_cast<int64_t>(value.size));
  return EP_OK;
}
inline Status read(Reader& reader, const Expectation& expected, const ep_value& value, Bytes& out) {
  if (value.kind != EP_BYTES || (value.size > 0 && value.as.pointer == 0)) return wrong(reader, expected, value);
  out.data = pointer_of<const uint8_t>(value);
  out.size = static_cast<int64_t>(value.size);
  return EP_OK;
}

// Arrays, images.

/// Checks a length against the signature; a name's first length sets it.
inline Status check_dim(Reader& reader, const Expectation& expected, int axis, int64_t length) {
  const Dim dim = expected.dims[axis];
  if (dim == -1) return EP_OK;
  if (dim >= 0) {
    return length == dim ? EP_OK : wrong_length(reader.error, expected.name, expected.type, axis, length, dim, nullptr);
  }
  int64_t& known = reader.dim_lengths[-2 - dim];
  if (known < 0) known = length;
  return known == length
             ? EP_OK
             : wrong_length(reader.error, expected.name, expected.type, axis, length, known, reader.dim_names[-2 - dim]);
}

template <class T, int R>
inline Status read(Reader& reader, const Expectation& expected, const ep_value& value, Array<T, R>& out) {
  if (value.kind != EP_ARRAY || value.dtype != dtype_of<T> || value.rank != R) return wrong(reader, expected, value);
  bool aligned = value.as.pointer % alignof(T) == 0;
  for (int i = 0; i < R; ++i) {
    if (value.shape[i] < 0) return wrong(reader, expected, value);
    if (Status status = check_dim(reader, expected, i, value.shape[i]); status != EP_OK) return status;
    out.shape[i] = value.shape[i];
    out.strides[i] = value.strides[i];
    aligned = aligned && (value.shape[i] <= 1 || value.strides[i] % static_cast<int64_t>(alignof(T)) == 0);
  }
  out.data = pointer_of<T>(value);
  if (out.size() == 0) return EP_OK;
  if (out.data == nullptr) return wrong(reader, expected, value);
  return aligned ? EP_OK : misaligned(reader.error, expected.name, expected.type);
}

inline Status read(Reader& reader, const Expectation& expected, const ep_value& value, Image& out) {
  const int64_t channels = value.kind == EP_IMAGE && value.rank == 3 ? value.shape[2] : 0;
  const bool known = expected.channels == 0 ? channels == 1 || channels == 3 || channels == 4
                                            : channels == expected.channels;
  if (!known || value.dtype != EP_UINT8 || value.shape[0] < 0 || value.shape[1] < 0)
    return wrong(reader, expected, value);
  const bool empty = value.shape[0] == 0 || value.shape[1] == 0;
  if (!empty && value.as.pointer == 0) return wrong(reader, expected, value);
  const bool packed = empty || ((channels == 1 || value.strides[2] == 1) &&
                                (value.shape[1] == 1 || value.strides[1] == channels));
  if (packed) {
    out.data = pointer_of<uint8_t>(value);
    out.height = value.shape[0];
    out.width = value.shape[1];
    out.channels = channels;
    out.row_stride = value.shape[0] > 1 ? value.strides[0] : value.shape[1] * channels;
    return EP_OK;
  }
  if (!out.allocate(value.shape[0], value.shape[1], channels)) return out_of_memory(reader.error);
  uint8_t* to = out.data;
  const uint8_t* from = pointer_of<const uint8_t>(value);
  for (int64_t y = 0; y < out.height; ++y)
    for (int64_t x = 0; x < out.width; ++x)
      for (int64_t c = 0; c < channels; ++c)
        *to++ = from[y * value.strides[0] + x * value.strides[1] + c * value.strides[2]];
  return EP_OK;
}

/// The items of a tuple argument, or null.
inline const ep_value* tuple_items(const ep_value& value, uint64_t count) {
  if (value.kind != EP_TUPLE || value.size != count || (count > 0 && value.as.pointer == 0)) return nullptr;
  return count > 0 ? pointer_of<const ep_value>(value) : &value;
}

}  // namespace ep::program

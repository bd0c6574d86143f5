// SPDX-License-Identifier: Apache-2.0
// `Image`: a Pillow image of mode L, RGB or RGBA: uint8, pixels packed, rows `row_stride` bytes apart.
#pragma once

#include "everypath/array.hpp"

namespace ep {

struct Image {
  uint8_t* data = nullptr;
  int64_t height = 0;
  int64_t width = 0;
  /// 1 (L), 3 (RGB) or 4 (RGBA).
  int64_t channels = 0;
  int64_t row_stride = 0;
  Reference owner;

  uint8_t* row(int64_t y) const { return data + y * row_stride; }

  /// Fresh memory without gaps; false when there is none. Use `frame.allocate(image, height, width, channels)`.
  bool allocate(int64_t rows, int64_t columns, int64_t planes) {
    int64_t stride = 0;
    int64_t bytes = 0;
    if (rows < 0 || columns < 0 || __builtin_mul_overflow(columns, planes, &stride) ||
        __builtin_mul_overflow(rows, stride, &bytes) || static_cast<uint64_t>(bytes) > SIZE_MAX - 64)
      return false;
    // 64 spare bytes: a vector may read past the last pixel.
    Storage* storage = Storage::create(static_cast<size_t>(bytes) + 64);
    if (storage == nullptr) return false;
    owner = Reference(storage);
    data = static_cast<uint8_t*>(storage->data());
    height = rows;
    width = columns;
    channels = planes;
    row_stride = stride;
    return true;
  }

  bool contiguous() const { return row_stride == width * channels || height <= 1; }
};

/// The image as NumPy sees it: (height, width, channels), sharing memory.
inline Array<uint8_t, 3> image_pixels(const Image& image) {
  Array<uint8_t, 3> view;
  view.data = image.data;
  view.shape[0] = image.height;
  view.shape[1] = image.width;
  view.shape[2] = image.channels;
  view.strides[0] = image.row_stride;
  view.strides[1] = image.channels;
  view.strides[2] = 1;
  view.owner = image.owner;
  return view;
}

/// A one-channel image as NumPy sees it: (height, width), sharing memory.
inline Array<uint8_t, 2> image_plane(const Image& image) {
  Array<uint8_t, 2> view;
  view.data = image.data;
  view.shape[0] = image.height;
  view.shape[1] = image.width;
  view.strides[0] = image.row_stride;
  view.strides[1] = 1;
  view.owner = image.owner;
  return view;
}

}  // namespace ep

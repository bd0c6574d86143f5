// SPDX-License-Identifier: Apache-2.0
// Size features of a resize: pixels in and out, and the multiplications of each pass when horizontal goes first.
#pragma once

#include "everypath/image.hpp"
#include "everypath/tuple.hpp"

namespace ep::op::resize_bilinear {

inline void features(double* out, const Image& in, const Tuple<int64_t, int64_t>& size) {
  const double width = static_cast<double>(get<0>(size));
  const double height = static_cast<double>(get<1>(size));
  const double in_width = static_cast<double>(in.width);
  const double in_height = static_cast<double>(in.height);
  const double horizontal = in_width > width ? in_width : width;
  const double vertical = in_height > height ? in_height : height;
  const double channels = static_cast<double>(in.channels);
  out[0] = in_width * in_height;
  out[1] = width > 0 && height > 0 ? width * height : 0;
  out[2] = 2 * in_height * horizontal * channels;
  out[3] = 2 * width * vertical * channels;
  if (out[3] < 0) out[3] = 0;
}

}  // namespace ep::op::resize_bilinear

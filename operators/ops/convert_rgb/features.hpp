// SPDX-License-Identifier: Apache-2.0
// Size features of a conversion: pixels, and channels of the input.
#pragma once

#include "everypath/image.hpp"

namespace ep::op::convert_rgb {

inline void features(double* out, const Image& in) {
  out[0] = static_cast<double>(in.height * in.width);
  out[1] = static_cast<double>(in.channels);
}

}  // namespace ep::op::convert_rgb

// SPDX-License-Identifier: Apache-2.0
// @variant vectorised
// @summary One pixel at a time, left to the compiler to vectorise.
// @source Our own, after Pillow's Convert.c.
// @isa any
#pragma once

#include "ops/convert_rgb/rows.hpp"

namespace ep::op::convert_rgb::vectorised {

template <class Attributes>
Status run(Frame& frame, const Image& in, Image& out) {
  return convert<Plain>(frame, in, out);
}

}  // namespace ep::op::convert_rgb::vectorised

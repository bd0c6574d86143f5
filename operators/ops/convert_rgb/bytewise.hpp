// SPDX-License-Identifier: Apache-2.0
// @variant bytewise
// @role reference
// @summary One byte at a time.
// @source Our own, after Pillow's Convert.c.
// @isa any
// @flags -fno-vectorize -fno-slp-vectorize
#pragma once

#include "ops/convert_rgb/rows.hpp"

namespace ep::op::convert_rgb::bytewise {

template <class Attributes>
Status run(Frame& frame, const Image& in, Image& out) {
  return convert<Plain>(frame, in, out);
}

}  // namespace ep::op::convert_rgb::bytewise

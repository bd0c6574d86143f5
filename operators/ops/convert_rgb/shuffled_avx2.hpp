// SPDX-License-Identifier: Apache-2.0
// @variant shuffled_avx2
// @algorithm shuffled
// @summary 8 RGBA pixels a vector: packed within lanes, then the lanes moved together.
// @source Our own, after Pillow's Convert.c.
// @isa x86_64=x86-64-v3
#pragma once

#include "ops/convert_rgb/wide_rows.hpp"

namespace ep::op::convert_rgb::shuffled_avx2 {

template <class Attributes>
Status run(Frame& frame, const Image& in, Image& out) {
  return convert<Wide<32>>(frame, in, out);
}

}  // namespace ep::op::convert_rgb::shuffled_avx2

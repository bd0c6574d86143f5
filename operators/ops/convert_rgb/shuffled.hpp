// SPDX-License-Identifier: Apache-2.0
// @variant shuffled
// @summary 16 pixels a step by byte shuffles.
// @source Our own, after Pillow's Convert.c.
// @isa x86_64=x86-64-v2,arm64=armv8-a,wasm32=wasm-simd128
#pragma once

#include "ops/convert_rgb/rows.hpp"

namespace ep::op::convert_rgb::shuffled {

template <class Attributes>
Status run(Frame& frame, const Image& in, Image& out) {
  return convert<Shuffled>(frame, in, out);
}

}  // namespace ep::op::convert_rgb::shuffled

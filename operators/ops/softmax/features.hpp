// SPDX-License-Identifier: Apache-2.0
// Size features of a softmax: those of every operator along an axis.
#pragma once

#include "everypath/axis_features.hpp"

namespace ep::op::softmax {
using axis::features;
}  // namespace ep::op::softmax

// SPDX-License-Identifier: Apache-2.0
// Size features of a variance: those of every operator along an axis.
#pragma once

#include "everypath/axis_features.hpp"

namespace ep::op::variance {
using axis::features;
}  // namespace ep::op::variance

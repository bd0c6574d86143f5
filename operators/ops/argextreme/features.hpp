// SPDX-License-Identifier: Apache-2.0
// Size features of a search for an extreme: those of every operator along an axis.
#pragma once

#include "everypath/axis_features.hpp"

namespace ep::op::argextreme {
using axis::features;
}  // namespace ep::op::argextreme

// SPDX-License-Identifier: Apache-2.0
// Everything that a kernel may use. Glue includes `python.hpp` and `probe.hpp` besides.
#pragma once

#include "everypath/frame.hpp"
#include "everypath/storage.hpp"
#include "everypath/array.hpp"
#include "everypath/image.hpp"
#include "everypath/tuple.hpp"
#include "everypath/maybe.hpp"
#include "everypath/str.hpp"
#include "everypath/scalar.hpp"
#include "everypath/primitives.hpp"

// SPDX-License-Identifier: Apache-2.0
// Python's own numbers as inline functions, one for each rule in `src/primitives/python*.ts`: CPython 3.11's answers
// and error messages. An int is 64 bits; leaving them is EP_UNSUPPORTED, never a wrap.
#pragma once

#include "everypath/python/flow.hpp"
#include "everypath/python/float.hpp"
#include "everypath/python/int.hpp"
#include "everypath/python/math.hpp"

// SPDX-License-Identifier: Apache-2.0
// A result with everything it points to, in one run of bytes: pointers become offsets beyond `PAYLOAD_BASE`.
#pragma once
#include "everypath.h"

namespace runner {

/** Where the reader finds the first byte of the payload; no address of a program lies there. */
inline constexpr uint64_t PAYLOAD_BASE = uint64_t(1) << 48;

struct Bytes {
  uint8_t *data;
  uint64_t size;
  uint64_t capacity;
};

/** Room for `size` more bytes at a multiple of 16, zeroed; returns its offset, or ~0 without memory. */
uint64_t append(Bytes &bytes, uint64_t size);

/** Appends what `value` points to and makes it point there. False when it holds something that no result may. */
bool flatten(ep_value &value, Bytes &payload);

} // namespace runner

// SPDX-License-Identifier: Apache-2.0
// Follows a result's pointers. Trusts the program with its addresses, as any host must, but not with kinds and ranks.
#include "result.hpp"
#include <stdlib.h>
#include <string.h>

namespace runner {

static const uint8_t ITEM_BYTES[] = {1, 1, 2, 4, 8, 1, 2, 4, 8, 2, 4, 8, 8, 16};

uint64_t append(Bytes &bytes, uint64_t size) {
  const uint64_t offset = (bytes.size + 15) & ~uint64_t(15);
  if (offset + size > bytes.capacity) {
    const uint64_t capacity = (offset + size) * 2;
    auto *grown = static_cast<uint8_t *>(realloc(bytes.data, capacity));
    if (!grown) return ~uint64_t(0);
    bytes.data = grown, bytes.capacity = capacity;
  }
  memset(bytes.data + bytes.size, 0, offset + size - bytes.size);
  bytes.size = offset + size;
  return offset;
}

static bool copy(ep_value &value, uint64_t size, Bytes &payload) {
  const uint64_t offset = append(payload, size);
  if (offset == ~uint64_t(0)) return false;
  if (size > 0) memcpy(payload.data + offset, reinterpret_cast<const void *>(value.as.pointer), size);
  value.as.pointer = PAYLOAD_BASE + offset;
  return true;
}

static bool copy_shaped(ep_value &value, Bytes &payload) {
  if (value.rank > EP_MAX_RANK || value.dtype > EP_COMPLEX128) return false;
  uint64_t size = ITEM_BYTES[value.dtype];
  for (uint32_t axis = 0; axis < value.rank; axis++) {
    if (value.shape[axis] < 0) return false;
    size *= uint64_t(value.shape[axis]);
  }
  return copy(value, size, payload);
}

static bool copy_items(ep_value &value, uint64_t count, Bytes &payload) {
  if (!copy(value, count * sizeof(ep_value), payload)) return false;
  const uint64_t start = value.as.pointer - PAYLOAD_BASE;
  for (uint64_t index = 0; index < count; index++) {
    // The payload may move while an item is followed.
    ep_value item;
    memcpy(&item, payload.data + start + index * sizeof item, sizeof item);
    if (!flatten(item, payload)) return false;
    memcpy(payload.data + start + index * sizeof item, &item, sizeof item);
  }
  return true;
}

bool flatten(ep_value &value, Bytes &payload) {
  value.owner = 0;
  switch (value.kind) {
  case EP_NONE:
  case EP_BOOL:
  case EP_INT:
  case EP_FLOAT:
  case EP_SCALAR:
    return true;
  case EP_STR:
  case EP_BYTES:
    return copy(value, value.size, payload);
  case EP_ARRAY:
  case EP_IMAGE:
    return copy_shaped(value, payload);
  case EP_TUPLE:
  case EP_LIST:
    return copy_items(value, value.size, payload);
  case EP_DICT:
    return copy_items(value, value.size * 2, payload);
  default:
    return false;
  }
}

} // namespace runner

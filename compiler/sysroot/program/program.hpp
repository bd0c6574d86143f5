// SPDX-License-Identifier: Apache-2.0
// The C ABI around a compiled function: what `glue.cpp` of every program includes. The generated part gives
// `describe_json` and `invoke`; everything here is the same in all programs.
#pragma once

#include "everypath/probe.hpp"
#include "result.hpp"

#define EP_EXPORT extern "C" [[gnu::visibility("default")]]

namespace ep::program {

/// Size features of a whole call: elements in its arguments, and its integers rounded down to powers of two.
inline void argument_sizes(const ep_value* args, uint32_t count, double* out) {
  double elements = 0, integers = 0;
  for (uint32_t i = 0; i < count; ++i) {
    const ep_value& value = args[i];
    if (value.kind == EP_ARRAY || value.kind == EP_IMAGE) {
      double size = 1;
      for (uint32_t k = 0; k < value.rank && k < EP_MAX_RANK; ++k) size *= static_cast<double>(value.shape[k]);
      elements += size;
    } else if (value.kind >= EP_STR && value.kind != EP_SCALAR) {
      elements += static_cast<double>(value.size);
    } else if (value.kind == EP_INT && value.as.i > 0) {
      integers += static_cast<double>(uint64_t(1) << (63 - __builtin_clzll(static_cast<uint64_t>(value.as.i))));
    }
  }
  out[0] = elements;
  out[1] = integers;
}

/// The frame of a call of the program: counts the node latencies that it recorded.
struct CallFrame : Frame {
  uint32_t recorded = 0;
};

/// Makes a node's call, timed when this call of the program is.
template <uint32_t FeatureCount, class Call, class Features>
[[gnu::always_inline]] inline Status probe(Frame& frame, uint32_t node, Call call, Features features) {
  if (!frame.timed) [[likely]] return call();
  double sizes[EP_MAX_FEATURES] = {};
  features(sizes);
  const uint64_t start = ep_clock_ns();
  const Status status = call();
  const uint64_t end = ep_clock_ns();
  if (status == EP_OK) {
    ep::probe::record(node, FeatureCount, sizes, end > start ? end - start : 0);
    ++static_cast<CallFrame&>(frame).recorded;
  }
  return status;
}

/// Runs `invoke(frame, args, result)` as `ep_invoke` must: errors cleared, timed when it is this call's turn.
template <class Invoke>
[[gnu::always_inline]] inline int32_t enter(const ep_value* args, uint32_t count, uint32_t expected, ep_value* result,
                                            ep_error* error, Invoke invoke) {
  *result = {};
  if (count != expected) return wrong_count(error, count, expected);
  CallFrame frame{{error, ep::probe::begin_call()}, 0};
  const uint64_t start = frame.timed ? ep_clock_ns() : 0;
  const Status status = invoke(frame);
  if (status != EP_OK) {
    release(*result);
    *result = {};
  } else if (frame.timed) [[unlikely]] {
    double sizes[2];
    argument_sizes(args, count, sizes);
    ep::probe::end_call(start, frame.recorded, 2, sizes);
  }
  return status;
}

}  // namespace ep::program

EP_EXPORT uint32_t ep_abi_version() { return EP_ABI_VERSION; }
EP_EXPORT void ep_release(ep_value* value) {
  if (value != nullptr) ep::program::release(*value);
  else if constexpr (ep::keeps_blocks) ep::kept_blocks.give_back();
}
EP_EXPORT void* ep_alloc(uint64_t size) {
  return size > SIZE_MAX / 2 ? nullptr : __builtin_malloc(size > 0 ? static_cast<size_t>(size) : 1);
}
EP_EXPORT void ep_free(void* pointer) { __builtin_free(pointer); }
EP_EXPORT void ep_telemetry_mode(uint32_t mode) { ep::probe::set_mode(mode); }
EP_EXPORT uint32_t ep_telemetry_drain(ep_probe_record* out, uint32_t capacity) {
  return ep::probe::drain(out, capacity);
}

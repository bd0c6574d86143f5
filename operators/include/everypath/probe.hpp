// SPDX-License-Identifier: Apache-2.0
// Telemetry inside the program: latencies by (node, size features), aggregated in place, drained by the host. Only
// glue includes this. A short try-lock guards the table: a thread that finds it taken drops its sample rather than
// wait, so a probe never blocks a call. The clock, `ep_clock_ns`, is each target's own.
#pragma once

#include "everypath/frame.hpp"

/// Monotonic nanoseconds; defined once per program by the target's glue.
extern "C" uint64_t ep_clock_ns(void);

namespace ep::probe {

/// Cells of one program. Beyond that many different sizes between two drains, new ones are not recorded.
constexpr uint32_t cell_count = 256;
constexpr uint32_t whole_call = 0xffffffffu;
/// In the adaptive mode, timing takes at most one part in this many of the time that calls take.
constexpr uint64_t overhead_share = 100;

struct State {
  uint32_t mode = 0;
  uint32_t lock = 0;
  uint32_t used = 0;
  /// Calls that pass untimed before the next timed one.
  uint32_t skip = 0;
  /// Random state; 0 is not seeded yet: all of State is zero at first, so that it costs the file nothing.
  uint32_t jitter = 0;
  /// Cost of one clock reading and of one record, measured when telemetry is switched on.
  uint64_t clock_ns = 0;
  uint64_t record_ns = 0;
  ep_probe_record cells[cell_count] = {};
};

// Static, not inline: Mach-O stores weak data in the file, zeros and all. Only glue includes this header.
static constinit State state{};

inline bool try_lock() { return __atomic_exchange_n(&state.lock, 1u, __ATOMIC_ACQUIRE) == 0; }
inline void unlock() { __atomic_store_n(&state.lock, 0u, __ATOMIC_RELEASE); }

inline uint32_t mode() { return __atomic_load_n(&state.mode, __ATOMIC_RELAXED); }

inline bool same_cell(const ep_probe_record& cell, uint32_t node, uint32_t count, const double* features) {
  if (cell.node != node || cell.feature_count != count) return false;
  for (uint32_t i = 0; i < count; ++i)
    if (cell.features[i] != features[i]) return false;
  return true;
}

inline uint32_t hash_cell(uint32_t node, uint32_t count, const double* features) {
  uint64_t hash = 0xcbf29ce484222325u ^ node;
  for (uint32_t i = 0; i < count; ++i) {
    hash = (hash ^ __builtin_bit_cast(uint64_t, features[i])) * 0x9e3779b97f4a7c15u;
    hash ^= hash >> 29;
  }
  return static_cast<uint32_t>(hash >> 16);
}

inline void put(uint32_t node, uint32_t count, const double* features, uint64_t elapsed_ns) {
  uint32_t at = hash_cell(node, count, features) % cell_count;
  for (uint32_t tried = 0;; ++tried, at = (at + 1) % cell_count) {
    if (tried == 16) return;
    ep_probe_record& cell = state.cells[at];
    if (cell.calls == 0) {
      cell.node = node;
      cell.feature_count = count;
      for (uint32_t i = 0; i < EP_MAX_FEATURES; ++i) cell.features[i] = i < count ? features[i] : 0;
      cell.total_ns = 0;
      cell.min_ns = UINT64_MAX;
      cell.max_ns = 0;
    } else if (!same_cell(cell, node, count, features)) {
      continue;
    }
    cell.samples_ns[cell.calls % EP_PROBE_SAMPLES] = elapsed_ns;
    ++cell.calls;
    cell.total_ns += elapsed_ns;
    if (elapsed_ns < cell.min_ns) cell.min_ns = elapsed_ns;
    if (elapsed_ns > cell.max_ns) cell.max_ns = elapsed_ns;
    return;
  }
}

/// Adds one latency. At most `EP_MAX_FEATURES` features, finite and not negative.
[[gnu::noinline]] inline void record(uint32_t node, uint32_t count, const double* features, uint64_t elapsed_ns) {
  if (!try_lock()) return;
  put(node, count > EP_MAX_FEATURES ? EP_MAX_FEATURES : count, features, elapsed_ns);
  unlock();
}

/// Whether this call is timed; its result goes to `frame.timed`. Off costs one predictable branch.
inline bool begin_call() {
  const uint32_t now = mode();
  if (__builtin_expect(now == 0, 1)) return false;
  if (now == 1) return true;
  const uint32_t skip = __atomic_load_n(&state.skip, __ATOMIC_RELAXED);
  if (skip == 0) return true;
  // Threads may lose a step to each other: the share of timed calls shifts a little, nothing else.
  __atomic_store_n(&state.skip, skip - 1, __ATOMIC_RELAXED);
  return false;
}

/// Ends a timed call: records its latency, and in the adaptive mode sets how many calls pass untimed. `timed_nodes`
/// is how many node latencies the call recorded.
[[gnu::noinline]] inline void end_call(uint64_t started_ns, uint32_t timed_nodes, uint32_t count = 0,
                                       const double* features = nullptr) {
  const uint64_t elapsed = ep_clock_ns() - started_ns;
  const double none[1] = {0};
  record(whole_call, count, features == nullptr ? none : features, elapsed);
  if (mode() != 2) return;
  const uint64_t cost = (2 * static_cast<uint64_t>(timed_nodes) + 2) * __atomic_load_n(&state.clock_ns, __ATOMIC_RELAXED) +
                        (static_cast<uint64_t>(timed_nodes) + 1) * __atomic_load_n(&state.record_ns, __ATOMIC_RELAXED);
  const uint64_t own = elapsed > cost + 1 ? elapsed - cost : 1;
  uint64_t skip = (cost * overhead_share + own - 1) / own;
  if (skip > 1000000) skip = 1000000;
  // Between one and two times the wait, so that a periodic caller is not always met in the same phase.
  uint32_t random = __atomic_load_n(&state.jitter, __ATOMIC_RELAXED);
  if (random == 0) random = 0x9e3779b9u;
  random ^= random << 13;
  random ^= random >> 17;
  random ^= random << 5;
  __atomic_store_n(&state.jitter, random, __ATOMIC_RELAXED);
  skip += skip == 0 ? 0 : random % skip;
  __atomic_store_n(&state.skip, static_cast<uint32_t>(skip), __ATOMIC_RELAXED);
}

/// `ep_telemetry_mode`.
inline void set_mode(uint32_t wanted) {
  while (!try_lock()) {
  }
  if (wanted == 0 || wanted > 2) {
    wanted = 0;
    for (ep_probe_record& cell : state.cells) cell.calls = 0;
  } else if (state.clock_ns == 0) {
    constexpr uint32_t rounds = 256;
    uint64_t started = ep_clock_ns();
    uint64_t last = started;
    for (uint32_t i = 0; i < rounds; ++i) last = ep_clock_ns();
    state.clock_ns = (last - started) / rounds + 1;
    const double feature[1] = {0};
    started = ep_clock_ns();
    for (uint32_t i = 0; i < rounds; ++i) put(whole_call - 1, 1, feature, i);
    state.record_ns = (ep_clock_ns() - started) / rounds + 1;
    for (ep_probe_record& cell : state.cells) cell.calls = 0;
  }
  __atomic_store_n(&state.skip, 0u, __ATOMIC_RELAXED);
  __atomic_store_n(&state.mode, wanted, __ATOMIC_RELAXED);
  unlock();
}

/// `ep_telemetry_drain`.
inline uint32_t drain(ep_probe_record* out, uint32_t capacity) {
  while (!try_lock()) {
  }
  uint32_t count = 0;
  for (ep_probe_record& cell : state.cells) {
    if (count == capacity) break;
    if (cell.calls == 0) continue;
    out[count++] = cell;
    cell.calls = 0;
  }
  unlock();
  return count;
}

}  // namespace ep::probe

// SPDX-License-Identifier: Apache-2.0
// Fused chains cut into passes over a block: each function that costs much has a loop of its own, and what it gives
// lies in the first-level cache for the next one.
#pragma once

#include "ops/everypath_fused/walk.hpp"

namespace ep::op::everypath_fused {
namespace {

/// Runs the passes of a body over one block. `Body::passes` calls `pass` for each, and `last` for the one that writes
/// the result.
template <class Body>
struct Passes {
  template <class Output, class... T>
  void operator()(Output* out, int64_t size, const T*... inputs) {
    count = size;
    Body::passes(*this, out, inputs...);
  }

  /// A pass whose result goes to a temporary.
  template <class Pass, int Temporary, class... T>
  const typename Pass::Output* pass(const T*... inputs) {
    auto* out = reinterpret_cast<typename Pass::Output*>(memory[Temporary]);
    apply_block<Pass>(out, count, inputs...);
    return out;
  }

  template <class Pass, class Output, class... T>
  void last(Output* out, const T*... inputs) {
    apply_block<Pass>(out, count, inputs...);
  }

 private:
  int64_t count;
  alignas(64) char memory[Body::temporaries][block * sizeof(double)];
};

}  // namespace
}  // namespace ep::op::everypath_fused

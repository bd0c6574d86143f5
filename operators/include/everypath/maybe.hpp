// SPDX-License-Identifier: Apache-2.0
// `Maybe<T>`: a local variable that some way through the function leaves unbound.
#pragma once

namespace ep {

template <class T>
struct Maybe {
  T value{};
  bool bound = false;

  Maybe() = default;
  Maybe(T held) : value(static_cast<T&&>(held)), bound(true) {}
};

}  // namespace ep

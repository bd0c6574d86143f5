// SPDX-License-Identifier: Apache-2.0
// Enters a program. On arm64 it also sees whether x18 came back as it went in: Windows and Apple keep that register for
// themselves, and a program that used it would work here and fail there. Programs for Linux may use it.
#pragma once
#include "image.hpp"

namespace runner {

struct Entered {
  int32_t status;
  bool platform_register_kept;
};

#if defined(__aarch64__)
inline Entered enter(const Image &image, const ep_value *args, uint32_t count, ep_value *result, ep_error *error) {
  register uint64_t first __asm__("x0") = reinterpret_cast<uint64_t>(args);
  register uint64_t second __asm__("x1") = count;
  register uint64_t third __asm__("x2") = reinterpret_cast<uint64_t>(result);
  register uint64_t fourth __asm__("x3") = reinterpret_cast<uint64_t>(error);
  register uint64_t function __asm__("x19") = reinterpret_cast<uint64_t>(image.invoke);
  register uint64_t kept __asm__("x20") = 0;
  __asm__ volatile("mov x20, #0x5afe\n"
                   "mov x18, x20\n"
                   "blr x19\n"
                   "eor x20, x18, x20\n"
                   : "+r"(first), "+r"(second), "+r"(third), "+r"(fourth), "+r"(kept), "+r"(function)
                   :
                   : "memory", "cc", "x4", "x5", "x6", "x7", "x8", "x9", "x10", "x11", "x12", "x13", "x14", "x15",
                     "x16", "x17", "x18", "x30", "v0", "v1", "v2", "v3", "v4", "v5", "v6", "v7", "v16", "v17", "v18",
                     "v19", "v20", "v21", "v22", "v23", "v24", "v25", "v26", "v27", "v28", "v29", "v30", "v31");
  return {int32_t(first), kept == 0};
}
#else
inline Entered enter(const Image &image, const ep_value *args, uint32_t count, ep_value *result, ep_error *error) {
  return {image.invoke(args, count, result, error), true};
}
#endif

} // namespace runner

/* SPDX-License-Identifier: Apache-2.0
 * Included before everything else: pow is the library's pow and nothing that LLVM thinks equal to it. As an
 * intrinsic, pow(2, x) becomes exp2(x) and pow(x, 0.5) a square root, which differ from CPython in the last place.
 */
#if defined(__cplusplus) && !defined(__ASSEMBLER__)
extern "C" double pow(double, double) noexcept;
extern "C" float powf(float, float) noexcept;
#define __builtin_pow ::pow
#define __builtin_powf ::powf
#endif

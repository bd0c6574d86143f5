/* SPDX-License-Identifier: Apache-2.0
 * What every header of this folder needs. These headers declare the part of C's library that all nine targets have
 * and that libc++ asks for by name; a program may link only the functions listed in ../symbols.
 */
#ifndef EP_LIBC_H
#define EP_LIBC_H
#include <stddef.h>
#include <stdint.h>
#ifdef __cplusplus
#define EP_LIBC_BEGIN extern "C" {
#define EP_LIBC_END }
#define EP_NOTHROW noexcept
#else
#define EP_LIBC_BEGIN
#define EP_LIBC_END
#define EP_NOTHROW
#endif
#endif

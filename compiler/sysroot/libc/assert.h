/* SPDX-License-Identifier: Apache-2.0 — assert traps. Re-includable, as C says. */
#undef assert
#ifdef NDEBUG
#define assert(condition) ((void)0)
#else
#define assert(condition) ((condition) ? (void)0 : __builtin_trap())
#endif

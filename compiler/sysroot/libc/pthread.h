/* SPDX-License-Identifier: Apache-2.0 — the two calls that start and end a thread. A pthread_t is one word everywhere. */
#ifndef EP_PTHREAD_H
#define EP_PTHREAD_H
#include <ep_libc.h>
EP_LIBC_BEGIN
typedef uintptr_t pthread_t;
int pthread_create(pthread_t *, const void *, void *(*)(void *), void *) EP_NOTHROW;
int pthread_join(pthread_t, void **);
EP_LIBC_END
#endif

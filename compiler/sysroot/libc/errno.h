/* SPDX-License-Identifier: Apache-2.0 — error numbers that libc++ names; nothing here sets or reads errno. */
#ifndef EP_ERRNO_H
#define EP_ERRNO_H
extern int ep_errno;
#define errno ep_errno
#define EDOM 33
#define EILSEQ 84
#define EINVAL 22
#define ENOMEM 12
#define ERANGE 34
#define EOVERFLOW 75
#endif

/* SPDX-License-Identifier: Apache-2.0 — only what <string> and <cstdio> name; no program links any of it. */
#ifndef EP_STDIO_H
#define EP_STDIO_H
#include <ep_libc.h>
#include <stdarg.h>
#define EOF (-1)
#define SEEK_SET 0
#define SEEK_CUR 1
#define SEEK_END 2
EP_LIBC_BEGIN
typedef struct EpFile FILE;
typedef long fpos_t;
int snprintf(char *, size_t, const char *, ...) EP_NOTHROW;
int vsnprintf(char *, size_t, const char *, va_list) EP_NOTHROW;
EP_LIBC_END
#endif

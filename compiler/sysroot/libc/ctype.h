/* SPDX-License-Identifier: Apache-2.0 — ASCII classes; see ep_libc.h. */
#ifndef EP_CTYPE_H
#define EP_CTYPE_H
#include <ep_libc.h>
EP_LIBC_BEGIN
int isalnum(int) EP_NOTHROW;
int isalpha(int) EP_NOTHROW;
int isblank(int) EP_NOTHROW;
int iscntrl(int) EP_NOTHROW;
int isdigit(int) EP_NOTHROW;
int isgraph(int) EP_NOTHROW;
int islower(int) EP_NOTHROW;
int isprint(int) EP_NOTHROW;
int ispunct(int) EP_NOTHROW;
int isspace(int) EP_NOTHROW;
int isupper(int) EP_NOTHROW;
int isxdigit(int) EP_NOTHROW;
int tolower(int) EP_NOTHROW;
int toupper(int) EP_NOTHROW;
EP_LIBC_END
#endif

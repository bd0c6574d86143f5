/* SPDX-License-Identifier: Apache-2.0 — byte strings; see ep_libc.h. */
#ifndef EP_STRING_H
#define EP_STRING_H
#include <ep_libc.h>
EP_LIBC_BEGIN
void *memcpy(void *, const void *, size_t) EP_NOTHROW;
void *memmove(void *, const void *, size_t) EP_NOTHROW;
void *memset(void *, int, size_t) EP_NOTHROW;
void *memchr(const void *, int, size_t) EP_NOTHROW;
int memcmp(const void *, const void *, size_t) EP_NOTHROW;
size_t strlen(const char *) EP_NOTHROW;
int strcmp(const char *, const char *) EP_NOTHROW;
int strncmp(const char *, const char *, size_t) EP_NOTHROW;
int strcoll(const char *, const char *) EP_NOTHROW;
size_t strxfrm(char *, const char *, size_t) EP_NOTHROW;
char *strcpy(char *, const char *) EP_NOTHROW;
char *strncpy(char *, const char *, size_t) EP_NOTHROW;
char *strcat(char *, const char *) EP_NOTHROW;
char *strncat(char *, const char *, size_t) EP_NOTHROW;
char *strchr(const char *, int) EP_NOTHROW;
char *strrchr(const char *, int) EP_NOTHROW;
char *strpbrk(const char *, const char *) EP_NOTHROW;
char *strstr(const char *, const char *) EP_NOTHROW;
char *strtok(char *, const char *) EP_NOTHROW;
char *strerror(int) EP_NOTHROW;
size_t strcspn(const char *, const char *) EP_NOTHROW;
size_t strspn(const char *, const char *) EP_NOTHROW;
EP_LIBC_END
#endif

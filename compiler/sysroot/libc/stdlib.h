/* SPDX-License-Identifier: Apache-2.0 — memory and integers; see ep_libc.h. */
#ifndef EP_STDLIB_H
#define EP_STDLIB_H
#include <ep_libc.h>
#define EXIT_SUCCESS 0
#define EXIT_FAILURE 1
#define RAND_MAX 0x7fffffff
#define MB_CUR_MAX 1
EP_LIBC_BEGIN
typedef struct { int quot, rem; } div_t;
typedef struct { long quot, rem; } ldiv_t;
typedef struct { long long quot, rem; } lldiv_t;
void *malloc(size_t) EP_NOTHROW;
void *calloc(size_t, size_t) EP_NOTHROW;
void *realloc(void *, size_t) EP_NOTHROW;
void free(void *) EP_NOTHROW;
[[noreturn]] void abort(void) EP_NOTHROW;
[[noreturn]] void exit(int);
[[noreturn]] void _Exit(int) EP_NOTHROW;
[[noreturn]] void quick_exit(int) EP_NOTHROW;
int atexit(void (*)(void)) EP_NOTHROW;
int at_quick_exit(void (*)(void)) EP_NOTHROW;
int abs(int) EP_NOTHROW;
long labs(long) EP_NOTHROW;
long long llabs(long long) EP_NOTHROW;
div_t div(int, int) EP_NOTHROW;
ldiv_t ldiv(long, long) EP_NOTHROW;
lldiv_t lldiv(long long, long long) EP_NOTHROW;
double atof(const char *) EP_NOTHROW;
int atoi(const char *) EP_NOTHROW;
long atol(const char *) EP_NOTHROW;
long long atoll(const char *) EP_NOTHROW;
double strtod(const char *, char **) EP_NOTHROW;
float strtof(const char *, char **) EP_NOTHROW;
long double strtold(const char *, char **) EP_NOTHROW;
long strtol(const char *, char **, int) EP_NOTHROW;
long long strtoll(const char *, char **, int) EP_NOTHROW;
unsigned long strtoul(const char *, char **, int) EP_NOTHROW;
unsigned long long strtoull(const char *, char **, int) EP_NOTHROW;
int rand(void) EP_NOTHROW;
void srand(unsigned) EP_NOTHROW;
char *getenv(const char *) EP_NOTHROW;
int system(const char *);
void *bsearch(const void *, const void *, size_t, size_t, int (*)(const void *, const void *));
void qsort(void *, size_t, size_t, int (*)(const void *, const void *));
void *aligned_alloc(size_t, size_t) EP_NOTHROW;
EP_LIBC_END
#endif

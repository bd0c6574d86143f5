/* SPDX-License-Identifier: Apache-2.0 — the types that <ctime> names, and the one clock of ELF targets. */
#ifndef EP_TIME_H
#define EP_TIME_H
#include <ep_libc.h>
#define CLOCKS_PER_SEC 1000000L
#define TIME_UTC 1
EP_LIBC_BEGIN
typedef long time_t;
typedef long clock_t;
struct timespec { time_t tv_sec; long tv_nsec; };
struct tm { int tm_sec, tm_min, tm_hour, tm_mday, tm_mon, tm_year, tm_wday, tm_yday, tm_isdst; };
clock_t clock(void) EP_NOTHROW;
double difftime(time_t, time_t) EP_NOTHROW;
time_t mktime(struct tm *) EP_NOTHROW;
time_t time(time_t *) EP_NOTHROW;
char *asctime(const struct tm *) EP_NOTHROW;
char *ctime(const time_t *) EP_NOTHROW;
struct tm *gmtime(const time_t *) EP_NOTHROW;
struct tm *localtime(const time_t *) EP_NOTHROW;
size_t strftime(char *, size_t, const char *, const struct tm *) EP_NOTHROW;
int timespec_get(struct timespec *, int) EP_NOTHROW;
int clock_gettime(int, struct timespec *) EP_NOTHROW;
EP_LIBC_END
#endif

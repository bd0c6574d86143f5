// SPDX-License-Identifier: Apache-2.0
// Windows: the clock, the flag that a floating-point program defines, and the libm functions that its C runtime
// has under another name or only as inline code in Microsoft's headers.
#include <stdint.h>
extern "C" {
int QueryPerformanceCounter(int64_t *);
int QueryPerformanceFrequency(int64_t *);
float _hypotf(float, float);
double frexp(double, int *);
double ldexp(double, int);
double ep_sin(double) __asm__("sin");
double ep_cos(double) __asm__("cos");
float ep_sinf(float) __asm__("sinf");
float ep_cosf(float) __asm__("cosf");

int _fltused = 0x9875;

uint64_t ep_clock_ns() {
  int64_t ticks = 0, perSecond = 1;
  QueryPerformanceCounter(&ticks);
  QueryPerformanceFrequency(&perSecond);
  // In two steps: ticks * 10^9 overflows 64 bits after half an hour at 10 MHz.
  return uint64_t(ticks / perSecond) * 1000000000u +
         uint64_t(ticks % perSecond) * 1000000000u / uint64_t(perSecond);
}

float hypotf(float x, float y) { return _hypotf(x, y); }
float frexpf(float x, int *exponent) { return float(frexp(x, exponent)); }
float ldexpf(float x, int exponent) { return float(ldexp(x, exponent)); }
float fabsf(float x) { return __builtin_fabsf(x); }
void sincos(double x, double *sine, double *cosine) { *sine = ep_sin(x), *cosine = ep_cos(x); }
void sincosf(float x, float *sine, float *cosine) { *sine = ep_sinf(x), *cosine = ep_cosf(x); }
}

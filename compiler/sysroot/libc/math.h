/* SPDX-License-Identifier: Apache-2.0 — libm; see ep_libc.h. Each function in double, float and long double. */
#ifndef EP_MATH_H
#define EP_MATH_H
#include <ep_libc.h>
typedef float float_t;
typedef double double_t;
#define HUGE_VAL __builtin_huge_val()
#define HUGE_VALF __builtin_huge_valf()
#define HUGE_VALL __builtin_huge_vall()
#define INFINITY __builtin_inff()
#define NAN __builtin_nanf("")
#define FP_NAN 0
#define FP_INFINITE 1
#define FP_ZERO 2
#define FP_SUBNORMAL 3
#define FP_NORMAL 4
#define FP_ILOGB0 (-2147483647 - 1)
#define FP_ILOGBNAN 2147483647
#define MATH_ERRNO 1
#define MATH_ERREXCEPT 2
#define math_errhandling MATH_ERREXCEPT
#define M_PI 3.14159265358979323846
#define M_E 2.7182818284590452354
EP_LIBC_BEGIN
#define EP_F1(name) double name(double) EP_NOTHROW; float name##f(float) EP_NOTHROW; long double name##l(long double) EP_NOTHROW;
#define EP_F2(name) double name(double, double) EP_NOTHROW; float name##f(float, float) EP_NOTHROW; long double name##l(long double, long double) EP_NOTHROW;
#define EP_FR(type, name) type name(double) EP_NOTHROW; type name##f(float) EP_NOTHROW; type name##l(long double) EP_NOTHROW;
EP_F1(acos) EP_F1(asin) EP_F1(atan) EP_F1(cos) EP_F1(sin) EP_F1(tan)
EP_F1(acosh) EP_F1(asinh) EP_F1(atanh) EP_F1(cosh) EP_F1(sinh) EP_F1(tanh)
EP_F1(exp) EP_F1(exp2) EP_F1(expm1) EP_F1(log) EP_F1(log10) EP_F1(log1p) EP_F1(log2) EP_F1(logb)
EP_F1(cbrt) EP_F1(sqrt) EP_F1(fabs) EP_F1(erf) EP_F1(erfc) EP_F1(lgamma) EP_F1(tgamma)
EP_F1(ceil) EP_F1(floor) EP_F1(trunc) EP_F1(round) EP_F1(rint) EP_F1(nearbyint)
EP_F2(atan2) EP_F2(pow) EP_F2(hypot) EP_F2(fmod) EP_F2(remainder) EP_F2(copysign)
EP_F2(nextafter) EP_F2(fdim) EP_F2(fmax) EP_F2(fmin)
EP_FR(int, ilogb) EP_FR(long, lrint) EP_FR(long long, llrint) EP_FR(long, lround) EP_FR(long long, llround)
double fma(double, double, double) EP_NOTHROW;
float fmaf(float, float, float) EP_NOTHROW;
long double fmal(long double, long double, long double) EP_NOTHROW;
double frexp(double, int *) EP_NOTHROW;
float frexpf(float, int *) EP_NOTHROW;
long double frexpl(long double, int *) EP_NOTHROW;
double ldexp(double, int) EP_NOTHROW;
float ldexpf(float, int) EP_NOTHROW;
long double ldexpl(long double, int) EP_NOTHROW;
double scalbn(double, int) EP_NOTHROW;
float scalbnf(float, int) EP_NOTHROW;
long double scalbnl(long double, int) EP_NOTHROW;
double scalbln(double, long) EP_NOTHROW;
float scalblnf(float, long) EP_NOTHROW;
long double scalblnl(long double, long) EP_NOTHROW;
double modf(double, double *) EP_NOTHROW;
float modff(float, float *) EP_NOTHROW;
long double modfl(long double, long double *) EP_NOTHROW;
double remquo(double, double, int *) EP_NOTHROW;
float remquof(float, float, int *) EP_NOTHROW;
long double remquol(long double, long double, int *) EP_NOTHROW;
double nexttoward(double, long double) EP_NOTHROW;
float nexttowardf(float, long double) EP_NOTHROW;
long double nexttowardl(long double, long double) EP_NOTHROW;
double nan(const char *) EP_NOTHROW;
float nanf(const char *) EP_NOTHROW;
long double nanl(const char *) EP_NOTHROW;
#undef EP_F1
#undef EP_F2
#undef EP_FR
EP_LIBC_END
#endif

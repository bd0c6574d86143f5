// SPDX-License-Identifier: Apache-2.0
// Imports of images for Apple and Windows, answered by the C library at hand: almost all by the same name, the rest by
// what the other system documents. The list of what a program may import is checked before it gets here.
#include "blas.hpp"
#include "image.hpp"
#include "mapped-file.hpp"
#include <string.h>

extern "C" {
void *dlsym(void *, const char *);
struct runner_time {
  int64_t seconds, nanoseconds;
};
int clock_gettime(int, runner_time *);
double exp10(double);
float exp10f(float);
void sincos(double, double *, double *);
void sincosf(float, float *, float *);
float hypotf(float, float);
double scalbn(double, int);
float scalbnf(float, int);
}

namespace runner {

static uint64_t now_ns() {
  runner_time now;
  clock_gettime(1 /* CLOCK_MONOTONIC */, &now);
  return uint64_t(now.seconds) * 1000000000u + uint64_t(now.nanoseconds);
}

struct Named {
  const char *name;
  void *address;
};

template <typename Function> static void *address_of(Function *function) {
  return reinterpret_cast<void *>(function);
}

#if defined(__aarch64__)
// The C library may use x18, which Apple and Windows keep for themselves: around each import it is put back, so that
// whatever is missing after a call is the program's doing.
struct Thunk {
  uint32_t code[6] = {
      0xa9bf7bf2, // stp x18, x30, [sp, #-16]!
      0x580000b0, // ldr x16, address
      0xd63f0200, // blr x16
      0xa8c17bf2, // ldp x18, x30, [sp], #16
      0xd65f03c0, // ret
      0xd503201f, // nop
  };
  void *address;
};

static void *guarded(void *function) {
  static constexpr uint32_t ROOM = 256;
  static uint8_t *const page = reserve(nullptr, whole_pages(ROOM * sizeof(Thunk)));
  static Thunk made[ROOM];
  static uint32_t count = 0;
  if (!function || !page) return nullptr;
  auto place = [&](uint32_t index) { return page + index * sizeof(Thunk); };
  for (uint32_t index = 0; index < count; index++)
    if (made[index].address == function) return place(index);
  if (count == ROOM || !allow(page, whole_pages(sizeof made), Access::read_write)) return nullptr;
  made[count].address = function;
  memcpy(place(count), &made[count], sizeof(Thunk));
  finish_code(place(count), sizeof(Thunk));
  if (!allow(page, whole_pages(sizeof made), Access::read_execute)) return nullptr;
  return place(count++);
}
#else
static void *guarded(void *function) { return function; }
#endif

/** One of `own`, or the C library's function of the name `common`. */
template <uint64_t Count> static void *find(const char *name, const Named (&own)[Count], const char *common) {
  for (const Named &each : own)
    if (strcmp(each.name, name) == 0) return guarded(each.address);
  return common ? guarded(dlsym(nullptr /* RTLD_DEFAULT */, common)) : nullptr;
}

// Apple's libm returns sine and cosine together, in two registers.
template <typename Float> struct SineCosine {
  Float sine, cosine;
};
static SineCosine<double> sincos_stret(double x) {
  SineCosine<double> both;
  sincos(x, &both.sine, &both.cosine);
  return both;
}
static SineCosine<float> sincosf_stret(float x) {
  SineCosine<float> both;
  sincosf(x, &both.sine, &both.cosine);
  return both;
}
static void zero(void *to, uint64_t size) { memset(to, 0, size); }
static void fill_pattern16(void *to, const void *pattern, uint64_t size) {
  auto *bytes = static_cast<uint8_t *>(to);
  for (; size >= 16; bytes += 16, size -= 16) memcpy(bytes, pattern, 16);
  memcpy(bytes, pattern, size);
}
static uint64_t clock_ns(unsigned) { return now_ns(); }

/** Accelerate's, by our own stand-in, which keeps x18. Unguarded: a guard would come between it and what lies on the stack. */
static void *apple_blas(const char *name) {
  static const Named own[] = {
      {"_cblas_sdot", address_of(cblas_sdot)},   {"_cblas_ddot", address_of(cblas_ddot)},
      {"_cblas_sgemv", address_of(cblas_sgemv)}, {"_cblas_dgemv", address_of(cblas_dgemv)},
      {"_cblas_sgemm", address_of(cblas_sgemm)}, {"_cblas_dgemm", address_of(cblas_dgemm)},
  };
  for (const Named &each : own)
    if (strcmp(each.name, name) == 0) return each.address;
  return nullptr;
}

void *apple_import(const char *name) {
  if (void *blas = apple_blas(name)) return blas;
  static const Named own[] = {
      {"___sincos_stret", address_of(sincos_stret)}, {"___sincosf_stret", address_of(sincosf_stret)},
      {"___exp10", address_of(exp10)},               {"___exp10f", address_of(exp10f)},
      {"_bzero", address_of(zero)},                  {"___bzero", address_of(zero)},
      {"_memset_pattern16", address_of(fill_pattern16)}, {"_clock_gettime_nsec_np", address_of(clock_ns)},
  };
  // Every C name has an underscore before it in a Mach-O file.
  return find(name, own, name[0] == '_' ? name + 1 : nullptr);
}

// Windows' long has 32 bits: the upper half of its register holds anything.
static double scale_double(double x, int32_t exponent) { return scalbn(x, exponent); }
static float scale_float(float x, int32_t exponent) { return scalbnf(x, exponent); }
static int counter(int64_t *ticks) { return *ticks = int64_t(now_ns()), 1; }
static int frequency(int64_t *per_second) { return *per_second = 1000000000, 1; }

// Threads by handle: waiting for one joins it, closing it is then nothing. Two processors, so that a program tries.
static void *create_thread(void *, uint64_t, void *(*run)(void *), void *argument, uint32_t, uint32_t *) {
  using Create = int(uintptr_t *, const void *, void *(*)(void *), void *);
  auto *create = reinterpret_cast<Create *>(dlsym(nullptr, "pthread_create"));
  uintptr_t thread = 0;
  return create && create(&thread, nullptr, run, argument) == 0 ? reinterpret_cast<void *>(thread) : nullptr;
}
static uint32_t wait_for(void *thread, uint32_t) {
  auto *join = reinterpret_cast<int (*)(uintptr_t, void **)>(dlsym(nullptr, "pthread_join"));
  return uint32_t(join(reinterpret_cast<uintptr_t>(thread), nullptr));
}
static int close_handle(void *) { return 1; }
static uint32_t processor_count(uint16_t) { return 2; }
static uint32_t no_variable(const char *, char *, uint32_t) { return 0; }

void *windows_import(const char *name) {
  static const Named own[] = {
      {"QueryPerformanceCounter", address_of(counter)}, {"QueryPerformanceFrequency", address_of(frequency)},
      {"_hypotf", address_of(hypotf)},                  {"scalbln", address_of(scale_double)},
      {"scalblnf", address_of(scale_float)},            {"CreateThread", address_of(create_thread)},
      {"WaitForSingleObject", address_of(wait_for)},    {"CloseHandle", address_of(close_handle)},
      {"GetActiveProcessorCount", address_of(processor_count)}, {"GetEnvironmentVariableA", address_of(no_variable)},
  };
  return find(name, own, name);
}

} // namespace runner

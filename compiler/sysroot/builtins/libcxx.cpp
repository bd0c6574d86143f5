// SPDX-License-Identifier: Apache-2.0
// What libc++'s headers expect of its library and a program may need: new and delete, and the end of the line. Sorts
// of plain numbers are not here: give std::sort a comparator. Out of memory traps: kernels allocate through Frame,
// which reports it.
#include <__verbose_abort>
#include <stdlib.h>
_LIBCPP_BEGIN_NAMESPACE_STD
[[noreturn]] void __libcpp_verbose_abort(const char *, ...) { __builtin_trap(); }
_LIBCPP_END_NAMESPACE_STD
static void *allocate(__SIZE_TYPE__ size) {
  void *pointer = malloc(size ? size : 1);
  if (!pointer) __builtin_trap();
  return pointer;
}
void *operator new(__SIZE_TYPE__ size) { return allocate(size); }
void *operator new[](__SIZE_TYPE__ size) { return allocate(size); }
void operator delete(void *pointer) noexcept { free(pointer); }
void operator delete[](void *pointer) noexcept { free(pointer); }
void operator delete(void *pointer, __SIZE_TYPE__) noexcept { free(pointer); }
void operator delete[](void *pointer, __SIZE_TYPE__) noexcept { free(pointer); }
extern "C" [[noreturn]] void __cxa_pure_virtual() { __builtin_trap(); }

// SPDX-License-Identifier: Apache-2.0
// What libc++'s headers expect of its library and a program may need: sort of plain numbers, new and delete, and the
// end of the line. Out of memory traps here: kernels allocate through Frame, which reports it.
#include <algorithm>
#include <cstdlib>
#include <new>
_LIBCPP_BEGIN_NAMESPACE_STD
template <class Compare, class Iterator>
void __sort(Iterator first, Iterator last, Compare compare) {
  (void)compare; // its type has no call operator: the library compares with the transparent one
  __less<> less;
  std::__sort_dispatch<_ClassicAlgPolicy>(first, last, less);
}
#define EP_SORT(T) template void __sort<__less<T>&, T*>(T*, T*, __less<T>&);
EP_SORT(char) EP_SORT(signed char) EP_SORT(unsigned char) EP_SORT(short) EP_SORT(unsigned short)
EP_SORT(int) EP_SORT(unsigned) EP_SORT(long) EP_SORT(unsigned long) EP_SORT(long long)
EP_SORT(unsigned long long) EP_SORT(float) EP_SORT(double)
[[noreturn]] void __libcpp_verbose_abort(const char *, ...) { __builtin_trap(); }
_LIBCPP_END_NAMESPACE_STD
static void *allocate(std::size_t size) {
  void *pointer = std::malloc(size ? size : 1);
  if (!pointer) __builtin_trap();
  return pointer;
}
void *operator new(std::size_t size) { return allocate(size); }
void *operator new[](std::size_t size) { return allocate(size); }
void operator delete(void *pointer) noexcept { std::free(pointer); }
void operator delete[](void *pointer) noexcept { std::free(pointer); }
void operator delete(void *pointer, std::size_t) noexcept { std::free(pointer); }
void operator delete[](void *pointer, std::size_t) noexcept { std::free(pointer); }
extern "C" [[noreturn]] void __cxa_pure_virtual() { __builtin_trap(); }

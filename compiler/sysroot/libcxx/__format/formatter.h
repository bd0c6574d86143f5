// SPDX-License-Identifier: Apache-2.0
// The declaration of std::formatter alone: no program formats with it, and the rest is slow to compile.
#ifndef EP_FORMATTER_H
#define EP_FORMATTER_H
#include <__config>
_LIBCPP_BEGIN_NAMESPACE_STD
template <class, class = char> struct formatter;
_LIBCPP_END_NAMESPACE_STD
#endif

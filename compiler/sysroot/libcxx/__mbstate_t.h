// SPDX-License-Identifier: Apache-2.0
// The one type of wide characters that <iosfwd> names even when there are none.
#ifndef _LIBCPP___MBSTATE_T_H
#define _LIBCPP___MBSTATE_T_H
struct mbstate_t { unsigned state; };
#endif

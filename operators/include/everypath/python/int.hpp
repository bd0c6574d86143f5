// SPDX-License-Identifier: Apache-2.0
// Python's int and bool. Semantics of Objects/longobject.c; division rounds towards minus infinity.
#pragma once

#include "everypath/frame.hpp"
#include "everypath/tuple.hpp"

namespace ep::prim {

namespace detail {
[[gnu::cold, gnu::noinline]] inline Status int_too_large(Frame& frame) {
  return frame.unsupported("the int does not fit 64 bits");
}
inline uint64_t magnitude(int64_t x) { return x < 0 ? 0 - static_cast<uint64_t>(x) : static_cast<uint64_t>(x); }
inline constexpr int64_t int_min = INT64_MIN;
}  // namespace detail

inline Status int_add(Frame& frame, int64_t a, int64_t b, int64_t& out) {
  return __builtin_add_overflow(a, b, &out) ? detail::int_too_large(frame) : static_cast<Status>(EP_OK);
}

inline Status int_sub(Frame& frame, int64_t a, int64_t b, int64_t& out) {
  return __builtin_sub_overflow(a, b, &out) ? detail::int_too_large(frame) : static_cast<Status>(EP_OK);
}

inline Status int_mul(Frame& frame, int64_t a, int64_t b, int64_t& out) {
  return __builtin_mul_overflow(a, b, &out) ? detail::int_too_large(frame) : static_cast<Status>(EP_OK);
}

inline Status int_floordiv(Frame& frame, int64_t a, int64_t b, int64_t& out) {
  if (b == 0) return frame.raise("ZeroDivisionError", "integer division or modulo by zero");
  if (b == -1) return int_sub(frame, 0, a, out);
  out = a / b - ((a % b != 0 && (a < 0) != (b < 0)) ? 1 : 0);
  return EP_OK;
}

inline Status int_mod(Frame& frame, int64_t a, int64_t b, int64_t& out) {
  if (b == 0) return frame.raise("ZeroDivisionError", "integer modulo by zero");
  if (b == -1) {
    out = 0;
    return EP_OK;
  }
  const int64_t rest = a % b;
  out = rest != 0 && (rest < 0) != (b < 0) ? rest + b : rest;
  return EP_OK;
}

inline Status int_divmod(Frame& frame, int64_t a, int64_t b, Tuple<int64_t, int64_t>& out) {
  if (b == 0) return frame.raise("ZeroDivisionError", "integer division or modulo by zero");
  if (Status status = int_floordiv(frame, a, b, out.first); status != EP_OK) return status;
  return int_mod(frame, a, b, out.rest.first);
}

/// `a ** b`. CPython gives a float for b < 0; with b known only at run time that is an unsupported value.
inline Status int_pow(Frame& frame, int64_t a, int64_t b, int64_t& out) {
  if (b < 0) {
    if (a == 0) return frame.raise("ZeroDivisionError", "0.0 cannot be raised to a negative power");
    return frame.unsupported("an int to a negative power is a float: write float(x) ** y");
  }
  int64_t result = 1;
  for (int64_t base = a; b != 0;) {
    if ((b & 1) != 0 && __builtin_mul_overflow(result, base, &result)) return detail::int_too_large(frame);
    b >>= 1;
    if (b != 0 && __builtin_mul_overflow(base, base, &base)) return detail::int_too_large(frame);
  }
  out = result;
  return EP_OK;
}

/// `a / b`, correctly rounded also where the operands are no exact doubles.
inline Status int_truediv(Frame& frame, int64_t a, int64_t b, double& out) {
  if (b == 0) return frame.raise("ZeroDivisionError", "division by zero");
  constexpr uint64_t exact = uint64_t{1} << 53;
  uint64_t x = detail::magnitude(a);
  const uint64_t y = detail::magnitude(b);
  if (x == 0 || (x <= exact && y <= exact)) {
    out = static_cast<double>(a) / static_cast<double>(b);
    return EP_OK;
  }
  // Long division by bits: 55 significant bits of the quotient and whether anything is left, then half to even.
  uint64_t quotient = x / y;
  uint64_t rest = x % y;
  int exponent = 0;
  while (quotient < (uint64_t{1} << 54)) {
    const bool carry = rest >> 63 != 0;
    rest <<= 1;
    const bool bit = carry || rest >= y;
    if (bit) rest -= y;
    quotient = quotient << 1 | (bit ? 1 : 0);
    --exponent;
  }
  bool sticky = rest != 0;
  while (quotient >= (uint64_t{1} << 55)) {
    sticky = sticky || (quotient & 1) != 0;
    quotient >>= 1;
    ++exponent;
  }
  // 55 bits: two below the 53 of a double.
  const uint64_t low = quotient & 3;
  quotient >>= 2;
  if (low > 2 || (low == 2 && (sticky || (quotient & 1) != 0))) ++quotient;
  exponent += 2;
  double value = static_cast<double>(quotient);
  // |exponent| < 128: exact, the result is a normal double.
  for (; exponent < 0; ++exponent) value *= 0.5;
  for (; exponent > 0; --exponent) value *= 2.0;
  out = (a < 0) != (b < 0) ? -value : value;
  return EP_OK;
}

inline Status int_lshift(Frame& frame, int64_t a, int64_t count, int64_t& out) {
  if (count < 0) return frame.raise("ValueError", "negative shift count");
  if (a == 0) {
    out = 0;
    return EP_OK;
  }
  if (count >= 63) {
    if (count == 63 && a == -1) {
      out = detail::int_min;
      return EP_OK;
    }
    return detail::int_too_large(frame);
  }
  out = static_cast<int64_t>(static_cast<uint64_t>(a) << count);
  return (out >> count) == a ? static_cast<Status>(EP_OK) : detail::int_too_large(frame);
}

inline Status int_rshift(Frame& frame, int64_t a, int64_t count, int64_t& out) {
  if (count < 0) return frame.raise("ValueError", "negative shift count");
  out = a >> (count > 63 ? 63 : count);
  return EP_OK;
}

inline Status int_neg(Frame& frame, int64_t a, int64_t& out) { return int_sub(frame, 0, a, out); }
inline int64_t int_pos(int64_t a) { return a; }
inline int64_t int_invert(int64_t a) { return ~a; }
inline int64_t int_and(int64_t a, int64_t b) { return a & b; }
inline int64_t int_or(int64_t a, int64_t b) { return a | b; }
inline int64_t int_xor(int64_t a, int64_t b) { return a ^ b; }
inline bool bool_and(bool a, bool b) { return a && b; }
inline bool bool_or(bool a, bool b) { return a || b; }
inline bool bool_xor(bool a, bool b) { return a != b; }
inline bool bool_not(bool a) { return !a; }

inline Status int_abs(Frame& frame, int64_t a, int64_t& out) {
  return a < 0 ? int_sub(frame, 0, a, out) : (out = a, static_cast<Status>(EP_OK));
}

inline bool int_lt(int64_t a, int64_t b) { return a < b; }
inline bool int_le(int64_t a, int64_t b) { return a <= b; }
inline bool int_gt(int64_t a, int64_t b) { return a > b; }
inline bool int_ge(int64_t a, int64_t b) { return a >= b; }
inline bool int_eq(int64_t a, int64_t b) { return a == b; }
inline bool int_ne(int64_t a, int64_t b) { return a != b; }

inline bool int_truth(int64_t a) { return a != 0; }
inline int64_t bool_to_int(bool a) { return a ? 1 : 0; }
inline double int_to_float(int64_t a) { return static_cast<double>(a); }
template <class Scalar>
inline int64_t scalar_to_int(Scalar a) {
  return static_cast<int64_t>(a);
}

inline int64_t int_bit_length(int64_t a) { return a == 0 ? 0 : 64 - __builtin_clzll(detail::magnitude(a)); }
inline int64_t int_bit_count(int64_t a) { return __builtin_popcountll(detail::magnitude(a)); }

}  // namespace ep::prim

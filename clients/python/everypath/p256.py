# SPDX-License-Identifier: Apache-2.0
"""ECDSA verification on NIST P-256 (FIPS 186-5, section 6.4) in plain Python, for Pythons without `cryptography`.

Verification handles public data only, so running time may depend on it. Points are Jacobian, (X/Z^2, Y/Z^3); formulas
`dbl-2001-b` and `add-2007-bl` of the Explicit-Formulas Database; u1*G + u2*Q by Shamir's trick. About 5 ms.
"""

from __future__ import annotations

import hashlib
from typing import Optional, Tuple

P = 0xFFFFFFFF00000001000000000000000000000000FFFFFFFFFFFFFFFFFFFFFFFF
N = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
B = 0x5AC635D8AA3A93E7B3EBBD55769886BC651D06B0CC53B0F63BCE3C3E27D2604B
G = (
    0x6B17D1F2E12C4247F8BCE6E563A440F277037D812DEB33A0F4A13945D898C296,
    0x4FE342E2FE1A7F9B8EE7EB4A7C0F9E162BCE33576B315ECECBB6406837BF51F5,
)

Affine = Tuple[int, int]
#: None is the point at infinity.
Jacobian = Optional[Tuple[int, int, int]]


def is_on_curve(point: Affine) -> bool:
    """Whether a point is one of the curve; the cofactor is 1, so that is all a public key must be."""
    x, y = point
    return 0 <= x < P and 0 <= y < P and (y * y - (x * x * x - 3 * x + B)) % P == 0


def _double(point: Jacobian) -> Jacobian:
    if point is None:
        return None
    x, y, z = point
    delta = z * z % P
    gamma = y * y % P
    beta = x * gamma % P
    alpha = 3 * (x - delta) * (x + delta) % P
    x3 = (alpha * alpha - 8 * beta) % P
    z3 = ((y + z) * (y + z) - gamma - delta) % P
    if z3 == 0:
        return None
    return x3, (alpha * (4 * beta - x3) - 8 * gamma * gamma) % P, z3


def _add(a: Jacobian, b: Jacobian) -> Jacobian:
    if a is None:
        return b
    if b is None:
        return a
    x1, y1, z1 = a
    x2, y2, z2 = b
    z1z1, z2z2 = z1 * z1 % P, z2 * z2 % P
    u1, u2 = x1 * z2z2 % P, x2 * z1z1 % P
    s1, s2 = y1 * z2 * z2z2 % P, y2 * z1 * z1z1 % P
    if u1 == u2:
        return _double(a) if s1 == s2 else None
    h = u2 - u1
    i = 4 * h * h % P
    j = h * i % P
    r = 2 * (s2 - s1)
    v = u1 * i % P
    x3 = (r * r - j - 2 * v) % P
    return x3, (r * (v - x3) - 2 * s1 * j) % P, ((z1 + z2) * (z1 + z2) - z1z1 - z2z2) * h % P


def _double_multiply(u1: int, u2: int, point: Affine) -> Jacobian:
    """u1*G + u2*point, one doubling for both."""
    g: Jacobian = (*G, 1)
    q: Jacobian = (*point, 1)
    both = _add(g, q)
    total: Jacobian = None
    for bit in range(max(u1.bit_length(), u2.bit_length()) - 1, -1, -1):
        total = _double(total)
        first, second = u1 >> bit & 1, u2 >> bit & 1
        if first or second:
            total = _add(total, both if first and second else g if first else q)
    return total


def verify(public_key: Affine, signature: bytes, message: bytes) -> bool:
    """Whether `signature` (r and s, 32 bytes each) over SHA-256 of the message was made with the key's secret."""
    if len(signature) != 64 or not is_on_curve(public_key):
        return False
    r = int.from_bytes(signature[:32], "big")
    s = int.from_bytes(signature[32:], "big")
    if not (0 < r < N and 0 < s < N):
        return False
    e = int.from_bytes(hashlib.sha256(message).digest(), "big")
    w = pow(s, -1, N)
    point = _double_multiply(e * w % N, r * w % N, public_key)
    if point is None:
        return False
    x, _, z = point
    return x * pow(z, -2, P) % P % N == r

# SPDX-License-Identifier: Apache-2.0
def entry(x: float, tol: float = 1e-12) -> tuple[float, int]:
    guess = x
    n = 0
    while True:
        better = 0.5 * (guess + x / guess)
        n += 1
        if abs(better - guess) < tol:
            break
        guess = better
    return better, n
CASES=[(2.0,),(100.0,1e-6),(0.0,)]

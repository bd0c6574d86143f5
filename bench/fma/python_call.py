# SPDX-License-Identifier: Apache-2.0
"""What a call of a compiled function costs from Python: prints nanoseconds a call, one figure a round, as JSON."""

import json
import sys
import time

from everypath import open_program

CALLS = 20_000


def main(path: str, rounds: int) -> None:
    """Times the program at path, called with no iterations, so that only the call is left."""
    program = open_program(path)
    figures = []
    for _ in range(rounds + 1):
        start = time.perf_counter_ns()
        for _ in range(CALLS):
            program(1.5, 0.999, 0.25, 0)
        figures.append((time.perf_counter_ns() - start) / CALLS)
    print(json.dumps(figures[1:]))


main(sys.argv[1], int(sys.argv[2]))

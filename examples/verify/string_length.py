# SPDX-License-Identifier: Apache-2.0
"""len() counts code points, not bytes."""


def entry(s: str) -> int:
    return len(s)

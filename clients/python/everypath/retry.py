# SPDX-License-Identifier: Apache-2.0
"""When to try again: exponential with full jitter (AWS Architecture Blog, "Exponential Backoff And Jitter"), never
before the time that the service asked for."""

from __future__ import annotations

import math
from email.utils import parsedate_to_datetime

FIRST_DELAY_MS = 1_000
LONGEST_DELAY_MS = 3_600_000


def retry_delay_ms(attempt: int, random: float, retry_after_ms: float = 0) -> float:
    """Delay before try number `attempt` + 1 (attempt 0 has just failed). `random` is uniform in [0, 1)."""
    ceiling = min(LONGEST_DELAY_MS, FIRST_DELAY_MS * 2 ** min(attempt, 30))
    return max(math.floor(random * ceiling), min(retry_after_ms, LONGEST_DELAY_MS))


def retry_after_ms(header: str | None, now_ms: float) -> float:
    """`Retry-After`: seconds or a date, in milliseconds from now; 0 when absent or unreadable."""
    if header is None:
        return 0
    try:
        ms = float(header) * 1000
    except ValueError:
        try:
            ms = parsedate_to_datetime(header).timestamp() * 1000 - now_ms
        except (ValueError, TypeError):
            return 0
    return max(0, ms) if math.isfinite(ms) else 0

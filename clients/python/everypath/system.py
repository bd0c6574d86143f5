# SPDX-License-Identifier: Apache-2.0
"""The system's clock, chance and environment, in one place, so that tests can bring their own."""

from __future__ import annotations

import os
import random
import time
from dataclasses import dataclass, field
from typing import Callable, Mapping


def _quiet(level: str, message: str) -> None:
    """The default log: nothing."""


@dataclass(frozen=True)
class System:
    """What a client needs from the world."""

    now_ms: Callable[[], float] = lambda: time.time() * 1000
    ticks_ns: Callable[[], int] = time.perf_counter_ns
    random: Callable[[], float] = random.random
    env: Mapping[str, str] = field(default_factory=lambda: os.environ)
    log: Callable[[str, str], None] = _quiet

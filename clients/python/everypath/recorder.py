# SPDX-License-Identifier: Apache-2.0
"""Gathers what programs measured about themselves and seals it into batches. Knows nothing of files or networks."""

from __future__ import annotations

import math
from typing import Any, Callable, NamedTuple, Sequence

from .read_value import ProbeRecord
from .system import System

#: About 40 kB a batch, so that a lost one loses little.
RECORDS_PER_BATCH = 128
#: Records kept while they wait to be sealed; the oldest go first.
MAX_WAITING = 1024


class Attribution(NamedTuple):
    """What a record is about, apart from its latencies."""

    token: str
    tag: str
    variant: str
    cause: str


def uuid_v7(now_ms: float, random: Callable[[], float]) -> str:
    """UUID version 7 (RFC 9562): time first, so that batches sort by when they were sealed."""
    time = f"{int(now_ms):012x}"
    tail = "".join(f"{int(random() * 16):x}" for _ in range(18))
    variant = f"{8 + int(random() * 4):x}"
    return f"{time[:8]}-{time[8:]}-7{tail[:3]}-{variant}{tail[3:6]}-{tail[6:]}"


def _usable(value: float) -> bool:
    return math.isfinite(value) and value >= 0


def _to_telemetry(record: ProbeRecord) -> dict[str, Any] | None:
    samples = [ns for ns in record.samples_ns if _usable(ns) and ns <= 3.6e12]
    if not samples or not all(map(_usable, record.features)):
        return None
    calls = min(record.calls, 10**12)
    return {"node": record.node, "features": list(record.features), "calls": calls, "samplesNs": samples}


class Recorder:
    """What was measured and not yet sealed, bounded."""

    def __init__(self, system: System) -> None:
        self._system = system
        self.waiting: list[tuple[Attribution, dict[str, Any]]] = []
        #: Records given up because too many waited.
        self.dropped = 0

    def add(self, attribution: Attribution, records: Sequence[ProbeRecord]) -> None:
        """Keeps records, with what they are about."""
        usable = filter(None, map(_to_telemetry, records))
        self.waiting += [(attribution, record) for record in usable]
        excess = len(self.waiting) - MAX_WAITING
        if excess > 0:
            self.dropped += excess
            del self.waiting[:excess]

    def seal(self, device: dict[str, Any]) -> list[dict[str, Any]]:
        """Turns all that waits into batches. Each is sealed once: a resend repeats it to the byte."""
        groups: dict[Attribution, list[dict[str, Any]]] = {}
        for attribution, record in self.waiting:
            groups.setdefault(attribution, []).append(record)
        self.waiting = []
        now_ms = int(self._system.now_ms())
        return [
            {
                "version": 1,
                "batchId": uuid_v7(now_ms, self._system.random),
                **attribution._asdict(),
                "device": device,
                "sealedAtMs": now_ms,
                "records": records[start : start + RECORDS_PER_BATCH],
            }
            for attribution, records in groups.items()
            for start in range(0, len(records), RECORDS_PER_BATCH)
        ]

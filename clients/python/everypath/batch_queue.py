# SPDX-License-Identifier: Apache-2.0
"""Sealed batches that wait on disk to be sent: bounded, oldest dropped first."""

from __future__ import annotations

import json
from typing import Any, NamedTuple

from .store import FileStore

MAX_BATCHES = 256
MAX_BYTES = 512 * 1024


class QueuedBatch(NamedTuple):
    """A batch's exact bytes, the same at every try."""

    name: str
    data: bytes


class BatchQueue:
    """A queue in a folder of the store. Batch ids sort by time, so names do."""

    def __init__(self, store: FileStore, folder: str, max_batches: int = MAX_BATCHES, max_bytes: int = MAX_BYTES) -> None:
        self._store = store
        self._folder = folder
        self._max_batches = max_batches
        self._max_bytes = max_bytes
        #: Batches given up because the queue was full.
        self.dropped = 0

    def push(self, batch: dict[str, Any]) -> None:
        """Adds a batch; drops the oldest where there is no room."""
        data = json.dumps(batch, separators=(",", ":")).encode()
        held = self.all()
        count = len(held) + 1
        total = len(data) + sum(len(entry.data) for entry in held)
        for oldest in held:
            if count <= self._max_batches and total <= self._max_bytes:
                break
            self.remove(oldest.name)
            count -= 1
            total -= len(oldest.data)
            self.dropped += 1
        self._store.write(f"{self._folder}/{batch['batchId']}.json", data)

    def all(self) -> list[QueuedBatch]:
        """Oldest first, those of earlier runs of this device included."""
        batches = []
        for name in self._store.list(self._folder):
            data = self._store.read(f"{self._folder}/{name}")
            if data is not None:
                batches.append(QueuedBatch(name, data))
        return batches

    def remove(self, name: str) -> None:
        """Forgets one batch."""
        self._store.remove(f"{self._folder}/{name}")

    def clear(self) -> None:
        """Forgets all."""
        for name in self._store.list(self._folder):
            self.remove(name)

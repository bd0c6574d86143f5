# SPDX-License-Identifier: Apache-2.0
"""What the service last answered, and what last ran, kept for when it is away or its answer fails."""

from __future__ import annotations

import json
from typing import Any, NamedTuple

from .store import FileStore
from .system import System


class Question(NamedTuple):
    """What answers are kept by. `folder` holds what belongs to one service."""

    folder: str
    tag: str
    target: str
    isa_level: str
    variant: str | None


class KeptManifests:
    """Answers as they came, each with the `etag` that the service gave it. As little believed as those from the network.

    `latest` is the last answer, `good` the last one whose program has completed a call.
    """

    def __init__(self, system: System, store: FileStore, question: Question) -> None:
        self._system = system
        self._store = store
        folder, tag, target, isa_level, variant = question
        parts = [tag[1:].replace("/", "+"), target, isa_level, variant or "chosen"]
        self._name = f"{folder}/manifests/{'@'.join(parts)}"

    def _file(self, kind: str) -> str:
        return f"{self._name}{'.good' if kind == 'good' else ''}.json"

    def read(self, kind: str) -> dict[str, Any] | None:
        """The kept answer; None where there is none or it cannot be read."""
        try:
            kept = json.loads(self._store.read(self._file(kind)) or b"null")
        except (OSError, ValueError):
            return None
        return kept if isinstance(kept, dict) else None

    def write(self, kind: str, answer: dict[str, Any]) -> None:
        """Keeps an answer; a store that cannot be written costs nothing but the keeping."""
        try:
            self._store.write(self._file(kind), json.dumps(answer).encode())
        except OSError as error:
            self._system.log("warn", f"cannot cache the manifest: {error}")

    def remove(self, kind: str) -> None:
        """Forgets an answer."""
        self._store.remove(self._file(kind))

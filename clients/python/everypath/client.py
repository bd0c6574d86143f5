# SPDX-License-Identifier: Apache-2.0
"""The client: chooses, verifies, caches, opens, measures. Made without I/O."""

from __future__ import annotations

import atexit
import json
import os
import re
import threading
import urllib.parse
import weakref
from pathlib import Path
from typing import Any, Callable, NamedTuple, Sequence

from .artifact import get_artifact
from .batch_queue import BatchQueue
from .device import detect_device
from .errors import ArgumentError, EverypathError
from .fallback import CrashReports, Fallback
from .fetch_variant import Choice, ChoiceRequest, Service, kept_manifests
from .override import Override, find_override
from .program import open_program
from .recorder import Attribution
from .request import MAX_JSON_BYTES, Unreachable, request_bytes
from .store import FileStore, default_cache_folder
from .system import System
from .telemetry import FlushReport, Measured, Telemetry

_TAG = re.compile(r"@[a-z0-9][a-z0-9-]{0,38}/[a-z0-9][a-z0-9._-]{0,62}")
_ROTATE_AFTER_MS = 30 * 24 * 3_600_000


class FunctionInfo(NamedTuple):
    """How a function was chosen; field by field what the JavaScript client's `info` says."""

    tag: str
    variant: str
    reason: str
    cause: str
    #: Who forced the variant on this side: `call`, `environment`, `file` or None.
    forced_by: str | None
    #: Where the binary came from: `network` or `cache`.
    source: str
    #: The service was away: the last good decision is in force; `stale` when it had expired.
    offline: bool
    stale: bool
    predicted_ns: float | None
    sha256: str
    size_bytes: int
    decision_id: str
    path: tuple[str, ...]


class _Running(NamedTuple):
    """A program in use, and what is told when it has completed a call."""

    measured: Measured
    manifest: dict[str, Any]
    info: FunctionInfo
    proven: Callable[[], None]


class CompiledFunction:
    """A loaded function: called like the Python function it was compiled from.

    A program that fails by its own fault is replaced within the call, where there is another.
    """

    def __init__(self, running: _Running, replace: Callable[[_Running, EverypathError], _Running | None], system: System) -> None:
        self._ticks_ns = system.ticks_ns
        self._replace = replace
        self._use(running)
        #: How long the last call took, marshalling included.
        self.last_latency_ns: int | None = None

    def _use(self, running: _Running) -> None:
        self._running = running
        self._program = running.measured.program
        self._proven = False
        self.info = running.info
        self.description = self._program.description

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        start = self._ticks_ns()
        try:
            value = self._program(*args, **kwargs)
        except EverypathError as error:
            if error.crash is None:
                raise
            running = self._replace(self._running, error)
            if running is None:
                raise
            self._use(running)
            return self(*args, **kwargs)
        self.last_latency_ns = self._ticks_ns() - start
        if not self._proven:
            self._proven = True
            self._running.proven()
        return value

    def __repr__(self) -> str:
        return f"<everypath function {self.info.tag}, variant {self.info.variant}>"


def _info(manifest: dict[str, Any], override: Override | None, source: str, offline: bool, stale: bool) -> FunctionInfo:
    return FunctionInfo(
        tag=manifest["tag"],
        variant=manifest["variant"],
        reason=manifest["reason"],
        cause=manifest["cause"],
        forced_by=override.by if override else None,
        source=source,
        offline=offline,
        stale=stale,
        predicted_ns=manifest["predictedNs"],
        sha256=manifest["sha256"],
        size_bytes=manifest["sizeBytes"],
        decision_id=manifest["decisionId"],
        path=tuple(manifest["path"]),
    )


def _key(manifest: dict[str, Any]) -> tuple[str, str, str]:
    return manifest["sha256"], manifest["variant"], manifest["cause"]


class Client:
    """A client of the service at `base_url`. Does no I/O until something is loaded.

    `public_keys` are the service's signing keys (JSON Web Keys); without them the first keys seen are trusted, kept,
    and no others after. `features` replaces what was detected: act as a smaller device. `telemetry=False`, or
    `DO_NOT_TRACK=1`, measures, keeps and sends nothing. `libraries=False` looks for no library that programs may call
    (OpenBLAS), which takes opening it once.
    """

    def __init__(
        self,
        base_url: str,
        *,
        cache_dir: str | os.PathLike[str] | None = None,
        public_keys: Sequence[dict[str, str]] | None = None,
        telemetry: bool = True,
        features: dict[str, Any] | None = None,
        device_id: str | None = None,
        libraries: bool = True,
        system: System | None = None,
    ) -> None:
        self._system = system = system or System()
        self._service = Service(base_url.rstrip("/"), public_keys)
        self._store = FileStore(Path(cache_dir) if cache_dir else default_cache_folder(system.env))
        self._features = features or {}
        self._libraries = libraries
        self._device: dict[str, Any] | None = None
        self._device_id = device_id
        self._opened: dict[tuple[str, str, str], Measured] = {}
        self._lock = threading.Lock()
        self._open = True
        on = telemetry and system.env.get("DO_NOT_TRACK") not in ("1", "true")
        queue = BatchQueue(self._store, f"{self._service.folder}/queue")
        self.telemetry = Telemetry(system, f"{self._service.base_url}/v1/telemetry", queue, self.device, on)
        self._crashes = CrashReports(system, self._service.base_url, lambda: self.telemetry.on)
        # At the end of the process what was measured goes to disk, and to the service from the next process.
        reference = weakref.ref(self.telemetry)
        atexit.register(lambda: (lambda found: found and found.seal())(reference()))

    def __enter__(self) -> Client:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def device(self) -> dict[str, Any]:
        """What this client tells the service about the device."""
        if self._device is None:
            self._device = {**detect_device(self._system, self._libraries), **self._features}
        return self._device

    def load(
        self, tag: str, *, variant: str | None = None, explore: bool = True, bench: bool = False
    ) -> CompiledFunction:
        """Fetches the variant for this device and opens it. `variant` forces one; `bench` keeps calls out of models."""
        if not self._open:
            raise EverypathError("this client was closed")
        if not _TAG.fullmatch(tag):
            raise ArgumentError("tag", f"expected a tag like @user/name, got '{tag}'")
        file = self._store.read("overrides.json")
        override = find_override(tag, variant, self._system.env.get("EVERYPATH_VARIANT"), file)
        forced = override.variant if override else None
        request = ChoiceRequest(tag, self.device(), self._find_device_id(), forced, explore, bench)
        world = (self._system, self._store, self._service)

        def open_choice(choice: Choice) -> _Running:
            measured, source = self._open_once(choice.manifest)
            self.telemetry.watch(measured)
            info = _info(choice.manifest, override, source, choice.offline, choice.stale)

            def proven() -> None:
                if override is None and not bench:
                    kept_manifests(*world, request).write("good", choice.answer)

            return _Running(measured, choice.manifest, info, proven)

        def replace(running: _Running, error: EverypathError) -> _Running | None:
            with self._lock:
                self._opened.pop(_key(running.manifest), None)
            self.telemetry.unwatch(running.measured)
            return fallback.after(running.manifest, error)

        fallback = Fallback(*world, self._crashes, request, open_choice)
        return CompiledFunction(fallback.start(), replace, self._system)

    def flush(self) -> FlushReport:
        """Sends what was measured so far."""
        return self.telemetry.flush()

    def forget(self) -> bool:
        """Turns telemetry off and has the service delete all samples of this device.

        False: the service did not answer so.
        """
        # Before telemetry is off: a device that measures nothing has an id of the process only.
        device_id = urllib.parse.quote(self._find_device_id(), safe="")
        self.telemetry.off()
        url = f"{self._service.base_url}/v1/telemetry/devices/{device_id}"
        try:
            request_bytes(url, None, MAX_JSON_BYTES, method="DELETE")
        except (Unreachable, EverypathError):
            return False
        return True

    def close(self) -> None:
        """Flushes and stops measuring. Loaded functions go on working."""
        if self._open:
            self._open = False
            self.telemetry.close()

    def _open_once(self, manifest: dict[str, Any]) -> tuple[Measured, str]:
        """One program a binary and cause: what a program measures of itself must not mix causes."""
        attribution = Attribution(manifest["telemetryToken"], manifest["tag"], manifest["variant"], manifest["cause"])
        key = _key(manifest)
        with self._lock:
            measured = self._opened.get(key)
            if measured is None:
                artifact = get_artifact(self._system, self._store, self._service.base_url, manifest)
                measured = self._opened[key] = Measured(open_program(artifact.data), attribution)
                return measured, artifact.source
            if measured.attribution.token != attribution.token:
                self.telemetry.collect(measured)
                measured.attribution = attribution
            return measured, "cache"

    def _find_device_id(self) -> str:
        """Random, kept for a month where telemetry is on, and for this process where it is not."""
        if self._device_id is not None:
            return self._device_id
        system = self._system
        try:
            kept = json.loads(self._store.read("device.json") or b"{}") if self.telemetry.on else {}
            fresh = system.now_ms() - kept.get("madeAtMs", -_ROTATE_AFTER_MS) < _ROTATE_AFTER_MS
            if fresh and re.fullmatch(r"[0-9a-f]{32}", str(kept.get("id"))):
                self._device_id = str(kept["id"])
                return self._device_id
        except (OSError, ValueError, TypeError, AttributeError):
            pass  # Unreadable: as good as none.
        self._device_id = "".join(f"{int(system.random() * 16):x}" for _ in range(32))
        if self.telemetry.on:
            record = {"id": self._device_id, "madeAtMs": int(system.now_ms())}
            try:
                self._store.write("device.json", json.dumps(record).encode())
            except OSError as error:
                system.log("warn", f"cannot keep the device id: {error}")
        return self._device_id

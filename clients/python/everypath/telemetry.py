# SPDX-License-Identifier: Apache-2.0
"""Telemetry as the client's user meets it: on, previewed, flushed, off. Nothing here ever raises into its host."""

from __future__ import annotations

import functools
import json
import threading
from typing import Any, Callable, NamedTuple, TypeVar

from .batch_queue import BatchQueue
from .encode_batch import encode_batch
from .errors import EverypathError, ServiceResponseError
from .program import Program
from .recorder import Attribution, Recorder
from .request import MAX_JSON_BYTES, Unreachable, request_bytes
from .retry import retry_after_ms, retry_delay_ms
from .system import System

FLUSH_EVERY_SECONDS = 60.0

Result = TypeVar("Result")


class FlushReport(NamedTuple):
    """Batches sent, refused for good and left in the queue; records and batches dropped so far for want of room."""

    sent: int = 0
    refused: int = 0
    left: int = 0
    dropped: int = 0


class Measured:
    """A program that is being measured, and whose calls its latencies are."""

    def __init__(self, program: Program, attribution: Attribution) -> None:
        self.program = program
        self.attribution = attribution


def _quietly(method: Callable[..., Result]) -> Callable[..., Result | None]:
    @functools.wraps(method)
    def guarded(self: Telemetry, *args: Any) -> Result | None:
        try:
            return method(self, *args)
        except Exception as error:  # noqa: BLE001 - measuring must never harm what is measured
            self._system.log("warn", f"telemetry: {error!r}")
            return None

    return guarded


class Telemetry:
    """Measures, queues and sends."""

    def __init__(self, system: System, url: str, queue: BatchQueue, device: Callable[[], dict[str, Any]], on: bool) -> None:
        self.on = on
        self._system = system
        self._url = url
        self._queue = queue
        self._device = device
        self._recorder = Recorder(system)
        self._watched: list[Measured] = []
        # Of measuring, which a caller waits for; of sending, which may take as long as the network does.
        self._lock = threading.RLock()
        self._sending = threading.Lock()
        self._timer: threading.Timer | None = None
        self._failures = 0
        #: Until the service says that it does not read the compact encoding.
        self._compact = True
        self._quiet_until_ms = 0.0
        #: How long to wait before the next try; 0 after a success.
        self.wait_ms = 0.0

    @_quietly
    def watch(self, measured: Measured) -> None:
        """Begins to measure a program."""
        with self._lock:
            if self.on and measured not in self._watched:
                measured.program.telemetry_mode(2)
                self._watched.append(measured)
                self._schedule(FLUSH_EVERY_SECONDS)

    @_quietly
    def unwatch(self, measured: Measured) -> None:
        """Leaves a program alone that has crashed."""
        with self._lock:
            if measured in self._watched:
                self._watched.remove(measured)

    @_quietly
    def collect(self, measured: Measured) -> None:
        """Moves what a program has measured so far to the recorder."""
        with self._lock:
            if self.on:
                self._recorder.add(measured.attribution, measured.program.drain())

    @_quietly
    def preview(self) -> dict[str, Any]:
        """What has been measured and not been sent: sealed batches as they will be sent, and records not yet sealed."""
        with self._lock:
            for measured in self._watched:
                self.collect(measured)
            return {
                "queued": [json.loads(batch.data) for batch in self._queue.all()],
                "waiting": [{**attribution._asdict(), **record} for attribution, record in self._recorder.waiting],
            }

    @_quietly
    def off(self) -> None:
        """Stops measuring and deletes what was not sent."""
        with self._lock:
            self.on = False
            self._stop()
            self._recorder.waiting = []
        with self._sending:
            self._queue.clear()

    def flush(self) -> FlushReport:
        """Sends what was measured so far."""
        return self._flush() or FlushReport()

    @_quietly
    def seal(self) -> None:
        """Puts what was measured into the queue, without sending: for the end of a process."""
        with self._lock:
            if not self.on:
                return
            for measured in self._watched:
                self.collect(measured)
            if self._recorder.waiting:
                for batch in self._recorder.seal(self._device()):
                    self._queue.push(batch)

    @_quietly
    def close(self) -> None:
        """Flushes and stops."""
        self._flush()
        with self._lock:
            self._stop()

    @_quietly
    def _flush(self) -> FlushReport:
        if not self.on:
            return FlushReport()
        self.seal()
        with self._sending:
            sent, refused, left = self._send()
        return FlushReport(sent, refused, left, self._recorder.dropped + self._queue.dropped)

    def _send(self) -> tuple[int, int, int]:
        batches = self._queue.all()
        sent = refused = 0
        if self._system.now_ms() < self._quiet_until_ms:
            return sent, refused, len(batches)
        for batch in batches:
            if not self.on:
                break
            try:
                self._post(batch.data)
                sent += 1
            except Unreachable as error:
                self._failed(retry_after_ms(error.retry_after, self._system.now_ms()))
                break
            except EverypathError as error:
                # The service will never take this one: malformed, or with a token it does not know.
                self._system.log("warn", f"telemetry was refused: {error}")
                refused += 1
            self._failures = 0
            self.wait_ms = 0.0
            self._queue.remove(batch.name)
        return sent, refused, len(batches) - sent - refused

    def _post(self, data: bytes) -> None:
        # Tells a wrong clock from a late batch.
        sent_at = {"everypath-sent-at": str(int(self._system.now_ms()))}
        if self._compact:
            try:
                body = encode_batch(json.loads(data))
                request_bytes(self._url, body, MAX_JSON_BYTES, {"content-type": "application/cbor", **sent_at})
                return
            except ServiceResponseError as error:
                if error.status != 415:
                    raise
                self._compact = False
        request_bytes(self._url, data, MAX_JSON_BYTES, sent_at)

    def _failed(self, asked_ms: float) -> None:
        self.wait_ms = retry_delay_ms(self._failures, self._system.random(), asked_ms)
        self._failures += 1
        self._quiet_until_ms = self._system.now_ms() + self.wait_ms if asked_ms > 0 else 0.0

    def _schedule(self, seconds: float) -> None:
        if self._timer is None:
            self._timer = threading.Timer(seconds, self._on_timer)
            self._timer.daemon = True
            self._timer.start()

    def _on_timer(self) -> None:
        with self._lock:
            self._timer = None
        left = self.flush().left
        with self._lock:
            if self.on and (self._watched or left):
                self._schedule(self.wait_ms / 1000 if left else FLUSH_EVERY_SECONDS)

    def _stop(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        for measured in self._watched:
            measured.program.telemetry_mode(0)
        self._watched = []

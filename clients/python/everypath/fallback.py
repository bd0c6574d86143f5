# SPDX-License-Identifier: Apache-2.0
"""What runs when a program fails by its own fault: what the service chooses next, and where that is nothing else, the
last program that has completed a call. Variants that the caller forces are not replaced."""

from __future__ import annotations

from typing import Any, Callable, Generic, TypeVar

from .errors import EverypathError, OfflineError, ServiceResponseError
from .fetch_variant import Choice, ChoiceRequest, Service, choose_variant, from_kept
from .request import request_json
from .store import FileStore
from .system import System

#: Variants that are tried for one failure.
_MOST_TRIES = 4
#: Longer messages are cut: paths and addresses repeat in them.
_MESSAGE_CHARACTERS = 500

Running = TypeVar("Running")


class CrashReports:
    """Tells the service of a program that failed by its own fault, once for each variant. Never raises."""

    def __init__(self, system: System, base_url: str, is_on: Callable[[], bool]) -> None:
        self._system = system
        self._url = f"{base_url}/v1/crashes"
        self._is_on = is_on
        self._reported: set[str] = set()

    def report(self, manifest: dict[str, Any], device: dict[str, Any], error: EverypathError) -> None:
        """Reports; says nothing while telemetry is off."""
        variant = manifest["variant"]
        if not self._is_on() or error.crash is None or variant in self._reported:
            return
        self._reported.add(variant)
        message = str(error)[:_MESSAGE_CHARACTERS]
        body = {"token": manifest["telemetryToken"], "kind": error.crash, "device": device, "message": message}
        try:
            request_json(self._url, body)
            self._system.log("warn", f"{manifest['tag']}: variant {variant} failed and was reported: {message}")
        except Exception as failure:  # noqa: BLE001 - the caller has a failure to deal with already
            self._system.log("warn", f"{manifest['tag']}: the failure of {variant} could not be reported: {failure}")


class Fallback(Generic[Running]):
    """One loaded function's way from failure to what runs instead."""

    def __init__(
        self,
        system: System,
        store: FileStore,
        service: Service,
        crashes: CrashReports,
        request: ChoiceRequest,
        open_choice: Callable[[Choice], Running],
    ) -> None:
        self._world = (system, store, service)
        self._crashes = crashes
        self._request = request
        self._open = open_choice
        self._failed: set[str] = set()

    def start(self) -> Running:
        """Opens what the service chooses, or what stands in for it."""
        choice = choose_variant(*self._world, self._request)
        try:
            return self._open(choice)
        except EverypathError as error:
            if error.crash is None:
                raise
            running = self.after(choice.manifest, error)
            if running is None:
                raise
            return running

    def after(self, crashed: dict[str, Any], error: EverypathError) -> Running | None:
        """What to run instead of a program that crashed; None: there is nothing else."""
        self._blame(crashed, error)
        request = self._request
        if request.variant is not None:
            return None
        for _ in range(_MOST_TRIES):
            try:
                choice = choose_variant(*self._world, request._replace(explore=False))
            except (OfflineError, ServiceResponseError):
                break
            # The service keeps to its choice, or is away.
            if choice.manifest["variant"] in self._failed:
                break
            running = self._attempt(choice)
            if running is not None:
                return running
        try:
            good = from_kept(*self._world, request, "good")
        except (ValueError, EverypathError):
            return None
        return self._attempt(good._replace(offline=False)) if good else None

    def _attempt(self, choice: Choice) -> Running | None:
        if choice.manifest["variant"] in self._failed:
            return None
        try:
            return self._open(choice)
        except EverypathError as error:
            if error.crash is None:
                raise
            self._blame(choice.manifest, error)
            return None

    def _blame(self, manifest: dict[str, Any], error: EverypathError) -> None:
        self._failed.add(manifest["variant"])
        self._crashes.report(manifest, self._request.device, error)

# SPDX-License-Identifier: Apache-2.0
"""Asks the service which variant to run, and stands in with the last good answer when it cannot be reached."""

from __future__ import annotations

import json
import re
from datetime import datetime, timezone
from typing import Any, NamedTuple, Sequence

from .errors import IntegrityError, OfflineError
from .request import Unreachable, request_json
from .store import FileStore
from .system import System
from .trusted_keys import find_trusted_keys
from .verify import Expectation, assert_answers, open_manifest, read_issue


class Service(NamedTuple):
    """One service as one client sees it."""

    base_url: str
    public_keys: Sequence[dict[str, str]] | None

    @property
    def folder(self) -> str:
        """Folder of the store that holds what belongs to this service."""
        bare = re.sub(r"^https?://", "", self.base_url)
        return f"services/{re.sub(r'[^A-Za-z0-9.-]+', '_', bare)}"


class Choice(NamedTuple):
    """The manifest to follow. `offline`: the service was away; `stale`: and the manifest is past its expiry."""

    manifest: dict[str, Any]
    offline: bool
    stale: bool


class ChoiceRequest(NamedTuple):
    """What is asked of the service."""

    tag: str
    device: dict[str, Any]
    device_id: str
    variant: str | None
    explore: bool
    bench: bool

    @property
    def expectation(self) -> Expectation:
        """What the answer must be about."""
        return Expectation(self.tag, self.device["target"], self.device["isaLevel"], self.variant)


def _manifest_name(service: Service, request: ChoiceRequest) -> str:
    device = request.device
    parts = [request.tag[1:].replace("/", "+"), device["target"], device["isaLevel"], request.variant or "chosen"]
    return f"{service.folder}/manifests/{'@'.join(parts)}.json"


def _accept(system: System, store: FileStore, service: Service, request: ChoiceRequest, signed: Any) -> dict[str, Any]:
    pin = f"{service.folder}/keys.json"
    keys = find_trusted_keys(system, store, service.base_url, service.public_keys, pin)
    manifest = open_manifest(signed, keys.keys, keys.source)
    assert_answers(manifest, request.expectation)
    return {**read_issue(signed.get("issue")), **manifest}


def _from_cache(system: System, store: FileStore, service: Service, request: ChoiceRequest, why: str) -> Choice:
    name = _manifest_name(service, request)
    away = f"{request.tag}: the service is away ({why})"
    data = store.read(name)
    if data is None:
        raise OfflineError(f"{away} and nothing was cached for this device; connect once, then it runs offline")
    try:
        manifest = _accept(system, store, service, request, json.loads(data))
    except (ValueError, IntegrityError) as error:
        store.remove(name)
        raise OfflineError(f"{away} and the cached manifest is unusable ({error})") from None
    return Choice(manifest, True, manifest["expiresAtMs"] <= system.now_ms())


def _as_date(ms: float) -> str:
    return datetime.fromtimestamp(ms / 1000, timezone.utc).isoformat(timespec="seconds")


def choose_variant(system: System, store: FileStore, service: Service, request: ChoiceRequest) -> Choice:
    """The manifest to follow. Raises `IntegrityError`, `OfflineError` or `ServiceResponseError`."""
    body = {
        "device": request.device,
        "deviceId": request.device_id,
        "explore": request.explore,
        "bench": request.bench,
        **({"variant": request.variant} if request.variant else {}),
    }
    try:
        signed = request_json(f"{service.base_url}/v1/functions/{request.tag}/fetch", body)
    except Unreachable as error:
        return _from_cache(system, store, service, request, str(error))
    manifest = _accept(system, store, service, request, signed)
    now_ms = system.now_ms()
    if manifest["expiresAtMs"] <= now_ms:
        raise IntegrityError(
            f"{request.tag}: the service sent a manifest that expired {_as_date(manifest['expiresAtMs'])}: "
            f"an old answer was replayed, or this device's clock ({_as_date(now_ms)}) is wrong"
        )
    try:
        store.write(_manifest_name(service, request), json.dumps(signed).encode())
    except OSError as error:
        system.log("warn", f"cannot cache the manifest: {error}")
    return Choice(manifest, False, False)

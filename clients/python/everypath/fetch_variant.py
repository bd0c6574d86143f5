# SPDX-License-Identifier: Apache-2.0
"""Asks the service which variant to run, and stands in with the last good answer when it cannot be reached."""

from __future__ import annotations

import re
from datetime import datetime, timezone
from typing import Any, NamedTuple, Sequence

from .errors import IntegrityError, OfflineError
from .kept_manifests import KeptManifests, Question
from .request import Unchanged, Unreachable, request_tagged_json
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
    #: As it came.
    answer: dict[str, Any]


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


def kept_manifests(system: System, store: FileStore, service: Service, request: ChoiceRequest) -> KeptManifests:
    """Where answers to this request are kept."""
    device = request.device
    question = Question(service.folder, request.tag, device["target"], device["isaLevel"], request.variant)
    return KeptManifests(system, store, question)


def _accept(system: System, store: FileStore, service: Service, request: ChoiceRequest, answer: Any) -> dict[str, Any]:
    pin = f"{service.folder}/keys.json"
    keys = find_trusted_keys(system, store, service.base_url, service.public_keys, pin)
    manifest = open_manifest(answer, keys.keys, keys.source)
    assert_answers(manifest, request.expectation)
    return {**read_issue(answer.get("issue")), **manifest}


def from_kept(
    system: System, store: FileStore, service: Service, request: ChoiceRequest, kind: str
) -> Choice | None:
    """A kept answer that can still be believed, as one given offline; None where there is none."""
    kept = kept_manifests(system, store, service, request)
    answer = kept.read(kind)
    if answer is None:
        return None
    try:
        manifest = _accept(system, store, service, request, answer)
    except (ValueError, IntegrityError):
        kept.remove(kind)
        raise
    return Choice(manifest, True, manifest["expiresAtMs"] <= system.now_ms(), answer)


def _while_away(system: System, store: FileStore, service: Service, request: ChoiceRequest, why: str) -> Choice:
    away = f"{request.tag}: the service is away ({why})"
    try:
        choice = from_kept(system, store, service, request, "latest")
    except (ValueError, IntegrityError) as error:
        raise OfflineError(f"{away} and the cached manifest is unusable ({error})") from None
    if choice is None:
        raise OfflineError(f"{away} and nothing was cached for this device; connect once, then it runs offline")
    return choice


def _as_date(ms: float) -> str:
    return datetime.fromtimestamp(ms / 1000, timezone.utc).isoformat(timespec="seconds")


def choose_variant(system: System, store: FileStore, service: Service, request: ChoiceRequest) -> Choice:
    """The manifest to follow. Raises `IntegrityError`, `OfflineError` or `ServiceResponseError`."""
    kept = kept_manifests(system, store, service, request)
    latest = kept.read("latest")
    etag = latest.get("etag") if latest else None
    try:
        return _ask(system, store, service, request, etag if isinstance(etag, str) else None)
    except Unreachable as error:
        return _while_away(system, store, service, request, str(error))
    except Unchanged:
        pass
    try:
        choice = from_kept(system, store, service, request, "latest")
        if choice is not None and not choice.stale:
            return choice._replace(offline=False)
    except (ValueError, IntegrityError) as error:
        system.log("warn", f"the cached manifest is unusable: {error}")
    # What is kept was changed on disk, or has expired by this clock: asked for whole.
    kept.remove("latest")
    try:
        return _ask(system, store, service, request, None)
    except Unreachable as error:
        return _while_away(system, store, service, request, str(error))


def _ask(
    system: System, store: FileStore, service: Service, request: ChoiceRequest, if_none_match: str | None
) -> Choice:
    body = {
        "device": request.device,
        "deviceId": request.device_id,
        "explore": request.explore,
        "bench": request.bench,
        **({"variant": request.variant} if request.variant else {}),
    }
    url = f"{service.base_url}/v1/functions/{request.tag}/fetch"
    signed, etag = request_tagged_json(url, body, if_none_match)
    answer = {**signed, "etag": etag} if isinstance(signed, dict) else signed
    manifest = _accept(system, store, service, request, answer)
    now_ms = system.now_ms()
    if manifest["expiresAtMs"] <= now_ms:
        raise IntegrityError(
            f"{request.tag}: the service sent a manifest that expired {_as_date(manifest['expiresAtMs'])}: "
            f"an old answer was replayed, or this device's clock ({_as_date(now_ms)}) is wrong"
        )
    kept_manifests(system, store, service, request).write("latest", answer)
    return Choice(manifest, False, False, answer)

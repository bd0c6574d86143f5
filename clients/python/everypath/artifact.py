# SPDX-License-Identifier: Apache-2.0
"""Gets a variant's binary: from the cache, whose bytes are hashed before they are believed, or from the service."""

from __future__ import annotations

import hashlib
from typing import Any, NamedTuple

from .errors import IntegrityError, OfflineError, ServiceResponseError
from .request import Unreachable, request_bytes
from .store import FileStore
from .system import System

MAX_BINARY_BYTES = 64 << 20


class Artifact(NamedTuple):
    """Hashed bytes, equal to the manifest's SHA-256: open these, not a file that may change meanwhile."""

    data: bytes
    source: str


def _download(base_url: str, manifest: dict[str, Any]) -> bytes:
    tag, size, path = manifest["tag"], manifest["sizeBytes"], manifest["artifact"]
    if not path.startswith("/") or path.startswith("//") or size > MAX_BINARY_BYTES:
        raise IntegrityError(f"{tag}: the manifest points outside the service, or at more than 64 MiB")
    try:
        data = request_bytes(base_url + path, None, size)
    except Unreachable as error:
        raise OfflineError(f"{tag}: cannot download the program: {error}") from None
    except ServiceResponseError as error:
        if error.status == 404:
            raise OfflineError(f"{tag}: the service no longer has this program; load it again") from None
        raise
    if len(data) != size:
        raise IntegrityError(f"{tag}: the download ended after {len(data)} of {size} bytes; try again")
    found = hashlib.sha256(data).hexdigest()
    if found != manifest["sha256"]:
        raise IntegrityError(
            f"{tag}: the downloaded program has SHA-256 {found}, the manifest promises {manifest['sha256']}. "
            "It was changed on its way or in the store, and was not run; publish the function anew if that persists"
        )
    return data


def get_artifact(system: System, store: FileStore, base_url: str, manifest: dict[str, Any]) -> Artifact:
    """The binary of a manifest, verified. A corrupted cache entry is deleted and downloaded once more."""
    name = f"artifacts/{manifest['sha256']}"
    cached = store.read(name)
    if cached is not None:
        if hashlib.sha256(cached).hexdigest() == manifest["sha256"]:
            return Artifact(cached, "cache")
        system.log("warn", f"{store.where(name)} was corrupted; downloading it anew")
        store.remove(name)
    data = _download(base_url, manifest)
    try:
        store.write(name, data)
    except OSError as error:
        system.log("warn", f"cannot cache the program: {error}")
    return Artifact(data, "network")

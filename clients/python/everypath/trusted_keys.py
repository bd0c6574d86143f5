# SPDX-License-Identifier: Apache-2.0
"""Which signing keys this client believes: those it was given, or those it saw first (then kept, and no others)."""

from __future__ import annotations

import json
from typing import Any, NamedTuple, Sequence

from .errors import IntegrityError, OfflineError
from .request import Unreachable, request_json
from .store import FileStore
from .system import System


class TrustedKeys(NamedTuple):
    """Keys, and where they come from."""

    keys: list[dict[str, str]]
    source: str


def _is_key(key: Any) -> bool:
    return (
        isinstance(key, dict)
        and key.get("kty") == "EC"
        and key.get("crv") == "P-256"
        and all(isinstance(key.get(part), str) for part in ("kid", "x", "y"))
    )


def _parse(key_set: Any, source: str) -> list[dict[str, str]]:
    keys = key_set.get("keys") if isinstance(key_set, dict) else None
    if not isinstance(keys, list) or not keys or not all(map(_is_key, keys)):
        raise IntegrityError(f"no P-256 public keys {source}")
    return keys


def find_trusted_keys(
    system: System, store: FileStore, base_url: str, given: Sequence[dict[str, str]] | None, pin_name: str
) -> TrustedKeys:
    """The given keys, else the pinned ones, else the service's own, which are then pinned under `pin_name`."""
    if given is not None:
        return TrustedKeys(_parse({"keys": list(given)}, "in the option 'public_keys'"), "option 'public_keys'")
    source = f"pinned in {store.where(pin_name)}"
    pinned = store.read(pin_name)
    if pinned is not None:
        try:
            return TrustedKeys(_parse(json.loads(pinned), source), source)
        except (ValueError, IntegrityError):
            # A broken pin must not become a new first use: someone who can break it could choose the keys.
            raise IntegrityError(f"the keys {source} cannot be read; delete the file to trust the service anew") from None
    try:
        keys = _parse(request_json(f"{base_url}/v1/keys"), f"at {base_url}/v1/keys")
    except Unreachable as error:
        raise OfflineError(f"cannot get the service's keys: {error}") from None
    try:
        store.write(pin_name, json.dumps({"keys": keys}).encode())
    except OSError as error:
        system.log("warn", f"cannot pin keys: {error}")
    return TrustedKeys(keys, source)

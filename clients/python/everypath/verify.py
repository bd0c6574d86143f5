# SPDX-License-Identifier: Apache-2.0
"""Decides whether a signed manifest may be believed. The signature is checked over the exact bytes before they are
parsed, and what they say must be what was asked for."""

from __future__ import annotations

import base64
import binascii
import json
import re
from typing import Any, NamedTuple

from . import p256
from .errors import IntegrityError

try:
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives import hashes
    from cryptography.hazmat.primitives.asymmetric import ec
    from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
except ImportError:  # pragma: no cover - depends on what is installed
    ec = None  # type: ignore[assignment]

_BASE64 = re.compile(r"[A-Za-z0-9+/]*={0,2}")

#: Each architecture's levels, lowest first; those of the schema's targets.
ISA_ORDER = (
    ("x86-64", "x86-64-v2", "x86-64-v3", "x86-64-v4"),
    ("armv8-a", "armv8.2-a", "armv8.6-a"),
    ("wasm-mvp", "wasm-simd128", "wasm-relaxed-simd"),
)


class Expectation(NamedTuple):
    """What the manifest must be about."""

    tag: str
    target: str
    isa_level: str
    variant: str | None


def isa_covers(has: str, needs: str) -> bool:
    """Whether a device at level `has` runs code that needs level `needs`."""
    levels = next((order for order in ISA_ORDER if has in order), ())
    return needs in levels and levels.index(has) >= levels.index(needs)


def decode_base64(text: object) -> bytes:
    """Padded base64, strictly: a manifest has one spelling only."""
    if isinstance(text, str) and _BASE64.fullmatch(text):
        try:
            data = base64.b64decode(text, validate=True)
        except binascii.Error:
            data = None
        if data is not None and base64.b64encode(data).decode() == text:
            return data
    raise IntegrityError("the service sent something that is not base64; is its address right?")


def decode_base64url(text: str) -> bytes:
    """A coordinate of a JSON Web Key."""
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def is_signed(key: dict[str, str], signature: bytes, message: bytes, fast: bool = True) -> bool:
    """Whether the key's secret signed the message: by `cryptography` where installed (and `fast`), else our own."""
    try:
        x = int.from_bytes(decode_base64url(key["x"]), "big")
        y = int.from_bytes(decode_base64url(key["y"]), "big")
    except (binascii.Error, ValueError):
        return False
    if len(signature) != 64:
        return False
    if ec is None or not fast:
        return p256.verify((x, y), signature, message)
    try:
        public = ec.EllipticCurvePublicNumbers(x, y, ec.SECP256R1()).public_key()
        r, s = int.from_bytes(signature[:32], "big"), int.from_bytes(signature[32:], "big")
        public.verify(encode_dss_signature(r, s), message, ec.ECDSA(hashes.SHA256()))
        return True
    except (InvalidSignature, ValueError):
        return False


def open_manifest(signed: Any, keys: list[dict[str, str]], keys_from: str, fast: bool = True) -> dict[str, Any]:
    """The manifest inside, once its signature is proven. `keys_from` says where keys come from, for messages."""
    if not isinstance(signed, dict):
        raise IntegrityError("the service did not answer with a signed manifest")
    message, signature = decode_base64(signed.get("manifest")), decode_base64(signed.get("signature"))
    key_id = signed.get("keyId")
    key = next((candidate for candidate in keys if candidate["kid"] == key_id), None)
    if key is None:
        raise IntegrityError(
            f"the manifest is signed with key '{key_id}', which this client does not trust ({keys_from}). "
            "If the service has changed its key on purpose, trust the new one there; if not, do not."
        )
    if not is_signed(key, signature, message, fast):
        raise IntegrityError(
            f"the manifest's signature is wrong for key '{key_id}' ({keys_from}): it was changed on its way, "
            "or the service has a new key under the same name"
        )
    manifest: dict[str, Any] = json.loads(message)
    return manifest


def read_issue(issue: Any) -> dict[str, Any]:
    """What came beside the manifest: told to people and sent back with telemetry, never run."""
    try:
        texts = {name: issue[name] for name in ("reason", "cause", "decisionId", "telemetryToken")}
        predicted_ns = issue["predictedNs"]
    except (KeyError, TypeError):
        texts, predicted_ns = {}, None
    if not texts or not all(isinstance(text, str) for text in texts.values()):
        raise IntegrityError("the service did not say why it chose this variant: is it an older one?")
    return {**texts, "predictedNs": predicted_ns}


def assert_answers(manifest: dict[str, Any], expected: Expectation) -> None:
    """Refuses a genuine manifest that answers another question."""

    def wrong(what: str, found: object, asked: object) -> IntegrityError:
        return IntegrityError(
            f"the manifest is for {what} {found}, not {asked}: an answer to another request was replayed"
        )

    if manifest.get("version") != 2:
        raise IntegrityError(f"the manifest has version {manifest.get('version')}; this client knows 2: update it")
    if manifest["tag"] != expected.tag:
        raise wrong("function", manifest["tag"], expected.tag)
    if manifest["target"] != expected.target:
        raise wrong("target", manifest["target"], expected.target)
    if expected.variant is not None and manifest["variant"] != expected.variant:
        raise wrong("variant", manifest["variant"], expected.variant)
    if not isa_covers(expected.isa_level, manifest["isaLevel"]):
        raise wrong("level", manifest["isaLevel"], expected.isa_level)
    if not re.fullmatch(r"[0-9a-f]{64}", manifest["sha256"]):
        raise wrong("hash", manifest["sha256"], "a SHA-256")

# SPDX-License-Identifier: Apache-2.0
"""Which variant, if any, was forced, and by whom. First hit wins: the call, the environment, the override file."""

from __future__ import annotations

import json
import re
from typing import NamedTuple

from .errors import ArgumentError

_VARIANT = re.compile(r"[0-9a-f]{16}")


class Override(NamedTuple):
    """A forced variant and who forced it: `call`, `environment` or `file`."""

    variant: str
    by: str


def _variant(value: object, where: str) -> str:
    if isinstance(value, str) and _VARIANT.fullmatch(value):
        return value
    raise ArgumentError("variant", f"{where}: expected a variant id of 16 hex digits, got {value!r}")


def _from_environment(text: str, tag: str) -> str | None:
    """`@user/name=ID`, several separated by commas or spaces."""
    for entry in re.split(r"[\s,]+", text):
        if not entry:
            continue
        name, equals, variant = entry.partition("=")
        if not equals or "=" in variant:
            raise ArgumentError("variant", f"EVERYPATH_VARIANT: expected @user/name=ID, got {entry!r}")
        if name == tag:
            return _variant(variant, "EVERYPATH_VARIANT")
    return None


def find_override(tag: str, call: str | None, environment: str | None, file: str | bytes | None) -> Override | None:
    """The override for a tag. `file` is the text of the override file: `{ "@user/name": "ID" }`."""
    if call is not None:
        return Override(_variant(call, f"load('{tag}')"), "call")
    forced = None if environment is None else _from_environment(environment, tag)
    if forced is not None:
        return Override(forced, "environment")
    if file is None:
        return None
    try:
        entries = json.loads(file)
    except ValueError:
        raise ArgumentError("variant", 'the override file is not JSON: expected { "@user/name": "ID" }') from None
    entry = entries.get(tag) if isinstance(entries, dict) else None
    return None if entry is None else Override(_variant(entry, "the override file"), "file")

# SPDX-License-Identifier: Apache-2.0
"""The cache on disk: one folder, every file written beside its place and renamed into it."""

from __future__ import annotations

import os
import sys
import tempfile
from pathlib import Path
from typing import Mapping


def default_cache_folder(env: Mapping[str, str]) -> Path:
    """The system's place for caches."""
    if env.get("XDG_CACHE_HOME"):
        return Path(env["XDG_CACHE_HOME"]) / "everypath"
    if sys.platform == "darwin":
        return Path.home() / "Library" / "Caches" / "everypath"
    if sys.platform == "win32" and env.get("LOCALAPPDATA"):
        return Path(env["LOCALAPPDATA"]) / "everypath"
    return Path.home() / ".cache" / "everypath"


class FileStore:
    """Small files by name, in folders separated by `/`. The layout is the JavaScript client's."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def where(self, name: str) -> Path:
        """Where a person finds a file."""
        return self._folder.joinpath(*name.split("/"))

    def read(self, name: str) -> bytes | None:
        """The file's bytes, or None."""
        try:
            return self.where(name).read_bytes()
        except (FileNotFoundError, NotADirectoryError):
            return None

    def write(self, name: str, data: bytes) -> None:
        """Replaces a file at once: readers see the old bytes or the new."""
        path = self.where(name)
        path.parent.mkdir(parents=True, exist_ok=True)
        descriptor, draft = tempfile.mkstemp(dir=path.parent, suffix=".draft")
        try:
            with os.fdopen(descriptor, "wb") as file:
                file.write(data)
            os.replace(draft, path)
        except BaseException:
            os.unlink(draft)
            raise

    def remove(self, name: str) -> None:
        """Deletes a file, if it is there."""
        try:
            self.where(name).unlink()
        except (FileNotFoundError, NotADirectoryError):
            pass

    def list(self, folder: str) -> list[str]:
        """Names directly below a folder, sorted."""
        try:
            return sorted(entry for entry in os.listdir(self.where(folder)) if not entry.endswith(".draft"))
        except (FileNotFoundError, NotADirectoryError):
            return []

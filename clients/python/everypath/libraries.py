# SPDX-License-Identifier: Apache-2.0
"""Which libraries that programs may call are installed. Only the system's loader knows where it looks, so it is asked:
once a process, 20 ms the first time a system does it and 3 ms after; what it opened is closed again."""

from __future__ import annotations

import ctypes
import functools
import sys

#: By the names that the service knows: what the loader finds them by, on Linux alone, and a function that some builds
#: leave out.
_FILES = {"openblas": ("libopenblas.so.0", "cblas_sgemm")}


def _opens(file: str, needs: str) -> bool:
    try:
        library = ctypes.CDLL(file)
    except OSError:
        return False
    from _ctypes import dlclose

    has = hasattr(library, needs)
    dlclose(library._handle)
    return has


@functools.lru_cache(maxsize=None)
def find_libraries() -> tuple[str, ...]:
    """Names of those that can be opened here."""
    return tuple(name for name, at in _FILES.items() if _opens(*at)) if sys.platform == "linux" else ()

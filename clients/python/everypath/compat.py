# SPDX-License-Identifier: Apache-2.0
"""Lets sources that import the decorator from `muna` or `fxn` run as plain Python where neither is installed."""

from __future__ import annotations

import importlib.util
import sys
import types

from . import decorator

NAMES = ("muna", "fxn")


def install() -> list[str]:
    """Makes the modules that are missing; returns their names. An installed package is never replaced."""
    made = []
    for name in NAMES:
        if name in sys.modules or importlib.util.find_spec(name) is not None:
            continue
        module = types.ModuleType(name, "Stands in for the decorator only; see everypath.compat.")
        module.compile = decorator.compile  # type: ignore[attr-defined]
        module.Sandbox = decorator.Sandbox  # type: ignore[attr-defined]
        module.Parameter = decorator.Parameter  # type: ignore[attr-defined]
        sys.modules[name] = module
        made.append(name)
    return made

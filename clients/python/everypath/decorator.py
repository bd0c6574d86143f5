# SPDX-License-Identifier: Apache-2.0
"""The decorator that marks an entrypoint. It attaches a description and leaves the function an ordinary function."""

from __future__ import annotations

import inspect
import re
from dataclasses import dataclass, field, replace
from typing import Any, Callable, Iterable, Literal, TypeVar

Function = TypeVar("Function", bound=Callable[..., Any])

_TAG = re.compile(r"@[a-z0-9][a-z0-9-]{0,38}/[a-z0-9][a-z0-9._-]{0,62}")
_ACCESS = ("private", "public", "unlisted")


@dataclass(frozen=True)
class Sandbox:
    """The environment that a module's own code needs while it is compiled; each method gives a longer chain."""

    steps: tuple[tuple[str, tuple[str, ...]], ...] = ()

    def _then(self, kind: str, *arguments: str) -> Sandbox:
        return replace(self, steps=(*self.steps, (kind, tuple(arguments))))

    def pip_install(self, *packages: str) -> Sandbox:
        """Python packages, as pip names them."""
        return self._then("pip_install", *packages)

    def apt_install(self, *packages: str) -> Sandbox:
        """Debian packages."""
        return self._then("apt_install", *packages)

    def env(self, **variables: str) -> Sandbox:
        """Environment variables."""
        return self._then("env", *(f"{name}={value}" for name, value in variables.items()))

    def workdir(self, path: str) -> Sandbox:
        """The folder that later steps run in."""
        return self._then("workdir", path)

    def upload_file(self, source: str, destination: str | None = None) -> Sandbox:
        """A file from beside the source."""
        return self._then("upload_file", source, destination or source)

    def upload_directory(self, source: str, destination: str | None = None) -> Sandbox:
        """A folder from beside the source."""
        return self._then("upload_directory", source, destination or source)

    def run_commands(self, *commands: str) -> Sandbox:
        """Shell commands."""
        return self._then("run_commands", *commands)


@dataclass(frozen=True)
class Parameter:
    """What a parameter means, within `typing.Annotated`: for documentation, ranges and generated cases."""

    description: str = ""
    min: float | None = None
    max: float | None = None
    denotation: str = ""


@dataclass(frozen=True)
class Spec:
    """What the decorator was told; found at `function.__everypath__`."""

    tag: str | None
    description: str
    sandbox: Sandbox | None
    trace_modules: tuple[Any, ...]
    targets: tuple[str, ...] | None
    metadata: Any
    access: str
    options: dict[str, Any] = field(default_factory=dict)


def compile(
    *,
    tag: str | None = None,
    description: str | None = None,
    sandbox: Sandbox | None = None,
    trace_modules: Iterable[Any] = (),
    targets: Iterable[str] | None = None,
    metadata: Any = None,
    access: Literal["private", "public", "unlisted"] = "private",
    **kwargs: Any,
) -> Callable[[Function], Function]:
    """Marks a function as an entrypoint of the compiler.

    `tag` names it (`@user/name`; without one, the function's own name is used), `targets` limits what it is compiled
    for, `trace_modules` lists third-party modules to look into. The function itself is returned as it was.
    """
    if tag is not None and not _TAG.fullmatch(tag):
        raise ValueError(f"tag: expected @user/name in lower case, got {tag!r}")
    if access not in _ACCESS:
        raise ValueError(f"access: expected one of {', '.join(_ACCESS)}, got {access!r}")

    def attach(function: Function) -> Function:
        if not inspect.isfunction(function):
            raise TypeError("@compile goes on a function defined at module level")
        if inspect.iscoroutinefunction(function) or inspect.isasyncgenfunction(function):
            raise TypeError(f"@compile: {function.__name__} is async, which cannot be compiled; make it a plain def")
        first_line = (inspect.getdoc(function) or "").split("\n", 1)[0]
        spec = Spec(
            tag=tag,
            description=description if description is not None else first_line,
            sandbox=sandbox,
            trace_modules=tuple(trace_modules),
            targets=None if targets is None else tuple(targets),
            metadata=metadata,
            access=access,
            options=kwargs,
        )
        function.__everypath__ = spec  # type: ignore[attr-defined]
        return function

    return attach

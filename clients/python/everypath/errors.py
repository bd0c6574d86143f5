# SPDX-License-Identifier: Apache-2.0
"""What can go wrong in a client, as types a caller can tell apart. Every message says what to do about it."""

from __future__ import annotations

import ast
import builtins
from typing import NamedTuple


class EverypathError(Exception):
    """The root of all errors that this package raises on purpose."""

    #: `load-failed` or `crashed` where the program itself is at fault: it is reported, and another takes its place.
    crash: str | None = None

    def blame_program(self, kind: str) -> EverypathError:
        """Puts the blame on the program; returns the error itself."""
        self.crash = kind
        return self


class ArgumentError(EverypathError, TypeError):
    """An argument is not what the signature says. Raised before the program is entered."""

    def __init__(self, parameter: str, message: str) -> None:
        super().__init__(message)
        self.parameter = parameter


class UnsupportedError(EverypathError):
    """The value, program or device is outside what can be represented or run here."""


class ProgramError(EverypathError):
    """The program has stopped in a way that no Python exception describes."""


class IntegrityError(EverypathError):
    """What was downloaded, cached or signed is not what the service published. Nothing of it is run."""


class OfflineError(EverypathError):
    """The service cannot be reached and the cache cannot stand in for it."""


class ServiceResponseError(EverypathError):
    """The service answered with an error of its own."""

    def __init__(self, status: int, code: str, message: str) -> None:
        super().__init__(message)
        self.status = status
        self.code = code


class PythonFrame(NamedTuple):
    """One line of a Python traceback."""

    line: int
    column: int
    function: str


class PythonError(EverypathError):
    """An exception that the compiled function raised, with the traceback as CPython prints it."""

    def __init__(self, type: str, message: str, frames: list[PythonFrame], file: str) -> None:
        last = f"{type}: {message}" if message else type
        super().__init__(last)
        self.type = type
        self.message = message
        self.frames = frames
        lines = [f'  File "{file}", line {frame.line}, in {frame.function}' for frame in frames]
        self.traceback = "\n".join((["Traceback (most recent call last):"] if lines else []) + lines + [last])

    def as_builtin(self) -> Exception | None:
        """The builtin exception that the Python function would have raised, or None where there is none."""
        kind = getattr(builtins, self.type, None)
        if not isinstance(kind, type) or not issubclass(kind, Exception):
            return None
        argument: object = self.message
        if kind is KeyError:
            # str(KeyError(k)) is repr(k): take the repr off, or it is put on twice.
            try:
                argument = ast.literal_eval(self.message)
            except (ValueError, SyntaxError):
                return None
        try:
            return kind(argument) if self.message else kind()
        except TypeError:
            return None

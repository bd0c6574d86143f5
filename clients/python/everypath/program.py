# SPDX-License-Identifier: Apache-2.0
"""A loaded native program, through ctypes. Only for files whose hash was checked: opening a library runs its code."""

from __future__ import annotations

import ctypes
import json
import os
import sys
import tempfile
import threading
from typing import Any

from . import layout
from .errors import ArgumentError, ProgramError, PythonError, UnsupportedError
from .read_value import ProbeRecord, read_failure, read_record, read_value
from .write_value import Call, Writer, writer_for

_RESULT_AT = 0
_ERROR_AT = 176
_ARGUMENTS_AT = _ERROR_AT + layout.ERROR_BYTES
_DRAIN_CAPACITY = 64
_MISSING = object()
_NUMBERS = ("none", "bool", "int", "float", "scalar")
_NOTHING = Call()
# Words of the result.
_KIND, _AS, _OWNER = 0, 2, 4


class _Scratch(threading.local):
    """Memory that a call's arguments and answer are laid out in, one per thread: programs are re-entrant."""

    def __init__(self, parameters: list[dict[str, Any]]) -> None:
        buffer = bytearray(_ARGUMENTS_AT + len(parameters) * layout.VALUE_BYTES)
        self._held = (ctypes.c_char * len(buffer)).from_buffer(buffer)
        base = ctypes.addressof(self._held)
        places = (_ARGUMENTS_AT, _RESULT_AT, _ERROR_AT)
        floats, integers = memoryview(buffer).cast("d"), memoryview(buffer).cast("q")
        self.parts = (buffer, floats, integers, *(ctypes.c_void_p(base + place) for place in places))
        #: How to write each argument. Of a float or an int only one word changes from call to call: its head is
        #: written here, and the word through a view, which takes a fifth of the time.
        self.plan: list[tuple[type | None, memoryview, int, Writer, str, int]] = []
        for index, parameter in enumerate(parameters):
            offset = _ARGUMENTS_AT + index * layout.VALUE_BYTES
            exact = {"float": float, "int": int}.get(parameter["type"]["kind"])
            words = floats if exact is float else integers
            writer, name = writer_for(parameter["type"]), parameter["name"]
            if exact is not None:
                writer(exact(), name, buffer, offset, Call())
            self.plan.append((exact, words, offset // 8 + 2, writer, name, offset))


class Program:
    """One program: call it as `program(…)` with Python's own rules for arguments."""

    def __init__(self, library: ctypes.CDLL) -> None:
        self._invoke = library.ep_invoke
        self._release = library.ep_release
        self._drain = library.ep_telemetry_drain
        self._mode = library.ep_telemetry_mode
        self._release.restype = self._mode.restype = None
        library.ep_abi_version.restype = self._drain.restype = ctypes.c_uint32
        library.ep_describe.restype = ctypes.c_char_p
        abi = library.ep_abi_version()
        if abi != layout.ABI_VERSION:
            raise UnsupportedError(f"the program speaks ABI {abi}, this client 1: update the older one")
        self.description: dict[str, Any] = json.loads(library.ep_describe())
        self.tag: str = self.description["tag"]
        parameters = self.description["signature"]["parameters"]
        self._parameters = parameters
        self._names: list[str] = [parameter["name"] for parameter in parameters]
        self._count = ctypes.c_uint32(len(parameters))
        #: Numbers need nothing kept alive during a call.
        self._borrows = any(parameter["type"]["kind"] not in _NUMBERS for parameter in parameters)
        self._scratch = _Scratch(parameters)

    def _bind(self, args: tuple[Any, ...], kwargs: dict[str, Any]) -> tuple[Any, ...]:
        takes = f"{self.tag} takes ({', '.join(self._names)})"
        if len(args) > len(self._names):
            raise ArgumentError("", f"{takes}: expected {len(self._names)} arguments, got {len(args)}")
        for name in kwargs:
            if name not in self._names:
                raise ArgumentError(name, f"{takes}: there is no parameter '{name}'")
            if self._names.index(name) < len(args):
                raise ArgumentError(name, f"{takes}: '{name}' was given twice")
        values = list(args)
        for parameter in self._parameters[len(args) :]:
            name = parameter["name"]
            value = kwargs.get(name, parameter.get("default", _MISSING))
            if value is _MISSING:
                raise ArgumentError(name, f"{takes}: argument '{name}' is missing")
            values.append(value)
        return tuple(values)

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        if kwargs or len(args) != len(self._names):
            args = self._bind(args, kwargs)
        scratch = self._scratch
        buffer, floats, integers, arguments, result, error = scratch.parts
        call = Call() if self._borrows else _NOTHING
        for (exact, words, word, writer, name, offset), value in zip(scratch.plan, args):
            if type(value) is exact:
                try:
                    words[word] = value
                    continue
                except ValueError:
                    pass  # An int beyond 64 bits: the writer says so.
            writer(value, name, buffer, offset, call)
        # A result that the program leaves alone must read as none, and be safe to release.
        integers[_KIND] = integers[_OWNER] = 0
        status = self._invoke(arguments, self._count, result, error)
        if status:
            self._fail(status, buffer)
        if integers[_KIND] == layout.FLOAT:
            return floats[_AS]
        if not integers[_OWNER]:
            return read_value(buffer, _RESULT_AT)
        try:
            return read_value(buffer, _RESULT_AT)
        finally:
            self._release(result)

    def _fail(self, status: int, buffer: bytearray) -> None:
        failure = read_failure(buffer, _ERROR_AT)
        text = failure.message or failure.type
        if status == layout.RAISED:
            error = PythonError(failure.type, failure.message, failure.frames, self.description["file"])
            builtin = error.as_builtin()
            if builtin is not None:
                raise builtin from error
            raise error
        if status == layout.INVALID_ARGUMENT:
            raise ArgumentError("", f"{self.tag}: {text or 'an argument does not fit the signature'}")
        if status == layout.UNSUPPORTED:
            raise UnsupportedError(f"{self.tag}: {text or 'a value beyond what it can represent'}")
        if status == layout.OUT_OF_MEMORY:
            raise MemoryError(f"{self.tag}: out of memory")
        raise ProgramError(f"{self.tag}: unknown status {status}").blame_program("crashed")

    def __del__(self) -> None:
        # What it keeps for a next call; the library itself stays loaded.
        release = getattr(self, "_release", None)
        if release is not None:
            release(None)

    def telemetry_mode(self, mode: int) -> None:
        """0: off. 1: every call is timed. 2: adaptive, at most 1 % of a call's time is spent on timing."""
        self._mode(ctypes.c_uint32(mode))

    def drain(self) -> list[ProbeRecord]:
        """Takes the latency records gathered since the last drain."""
        buffer = bytearray(_DRAIN_CAPACITY * layout.RECORD_BYTES)
        held = (ctypes.c_char * len(buffer)).from_buffer(buffer)
        records: list[ProbeRecord] = []
        while True:
            count = self._drain(ctypes.byref(held), ctypes.c_uint32(_DRAIN_CAPACITY))
            records += [read_record(buffer, index * layout.RECORD_BYTES) for index in range(count)]
            if count < _DRAIN_CAPACITY:
                return records


def _load(path: str) -> Program:
    try:
        return Program(ctypes.CDLL(path))
    except OSError as error:
        # What the loader says where a folder is mounted noexec.
        no_exec = "failed to map segment" in str(error)
        hint = "; set TMPDIR to a folder that allows execution" if no_exec else ""
        failure = ProgramError(f"cannot open {path} as a native program of this machine: {error}{hint}")
        raise (failure if no_exec else failure.blame_program("load-failed")) from error
    except AttributeError as error:
        raise UnsupportedError(f"not an everypath program: {error}").blame_program("load-failed") from error


def open_program(path_or_bytes: str | os.PathLike[str] | bytes) -> Program:
    """Opens a native program of this machine from a file, or from its bytes."""
    if not isinstance(path_or_bytes, bytes):
        return _load(os.fspath(path_or_bytes))
    suffix = ".dll" if sys.platform == "win32" else ".so"
    descriptor, path = tempfile.mkstemp(prefix="everypath-", suffix=suffix)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(path_or_bytes)
        return _load(path)
    finally:
        try:
            os.unlink(path)
        except OSError:
            pass  # Windows keeps a loaded library's file.

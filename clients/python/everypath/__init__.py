# SPDX-License-Identifier: Apache-2.0
"""everypath: decorate a Python function; run the fastest native program of it that your device can."""

from .client import Client, CompiledFunction, FunctionInfo
from .decorator import Parameter, Sandbox, Spec, compile
from .device import detect_device
from .errors import (
    ArgumentError,
    EverypathError,
    IntegrityError,
    OfflineError,
    ProgramError,
    PythonError,
    ServiceResponseError,
    UnsupportedError,
)
from .program import Program, open_program
from .values import Array

__version__ = "0.1.0"

__all__ = [
    "ArgumentError",
    "Array",
    "Client",
    "CompiledFunction",
    "EverypathError",
    "FunctionInfo",
    "IntegrityError",
    "OfflineError",
    "Parameter",
    "Program",
    "ProgramError",
    "PythonError",
    "Sandbox",
    "ServiceResponseError",
    "Spec",
    "UnsupportedError",
    "compile",
    "detect_device",
    "open_program",
]

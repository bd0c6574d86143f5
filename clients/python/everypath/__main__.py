# SPDX-License-Identifier: Apache-2.0
"""`python -m everypath run TAG --arg name=value …`: loads a function, calls it once, prints what it gives.

Values are Python literals; `@FILE` reads an image, or an array from a .npy file; anything else is a string.
"""

from __future__ import annotations

import argparse
import ast
import os
import sys
from typing import Any

from .client import Client
from .errors import EverypathError
from .values import numpy, pil_image


def _value(text: str) -> Any:
    if text.startswith("@"):
        if text.endswith(".npy") and numpy is not None:
            return numpy.load(text[1:], allow_pickle=False)
        if pil_image is not None:
            return pil_image.open(text[1:]).copy()
        raise SystemExit(f"{text}: install NumPy to read .npy files, Pillow to read images")
    try:
        return ast.literal_eval(text)
    except (ValueError, SyntaxError):
        return text


def main(arguments: list[str] | None = None) -> int:
    """Runs the command; returns its exit code."""
    parser = argparse.ArgumentParser(prog="python -m everypath")
    run = parser.add_subparsers(dest="command", required=True).add_parser("run", help="call a function once")
    run.add_argument("tag")
    run.add_argument("--arg", action="append", default=[], metavar="NAME=VALUE")
    run.add_argument("--variant", help="force a variant")
    run.add_argument("--url", default=os.environ.get("EVERYPATH_URL", "http://localhost:8080"))
    options = parser.parse_args(arguments)
    values = dict(argument.split("=", 1) for argument in options.arg)
    try:
        with Client(options.url) as client:
            function = client.load(options.tag, variant=options.variant)
            print(repr(function(**{name: _value(text) for name, text in values.items()})))
            info = function.info
            print(f"variant {info.variant} ({info.reason}), {function.last_latency_ns} ns", file=sys.stderr)
    except EverypathError as error:
        print(f"{type(error).__name__}: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())

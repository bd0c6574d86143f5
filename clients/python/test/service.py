# SPDX-License-Identifier: Apache-2.0
"""The fault server as a child process, and sessions with it that have a cache of their own."""

from __future__ import annotations

import atexit
import json
import os
import subprocess
import tempfile
import unittest
import urllib.request
from pathlib import Path
from typing import Any

from everypath import Client
from everypath.system import System

REPOSITORY = Path(__file__).resolve().parents[3]
CONFORMANCE = REPOSITORY / "clients" / "conformance"


class _Server:
    process: subprocess.Popen[str] | None = None
    facts: dict[str, str] = {}
    sessions = 0


def facts() -> dict[str, str]:
    """Where the server listens, and the variants it serves. Starts it when first asked."""
    if _Server.process is None:
        local = REPOSITORY / "node_modules" / ".bin" / "node"
        node = os.environ.get("EVERYPATH_NODE", str(local) if local.exists() else "node")
        command = [node, str(CONFORMANCE / "fault-server.ts")]
        process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        assert process.stdin and process.stdout
        _Server.process = process
        atexit.register(lambda: (process.stdin.close(), process.wait(10), process.stdout.close()))
        _Server.facts = json.loads(process.stdout.readline())
    return _Server.facts


def vectors(name: str) -> Any:
    """The test vectors that every SDK must pass."""
    return json.loads((CONFORMANCE / "vectors" / f"{name}.json").read_text())


class ServiceTest(unittest.TestCase):
    """A test with a session: a base URL of its own, a cache of its own."""

    def setUp(self) -> None:
        _Server.sessions += 1
        self.base_url = f"{facts()['origin']}/python-{_Server.sessions}"
        folder = tempfile.TemporaryDirectory(prefix="everypath-test-")
        self.addCleanup(folder.cleanup)
        self.cache = Path(folder.name)

    def fault(self, name: str) -> None:
        """Sets how the service misbehaves from now on."""
        request = urllib.request.Request(f"{self.base_url}/fault", data=name.encode(), method="PUT")
        urllib.request.urlopen(request).close()

    def seen(self) -> dict[str, list[str]]:
        """What the service has seen in this session."""
        with urllib.request.urlopen(f"{self.base_url}/seen") as response:
            return json.load(response)

    def client(self, telemetry: bool = False, env: dict[str, str] | None = None, **options: Any) -> Client:
        """A client with this session's cache; it measures only when asked to."""
        system = options.pop("system", System(env=env or {}))
        options = {"cache_dir": self.cache, **options}
        client = Client(self.base_url, telemetry=telemetry, system=system, **options)
        self.addCleanup(client.telemetry.off)
        return client

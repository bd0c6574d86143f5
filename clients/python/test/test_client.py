# SPDX-License-Identifier: Apache-2.0
"""The client against a real service that misbehaves on demand, and its telemetry."""

import base64
import contextlib
import ctypes
import io
import json
import time
import urllib.request
from pathlib import Path

from everypath import ArgumentError, IntegrityError, OfflineError, ServiceResponseError
from everypath.__main__ import main
from everypath.batch_queue import BatchQueue
from everypath.recorder import uuid_v7
from everypath.store import FileStore
from everypath.system import System

from .service import ServiceTest, facts


class Loading(ServiceTest):
    def test_loads_calls_and_says_how_it_chose(self) -> None:
        fma = self.client().load("@test/fma")
        self.assertEqual(fma(3.0, -1.0, 2.0), -1.0)
        info = fma.info
        self.assertEqual((info.variant, info.reason, info.cause), (facts()["chosen"], "predicted", "auto"))
        self.assertEqual((info.source, info.stale, info.offline, info.forced_by), ("network", False, False, None))
        self.assertEqual(self.client().load("@test/fma").info.source, "cache")
        self.assertIn(info.variant, repr(fma))

    def test_refuses_what_is_not_as_published(self) -> None:
        for fault, message in (
            ("bad-signature", "signature is wrong"),
            ("changed-key", "signature is wrong"),
            ("unknown-key", "does not trust .pinned in .*keys.json"),
            ("expired", "expired"),
            ("other-tag", "is for function @test/other"),
            ("other-target", "is for target ios-arm64"),
            ("higher-isa", "is for level"),
            ("wrong-hash", "has SHA-256"),
            ("short", "ended after"),
            ("long", "more than the"),
        ):
            with self.subTest(fault):
                self.setUp()
                urllib.request.urlopen(f"{self.base_url}/v1/keys").close()
                self.client().load("@test/divide")  # pins the key
                self.fault(fault)
                with self.assertRaisesRegex(IntegrityError, message):
                    self.client().load("@test/fma")

    def test_a_cut_download_is_not_an_answer(self) -> None:
        self.fault("truncated")
        with self.assertRaises(OfflineError):
            self.client().load("@test/fma")

    def test_given_keys_are_the_only_ones_believed(self) -> None:
        with urllib.request.urlopen(f"{self.base_url}/v1/keys") as response:
            keys = json.load(response)["keys"]
        self.client(public_keys=keys).load("@test/fma")
        self.fault("changed-key")
        with self.assertRaisesRegex(IntegrityError, "option 'public_keys'"):
            self.client(public_keys=keys).load("@test/fma")

    def test_a_corrupted_cache_entry_is_fetched_once_more(self) -> None:
        info = self.client().load("@test/fma").info
        path = self.cache / "artifacts" / info.sha256
        good = path.read_bytes()
        path.write_bytes(good + b"x")
        self.assertEqual(self.client().load("@test/fma").info.source, "network")
        self.assertEqual(path.read_bytes(), good)

    def test_goes_on_with_what_it_has_when_the_service_is_away(self) -> None:
        other = facts()["other"]
        for fault in ("reset", "broken", "rate-limited"):
            with self.subTest(fault):
                self.setUp()
                self.client().load("@test/fma")
                self.client().load("@test/fma", variant=other)
                self.fault(fault)
                fma = self.client().load("@test/fma")
                self.assertEqual(fma(2.0, 2.0), 4.0)
                self.assertEqual((fma.info.offline, fma.info.stale, fma.info.source), (True, False, "cache"))
                self.assertEqual(self.client().load("@test/fma", variant=other).info.variant, other)
                later = System(now_ms=lambda: time.time() * 1000 + 9e9, env={})
                self.assertTrue(self.client(system=later).load("@test/fma").info.stale)
                with self.assertRaisesRegex(OfflineError, "nothing was cached.*connect once"):
                    self.client().load("@test/divide")

    def test_a_cached_decision_that_was_changed_is_not_followed(self) -> None:
        self.client().load("@test/fma")
        [path] = self.cache.glob("services/*/manifests/*")
        signed = json.loads(path.read_text())
        text = base64.b64decode(signed["manifest"]).replace(b'"version":2', b'"version":1')
        path.write_text(json.dumps({**signed, "manifest": base64.b64encode(text).decode()}))
        self.fault("reset")
        with self.assertRaisesRegex(OfflineError, "unusable.*signature is wrong"):
            self.client().load("@test/fma")
        [keys] = self.cache.glob("services/*/keys.json")
        keys.write_text("{}")
        self.fault("none")
        with self.assertRaisesRegex(IntegrityError, "cannot be read; delete the file"):
            self.client().load("@test/fma")

    def test_an_unknown_function(self) -> None:
        self.fault("unknown-function")
        with self.assertRaises(ServiceResponseError) as caught:
            self.client().load("@test/fma")
        self.assertEqual((caught.exception.status, caught.exception.code), (404, "EP_FUNCTION_NOT_FOUND"))
        with self.assertRaises(ArgumentError):
            self.client().load("fma")

    def test_forcing(self) -> None:
        env = {"EVERYPATH_VARIANT": f"@test/fma={facts()['other']}"}
        by_file, by_call = "00000000000000c3", "00000000000000d4"
        self.assertIsNone(self.client().load("@test/fma").info.forced_by)
        (self.cache / "overrides.json").write_text(json.dumps({"@test/fma": by_file}))
        for client, options, expected in (
            (self.client(), {}, (by_file, "file")),
            (self.client(env=env), {}, (facts()["other"], "environment")),
            (self.client(env=env), {"variant": by_call}, (by_call, "call")),
        ):
            info = client.load("@test/fma", **options).info
            self.assertEqual((info.variant, info.forced_by), expected)
            self.assertEqual((info.cause, info.reason), ("forced", "forced"))

    def test_says_which_libraries_are_installed_unless_told_not_to(self) -> None:
        try:
            ctypes.CDLL("libopenblas.so.0")
            installed = ["openblas"]
        except OSError:
            installed = []
        self.assertEqual(self.client().device().get("libraries", []), installed)
        self.assertNotIn("libraries", self.client(libraries=False).device())

    def test_acts_as_a_smaller_device(self) -> None:
        device = self.client(features={"isaLevel": "x86-64"}).device()
        self.assertEqual(device["isaLevel"], "x86-64")
        self.assertTrue(device["runtime"].startswith("python 3."))

    def test_making_a_client_does_nothing(self) -> None:
        self.client(telemetry=True)
        self.assertEqual((list(self.cache.iterdir()), self.seen()["requests"]), ([], []))

    def test_a_cache_that_cannot_be_written(self) -> None:
        (self.cache / "file").write_text("")
        fma = self.client(cache_dir=self.cache / "file" / "below").load("@test/fma")
        self.assertEqual(fma(2.0, 5.0), 10.0)

    def test_the_command(self) -> None:
        output = io.StringIO()
        with contextlib.redirect_stdout(output), contextlib.redirect_stderr(io.StringIO()):
            with unittest_env(XDG_CACHE_HOME=str(self.cache), DO_NOT_TRACK="1"):
                arguments = ["run", "@test/fma", "--url", self.base_url, "--arg", "x=3", "--arg", "y=-1.5"]
                self.assertEqual(main(arguments), 0)
                self.assertEqual(main(["run", "@test/none", "--url", self.base_url]), 1)
        self.assertEqual(output.getvalue(), "-4.5\n")


@contextlib.contextmanager
def unittest_env(**values: str):
    """Sets environment variables for a block."""
    from unittest import mock

    with mock.patch.dict("os.environ", values):
        yield


class Telemetry(ServiceTest):
    def queued(self) -> list[Path]:
        return list(self.cache.glob("services/*/queue/*"))

    def test_what_was_measured_arrives_with_its_cause(self) -> None:
        client = self.client(telemetry=True)
        fma, forced = client.load("@test/fma"), client.load("@test/fma", variant=facts()["other"])
        for _ in range(100):
            fma(1.0, 2.0)
        for _ in range(32):
            forced(1.0, 2.0)
        self.assertEqual(len(client.telemetry.preview()["waiting"]), 4)
        self.assertEqual(client.flush(), (2, 0, 0, 0))
        batches = {batch["cause"]: batch for batch in map(json.loads, self.seen()["batches"])}
        self.assertEqual(set(batches), {"auto", "forced"})
        self.assertEqual({record["calls"] for record in batches["auto"]["records"]}, {7})
        self.assertEqual(batches["forced"]["variant"], facts()["other"])
        self.assertEqual(client.flush(), (0, 0, 0, 0))

    def test_a_batch_waits_on_disk_and_is_resent_unchanged(self) -> None:
        client = self.client(telemetry=True)
        client.load("@test/fma")(1.0, 2.0)
        self.fault("broken")
        self.assertEqual(client.flush().left, 1)
        [kept] = [path.read_text() for path in self.queued()]
        self.assertEqual(client.flush().left, 1)
        self.assertEqual(len(client.telemetry.preview()["queued"]), 1)
        client.close()
        self.fault("none")
        self.assertEqual(self.client(telemetry=True).flush().sent, 1)
        self.assertEqual([json.loads(batch) for batch in self.seen()["batches"]], [json.loads(kept)])
        self.assertEqual(self.queued(), [])

    def test_close_sends_what_is_left(self) -> None:
        with self.client(telemetry=True) as client:
            client.load("@test/fma")(1.0, 2.0)
        self.assertEqual(len(self.seen()["batches"]), 1)

    def test_off_measures_keeps_and_sends_nothing(self) -> None:
        for client in (self.client(), self.client(telemetry=True, env={"DO_NOT_TRACK": "1"})):
            self.assertFalse(client.telemetry.on)
            client.load("@test/fma")(1.0, 2.0)
            client.close()
        client = self.client(telemetry=True)
        client.load("@test/fma")(1.0, 2.0)
        self.fault("broken")
        client.flush()
        client.telemetry.off()
        self.fault("none")
        client.flush()
        self.assertEqual((self.queued(), self.seen()["batches"]), ([], []))

    def test_forgetting_is_off_and_asks_the_service(self) -> None:
        with self.client(telemetry=True) as client:
            client.load("@test/fma")(1.0, 2.0)
            kept = json.loads((self.cache / "device.json").read_text())["id"]
            self.assertTrue(client.forget())
            self.assertFalse(client.telemetry.on)
        self.assertIn(f"DELETE /v1/telemetry/devices/{kept}", self.seen()["requests"])
        self.assertEqual((self.queued(), self.seen()["batches"]), ([], []))
        self.fault("broken")
        self.assertFalse(self.client(telemetry=True, device_id="a device/of tests").forget())
        self.assertIn("DELETE /v1/telemetry/devices/a device/of tests", self.seen()["requests"])

    def test_retry_after_is_kept(self) -> None:
        now = [time.time() * 1000]
        client = self.client(telemetry=True, system=System(now_ms=lambda: now[0], random=lambda: 0.5, env={}))
        client.load("@test/fma")(1.0, 2.0)
        self.fault("rate-limited")
        self.assertEqual(client.flush().left, 1)
        self.assertEqual(client.telemetry.wait_ms, 7000)
        self.fault("none")
        now[0] += 6999
        self.assertEqual(client.flush().sent, 0, "still quiet")
        now[0] += 1
        self.assertEqual(client.flush().sent, 1)

    def test_the_queue_is_bounded(self) -> None:
        queue = BatchQueue(FileStore(self.cache), "queue", max_batches=3)
        ids = [uuid_v7(1_700_000_000_000 + index, lambda: 0.5) for index in range(5)]
        for batch_id in ids:
            queue.push({"batchId": batch_id})
        self.assertEqual([json.loads(batch.data)["batchId"] for batch in queue.all()], ids[2:])
        self.assertEqual(queue.dropped, 2)

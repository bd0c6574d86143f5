# SPDX-License-Identifier: Apache-2.0
"""The vectors that every SDK must pass."""

import base64
import unittest

from everypath import ArgumentError, IntegrityError, p256
from everypath.device import clock_resolution_ns, level_of
from everypath.encode_batch import encode_batch
from everypath.override import find_override
from everypath.read_value import ProbeRecord
from everypath.recorder import Attribution, Recorder, uuid_v7
from everypath.retry import retry_after_ms, retry_delay_ms
from everypath.system import System
from everypath.verify import open_manifest

from .service import vectors

# RFC 6979, appendix A.2.5: curve P-256, SHA-256, message "sample", then "test".
RFC6979_KEY = (
    0x60FED4BA255A9D31C961EB74C6356D68C049B8923B61FA6CE669622E60F29FB6,
    0x7903FE1008B8BC99A41AE9E95628BC64F2F1B20C2D7E9F5177A3C294D4462299,
)
RFC6979 = (
    (
        b"sample",
        "efd48b2aacb6a8fd1140dd9cd45e81d69d2c877b56aaf991c34d0ea84eaf3716"
        "f7cb1c942d657c41d436c7a1b6e29f65f3e900dbb9aff4064dc4ab2f843acda8",
    ),
    (
        b"test",
        "f1abb023518351cd71d881567b1ea663ed3efcf6c5132b354f28d3b0b7d38367"
        "019f4113742a2b14bd25926b49c649155f267e60d3814b4c0cc84250e46f0083",
    ),
)


class Vectors(unittest.TestCase):
    def test_signatures(self) -> None:
        found = vectors("signatures")
        for fast in (False, True):
            for case in found["cases"]:
                with self.subTest(case["name"], fast=fast):
                    if case["accept"]:
                        open_manifest(case, found["keys"], "the vectors", fast)
                    else:
                        with self.assertRaises(IntegrityError):
                            open_manifest(case, found["keys"], "the vectors", fast)

    def test_p256_against_rfc_6979(self) -> None:
        for message, signature in RFC6979:
            self.assertTrue(p256.verify(RFC6979_KEY, bytes.fromhex(signature), message))
            self.assertFalse(p256.verify(RFC6979_KEY, bytes.fromhex(signature), message + b"!"))
        x, y = RFC6979_KEY
        self.assertFalse(p256.verify((x, y + 1), bytes.fromhex(RFC6979[0][1]), b"sample"), "not on the curve")

    def test_p256_edges_of_addition(self) -> None:
        generator = (*p256.G, 1)
        opposite = (p256.G[0], p256.P - p256.G[1], 1)
        self.assertIsNone(p256._add(generator, opposite))
        self.assertEqual(p256._add(None, generator), generator)
        doubled, added = p256._double(generator), p256._add(generator, generator)
        self.assertEqual(doubled, added)
        self.assertIsNone(p256._double_multiply(p256.N - 1, 1, p256.G))

    def test_retry_schedule(self) -> None:
        found = vectors("retry")
        for case in found["cases"]:
            delay = retry_delay_ms(case["attempt"], case["random"], case["retryAfterMs"])
            self.assertEqual(delay, case["delayMs"], case)
        for case in found["headers"]:
            self.assertEqual(retry_after_ms(case["header"], case["nowMs"]), case["retryAfterMs"], case)

    def test_override_precedence(self) -> None:
        found = vectors("overrides")
        for case in found["cases"]:
            arguments = (found["tag"], case["call"], case["environment"], case["file"])
            with self.subTest(case):
                if case.get("error"):
                    with self.assertRaises(ArgumentError):
                        find_override(*arguments)
                else:
                    override = find_override(*arguments)
                    self.assertEqual(override._asdict() if override else None, case["expect"])

    def test_compact_batches(self) -> None:
        for case in vectors("compact")["cases"]:
            with self.subTest(case["name"]):
                self.assertEqual(encode_batch(case["batch"]), base64.b64decode(case["base64"]))

    def test_batches(self) -> None:
        found = vectors("batches")
        recorder = Recorder(System(now_ms=lambda: found["sealedAtMs"]))
        drained = [
            ProbeRecord(r["node"], r["features"], r["calls"], r["totalNs"], r["minNs"], r["maxNs"], r["samplesNs"])
            for r in found["drained"]
        ]
        recorder.add(Attribution(**found["attribution"]), drained)
        batches = recorder.seal(found["device"])
        for batch in batches:
            pattern = r"^018bcfe5-687b-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$"
            self.assertRegex(batch.pop("batchId"), pattern)
        self.assertEqual(batches, [{**batch, "device": found["device"]} for batch in found["batches"]])

    def test_the_recorder_is_bounded(self) -> None:
        recorder = Recorder(System())
        record = ProbeRecord(0, [], 1, 5, 5, 5, [5])
        recorder.add(Attribution("t", "@a/b", "v", "auto"), [record] * 1100)
        self.assertEqual((recorder.dropped, len(recorder.seal({})), recorder.seal({})), (76, 8, []))

    def test_uuids_sort_by_time(self) -> None:
        self.assertLess(uuid_v7(1_700_000_000_000, lambda: 0.99), uuid_v7(1_700_000_000_001, lambda: 0))

    def test_isa_levels(self) -> None:
        v2 = "cx16 lahf_lm popcnt pni sse4_1 sse4_2 ssse3"
        v3 = f"{v2} avx avx2 bmi1 bmi2 f16c fma abm movbe xsave"
        v4 = f"{v3} avx512f avx512bw avx512cd avx512dq avx512vl"
        levels = [level_of(set(flags.split()), "x86_64") for flags in ("", v2, v3, v4, v4.replace("bmi2", ""))]
        self.assertEqual(levels, ["x86-64", "x86-64-v2", "x86-64-v3", "x86-64-v4", "x86-64-v2"])
        arm82 = "asimd atomics asimdrdm fphp asimdhp asimddp"
        levels = [level_of(set(flags.split()), "arm64") for flags in ("asimd", arm82, f"{arm82} i8mm bf16")]
        self.assertEqual(levels, ["armv8-a", "armv8.2-a", "armv8.6-a"])

    def test_clock_resolution(self) -> None:
        readings = iter(range(0, 10**9, 700))
        self.assertEqual(clock_resolution_ns(lambda: next(readings) // 5000 * 5000), 5000)
        self.assertEqual(clock_resolution_ns(lambda: 1, 16, 10), 10**9)

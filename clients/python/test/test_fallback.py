# SPDX-License-Identifier: Apache-2.0
"""Programs that fail by their own fault: reported once, replaced by what the service chooses next or by what last ran.
And answers that the client has already: asked for by ETag."""

import json
import unittest.mock
import urllib.request

from everypath import ProgramError

from .service import ServiceTest, facts


class Crashes(ServiceTest):
    def reports(self) -> list[str]:
        return [json.loads(text)["kind"] for text in self.seen()["crashes"]]

    def test_a_program_that_does_not_load_is_reported_once_and_replaced(self) -> None:
        self.fault("does-not-load")
        client = self.client(telemetry=True)
        fma = client.load("@test/fma")
        self.assertEqual((fma.info.variant, fma(2.0, 3.0)), (facts()["other"], 6.0))
        client.load("@test/fma")
        self.assertEqual(self.reports(), ["load-failed"])
        report = json.loads(self.seen()["crashes"][0])
        self.assertEqual(report["token"], "token-of-@test/fma-for-tests")

    def test_a_program_that_crashes_in_a_call_is_replaced_within_the_call(self) -> None:
        self.fault("crashes")
        fma = self.client(telemetry=True).load("@test/fma")
        self.assertEqual(fma.info.variant, facts()["chosen"])
        self.assertEqual((fma(2.0, 3.0), fma.info.variant), (6.0, facts()["other"]))
        self.assertEqual(self.reports(), ["crashed"])

    def test_the_last_one_that_ran_takes_over_where_the_service_keeps_to_its_choice(self) -> None:
        self.client().load("@test/fma")(1.0, 1.0)
        self.fault("keeps-crashing")
        fma = self.client(telemetry=True).load("@test/fma")
        self.assertEqual(fma.info.variant, facts()["other"])
        self.assertEqual((fma(2.0, 3.0), fma.info.variant), (6.0, facts()["chosen"]))
        self.assertEqual(self.reports(), ["crashed"])

    def test_nothing_is_reported_with_telemetry_off_and_forced_variants_stay(self) -> None:
        self.fault("keeps-crashing")
        with self.assertRaises(ProgramError):
            self.client().load("@test/fma")(2.0, 3.0)
        self.assertEqual(self.reports(), [])
        with self.assertRaises(ProgramError):
            self.client(telemetry=True).load("@test/fma", variant=facts()["other"])(2.0, 3.0)
        self.assertEqual(self.reports(), ["crashed"])

    def test_what_a_caller_does_wrong_is_no_crash(self) -> None:
        client = self.client(telemetry=True)
        with self.assertRaises(TypeError):
            client.load("@test/fma")("x", 1.0)
        with self.assertRaises(ZeroDivisionError):
            client.load("@test/divide")(1, 0)
        self.assertEqual(self.reports(), [])


class Unchanged(ServiceTest):
    def test_an_answer_that_the_client_has_is_not_sent_again_and_one_changed_on_disk_is(self) -> None:
        statuses: list[int] = []
        real = urllib.request.urlopen

        def counted(request: urllib.request.Request, **rest: float) -> object:
            fetches = getattr(request, "full_url", "").endswith("/fetch")
            try:
                response = real(request, **rest)
            except urllib.request.HTTPError as error:
                statuses.extend([error.code] if fetches else [])
                raise
            statuses.extend([response.status] if fetches else [])
            return response

        with unittest.mock.patch("urllib.request.urlopen", counted):
            first = self.client().load("@test/fma").info
            second = self.client().load("@test/fma").info
            self.assertEqual((second.variant, second.offline, second.stale), (first.variant, False, False))
            self.assertEqual(statuses, [200, 304])
            (path,) = self.cache.glob("services/*/manifests/*.json")
            path.write_text(json.dumps({**json.loads(path.read_text()), "signature": "A" * 88}))
            self.assertEqual(self.client().load("@test/fma").info.variant, first.variant)
            self.assertEqual(statuses, [200, 304, 304, 200])

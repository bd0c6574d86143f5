# SPDX-License-Identifier: Apache-2.0
"""The calling convention through ctypes, on hand-written programs."""

import ctypes
import gc
import math
import threading
import unittest
from pathlib import Path
from unittest import mock

from everypath import ArgumentError, Array, ProgramError, PythonError, UnsupportedError, open_program
from everypath import read_value, write_value
from everypath.errors import PythonFrame
from everypath.values import numpy, pil_image

from .service import ServiceTest


class Programs(ServiceTest):
    def setUp(self) -> None:
        super().setUp()
        self.load = self.client().load

    def test_scalars_keywords_and_defaults(self) -> None:
        fma = self.load("@test/fma")
        self.assertEqual(fma(3, -1, 2), -1.0)
        self.assertIs(type(fma(3, -1, 2)), float)
        self.assertEqual(fma(3.0, y=2.0), 6.0)
        self.assertEqual(fma(z=0.5, y=2, x=1.25), 3.0)
        self.assertTrue(math.isnan(fma(math.nan, 1.0)))
        self.assertEqual(math.copysign(1, fma(-0.0, 1.0, -0.0)), -1)
        self.assertGreaterEqual(fma.last_latency_ns, 0)

    def test_memory_is_given_back_when_nobody_holds_the_program(self) -> None:
        self.load("@test/fma")  # The service has compiled it.
        fma = open_program(Path(__file__).parents[2] / "conformance/.cache/fma.so")
        getenv = ctypes.CDLL(None).getenv
        getenv.restype = ctypes.c_char_p
        gc.collect()  # Programs of tests before this one.
        ctypes.CDLL(None).unsetenv(b"EVERYPATH_GAVE_BACK")
        del fma
        self.assertIn(b"@test/fma", getenv(b"EVERYPATH_GAVE_BACK") or b"")

    def test_integers_over_the_whole_of_64_bits(self) -> None:
        divide = self.load("@test/divide")
        for x, y in ((-7, 2), (7, 2), (2**63 - 1, 1), (-(2**63), 1)):
            self.assertEqual(divide(x, y), x // y)
        with self.assertRaises(UnsupportedError):
            divide(2**63, 1)
        with self.assertRaisesRegex(UnsupportedError, "beyond 64 bits"):
            divide(-(2**63), -1)
        with self.assertRaises(ArgumentError):
            divide(True, 1)

    def test_an_exception_is_the_builtin_one(self) -> None:
        divide = self.load("@test/divide")
        with self.assertRaises(ZeroDivisionError) as caught:
            divide(1, 0)
        self.assertEqual(str(caught.exception), "integer division or modulo by zero")
        cause = caught.exception.__cause__
        self.assertIsInstance(cause, PythonError)
        self.assertEqual(
            cause.traceback,
            "Traceback (most recent call last):\n"
            '  File "divide.py", line 7, in halves\n'
            '  File "divide.py", line 3, in divide\n'
            "ZeroDivisionError: integer division or modulo by zero",
        )
        self.assertEqual(divide(6, 3), 2)

    def test_exceptions_without_a_builtin_twin(self) -> None:
        frames = [PythonFrame(1, 0, "f")]
        self.assertIsNone(PythonError("LinAlgError", "Singular matrix", frames, "f.py").as_builtin())
        self.assertIsNone(PythonError("print", "", frames, "f.py").as_builtin())
        self.assertIsNone(PythonError("SystemExit", "", frames, "f.py").as_builtin())
        self.assertIsNone(PythonError("UnicodeDecodeError", "x", frames, "f.py").as_builtin())
        self.assertEqual(str(PythonError("KeyError", "'a'", frames, "f.py").as_builtin()), "'a'")
        self.assertEqual(PythonError("ValueError", "", frames, "f.py").as_builtin().args, ())

    def sample(self) -> list:
        mask, longs = numpy.array([True, False, True]), numpy.array([[1, -2], [3, 4]], numpy.int64)
        text, share = "héllo €😀\0end", 0.5
        return [None, True, 2**60, text, b"\1\2\xff", 255, share, (-3, ""), [1.0, 2.5], {"b": 1, "a": 2}, mask, longs]

    @unittest.skipUnless(numpy, "NumPy is not installed")
    def test_every_kind_of_value_there_and_back(self) -> None:
        echo = self.load("@test/echo")
        sample = self.sample()
        result = echo(*sample)
        self.assertIsInstance(result, tuple)
        self.assertEqual(result[:10], tuple(sample[:10]))
        self.assertEqual(list(result[9]), ["b", "a"], "insertion order")
        self.assertIs(type(result[5]), numpy.uint8)
        self.assertIs(type(result[6]), numpy.float32)
        for got, sent in zip(result[10:], sample[10:]):
            self.assertEqual((got.dtype, got.tolist()), (sent.dtype, sent.tolist()))
        empty = echo(*sample[:3], "", b"", *sample[5:8], [], {}, *sample[10:])
        self.assertEqual((empty[3], empty[4], empty[8], empty[9]), ("", b"", [], {}))

    @unittest.skipUnless(numpy, "NumPy is not installed")
    def test_arguments_that_do_not_fit(self) -> None:
        echo = self.load("@test/echo")
        for index, value, message in (
            (0, 1, "'nothing': expected none, got int 1"),
            (1, 1, "'flag': expected bool, got int 1"),
            (2, 1.5, "'count': expected int, got float 1.5"),
            (2, True, "'count': expected int, got bool True"),
            (3, b"x", "'text': expected str, got bytes"),
            (4, "x", "'data': expected bytes, got str"),
            (5, 256, "'level': expected uint8, got int 256, outside 0…255"),
            (5, numpy.int64(1), "'level': expected uint8, got int64"),
            (6, "1", "'share': expected float32, got str"),
            (7, (1,), "'pair': expected tuple[int, str], got tuple of 1"),
            (7, (1, 2), "'pair[1]': expected str, got int 2"),
            (8, [1.0, "x"], "'floats[1]': expected float, got str"),
            (8, (1.0,), "'floats': expected list[float], got tuple of 1"),
            (9, [1], "'counts': expected dict[str, int], got list of 1"),
            (10, numpy.zeros(2), "'mask': expected bool[?], got float64[2]"),
            (10, [True], "'mask': expected bool[?], got list of 1; pass a NumPy array"),
            (11, numpy.zeros(2, numpy.int64), "rank 1 instead of 2"),
            (11, numpy.zeros((3, 1), numpy.int64), "axis 0 must be 2"),
            (11, numpy.zeros((2, 1), ">i8"), "'longs': expected int64[2, ?]"),
        ):
            arguments = self.sample()
            arguments[index] = value
            with self.subTest(message), self.assertRaises(ArgumentError) as caught:
                echo(*arguments)
            self.assertIn(message, str(caught.exception))
        fma = self.load("@test/fma")
        for arguments, keywords, message in (
            ((1.0,), {}, "argument 'y' is missing"),
            ((1.0, 2.0, 3.0, 4.0), {}, "expected 3 arguments, got 4"),
            ((1.0, 2.0), {"w": 3.0}, "no parameter 'w'"),
            ((1.0, 2.0), {"x": 3.0}, "'x' was given twice"),
        ):
            with self.assertRaisesRegex(ArgumentError, message):
                fma(*arguments, **keywords)

    @unittest.skipUnless(numpy, "NumPy is not installed")
    def test_arrays_where_they_lie(self) -> None:
        add_row = self.load("@test/add-row")
        a = numpy.arange(24, dtype=numpy.float32).reshape(4, 6)
        row = numpy.array([10, 20, 30], numpy.float32)
        for view in (a[:, :3], a[::-1, ::2], a.reshape(3, 8).T[:, :3], a[:0, :3]):
            result = add_row(view, row)
            numpy.testing.assert_array_equal(result, view + row)
            self.assertTrue(result.flags.c_contiguous and result.flags.owndata)
        a.flags.writeable = False
        numpy.testing.assert_array_equal(add_row(a[:, :3], row), a[:, :3] + row)
        with self.assertRaisesRegex(ArgumentError, "'row'.*d is 3 here but 6 in argument 'a'"):
            add_row(a, row)

    def test_arrays_without_numpy(self) -> None:
        with mock.patch.object(write_value, "numpy", None), mock.patch.object(read_value, "numpy", None):
            add_row = self.load("@test/add-row")
            one, two = b"\0\0\x80\x3f", b"\0\0\0\x40"
            result = add_row(Array(one + two, (2, 1), "float32"), Array(one, (1,), "float32"))
            self.assertEqual(result, Array(two + b"\0\0\x40\x40", (2, 1), "float32"))

    @unittest.skipUnless(pil_image and numpy, "Pillow is not installed")
    def test_images(self) -> None:
        invert = self.load("@test/invert")
        pixels = numpy.arange(18, dtype=numpy.uint8).reshape(2, 3, 3)
        for image in (pil_image.fromarray(pixels), pixels):
            result = invert(image)
            self.assertEqual((result.mode, result.size), ("RGB", (3, 2)))
            numpy.testing.assert_array_equal(numpy.asarray(result), 255 - pixels)
        with self.assertRaisesRegex(ArgumentError, r"expected image RGB, got image L.*convert\('RGB'\)"):
            invert(pil_image.new("L", (2, 2)))

    def test_threads_do_not_mix_their_arguments(self) -> None:
        fma = self.load("@test/fma")
        wrong = []

        def work(base: float) -> None:
            for step in range(500):
                if fma(base, 2.0, float(step)) != base * 2 + step:
                    wrong.append(base)

        threads = [threading.Thread(target=work, args=(float(base),)) for base in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        self.assertEqual(wrong, [])

    def test_what_is_no_program(self) -> None:
        with self.assertRaises(ProgramError):
            open_program(b"rubbish")
        with self.assertRaises(ProgramError):
            open_program("/nowhere/program.so")

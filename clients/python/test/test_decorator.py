# SPDX-License-Identifier: Apache-2.0
"""The decorator leaves the function an ordinary function."""

import importlib
import inspect
import pickle
import sys
import unittest

from everypath import Parameter, Sandbox, compat, compile


@compile(tag="@test/double", targets=["wasm32"], future_option=1)
def double(x: float) -> float:
    """Twice x.

    More words.
    """
    return 2 * x


class Decorator(unittest.TestCase):
    def test_the_function_is_itself(self) -> None:
        self.assertEqual(double(1.5), 3.0)
        self.assertTrue(inspect.isfunction(double))
        self.assertIs(pickle.loads(pickle.dumps(double)), double)
        self.assertEqual(str(inspect.signature(double)), "(x: float) -> float")

    def test_the_description(self) -> None:
        spec = double.__everypath__
        self.assertEqual((spec.tag, spec.description, spec.targets), ("@test/double", "Twice x.", ("wasm32",)))
        self.assertEqual((spec.access, spec.options), ("private", {"future_option": 1}))

    def test_mistakes_are_told_where_they_are_made(self) -> None:
        with self.assertRaisesRegex(ValueError, "@user/name"):
            compile(tag="double")
        with self.assertRaisesRegex(ValueError, "access"):
            compile(access="everyone")  # type: ignore[arg-type]
        with self.assertRaisesRegex(TypeError, "function"):
            compile()(int)

        async def later() -> None:
            pass

        with self.assertRaisesRegex(TypeError, "async"):
            compile()(later)

    def test_sandbox_chains_do_not_change_what_they_grew_from(self) -> None:
        base = Sandbox().pip_install("numpy")
        longer = base.apt_install("libgl1").env(A="1")
        self.assertEqual(base.steps, (("pip_install", ("numpy",)),))
        self.assertEqual(longer.steps[1:], (("apt_install", ("libgl1",)), ("env", ("A=1",))))
        self.assertEqual(Parameter(min=0).min, 0)

    def test_stand_ins_for_the_other_decorators(self) -> None:
        made = compat.install()
        self.addCleanup(lambda: [sys.modules.pop(name) for name in made])
        self.assertEqual(compat.install(), [])
        for name in made:
            self.assertIs(importlib.import_module(name).compile, compile)

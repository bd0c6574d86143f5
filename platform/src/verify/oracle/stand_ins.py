# SPDX-License-Identifier: Apache-2.0
"""Stands in for the packages that a source imports its decorator from, so that a file runs beside its program on a
machine where none of them is installed. The decorator leaves the function as it is and only remembers its tag."""

import importlib.abc
import importlib.machinery
import sys
import types

PACKAGES = ("everypath", "muna", "fxn")


class Anything:
    """What any other name of such a package stands for: callable, subscriptable, and without effect."""

    def __call__(self, *args, **kwargs):
        return self

    def __getitem__(self, item):
        return self

    def __getattr__(self, name):
        if name.startswith("__"):
            raise AttributeError(name)
        return self

    def __mro_entries__(self, bases):
        return (object,)


def compile(function=None, /, **settings):
    """The decorator, with and without parentheses."""

    def mark(target):
        target.__everypath_tag__ = settings.get("tag")
        return target

    return mark if function is None else mark(function)


class StandIns(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """Finds the packages above, and every module below them."""

    def find_spec(self, name, path=None, target=None):
        if name.split(".")[0] not in PACKAGES:
            return None
        return importlib.machinery.ModuleSpec(name, self, is_package=True)

    def create_module(self, spec):
        return types.ModuleType(spec.name)

    def exec_module(self, module):
        module.compile = compile
        module.__getattr__ = lambda name: Anything()


def install():
    """Puts the stand-ins before whatever is installed: one behaviour on every machine."""
    sys.meta_path.insert(0, StandIns())

# Stand-ins for packages that are not in the sandbox: a value remembers how it was made, and asking what it is fails.
# Run in one namespace with harness.py, whose `encode` it uses. SPDX-License-Identifier: Apache-2.0
import types


class Symbol:
    """A value of a package that is not here: remembers how it was made."""

    __slots__ = ("ep",)

    def __init__(self, ep):
        object.__setattr__(self, "ep", ep)

    def __getattr__(self, name):
        if name.startswith("__") and name.endswith("__"):
            raise AttributeError(name)
        if self.ep["kind"] == "global":
            return Symbol({"kind": "global", "name": self.ep["name"] + "." + name})
        return Symbol({"kind": "attribute", "object": self.ep, "attribute": name})

    def __setattr__(self, name, value):
        raise unknowable(self, "is assigned to")

    def __call__(self, *args, **kwargs):
        if "out" in kwargs:
            raise unknowable(self, "writes into one of its arguments")
        return Symbol(
            {
                "kind": "call",
                "callee": self.ep,
                "args": [encode(a) for a in args],
                "kwargs": {k: encode(v) for k, v in kwargs.items()},
            }
        )

    def __getitem__(self, index):
        items = index if isinstance(index, tuple) else (index,)
        return Symbol({"kind": "subscript", "object": self.ep, "items": [encode(i) for i in items]})

    def __mro_entries__(self, bases):
        return ()

    def __bool__(self):
        raise unknowable(self, "decides which way module-level code goes")

    def __iter__(self):
        raise unknowable(self, "is iterated over by module-level code")

    __len__ = __int__ = __float__ = __index__ = __iter__


def unknowable(symbol, what):
    return TypeError(f"the value of {describe(symbol.ep)} {what}, but its package is not in the sandbox")


def describe(ep):
    kind = ep["kind"]
    if kind == "global":
        return ep["name"]
    if kind == "call":
        return describe(ep["callee"]) + "(…)"
    if kind == "attribute":
        return describe(ep["object"]) + "." + ep["attribute"]
    return kind


def operation(name, swapped):
    def method(self, other):
        args = [encode(self), encode(other)]
        callee = {"kind": "global", "name": "operator." + name}
        return Symbol({"kind": "call", "callee": callee, "args": args[::-1] if swapped else args, "kwargs": {}})

    return method


for dunder, name in {
    "add": "add", "sub": "sub", "mul": "mul", "truediv": "truediv", "floordiv": "floordiv", "mod": "mod",
    "pow": "pow", "matmul": "matmul", "and": "and_", "or": "or_", "xor": "xor", "lshift": "lshift", "rshift": "rshift",
}.items():  # fmt: skip
    setattr(Symbol, f"__{dunder}__", operation(name, False))
    setattr(Symbol, f"__r{dunder}__", operation(name, True))
for dunder in ("add", "sub", "mul", "truediv", "floordiv", "mod", "pow", "matmul", "and", "or", "xor", "lshift", "rshift"):

    def in_place(self, other):
        raise unknowable(self, "is changed in place")

    setattr(Symbol, f"__i{dunder}__", in_place)
for name in ("lt", "le", "gt", "ge"):
    setattr(Symbol, f"__{name}__", operation(name, False))
for dunder, name in {"neg": "neg", "pos": "pos", "invert": "invert"}.items():

    def unary(self, name=name):
        callee = {"kind": "global", "name": "operator." + name}
        return Symbol({"kind": "call", "callee": callee, "args": [self.ep], "kwargs": {}})

    setattr(Symbol, f"__{dunder}__", unary)


def is_made(ep):
    """Whether a described value is one that a call could change."""
    return ep["kind"] in ("call", "subscript") or (ep["kind"] == "attribute" and is_made(ep["object"]))


def discard(value):
    """A module-level expression whose value is thrown away: a call that gets a stand-in may have changed it."""
    if type(value) is Symbol and value.ep["kind"] == "call":
        touched = [value.ep["callee"], *value.ep["args"], *value.ep["kwargs"].values()]
        if any(is_made(ep) for ep in touched):
            raise unknowable(value, "is thrown away and may have changed what it was given")
    return value


class SymbolicModule(types.ModuleType):
    """A package that is not here."""

    __path__ = []

    def __getattr__(self, name):
        if name.startswith("__") and name.endswith("__"):
            raise AttributeError(name)
        return Symbol({"kind": "global", "name": self.__name__ + "." + name})

# Runs inside Pyodide: parses a source with CPython's own `ast`, runs its module level, and describes both as JSON.
# It refuses nothing: what it cannot describe it names, and the tracer decides. SPDX-License-Identifier: Apache-2.0
import annotationlib
import ast
import builtins
import importlib.abc
import importlib.machinery
import json
import sys
import types
import typing

FILE = "<everypath>"
MODULE = "__everypath_source__"
MAX_ITEMS = 65536
DECORATOR_MODULES = ("everypath", "muna", "fxn")
HIDDEN = ("js", "pyodide_js", "pyodide", "_pyodide", "_pyodide_core", "ctypes", "_ctypes")

specs = []


class SymbolicFinder(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    def find_spec(self, fullname, path=None, target=None):
        return importlib.machinery.ModuleSpec(fullname, self, is_package=True)

    def create_module(self, spec):
        module = SymbolicModule(spec.name)
        if spec.name in DECORATOR_MODULES:
            module.compile = compile_decorator
            module.Sandbox = Sandbox
            module.Parameter = Parameter
        return module

    def exec_module(self, module):
        pass


class HidingFinder(importlib.abc.MetaPathFinder):
    def find_spec(self, fullname, path=None, target=None):
        if fullname.split(".")[0] in HIDDEN:
            raise ImportError(f"module {fullname!r} is not available in the sandbox")
        return None


class Sandbox:
    """Stands for `Sandbox()`: an immutable chain whose steps are recorded."""

    def __init__(self, **kwargs):
        self.steps = [["Sandbox", [], {k: str(v) for k, v in kwargs.items()}]]

    def __getattr__(self, name):
        if name.startswith("__"):
            raise AttributeError(name)

        def step(*args, **kwargs):
            made = Sandbox()
            made.steps = self.steps + [[name, [str(a) for a in args], {k: str(v) for k, v in kwargs.items()}]]
            return made

        return step


class Parameter:
    """Stands for `Parameter.Numeric(...)` and its like inside `Annotated`: carries no type."""

    def __init__(self, *args, **kwargs):
        pass

    def __class_getitem__(cls, item):
        return cls


for name in ("Generic", "Numeric", "Audio", "Video", "Embedding", "BoundingBox", "BoundingBoxes", "DepthMap", "SegmentationMap"):
    setattr(Parameter, name, Parameter)


def compile_decorator(tag=None, **settings):
    def decorate(function):
        if not isinstance(function, types.FunctionType):
            raise TypeError("@compile decorates a function")
        specs.append((function, tag if isinstance(tag, str) else None, settings))
        return function

    if isinstance(tag, types.FunctionType):
        function, tag = tag, None
        return decorate(function)
    return decorate


def encode(value, depth=0):
    if depth > 32:
        return {"kind": "unsupported", "what": "a deeply nested value"}
    if value is None:
        return {"kind": "none"}
    kind = type(value)
    if kind is bool:
        return {"kind": "bool", "value": value}
    if kind is int:
        return {"kind": "int", "value": str(value)} if abs(value) < 2**4096 else {"kind": "unsupported", "what": "a huge int"}
    if kind is float:
        return {"kind": "float", "value": repr(value)}
    if kind is str:
        return {"kind": "str", "value": value}
    if kind is Symbol:
        return value.ep
    if kind is type(...):
        return {"kind": "ellipsis"}
    if isinstance(value, types.ModuleType):
        return {"kind": "module", "name": value.__name__}
    if kind in (tuple, list):
        if len(value) > MAX_ITEMS:
            return {"kind": "unsupported", "what": f"a {kind.__name__} of {len(value)} items"}
        return {"kind": kind.__name__, "items": [encode(item, depth + 1) for item in value]}
    if kind is types.FunctionType and value.__globals__.get("__name__") == MODULE:
        if value.__closure__:
            return {"kind": "unsupported", "what": f"the closure {value.__name__}"}
        return {"kind": "function", "name": value.__name__, "line": value.__code__.co_firstlineno}
    if typing.get_origin(value) is not None:
        origin = typing.get_origin(value)
        args = typing.get_args(value)
        if origin is typing.Annotated:
            origin_ep = {"kind": "global", "name": "typing.Annotated"}
        else:
            origin_ep = encode(origin, depth + 1)
        return {"kind": "subscript", "object": origin_ep, "items": [encode(a, depth + 1) for a in args]}
    if isinstance(value, type) and value.__module__ == MODULE:
        return {"kind": "unsupported", "what": f"the class {value.__name__}"}
    if isinstance(value, (type, types.FunctionType, types.BuiltinFunctionType)):
        module = "operator" if value.__module__ == "_operator" else value.__module__
        made = {"kind": "global", "name": f"{module}.{value.__qualname__}"}
        if isinstance(value, type) and issubclass(value, BaseException):
            made["exception"] = True
        return made
    return {"kind": "unsupported", "what": f"an instance of {kind.__name__}"}


def tree(node):
    """An AST node as JSON: `_` is its class, `at` its span."""
    if isinstance(node, list):
        return [tree(item) for item in node]
    if not isinstance(node, ast.AST):
        return node if node is None or isinstance(node, (str, int)) else str(node)
    made = {"_": type(node).__name__}
    if isinstance(node, (ast.operator, ast.unaryop, ast.cmpop, ast.boolop, ast.expr_context)):
        return made["_"]
    if hasattr(node, "lineno"):
        made["at"] = [node.lineno, node.col_offset, node.end_lineno, node.end_col_offset]
    if isinstance(node, ast.Constant):
        made["value"] = encode(node.value)
        return made
    for field in node._fields:
        if field not in ("ctx", "type_comment", "type_params"):
            made[field] = tree(getattr(node, field, None))
    return made


def annotations(function):
    try:
        found = annotationlib.get_annotations(function, format=annotationlib.Format.VALUE)
        return {
            name: encode(eval(value, function.__globals__) if isinstance(value, str) else value)
            for name, value in found.items()
        }
    except Exception as error:
        return {"": {"kind": "unsupported", "what": f"{type(error).__name__}: {error}"}}


def definition(function):
    return {
        "name": function.__name__,
        "line": function.__code__.co_firstlineno,
        "annotations": annotations(function),
        "defaults": [encode(v) for v in function.__defaults__ or ()],
        "keywordDefaults": {k: encode(v) for k, v in (function.__kwdefaults__ or {}).items()},
    }


def dotted(node):
    names = []
    while isinstance(node, ast.Attribute):
        names.append(node.attr)
        node = node.value
    return [node.id, *reversed(names)] if isinstance(node, ast.Name) else None


def live(module_tree, namespace):
    """What the names and dotted names of the source stand for, once its module level has run."""
    globals_, attributes = {}, {}
    for node in ast.walk(module_tree):
        if isinstance(node, ast.Name) and node.id not in globals_:
            if node.id in namespace:
                globals_[node.id] = encode(namespace[node.id])
            elif node.id in builtins.__dict__:
                made = encode(builtins.__dict__[node.id])
                globals_[node.id] = {**made, "name": "builtins." + node.id} if made["kind"] == "global" else made
        elif isinstance(node, ast.Attribute):
            path = dotted(node)
            if not path or path[0] not in namespace or ".".join(path) in attributes:
                continue
            value = namespace[path[0]]
            if not isinstance(value, (types.ModuleType, type)):
                continue
            try:
                for name in path[1:]:
                    value = getattr(value, name)
            except Exception:
                continue
            attributes[".".join(path)] = encode(value)
    return globals_, attributes


def failure(kind, error, line=None, column=0, end_line=None, end_column=None):
    return {"kind": kind, "message": f"{error}", "type": type(error).__name__, "line": line, "column": column,
            "endLine": end_line or line, "endColumn": column if end_column is None else end_column}  # fmt: skip


class Discarding(ast.NodeTransformer):
    """Shows every value that a statement throws away to `discard`."""

    def visit_Expr(self, node):
        if not isinstance(node.value, ast.Call):
            return node
        callee = ast.copy_location(ast.Name("__everypath_discard__", ast.Load()), node.value)
        node.value = ast.copy_location(ast.Call(callee, [node.value], []), node.value)
        return node


def inspect_source(source):
    try:
        parsed = ast.parse(source, FILE)
        compile(parsed, FILE, "exec", dont_inherit=True)
        shape = tree(parsed)
        code = compile(Discarding().visit(ast.parse(source, FILE)), FILE, "exec", dont_inherit=True)
    except SyntaxError as error:
        return {"failure": failure("syntax", error.msg, error.lineno, max((error.offset or 1) - 1, 0),
                                   error.end_lineno, max((error.end_offset or 1) - 1, 0))}  # fmt: skip
    except (ValueError, RecursionError, MemoryError) as error:
        return {"failure": failure("syntax", error)}
    module = types.ModuleType(MODULE)
    namespace = module.__dict__
    builtins.__everypath_discard__ = discard
    sys.modules[MODULE] = module
    trouble = None
    try:
        exec(code, namespace)
    except BaseException as error:
        line, trace = None, error.__traceback__
        while trace:
            if trace.tb_frame.f_code.co_filename == FILE:
                line = trace.tb_lineno
            trace = trace.tb_next
        trouble = failure("module", error, line)
    if trouble:
        return {"failure": trouble}
    globals_, attributes = live(parsed, namespace)
    functions = [v for v in namespace.values() if isinstance(v, types.FunctionType) and v.__globals__ is namespace]
    functions += [f for f, _, _ in specs if f not in functions]
    return {
        "tree": shape,
        "globals": globals_,
        "attributes": attributes,
        "functions": [definition(f) for f in functions],
        "specs": [
            {"line": f.__code__.co_firstlineno, "tag": tag, "settings": {k: encode(v) for k, v in settings.items()}}
            for f, tag, settings in specs
        ],
    }


sys.meta_path[:] = [HidingFinder()] + [
    finder for finder in sys.meta_path if "pyodide" not in getattr(type(finder), "__module__", "")
] + [SymbolicFinder()]
for hidden in [name for name in sys.modules if name.split(".")[0] in HIDDEN]:
    del sys.modules[hidden]
pristine_modules = dict(sys.modules)
pristine_builtins = dict(builtins.__dict__)


def inspect(source):
    """The one entry: a source in, JSON text out. Leaves the interpreter as it found it."""
    specs.clear()
    try:
        return json.dumps(inspect_source(source))
    finally:
        specs.clear()
        builtins.__dict__.clear()
        builtins.__dict__.update(pristine_builtins)
        sys.modules.clear()
        sys.modules.update(pristine_modules)

# SPDX-License-Identifier: Apache-2.0
"""Runs a file's function under CPython and writes what it answers, one JSON object a line: first `entry`, then a
`case` for each. Reads its request, one JSON object, from standard input. What the file prints goes to stderr."""

import copy
import importlib.util
import inspect
import json
import os
import sys
import traceback
import typing
import warnings

import generated
import stand_ins
import tagged


class Refused(Exception):
    """The file cannot be asked: no entry, no cases, arguments that do not fit."""


def load(path):
    """The file as a module, beside its own folder, as `python3 FILE.py` would see it."""
    sys.path.insert(0, os.path.dirname(os.path.abspath(path)))
    spec = importlib.util.spec_from_file_location("everypath_source", path)
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


def entry_of(module, name):
    """The function to run: the named one, else the decorated one, else `entry`."""
    if name:
        found = getattr(module, name, None)
    else:
        marked = [value for value in vars(module).values() if hasattr(value, "__everypath_tag__")]
        found = marked[0] if marked else getattr(module, "entry", None)
    if not inspect.isfunction(found):
        raise Refused(f"there is no function '{name or 'entry'}', and none is decorated with @compile")
    return found


def annotations_of(function):
    """One annotation a parameter and one for the result, `empty` where there is none."""
    try:
        hints = typing.get_type_hints(function, include_extras=True)
    except Exception as error:
        raise Refused(f"an annotation cannot be read: {error}") from None
    empty = inspect.Parameter.empty
    parameters = [hints.get(name, empty) for name in inspect.signature(function).parameters]
    return parameters, hints.get("return", empty)


def cases_of(module, annotations, seed):
    """The file's own cases: `CASES`, or what `cases()` returns; else ones made from the annotations."""
    own = getattr(module, "CASES", None)
    if own is None and callable(getattr(module, "cases", None)):
        own = module.cases()
    if own is None:
        if inspect.Parameter.empty in annotations:
            raise Refused("a parameter has no annotation and there is no CASES list to learn its type from")
        return generated.generate(annotations, seed), True
    return [case if isinstance(case, tuple) else (case,) for case in own], False


def fit(value, annotation):
    """What the boundary makes of an argument: an int where a float is declared is that float."""
    if typing.get_origin(annotation) is typing.Annotated:
        annotation = typing.get_args(annotation)[0]
    if annotation is float and type(value) in (int, bool):
        return float(value)
    if annotation is int and type(value) is bool:
        return int(value)
    return value


def is_open(annotation):
    """Whether a case must say what the annotation leaves open: nothing at all, or an array of any dtype or rank."""
    text = None
    if typing.get_origin(annotation) is typing.Annotated:
        annotation, *notes = typing.get_args(annotation)
        text = next((note for note in notes if isinstance(note, str)), None)
    if annotation in (inspect.Parameter.empty, typing.Any):
        return True
    if getattr(annotation, "__name__", "") != "ndarray" and (
        getattr(typing.get_origin(annotation), "__name__", "") != "ndarray"
    ):
        return False
    return text is None


def line_of(error, path):
    """The last line of the file itself that the traceback names."""
    lines = [line for frame, line in traceback.walk_tb(error.__traceback__) if frame.f_code.co_filename == path]
    return lines[-1] if lines else None


def run_case(function, index, arguments, path):
    """One case, and whether the call changed an argument."""
    encoded = [tagged.encode(value) for value in arguments]
    answer = {"kind": "case", "index": index, "arguments": encoded}
    answer["types"] = [tagged.type_of(value) for value in encoded]
    own = copy.deepcopy(arguments)
    try:
        answer["result"] = tagged.encode(function(*own))
        answer["resultType"] = tagged.type_of(answer["result"])
    except Exception as error:
        name = type(error).__name__
        answer["raised"] = {"type": name, "message": str(error), "line": line_of(error, path)}
    answer["changed"] = [place for place, value in enumerate(own) if tagged.encode(value) != encoded[place]]
    return answer


def answer(request, write):
    path = request["file"]
    module = load(path)
    function = entry_of(module, request.get("entry"))
    annotations, result = annotations_of(function)
    cases, made = cases_of(module, annotations, request.get("seed", 1))
    write(
        {
            "kind": "entry",
            "name": function.__name__,
            "line": function.__code__.co_firstlineno,
            "parameters": list(inspect.signature(function).parameters),
            "open": [is_open(annotation) for annotation in annotations],
            "resultOpen": is_open(result),
            "cases": len(cases),
            "generated": made,
            "versions": {
                "python": sys.version.split()[0],
                **{
                    name: sys.modules[name].__version__
                    for name in ("numpy", "PIL")
                    if hasattr(sys.modules.get(name), "__version__")
                },
            },
        }
    )
    for index, case in enumerate(cases):
        if len(case) > len(annotations):
            raise Refused(f"case {index} has {len(case)} arguments, the function takes {len(annotations)}")
        arguments = [fit(value, annotation) for value, annotation in zip(case, annotations)]
        write(run_case(function, index, arguments, path))


def main():
    stand_ins.install()
    warnings.simplefilter("ignore")
    out = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)

    def write(value):
        out.write(json.dumps(value))
        out.write("\n")
        out.flush()

    request = json.load(sys.stdin)
    try:
        answer(request, write)
    except (Refused, generated.NotGenerated) as error:
        write({"kind": "refused", "message": str(error)})
    except BaseException as error:
        line = error.lineno if isinstance(error, SyntaxError) else line_of(error, request["file"])
        write({"kind": "refused", "message": f"{type(error).__name__}: {error}", "line": line})


main()

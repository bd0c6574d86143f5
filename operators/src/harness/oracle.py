"""Runs every driver of a plan beside NumPy and Pillow, in one process, and prints one JSON line a driver."""

import ctypes
import json
import os
import statistics
import sys
import time

import numpy as np
from PIL import Image

np.seterr(all="ignore")

DTYPES = ["bool", "int8", "int16", "int32", "int64", "uint8", "uint16", "uint32", "uint64", "float16", "float32", "float64"]
KIND = {"bool": 1, "int": 2, "float": 3, "scalar": 6, "array": 7, "image": 8, "tuple": 9}
STATUS_RAISED = 1


class Value(ctypes.Structure):
    class As(ctypes.Union):
        _fields_ = [("i", ctypes.c_int64), ("f", ctypes.c_double), ("pointer", ctypes.c_uint64)]

    _fields_ = [
        ("kind", ctypes.c_uint32),
        ("dtype", ctypes.c_uint32),
        ("rank", ctypes.c_uint32),
        ("flags", ctypes.c_uint32),
        ("as_", As),
        ("size", ctypes.c_uint64),
        ("owner", ctypes.c_uint64),
        ("shape", ctypes.c_int64 * 8),
        ("strides", ctypes.c_int64 * 8),
    ]


class Error(ctypes.Structure):
    _fields_ = [
        ("status", ctypes.c_uint32),
        ("frame_count", ctypes.c_uint32),
        ("type", ctypes.c_char * 56),
        ("message", ctypes.c_char * 448),
        ("frames", ctypes.c_char * 512),
    ]


# What cases are written with. Seeds are fixed: the n-th random array of a run is always the same.
rng = np.random.default_rng(20261121)


def rnd(*shape, dtype="float32"):
    if dtype == "bool":
        return rng.random(shape) < 0.5
    if dtype.startswith("float"):
        return (rng.standard_normal(shape) * 3).astype(dtype)
    info = np.iinfo(dtype)
    return rng.integers(max(info.min, -100), min(info.max, 100), shape).astype(dtype)


def odd(*shape, dtype="float32"):
    """Random with NaN, infinities, both zeros, ties and large values sprinkled in."""
    x = rnd(*shape, dtype=dtype)
    if dtype.startswith("float"):
        special = np.array([np.nan, np.inf, -np.inf, 0.0, -0.0, 1e30, -1e-30, 1.0, 1.0], dtype)
        mask = rng.random(shape) < 0.4
        x[mask] = rng.choice(special, int(mask.sum()))
    return x


def extreme(*shape, dtype="float32"):
    """The least and the greatest values, numbers too small to be normal, and every kind of NaN."""
    if dtype == "bool":
        return rnd(*shape, dtype=dtype)
    if not dtype.startswith("float"):
        info = np.iinfo(dtype)
        return rng.choice(np.array([info.min, info.min + 1, 0, 1, info.max - 1, info.max], dtype), shape)
    info = np.finfo(dtype)
    least = info.smallest_subnormal
    return rng.choice(
        np.array([info.max, -info.max, info.tiny, -info.tiny, least, -least, 0.0, -0.0, np.inf, -np.inf, np.nan, -np.nan], dtype),
        shape,
    )


def moved(x):
    """The same values one element further on in memory: no longer at a vector's boundary."""
    if not isinstance(x, np.ndarray) or x.ndim == 0:
        return x
    room = np.empty(x.size + 1, x.dtype)
    room[1:] = x.ravel()
    return room[1:].reshape(x.shape)


def holed(*shape, dtype="float32"):
    """The same values through strides: every other element of every axis, the last one reversed."""
    big = rnd(*[2 * n for n in shape], dtype=dtype)
    return big[tuple(slice(None, None, 2) for _ in shape[:-1]) + (slice(None, None, -2),)]


def img(width, height, mode="RGB"):
    channels = {"L": (), "RGB": (3,), "RGBA": (4,)}[mode]
    noise = rng.integers(0, 256, (height, width) + channels)
    hard = rng.random(noise.shape) < 0.3
    noise[hard] = rng.choice([0, 255], int(hard.sum()))
    return Image.fromarray(noise.astype(np.uint8), mode)


def to_value(x, value, keep):
    if isinstance(x, (bool, np.bool_)):
        value.kind, value.as_.i = KIND["bool"], int(x)
    elif isinstance(x, (int, np.integer)):
        value.kind, value.as_.i = KIND["int"], int(x)
    elif isinstance(x, (float, np.floating)):
        value.kind, value.as_.f = KIND["float"], float(x)
    elif isinstance(x, Image.Image):
        x = np.asarray(x)
        x = x if x.ndim == 3 else x[:, :, None]
        # Rows with a gap behind them, so that a kernel that ignores the row stride fails; none behind the last, so that
        # one that reads past it is caught.
        height, width, channels = x.shape
        stride = (width + 5) * channels
        room = np.full(max(0, height - 1) * stride + width * channels, 77, np.uint8)
        rows = np.ndarray(x.shape, np.uint8, room, 0, (stride, channels, 1))
        rows[...] = x
        to_value(rows, value, keep)
        value.kind = KIND["image"]
    elif isinstance(x, np.ndarray):
        keep.append(x)
        value.kind, value.dtype, value.rank = KIND["array"], DTYPES.index(x.dtype.name), x.ndim
        value.as_.pointer = x.ctypes.data
        for i in range(x.ndim):
            value.shape[i], value.strides[i] = x.shape[i], x.strides[i]
    elif isinstance(x, (tuple, list)):
        items = (Value * max(1, len(x)))()
        for item, slot in zip(x, items):
            to_value(item, slot, keep)
        keep.append(items)
        value.kind, value.size, value.as_.pointer = KIND["tuple"], len(x), ctypes.addressof(items)
    else:
        raise TypeError(type(x))


def from_value(value):
    if value.kind == KIND["tuple"]:
        items = ctypes.cast(value.as_.pointer, ctypes.POINTER(Value * value.size)).contents
        return tuple(from_value(item) for item in items)
    if value.kind == KIND["scalar"]:
        dtype = DTYPES[value.dtype]
        return np.dtype(dtype).type(value.as_.f if dtype.startswith("float") else value.as_.i)
    dtype = np.dtype(DTYPES[value.dtype])
    shape, strides = list(value.shape[: value.rank]), list(value.strides[: value.rank])
    if 0 in shape:
        return np.zeros(shape, dtype)
    low = sum(min(0, (n - 1) * s) for n, s in zip(shape, strides))
    high = sum(max(0, (n - 1) * s) for n, s in zip(shape, strides)) + dtype.itemsize
    memory = (ctypes.c_char * (high - low)).from_address(value.as_.pointer + low)
    return np.ndarray(shape, dtype, memory, -low, strides).copy()


def worst_error(got, want, tolerance, args):
    """The largest error as a share of what the tolerance allows; above 1 fails."""
    if isinstance(want, tuple):
        return max([worst_error(g, w, tolerance, args) for g, w in zip(got, want)] + [0 if len(got) == len(want) else 9])
    if isinstance(want, Image.Image):
        want = np.asarray(want)
        want = want if want.ndim == 3 else want[:, :, None]
    want = np.asarray(want)
    got = np.asarray(got)
    if got.shape != want.shape or (got.dtype != want.dtype):
        print(f"  {got.dtype}{got.shape} where {want.dtype}{want.shape} was expected", file=sys.stderr)
        return 1e9
    if want.size == 0:
        return 0.0
    kind = tolerance["kind"]
    if kind == "levels":
        return float(np.abs(got.astype(np.int64) - want.astype(np.int64)).max()) / max(tolerance["max"], 1e-9)
    if kind == "float" and want.dtype.kind == "f":
        same = (got == want) | (np.isnan(got) & np.isnan(want))
        scale = tolerance["absolute"] + tolerance["relative"] * np.abs(want.astype(np.float64))
        error = np.where(same, 0, np.abs(got.astype(np.float64) - want) / scale)
        return float(np.where(np.isnan(error), 1e9, error).max())
    return 0.0 if np.array_equal(got, want, equal_nan=want.dtype.kind == "f") else 1e9


def constant(spec):
    value = spec["value"]
    if isinstance(value, dict):
        return np.array(value["array"]["data"], value["array"]["dtype"]).reshape(value["array"]["shape"])
    return tuple(value) if isinstance(value, list) else (float(value) if spec["type"]["kind"] == "float" else value)


def settle():
    """Waits, at most 0.2 s, until no thread of this process runs: OpenBLAS's spin for some 30 ms after a product, on
    the processors that the next one would have."""
    for _ in range(100):
        before = time.process_time_ns()
        time.sleep(0.002)
        if time.process_time_ns() - before < 500_000:
            return


def measure(spec, libraries, rounds):
    """Median nanoseconds of the reference, each peer and each driver on the first case, in interleaved rounds. All are
    called from Python with the same operands; a call that is quick is repeated within a round."""
    args = eval(spec["cases"][0])
    keep = []
    operands = [constant(o) if o["from"] == "constant" else args[o["index"]] for o in spec["operands"]]
    values = (Value * max(1, len(operands)))()
    for operand, value in zip(operands, values):
        to_value(operand, value, keep)

    def call_of(driver):
        result, error = Value(), Error()
        library = libraries[driver["library"]]
        function, run = getattr(library, driver["symbol"]), library.driver_run
        run.argtypes = [ctypes.c_void_p] * 4
        places = (ctypes.cast(function, ctypes.c_void_p).value, *map(ctypes.addressof, (values, result, error)))
        keep.extend((result, error))

        def call():
            run(*places)

        return call

    calls = {"reference": eval(spec["reference"])}
    missing = []
    for name, text in spec.get("peers", {}).items():
        try:
            calls["peer " + name] = eval(text)
        except ImportError:
            missing.append(name)
    calls = {name: (lambda function=function: function(*args)) for name, function in calls.items()}
    calls |= {driver["name"]: call_of(driver) for driver in spec["drivers"]}
    repeats, spent = {}, {}
    for name, function in calls.items():
        function()
        started = time.perf_counter_ns()
        function()
        taken = time.perf_counter_ns() - started + 1
        repeats[name] = max(1, min(200, 400_000 // taken))
        spent[name] = taken * (repeats[name] + 1)
    # Slow calls get fewer rounds: a question takes two seconds at most, or seven rounds.
    total = sum(spent.values())
    rounds = max(min(rounds, 7), min(rounds, int(2e9 / total)))
    samples = {name: [] for name in calls}
    order = list(calls)
    for turn in range(rounds):
        for name in order[turn % len(order) :] + order[: turn % len(order)]:
            function, count = calls[name], repeats[name]
            settle()
            # Once beforehand, so that each finds the operands as its own call left them.
            function()
            started = time.perf_counter_ns()
            for _ in range(count):
                function()
            samples[name].append((time.perf_counter_ns() - started) / count)
    return {name: statistics.median(times) for name, times in samples.items()} | {"peer " + name: None for name in missing}


def main():
    plan = json.load(open(sys.argv[1]))
    libraries = [ctypes.CDLL(path) for path in plan["libraries"]]
    for spec in plan["specs"]:
        reference = eval(spec["reference"])
        worst = {driver["name"]: 0.0 for driver in spec["drivers"]}
        notes = {}
        for text in spec["cases"]:
            args = eval(text)
            try:
                want = reference(*args)
            except Exception as error:
                want = error
            operands = [constant(o) if o["from"] == "constant" else args[o["index"]] for o in spec["operands"]]
            for driver in spec["drivers"]:
                if os.environ.get("EVERYPATH_ANNOUNCE"):  # so that a death has a name
                    print(json.dumps({"begun": spec["name"], "variant": driver["name"]}), flush=True)
                keep = []
                values = (Value * max(1, len(operands)))()
                for operand, value in zip(operands, values):
                    to_value(operand, value, keep)
                result, error = Value(), Error()
                library = libraries[driver["library"]]
                status = getattr(library, driver["symbol"])(values, ctypes.byref(result), ctypes.byref(error))
                if isinstance(want, Exception):
                    ok = status == STATUS_RAISED and error.type.decode() == type(want).__name__
                    share = 0.0 if ok else 1e9
                    note = f"raised {error.type.decode()} {error.message.decode()}, not {want!r}"
                elif status != 0:
                    share, note = 1e9, f"status {status}: {error.type.decode()} {error.message.decode()}"
                else:
                    got = from_value(result)
                    share = worst_error(got, want, spec["tolerance"], args)
                    note = f"got {str(got)[:200]} want {str(want)[:200]}"
                    library.driver_release(ctypes.c_uint64(result.owner))
                if share > worst[driver["name"]]:
                    worst[driver["name"]] = share
                    notes[driver["name"]] = f"{text}: {note}"
        times = measure(spec, libraries, plan["rounds"]) if plan.get("rounds") else {}
        for driver in spec["drivers"]:
            name = driver["name"]
            note = notes.get(name, "") if worst[name] > 1 else ""
            row = {"spec": spec["name"], "operator": spec["operator"], "variant": name, "cases": len(spec["cases"]), "worst": worst[name], "note": note}
            if times:
                peers = {key[5:]: value for key, value in times.items() if key.startswith("peer ")}
                row |= {"ns": times[name], "reference_ns": times["reference"], "peers_ns": peers}
            print(json.dumps(row), flush=True)


main()

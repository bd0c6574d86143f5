# SPDX-License-Identifier: Apache-2.0
"""What this machine is, as far as the system's own files tell. Unknown stays unknown; nothing is guessed up."""

from __future__ import annotations

import math
import os
import platform
import re
import subprocess
import sys
from pathlib import Path
from typing import Any, Callable

from .errors import UnsupportedError
from .libraries import find_libraries
from .system import System

_TARGETS = {
    ("linux", "x86_64"): "linux-x86_64",
    ("linux", "aarch64"): "linux-arm64",
    ("darwin", "arm64"): "macos-arm64",
    ("darwin", "x86_64"): "macos-x86_64",
    ("win32", "amd64"): "windows-x86_64",
    ("win32", "arm64"): "windows-arm64",
    ("android", "aarch64"): "android-arm64",
}

#: x86-64 psABI levels by the flags of Linux (`abm` is lzcnt, `pni` is SSE3).
_X86_LEVELS = (
    ("x86-64-v2", "cx16 lahf_lm popcnt pni sse4_1 sse4_2 ssse3"),
    ("x86-64-v3", "avx avx2 bmi1 bmi2 f16c fma abm movbe xsave"),
    ("x86-64-v4", "avx512f avx512bw avx512cd avx512dq avx512vl"),
)
#: Arm levels by the hwcaps of Linux, with the half-precision and dot products that 8.2 makes optional.
_ARM_LEVELS = (
    ("armv8.2-a", "atomics asimdrdm fphp asimdhp asimddp"),
    ("armv8.6-a", "i8mm bf16"),
)
_ARITHMETIC = re.compile(
    r"(s?sse|avx|amx|fma|f16c|bmi|vaes|gfni|vpclmul|sha_ni|asimd|sve|sme(?!p)|i8mm|bf16|fphp|atomics)"
)
_APPLE_FLAGS = {"sse4.1": "sse4_1", "sse4.2": "sse4_2", "sse3": "pni", "avx1.0": "avx", "lahf": "lahf_lm", "lzcnt": "abm"}


def level_of(flags: set[str], architecture: str) -> str:
    """The highest level whose flags, and those of all levels before it, are present."""
    level, levels = ("x86-64", _X86_LEVELS) if architecture == "x86_64" else ("armv8-a", _ARM_LEVELS)
    for name, needs in levels:
        if not flags.issuperset(needs.split()):
            break
        level = name
    return level


def clock_resolution_ns(ticks_ns: Callable[[], int], steps: int = 16, max_readings: int = 2_000_000) -> int:
    """The largest step that explains all differences between readings of a clock."""
    step, seen, last = 0, 0, ticks_ns()
    for _ in range(max_readings):
        now = ticks_ns()
        if now <= last:
            continue
        step = math.gcd(step, now - last)
        last = now
        seen += 1
        if seen == steps:
            break
    return min(step, 10**9) if step > 0 else 10**9


def _read(path: str) -> str:
    try:
        return Path(path).read_text().strip()
    except OSError:
        return ""


def _field(cpuinfo: str, name: str) -> str:
    match = re.search(rf"^{name}\s*:\s*(.*)$", cpuinfo, re.MULTILINE)
    return match.group(1).strip() if match else ""


def _sysctl(name: str) -> str:
    try:
        return subprocess.run(["sysctl", "-n", name], capture_output=True, text=True, timeout=2).stdout.strip()
    except (OSError, subprocess.SubprocessError):
        return ""


def _mac_flags(architecture: str) -> set[str]:
    if architecture == "arm64":
        # Every Apple computer with an Arm processor has 8.4; the matrix extensions came with the M2.
        flags = set("atomics asimdrdm fphp asimdhp asimddp".split())
        return flags | {name.lower() for name in ("I8MM", "BF16") if _sysctl(f"hw.optional.arm.FEAT_{name}") == "1"}
    text = " ".join(_sysctl(f"machdep.cpu.{leaf}") for leaf in ("features", "leaf7_features", "extfeatures"))
    return {_APPLE_FLAGS.get(flag, flag) for flag in text.lower().split()}


def _microarchitecture(cpuinfo: str) -> str:
    vendor = _field(cpuinfo, "vendor_id").replace("GenuineIntel", "intel").replace("AuthenticAMD", "amd")
    if vendor:
        return f"{vendor}-{_field(cpuinfo, 'cpu family')}-{_field(cpuinfo, 'model')}".lower()
    implementer = _field(cpuinfo, "CPU implementer")
    return f"arm-{implementer}-{_field(cpuinfo, 'CPU part')}" if implementer else ""


def _cache_bytes() -> list[int]:
    sizes = []
    for index in range(8):
        folder = f"/sys/devices/system/cpu/cpu0/cache/index{index}"
        match = re.fullmatch(r"(\d+)([KM])", _read(f"{folder}/size"))
        if match and _read(f"{folder}/type") != "Instruction":
            sizes.append(int(match.group(1)) * (1 << 20 if match.group(2) == "M" else 1024))
    return sorted(sizes)[:4]


def host_target() -> str | None:
    """Which of the nine targets this process can run, or None."""
    return _TARGETS.get((sys.platform, platform.machine().lower()))


def detect_device(system: System = System(), libraries: bool = True) -> dict[str, Any]:
    """This machine's features, in the form that the service takes. Libraries are looked for unless told not to."""
    target = host_target()
    if target is None:
        raise UnsupportedError(f"no native programs for {sys.platform} on {platform.machine()}")
    architecture = "x86_64" if target.endswith("x86_64") else "arm64"
    cpuinfo = _read("/proc/cpuinfo")
    flags = set((_field(cpuinfo, "flags") or _field(cpuinfo, "Features")).split())
    if sys.platform == "darwin":
        flags = _mac_flags(architecture)
    installed = find_libraries() if libraries else ()
    model = _field(cpuinfo, "model name") or (_sysctl("machdep.cpu.brand_string") if sys.platform == "darwin" else "")
    return {
        "target": target,
        # Windows does not tell through any file: the baseline is what surely runs.
        "isaLevel": level_of(flags, architecture),
        "extensions": sorted(filter(_ARITHMETIC.match, flags))[:128],
        "microarchitecture": _microarchitecture(cpuinfo)[:120],
        "model": model[:120],
        "cores": len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1,
        "cacheBytes": _cache_bytes(),
        "os": f"{sys.platform} {'.'.join(platform.release().split('.')[:2])}",
        "runtime": f"python {sys.version_info.major}.{sys.version_info.minor}",
        "clockResolutionNs": clock_resolution_ns(system.ticks_ns),
        **({"libraries": list(installed)} if installed else {}),
    }

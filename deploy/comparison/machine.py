"""The machine and the software of a measurement."""

import ctypes
import ctypes.util
import datetime
import importlib.metadata
import os
import platform
import subprocess

# The instruction sets that decide which kernels an engine uses, most capable first.
INSTRUCTION_SETS = ("amx_int8", "avx512_vnni", "avx512f", "avx_vnni", "avx2")
PEERS = ("ctranslate2", "fxtranslate", "sentencepiece", "numpy")


def described(dragoman):
    processor = first_processor()
    known = set(processor.get("flags", processor.get("Features", "")).split())
    return {
        "date": datetime.datetime.now(datetime.timezone.utc).strftime("%Y-%m-%d"),
        "processor": processor.get("model name", platform.machine()),
        "family": processor.get("cpu family"), "model": processor.get("model"),
        "cores": len(os.sched_getaffinity(0)),
        "instructionSets": [name for name in INSTRUCTION_SETS if name in known],
        "memoryBytes": os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES"),
        "loadBefore": os.getloadavg()[0], "system": system(),
        "versions": versions(dragoman),
    }


def first_processor():
    with open("/proc/cpuinfo", encoding="utf-8") as file:
        lines = file.read().split("\n\n")[0].splitlines()
    return {name.strip(): value.strip() for name, _, value in (line.partition(":") for line in lines)}


def system():
    return platform.freedesktop_os_release().get("PRETTY_NAME", platform.system())


def versions(dragoman):
    found = {name: importlib.metadata.version(name) for name in PEERS}
    return found | {
        "python": platform.python_version(), "openblas": openblas(),
        "dragoman": said("git", "describe", "--always", "--dirty", "--abbrev=10"),
        "swift": said("swift", "--version"), "dragomanBytes": os.path.getsize(dragoman),
    }


def said(*command):
    """The first line that a command prints; none if it fails."""
    result = subprocess.run(command, capture_output=True, text=True, check=False)
    return result.stdout.splitlines()[0] if result.returncode == 0 and result.stdout else None


def openblas():
    name = ctypes.util.find_library("openblas")
    if name is None:
        return None
    configuration = ctypes.CDLL(name).openblas_get_config
    configuration.restype = ctypes.c_char_p
    return configuration().decode()

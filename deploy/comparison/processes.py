"""Runs one engine in a process of its own, confined to as many cores as it may use."""

import contextlib
import json
import os
import pathlib
import subprocess
import threading
import time

# A run takes seconds; one that hangs must not hold up the others.
LONGEST_SECONDS = 120
ALL = os.sched_getaffinity(0)


class EngineFailure(Exception):
    """An engine ended with an error, or said something else than its measurement."""


def cores():
    """One logical processor of each core that we may use."""
    chosen, taken = [], set()
    for number in sorted(ALL):
        path = pathlib.Path(f"/sys/devices/system/cpu/cpu{number}/topology/thread_siblings_list")
        siblings = path.read_text() if path.exists() else str(number)
        if siblings not in taken:
            taken.add(siblings)
            chosen.append(number)
    return chosen


def confined(workers):
    allowed = cores()[:workers]
    if len(allowed) < workers:
        raise EngineFailure(f"found {len(allowed)} cores, expected {workers}")
    return allowed


@contextlib.contextmanager
def running(command, workers=None, given=os.devnull):
    """A process on `workers` cores (all if not given) that reads a file; it does not outlive the block."""
    os.sched_setaffinity(0, confined(workers) if workers else ALL)
    try:
        with open(given, "rb") as file:
            process = subprocess.Popen(
                [str(part) for part in command], stdin=file, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                text=True)
    finally:
        os.sched_setaffinity(0, ALL)
    limit = threading.Timer(LONGEST_SECONDS, process.kill)
    limit.start()
    try:
        yield process
    finally:
        limit.cancel()
        process.kill()
        process.communicate()


def finish(process):
    """The rest of its output."""
    output, errors = process.communicate()
    if process.returncode < 0:
        raise EngineFailure(f"ended by signal {-process.returncode}; a run may take {LONGEST_SECONDS} s")
    if process.returncode > 0:
        said = errors.strip().splitlines() or [f"ended with status {process.returncode}"]
        raise EngineFailure(said[-1])
    return output


def measurement(command, workers):
    """The JSON object that it printed.

    Its own peak memory is left out: the kernel counts in it what the process had before it became this program.
    """
    with running(command, workers) as process:
        output = finish(process)
    try:
        found = json.loads(output)
    except json.JSONDecodeError:
        raise EngineFailure(f"found {output[:80]!r}, expected a JSON object") from None
    found.pop("peakRSSBytes", None)
    return found


def seconds_to_first_line(command, given=os.devnull):
    """From the start of the process to its first line, with all cores."""
    began = time.perf_counter()
    with running(command, given=given) as process:
        line = process.stdout.readline()
        seconds = time.perf_counter() - began
        finish(process)
    if not line.strip():
        raise EngineFailure("found no translation, expected one")
    return seconds


def resident(command, workers, every=0.02):
    """Resident memory in bytes: `working`, the median of the second half of the process's life, and `peak`."""
    samples = []
    with running(command, workers) as process:
        status = pathlib.Path(f"/proc/{process.pid}/status")
        while process.poll() is None:
            text = status.read_text(encoding="utf-8")
            if "VmRSS:" in text:
                samples.append({name: kilobytes(text, name) * 1024 for name in ("VmRSS", "VmHWM")})
            time.sleep(every)
        finish(process)
    late = sorted(sample["VmRSS"] for sample in samples[len(samples) // 2 :])
    if not late:
        raise EngineFailure("found no memory to measure, expected a longer life")
    return {"working": late[len(late) // 2], "peak": samples[-1]["VmHWM"]}


def kilobytes(status, name):
    return int(status.split(f"{name}:")[1].split()[0])

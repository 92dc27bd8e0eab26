"""The outcome of the requests, and whether it is good enough."""

import signal
import sys
import tempfile
from collections import Counter
from pathlib import Path
from typing import NamedTuple


class Restart(NamedTuple):
    """A replica was sent a signal at `begun`, was gone at `ended`, and ready again at `ready`."""

    replica: int
    signal: signal.Signals
    begun: float
    ended: float
    ready: float
    status: int


def judge(outcomes, expected, restarts):
    """(the figures, whether nothing was lost that may not be).

    A request can fail only if a replica was killed while it was in flight; a wrong text is never right."""
    failed = [one for one in outcomes if one.problem is not None]
    wrong = [one for one in outcomes if one.problem is None and one.translation != expected[one.text]]
    killed = [one for one in restarts if one.signal == signal.SIGKILL]
    excused = [one for one in failed if any(one.begun <= kill.ended and one.ended >= kill.begun for kill in killed)]
    stopped = [one for one in restarts if one.signal == signal.SIGTERM]
    unclean = [one for one in stopped if one.status != 0]
    figures = {
        "requests": len(outcomes),
        "answered": len(outcomes) - len(failed),
        "wrongTexts": len(wrong),
        "failed": len(failed),
        "failedWhileKilled": len(excused),
        "problems": dict(Counter(one.problem for one in failed)),
        "stopped": len(stopped),
        "stoppedUncleanly": len(unclean),
        "killed": len(killed),
        "stopSeconds": spread([one.ended - one.begun for one in stopped]),
        "restartSeconds": spread([one.ready - one.ended for one in restarts]),
        "latencySeconds": spread([one.ended - one.begun for one in outcomes if one.problem is None]),
    }
    examples = [(one.text, one.translation, expected[one.text]) for one in wrong[:3]]
    is_good = bool(outcomes) and len(failed) == len(excused) and not wrong and not unclean
    return figures, examples, is_good


def spread(values):
    """Median, the value that 95 % and 99 % stay below, and the largest."""
    if not values:
        return {}
    ordered = sorted(values)

    def at(share):
        return round(ordered[min(len(ordered) - 1, int(share * len(ordered)))], 4)

    return {"p50": at(0.5), "p95": at(0.95), "p99": at(0.99), "max": round(ordered[-1], 4)}


def conclude(name, check, options):
    """Ends the program with the verdict of a check, which writes into the folder to keep or into a temporary one."""
    if options.keep:
        Path(options.keep).mkdir(parents=True, exist_ok=True)
        is_good = check(options, options.keep)
    else:
        with tempfile.TemporaryDirectory(prefix=name + "-") as folder:
            is_good = check(options, folder)
    print("good" if is_good else "FAILED", file=sys.stderr)
    sys.exit(0 if is_good else 1)

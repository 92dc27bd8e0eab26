"""Predictions beside measurements: the same arrivals and texts, played against servers here, and simulated."""

import itertools
import json
import os
import random
import statistics
import sys
import tempfile
import threading
import time
from pathlib import Path

import traffic
from fleet import Fleet, quantile
from measuring import Replica, busy_seconds, cpu_seconds, free_ports, play, running_threads
from questions import capacity

sys.path.append(str(Path(__file__).resolve().parent.parent / "rolling"))
from balancers import balancer  # noqa: E402
import texts  # noqa: E402


def compare(options, constants):
    """Rows of (measurement, figures measured, figures predicted), which are printed as they come."""
    rows = []
    for found in measurements(options, constants):
        constants.client = found["client"]
        predicted = simulate(options, constants, found)
        rows.append((found, found["measured"], predicted))
        print(line(rows[-1]), flush=True)
    return rows


def measurements(options, constants):
    """One after another, with what it takes to repeat them: measured now, or kept from an earlier run."""
    if options.measured:
        yield from json.loads(Path(options.measured).read_text())
        return
    inputs = texts.read(options.input) if options.input else texts.made()
    if len(inputs) != len(constants.requests):
        raise SystemExit(f"simulate: found {len(constants.requests)} requests in the constants, expected {len(inputs)}")
    rate = capacity(constants, options)
    kept = []
    for count, workers in ((1, 1), (3, 1)):
        with tempfile.TemporaryDirectory(prefix="simulate-") as folder, \
                Servers(options, folder, count, workers) as servers:
            play(servers.port, [one / 20 for one in range(60)], [body(options, text) for text in inputs[:60]])
            for load in options.loads:
                kept.append(measure(options, servers, round(load * rate, 1), inputs))
                yield kept[-1]
    if options.keep:
        Path(options.keep).write_text(json.dumps(kept, indent=1) + "\n")


def measure(options, servers, rate, inputs):
    """Again if other programs took more than a tenth of a core; the least disturbed of the tries counts."""
    tries = []
    for number in range(options.tries):
        found = {"replicas": servers.count, "workers": servers.workers, "rate": rate, "seed": options.seed + number,
                 "warm": options.warm, "seconds": options.seconds}
        times, chosen = trace(found, len(inputs))
        others = Others(servers.pids)
        outcomes, client = play(servers.port, times, [body(options, inputs[one]) for one in chosen], options.warm)
        tries.append({**found, "client": client / len(times), **others.stop(), "measured": figures(outcomes, found)})
        if tries[-1]["othersCores"] <= 0.1:
            break
    return min(tries, key=lambda one: one["othersCores"])


class Others:
    """The other programs of this machine, while it watches: the cores that they use, and how many of their threads want
    one."""

    def __init__(self, pids):
        self.pids = [*pids, os.getpid()]
        self.before = busy_seconds(), self.own(), time.monotonic()
        self.running = []
        self.stopping = threading.Event()
        self.thread = threading.Thread(target=self.watch, daemon=True)
        self.thread.start()

    def own(self):
        try:
            return sum(map(cpu_seconds, self.pids))
        except OSError as error:
            raise SystemExit(f"simulate: found a server or HAProxy ended ({error}), expected all to run") from None

    def watch(self):
        while not self.stopping.wait(0.1):
            try:
                own = sum(running_threads(pid) for pid in self.pids)
            except OSError:
                return
            self.running.append(max(0, int(Path("/proc/loadavg").read_text().split()[3].split("/")[0]) - own))

    def stop(self):
        self.stopping.set()
        self.thread.join()
        after = busy_seconds(), self.own(), time.monotonic()
        busy, own, passed = (late - early for early, late in zip(self.before, after))
        threads = statistics.mean(self.running) if self.running else 0.0
        return {"othersCores": round((busy - own) / passed, 2), "othersThreads": round(threads, 2)}


class Servers:
    """One replica, or several behind HAProxy with the shipped configuration; `port` is to be asked."""

    def __init__(self, options, folder, count, workers):
        self.options, self.folder, self.count, self.workers = options, folder, count, workers

    def __enter__(self):
        options = self.options
        command = [options.dragoman, "serve", "--model", options.model, "--pair", options.pair,
                   "--workers", str(self.workers), "--log", "none", *options.serve.split()]
        *ports, front = free_ports(self.count + 1)
        self.log = open(Path(self.folder) / "log", "w")
        self.replicas = [Replica(command, port, self.log) for port in ports]
        self.front = balancer("haproxy") if self.count > 1 else None
        for one in self.replicas:
            one.start()
        for one in self.replicas:
            one.wait_ready()
        self.port = ports[0]
        if self.front is not None:
            self.port = front
            self.front.start(self.folder, front, ports, self.log)
        return self

    @property
    def pids(self):
        return [one.process.pid for one in [*self.replicas, *([self.front] if self.front else [])]]

    def __exit__(self, *_):
        if self.front is not None:
            self.front.stop()
        for one in self.replicas:
            one.discard()
        self.log.close()


def body(options, text):
    source, target = options.pair.split("-", 1)
    return json.dumps({"q": text, "source": source, "target": target}).encode()


def trace(found, count):
    """Poisson arrivals, and the number of the text of each."""
    chance = random.Random(f"{found['seed']} {found['rate']}")
    times = list(traffic.arrivals(chance, traffic.constant(found["rate"]), found["warm"] + found["seconds"]))
    return times, [chance.randrange(count) for _ in times]


def figures(outcomes, found):
    good = sorted(seconds for _, seconds, status in outcomes if status == 200)
    last = max((begun + seconds for begun, seconds, status in outcomes if status == 200), default=0.0)
    span = max(found["seconds"], last - found["warm"])
    return {"p50": quantile(good, 0.5), "p95": quantile(good, 0.95), "perSecond": round(len(good) / span, 1)}


def simulate(options, constants, found):
    """The same trace on as many cores as this machine has, which the client and the balancer share."""
    fleet = Fleet(
        constants, found["replicas"], workers=found["workers"], shared_cores=options.cores,
        others=found["othersThreads"], seed=found["seed"])
    if found["replicas"] == 1:
        fleet.front = None
    times, chosen = trace(found, len(constants.requests))
    fleet.play(traffic.Request(constants.requests[one], 0, "client", time, time + 30.0)
               for time, one in zip(times, chosen))
    fleet.run(found["warm"] + found["seconds"])
    outcomes = [(begun, seconds, 200 if reason is None else 503) for begun, seconds, reason in fleet.outcomes]
    return figures([one for one in outcomes if one[0] >= found["warm"]], found)


NAMES = ("p50", "p95", "perSecond")
HEADER = ("| replicas × workers | requests/s | p50 ms | p95 ms | answers/s | others' cores, threads |\n"
          "|---|---|---|---|---|---|")


def line(row):
    found, measured, predicted = row
    cells = [f"{measured[name]} / {predicted[name]} ({100 * error(row, name):+.0f} %)" for name in NAMES]
    return (f"| {found['replicas']} × {found['workers']} | {found['rate']:g} | {' | '.join(cells)} "
            f"| {found['othersCores']:g}, {found['othersThreads']:g} |")


def error(row, name):
    *_, measured, predicted = row
    if not measured[name] or predicted[name] is None:
        return float("inf")
    return predicted[name] / measured[name] - 1


def is_near(rows, share=0.15):
    return all(abs(error(row, name)) <= share for row, name in itertools.product(rows, NAMES))

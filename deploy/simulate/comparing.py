"""Predictions beside measurements: the same arrivals and texts, played against servers on this machine and simulated."""

import itertools
import json
import random
import sys
import tempfile
from pathlib import Path

import traffic
from fleet import Fleet, quantile
from measuring import Replica, free_ports, play
from questions import capacity

sys.path.append(str(Path(__file__).resolve().parent.parent / "rolling"))
from balancers import balancer  # noqa: E402
import texts  # noqa: E402


def compare(options, constants):
    """Rows of (replicas, workers, rate, figures measured, figures predicted)."""
    rows = []
    for found in measurements(options, constants):
        constants.client = found["client"]
        predicted = simulate(options, constants, found)
        rows.append((found["replicas"], found["workers"], found["rate"], found["measured"], predicted))
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
    for count, workers in ((1, options.workers), (3, 1)):
        with tempfile.TemporaryDirectory(prefix="simulate-") as folder, Servers(options, folder, count, workers) as port:
            play(port, [one / 20 for one in range(60)], [body(options, text) for text in inputs[:60]])
            for load in options.loads:
                kept.append(measure(options, port, count, workers, round(load * rate, 1), inputs))
                yield kept[-1]
    if options.keep:
        Path(options.keep).write_text(json.dumps(kept, indent=1) + "\n")


def measure(options, port, count, workers, rate, inputs):
    found = {"replicas": count, "workers": workers, "rate": rate, "seed": options.seed, "warm": options.warm,
             "seconds": options.seconds}
    times, chosen = trace(found, len(inputs))
    outcomes, client = play(port, times, [body(options, inputs[one]) for one in chosen], options.warm)
    return {**found, "client": client / len(times), "measured": figures(outcomes, found)}


class Servers:
    """One replica, or several behind HAProxy with the shipped configuration; as a context, the port to ask."""

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
        if self.front is None:
            return ports[0]
        self.front.start(self.folder, front, ports, self.log)
        return front

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
        constants, found["replicas"], workers=found["workers"], shared_cores=options.cores, seed=found["seed"])
    if found["replicas"] == 1:
        fleet.front = None
    times, chosen = trace(found, len(constants.requests))
    fleet.play(traffic.Request(constants.requests[one], 0, "client", time, time + 30.0)
               for time, one in zip(times, chosen))
    fleet.run(found["warm"] + found["seconds"])
    outcomes = [(begun, seconds, 200 if reason is None else 503) for begun, seconds, reason in fleet.outcomes]
    return figures([one for one in outcomes if one[0] >= found["warm"]], found)


NAMES = ("p50", "p95", "perSecond")
HEADER = "| replicas × workers | requests/s | p50 ms | p95 ms | answers/s |\n|---|---|---|---|---|"


def line(row):
    count, workers, rate, measured, predicted = row
    cells = [f"{measured[name]} / {predicted[name]} ({100 * error(row, name):+.0f} %)" for name in NAMES]
    return f"| {count} × {workers} | {rate:g} | {' | '.join(cells)} |"


def error(row, name):
    *_, measured, predicted = row
    if not measured[name] or predicted[name] is None:
        return float("inf")
    return predicted[name] / measured[name] - 1


def is_near(rows, share=0.15):
    return all(abs(error(row, name)) <= share for row, name in itertools.product(rows, NAMES))

"""The questions that deploy/README.md answers, as tables."""

import random

import traffic
from autoscaling import Autoscaler
from balancing import KUBERNETES, RULES, Checks
from fleet import Fleet, quantile


def table(header, rows):
    """Prints rows as they come."""
    print("| " + " | ".join(header) + " |\n|" + "---|" * len(header))
    for row in rows:
        print("| " + " | ".join(str(cell) for cell in row) + " |", flush=True)
    print()


class Scenario:
    """Traffic for a number of replicas, at a share of the rate that they can answer."""

    def __init__(self, options, constants):
        self.options, self.constants = options, constants
        self.capacity = capacity(constants, options)

    def random(self):
        return random.Random(self.options.seed)

    def traffic(self, shape, seconds, models=1):
        chance = self.random()
        lengths = lengths_of(self.constants, chance)
        return traffic.requests(chance, shape, seconds, lengths, traffic.Popularity(chance, models))

    def run(self, replicas, rule, rate, seconds=20.0, models=1, stored=None, events=None, shape=None, warm=5.0,
            **more):
        store = stored * self.constants.model_bytes if stored else None
        fleet = Fleet(
            self.constants, replicas, rule, self.options.seed, self.options.workers, store_bytes=store, **more)
        if events:
            events(fleet)
        fleet.play(self.traffic(shape or traffic.constant(rate), warm + seconds, models))
        fleet.run(warm + seconds)
        return fleet.figures(warm, warm + seconds)


def lengths_of(constants, chance):
    """Those of the measured texts, if there are any."""
    return traffic.measured(chance, constants.requests) if constants.requests else traffic.lognormal(chance)


def capacity(constants, options, clients=96, seconds=12.0, warm=2.0):
    """Requests a second that one replica answers to clients that ask again as soon as they have an answer."""
    chance = random.Random(options.seed)
    fleet = Fleet(constants, 1, seed=options.seed, workers=options.workers)
    lengths = lengths_of(constants, chance)
    answered = []

    def ask(client):
        now = fleet.clock.now
        request = traffic.Request(lengths(), 0, f"c{client}", now, now + 600.0)
        fleet.balancers[0].send(request, lambda reason: again(client))

    def again(client):
        answered.append(fleet.clock.now)
        ask(client)

    for client in range(clients):
        ask(client)
    fleet.clock.run(seconds)
    return sum(time >= warm for time in answered) / (seconds - warm)


BALANCING = ["rule", "50 %", "80 %", "95 %", "one of half speed, 70 %", "four balancers, 80 %", "three deaths, 60 %",
             "lost"]


def balancing(scenario):
    """One pair: rows of p95 in milliseconds by rule, at several loads, with a slow replica, and with deaths."""
    count = scenario.options.replicas
    rate = scenario.capacity * count
    for rule in RULES:
        if "hash" in rule:
            continue
        cells = []
        for share in (0.5, 0.8, 0.95):
            cells.append(scenario.run(count, rule, share * rate)["p95"])
        slow = scenario.run(count, rule, 0.7 * rate, speeds=(0.5,))["p95"]
        many = scenario.run(count, rule, 0.8 * rate, balancers=4)["p95"]
        deaths = scenario.run(count, rule, 0.6 * rate, events=lambda fleet: [
            fleet.clock.at(7.0 + 4.0 * one, lambda one=one: fleet.kill(one, 1.0)) for one in range(3)])
        yield [rule, *cells, slow, many, deaths["p95"], deaths["lost"]]


# Models, those for which a replica has memory, and the load.
STORES = ((10, 8, 0.4), (40, 16, 0.4), (40, 16, 0.7), (100, 16, 0.4))
STORED = ["rule", *(f"{kind}, {stored} of {models}, {100 * load:.0f} %" for models, stored, load in STORES
                    for kind in ("p95", "loads/min"))]
BOUNDS = (("least-connections", 1.0), ("power-of-two", 1.0), ("hash", 1.0), ("bounded-hash", 1.25),
          ("bounded-hash", 1.5), ("bounded-hash", 2.0))


def stores(scenario):
    """Many models with room for some: rows of figures by rule, and by the bound of the hash."""
    count = scenario.options.replicas
    for rule, bound in BOUNDS:
        cells = []
        for models, stored, load in STORES:
            found = scenario.run(
                count, rule, load * scenario.capacity * count, 30.0, models, stored, warm=15.0, bound=bound)
            cells += [found["p95"], found["loadsPerMinute"]]
        yield [rule if rule != "bounded-hash" else f"{rule} {bound:g}", *cells]


NEEDED = ["requests/s", "replicas", "of their capacity", "p50", "p95"]


def needed(scenario, goal=3.0):
    """Rows of the fewest replicas that keep p95 below `goal` times that of an idle replica."""
    idle = scenario.run(1, "least-connections", 0.05 * scenario.capacity)["p95"]
    for rate in scenario.options.needed:
        low, high = 1, 2
        while not keeps(scenario, high, rate, goal * idle):
            low, high = high, 2 * high
        while high - low > 1:
            middle = (low + high) // 2
            if keeps(scenario, middle, rate, goal * idle):
                high = middle
            else:
                low = middle
        found = scenario.run(high, "least-connections", rate, 10.0)
        yield [f"{rate:g}", high, f"{100 * rate / scenario.capacity / high:.0f} %", found["p50"], found["p95"]]


def keeps(scenario, replicas, rate, limit):
    if rate > replicas * scenario.capacity:
        return False
    found = scenario.run(replicas, "least-connections", rate, 10.0)
    return found["p95"] is not None and found["p95"] <= limit and not found["refused"] + found["lost"]


SCALING = ["traffic", "sentences, CPU", "requests", "p50", "p95", "p99", "p95 of the worst minute", "refused or lost",
           "replicas", "most"]


def scaling(scenario):
    """Rows of the autoscaler's outcome under a short day, whose peak keeps `replicas` busy, and under bursts."""
    options = scenario.options
    peak = options.replicas * scenario.capacity * 0.8
    for name, target, cpu in ((name, *rule) for rule in options.targets for name in options.traffic):
        shape = traffic.day(peak, options.seconds)
        if name == "bursts":
            shape = traffic.bursty(scenario.random(), peak / 3, 4.0, 60.0, 300.0, options.seconds)
        fleet = Fleet(
            scenario.constants, 3, "random", options.seed, options.workers, checks=Checks(**KUBERNETES))
        scaler = Autoscaler(fleet, target, cpu)
        fleet.play(scenario.traffic(shape, options.seconds))
        fleet.run(options.seconds)
        found = fleet.figures(60.0, options.seconds)
        spans = zip(scaler.history, scaler.history[1:] + [(options.seconds, 0)])
        mean = sum(count * (after - time) for (time, count), (after, _) in spans) / options.seconds
        yield [name, f"{target:g}, {100 * cpu:.0f} %", found["requests"], found["p50"], found["p95"], found["p99"],
               worst_minute(fleet.outcomes), found["refused"] + found["lost"], round(mean, 1),
               max(count for _, count in scaler.history)]


def worst_minute(outcomes):
    minutes = {}
    for begun, seconds, reason in outcomes:
        if reason is None:
            minutes.setdefault(int(begun // 60), []).append(seconds)
    return max(quantile(sorted(one), 0.95) for one in minutes.values())

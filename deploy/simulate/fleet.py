"""One simulation: replicas, balancers, traffic and events, and the figures of the outcome."""

import random
from collections import Counter

from balancing import Balancer
from events import Clock, Line, Machine
from replica import Replica


class Fleet:
    """`shared_cores` puts all replicas, the balancer and the client on one machine, beside `others`. Otherwise each
    replica has its own cores, and `speeds` says how fast the first ones are."""

    def __init__(self, constants, replicas, rule="least-connections", seed=1, workers=2, balancers=1, checks=None,
                 shared_cores=None, others=0.0, speeds=(), store_bytes=None, hop=0.0002, retries=1, limits=None,
                 bound=1.25):
        self.clock = Clock()
        self.random = random.Random(seed)
        self.constants, self.workers, self.limits = constants, workers, limits
        self.store_bytes = store_bytes
        self.shared = Machine(self.clock, shared_cores, others=others) if shared_cores else None
        self.speeds = list(speeds)
        self.replicas = []
        self.started = 0
        self.loads_of_gone = 0
        # A client that shares the cores is one thread, and so is the balancer.
        self.client = Line(self.shared) if self.shared else None
        self.front = Line(self.shared) if self.shared and constants.balancer else None
        self.balancers = [
            Balancer(
                self.clock, self.random, rule, checks, constants.hop if self.shared else hop, retries, bound)
            for _ in range(balancers)]
        for _ in range(replicas):
            self.start_replica(0.0)
        self.outcomes = []
        self.reasons = Counter()

    # Replicas

    def start_replica(self, seconds):
        """A new replica, ready after these seconds and those of its models."""
        number = self.started
        self.started += 1
        speed = self.speeds[number] if number < len(self.speeds) else 1.0
        machine = self.shared or Machine(self.clock, self.workers, speed)
        one = Replica(self.clock, machine, self.constants, self.workers, self.limits, self.store_bytes)
        self.replicas.append(one)
        views = [balancer.add(one, f"replica {number}") for balancer in self.balancers]
        if seconds > 0.0:
            one.is_ready = False
            for view in views:
                view.is_up = False
            self.clock.after(seconds + self.constants.start, lambda: self.is_ready(one))
        return one

    def is_ready(self, one):
        one.is_ready = one.is_alive

    def stop_replica(self):
        """The youngest replica leaves; what it has accepted it still answers."""
        one = self.replicas.pop()
        self.loads_of_gone += one.store.loads if one.store else 0
        for balancer in self.balancers:
            balancer.remove(one)

    def kill(self, number, restart_seconds):
        """A replica ends in the midst of its work, and comes back."""
        old = self.replicas[number]
        old.die()

        def back():
            new = Replica(
                self.clock, old.machine, self.constants, self.workers, self.limits, self.store_bytes)
            self.loads_of_gone += old.store.loads if old.store else 0
            self.replicas[self.replicas.index(old)] = new
            for balancer in self.balancers:
                for view in balancer.views:
                    if view.replica is old:
                        view.replica = new

        self.clock.after(restart_seconds + self.constants.start, back)

    # Traffic

    def play(self, traffic):
        """Lets requests arrive one after another."""
        request = next(traffic, None)
        if request is not None:
            self.clock.at(request.arrival, lambda: self.arrive(request, traffic))

    def arrive(self, request, traffic):
        self.play(traffic)
        balancer = self.random.choice(self.balancers) if len(self.balancers) > 1 else self.balancers[0]

        def done(reason):
            self.outcomes.append((request.arrival, self.clock.now - request.arrival, reason))
            self.reasons[reason] += 1

        if self.client is None:
            balancer.send(request, done)
            return
        constants = self.constants

        def answered(reason):
            self.through(self.front, constants.balancer / 2, lambda: self.through(
                self.client, constants.client / 2, lambda: done(reason)))

        self.through(self.client, constants.client / 2, lambda: self.through(
            self.front, constants.balancer / 2, lambda: balancer.send(request, answered)))

    @staticmethod
    def through(line, seconds, action):
        if line is None:
            action()
        else:
            line.run(seconds, action)

    def run(self, seconds, drain=60.0):
        self.clock.run(seconds + drain)

    # Figures

    def figures(self, since, until):
        """Of the requests that arrived in a span of time."""
        chosen = [one for one in self.outcomes if since <= one[0] < until]
        times = sorted(seconds for _, seconds, reason in chosen if reason is None)
        reasons = Counter(reason for _, _, reason in chosen if reason is not None)
        loads = self.loads_of_gone + sum(one.store.loads for one in self.replicas if one.store)
        return {
            "requests": len(chosen),
            "perSecond": round(len(times) / (until - since), 2),
            "p50": quantile(times, 0.5), "p95": quantile(times, 0.95), "p99": quantile(times, 0.99),
            "refused": reasons["refused"],
            "lost": sum(reasons.values()) - reasons["refused"],
            "loadsPerMinute": round(60 * loads / max(self.clock.now, 1e-9), 2),
            "outages": sum(balancer.outages for balancer in self.balancers),
        }


def quantile(ordered, share):
    """In milliseconds; None of nothing."""
    if not ordered:
        return None
    return round(1000 * ordered[min(len(ordered) - 1, int(share * len(ordered)))], 2)

"""Balancers: rules that choose a replica, health checks, and requests that are sent again."""

import bisect
import random as randomness

RULES = ["round-robin", "random", "least-connections", "power-of-two", "hash", "bounded-hash"]


class Checks:
    """Health checks, by default those of haproxy.cfg."""

    def __init__(self, interval=1.0, timeout=2.0, fall=2, rise=2, fast=0.2, delay=0.0, sees_failures=True):
        self.interval, self.timeout, self.fall, self.rise = interval, timeout, fall, rise
        # Seconds between checks while the outcome changes; seconds until a change reaches the balancer.
        self.fast, self.delay = fast, delay
        # Whether a broken connection counts: the replica is left out at once, and checked again.
        self.sees_failures = sees_failures


KUBERNETES = dict(interval=2.0, timeout=2.0, fall=2, rise=1, fast=2.0, delay=1.0, sees_failures=False)


class View:
    """One balancer's knowledge of one replica."""

    def __init__(self, replica, name):
        self.replica, self.name = replica, name
        self.is_up = True
        self.is_removed = False
        self.in_flight = 0
        self.wrong = 0
        # Positions on the ring of hashes.
        seed = randomness.Random(name)
        self.points = [seed.random() for _ in range(64)]


class Balancer:
    """Passes requests on to replicas. `retries` is the number of further replicas that a request can reach."""

    def __init__(self, clock, random, rule, checks=None, hop=0.0, retries=1, bound=1.25):
        if rule not in RULES:
            raise SystemExit(f"simulate: found the rule {rule}, expected one of {', '.join(RULES)}")
        self.clock, self.random, self.rule = clock, random, rule
        self.checks = checks or Checks()
        self.hop, self.retries, self.bound = hop, retries, bound
        self.views = []
        self.turn = 0
        self.ring = []
        self.outages = 0

    # Replicas

    def add(self, replica, name):
        view = View(replica, name)
        self.views.append(view)
        self.build_ring()
        self.clock.after(self.random.random() * self.checks.interval, lambda: self.check(view))
        return view

    def remove(self, replica):
        for view in self.views:
            if view.replica is replica:
                view.is_removed = True
        self.views = [view for view in self.views if not view.is_removed]
        self.build_ring()

    def build_ring(self):
        pairs = sorted((point, number) for number, view in enumerate(self.views) for point in view.points)
        self.ring = ([point for point, _ in pairs], [number for _, number in pairs])

    def check(self, view):
        if view.is_removed:
            return
        is_ready = view.replica.is_alive and view.replica.is_ready
        if is_ready == view.is_up:
            view.wrong = 0
            pause = self.checks.interval
        else:
            view.wrong += 1
            pause = self.checks.fast
            if view.wrong >= (self.checks.rise if is_ready else self.checks.fall):
                view.wrong = 0
                self.clock.after(self.checks.delay, lambda: self.mark(view, is_ready))
        self.clock.after(pause, lambda: self.check(view))

    def mark(self, view, is_up):
        self.outages += view.is_up and not is_up
        view.is_up = is_up

    # Requests

    def send(self, request, done, tried=()):
        """Calls `done(reason)`, with None for an answer."""
        view = self.choose(request, tried)
        if view is None:
            self.clock.after(0.0, lambda: done("nobody ready"))
            return
        view.in_flight += 1
        request.tries += 1

        def ended(reason):
            view.in_flight -= 1
            if reason == "broken" and self.checks.sees_failures:
                self.mark(view, False)
            if reason is not None and len(tried) < self.retries:
                self.send(request, done, (*tried, view))
            else:
                self.clock.after(self.hop, lambda: done(reason))

        self.clock.after(self.hop, lambda: view.replica.serve(request, ended))

    def choose(self, request, tried):
        up = [view for view in self.views if view.is_up and view not in tried] or [
            view for view in self.views if view.is_up]
        if not up:
            return None
        if self.rule == "round-robin":
            self.turn += 1
            return up[self.turn % len(up)]
        if self.rule == "random":
            return self.random.choice(up)
        if self.rule == "least-connections":
            self.turn += 1
            start = self.turn % len(up)
            return min(up[start:] + up[:start], key=lambda view: view.in_flight)
        if self.rule == "power-of-two":
            first, second = self.random.choice(up), self.random.choice(up)
            return second if second.in_flight < first.in_flight else first
        return self.hashed(request, up)

    def hashed(self, request, up):
        """The next replica on the ring after the model's place, if it has at most `bound` times the mean in flight."""
        points, numbers = self.ring
        start = bisect.bisect(points, randomness.Random(request.model).random())
        most = float("inf")
        if self.rule == "bounded-hash":
            most = self.bound * (1 + sum(view.in_flight for view in up)) / len(up)
        allowed = set(map(id, up))
        for step in range(len(points)):
            view = self.views[numbers[(start + step) % len(points)]]
            if id(view) in allowed and view.in_flight < most:
                return view
        return self.random.choice(up)

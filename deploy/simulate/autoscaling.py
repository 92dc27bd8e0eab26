"""The rule of deploy/kubernetes/horizontalpodautoscaler.yaml, with the delays of its figures."""

import math
from collections import deque


class Autoscaler:
    """Looks every 15 seconds at the sentences that wait per replica (a mean of 30 s, scraped every 5), and at the share
    of the requested CPU."""

    SYNC, SCRAPE, WINDOW, TOLERANCE = 15.0, 5.0, 30.0, 0.1

    def __init__(self, fleet, target=100.0, cpu=0.9, least=3, most=20, down_seconds=300.0, start_seconds=8.0):
        self.fleet, self.clock = fleet, fleet.clock
        self.target, self.cpu, self.least, self.most = target, cpu, least, most
        self.down_seconds, self.start_seconds = down_seconds, start_seconds
        self.samples = {}
        self.recommendations = deque([(self.clock.now, len(fleet.replicas))])
        self.last_down = -60.0
        # (time, replicas) at each change.
        self.history = [(0.0, len(fleet.replicas))]
        self.clock.after(self.SCRAPE, self.scrape)
        self.clock.after(self.SYNC, self.sync)

    def scrape(self):
        now = self.clock.now
        for replica in self.fleet.replicas:
            if replica.is_alive and replica.is_ready:
                replica.machine.advance()
                samples = self.samples.setdefault(replica, deque())
                samples.append((now, replica.scheduler.items, replica.machine.used))
                while samples[0][0] < now - self.WINDOW:
                    samples.popleft()
        self.samples = {one: kept for one, kept in self.samples.items() if one in self.fleet.replicas}
        self.clock.after(self.SCRAPE, self.scrape)

    def figures(self):
        """Mean sentences that wait, and mean share of the cores, over the replicas that are measured."""
        waiting, shares = [], []
        for replica, samples in self.samples.items():
            waiting.append(sum(one[1] for one in samples) / len(samples))
            passed = samples[-1][0] - samples[0][0]
            if passed > 0:
                shares.append((samples[-1][2] - samples[0][2]) / passed / replica.machine.cores)
        return waiting, shares

    def sync(self):
        self.clock.after(self.SYNC, self.sync)
        waiting, shares = self.figures()
        wanted = max(self.wanted(waiting, self.target), self.wanted(shares, self.cpu))
        now, count = self.clock.now, len(self.fleet.replicas)
        wanted = min(max(wanted, self.least), self.most)
        self.recommendations.append((now, wanted))
        while self.recommendations[0][0] < now - self.down_seconds:
            self.recommendations.popleft()
        if wanted > count:
            # At most twice as many each time.
            for _ in range(min(wanted, 2 * count) - count):
                self.fleet.start_replica(self.start_seconds)
        elif max(one for _, one in self.recommendations) < count and now >= self.last_down + 60.0:
            self.last_down = now
            self.fleet.stop_replica()
        if len(self.fleet.replicas) != count:
            self.history.append((now, len(self.fleet.replicas)))

    def wanted(self, values, target):
        """ceil(replicas × figure / target). Replicas that are not ready count with 0 if the figure is above target."""
        count = len(self.fleet.replicas)
        if not values:
            return count
        ratio = sum(values) / len(values) / target
        if abs(ratio - 1.0) <= self.TOLERANCE:
            return count
        if ratio > 1.0 and len(values) < count:
            ratio = sum(values) / count / target
            if ratio <= 1.0 + self.TOLERANCE:
                return count
        return math.ceil(ratio * (len(values) if ratio < 1.0 else count))

"""Arrivals and requests, from a seed."""

import math
from itertools import accumulate


class Request:
    __slots__ = ("sentences", "tokens", "model", "client", "arrival", "deadline", "tries")

    def __init__(self, sentences, model, client, arrival, deadline):
        self.sentences, self.model, self.client = sentences, model, client
        self.tokens = sum(source for source, _ in sentences)
        self.arrival, self.deadline = arrival, deadline
        self.tries = 0


# Rates over time, as functions of seconds that give requests a second, with their greatest value.

def constant(rate):
    return (lambda time: rate), rate


def day(peak, length=86_400.0, trough=0.15):
    """A night at the start, and a peak after two thirds of the day."""
    def rate(time):
        phase = (time / length - 1 / 6) % 1.0
        return peak * (trough + (1 - trough) * math.sin(math.pi * phase) ** 2)

    return rate, peak


def bursty(random, rate, factor=4.0, burst_seconds=20.0, pause_seconds=100.0, until=86_400.0):
    """`rate` between bursts of `factor` times as many; both last exponentially distributed times."""
    changes, time, is_burst = [], 0.0, False
    while time < until:
        time += random.expovariate(1.0 / (burst_seconds if is_burst else pause_seconds))
        is_burst = not is_burst
        changes.append(time)
    place = [0]

    def now(time):
        while place[0] < len(changes) and changes[place[0]] <= time:
            place[0] += 1
        return rate * (factor if place[0] % 2 else 1.0)

    return now, rate * factor


def arrivals(random, shape, until):
    """Times of a Poisson process whose rate changes (thinning)."""
    rate, greatest = shape
    time = 0.0
    while True:
        time += random.expovariate(greatest)
        if time >= until:
            return
        if random.random() * greatest <= rate(time):
            yield time


# Lengths of requests

def measured(random, requests):
    """Requests of the measured texts, each as likely."""
    return lambda: random.choice(requests)


def lognormal(random, mean_tokens=22.0, spread=0.6, mean_sentences=1.6, longest=400):
    """Sentences of lognormal lengths, and a geometric number of them per request."""
    middle = math.log(mean_tokens) - spread * spread / 2

    def sentence():
        source = min(longest, max(2, round(random.lognormvariate(middle, spread))))
        return source, max(1, round(source * random.gauss(1.1, 0.12)))

    def request():
        count = 1
        while random.random() > 1.0 / mean_sentences and count < 200:
            count += 1
        return [sentence() for _ in range(count)]

    return request


class Popularity:
    """Models by Zipf's law: the first is asked for most."""

    def __init__(self, random, models, exponent=1.0):
        self.random = random
        self.sums = list(accumulate(1.0 / rank ** exponent for rank in range(1, models + 1)))

    def __call__(self):
        return self.random.choices(range(len(self.sums)), cum_weights=self.sums)[0] if len(self.sums) > 1 else 0


def requests(random, shape, until, lengths, popularity, clients=200, timeout=30.0):
    for time in arrivals(random, shape, until):
        yield Request(lengths(), popularity(), f"c{random.randrange(clients)}", time, time + timeout)

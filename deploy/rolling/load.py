"""Clients that keep their connections and ask for one translation after another, at a rate for all of them together."""

import threading
import time
from typing import NamedTuple, Optional

from client import Client


class Outcome(NamedTuple):
    """One request; times in seconds of the steady clock."""

    begun: float
    ended: float
    text: str
    translation: Optional[str]
    problem: Optional[str]


class Load:
    """`rate` in requests a second; without one every client asks as soon as it has its answer. The clients have one
    address."""

    def __init__(self, port, pair, texts, clients, rate=None, address=None):
        self.port, self.pair, self.texts, self.rate, self.address = port, pair, texts, rate, address
        self.lock = threading.Lock()
        self.stopping = threading.Event()
        self.asked = 0
        self.outcomes = []
        self.threads = [threading.Thread(target=self.run, daemon=True) for _ in range(clients)]

    def start(self):
        self.next = time.monotonic()
        for thread in self.threads:
            thread.start()

    def stop(self):
        """Every request that was begun is waited for."""
        self.stopping.set()
        for thread in self.threads:
            thread.join()
        return self.outcomes

    def run(self):
        client = Client(self.port, *self.pair, address=self.address)
        mine = []
        while True:
            number, when = self.take()
            if self.stopping.wait(max(0.0, when - time.monotonic())):
                break
            text = self.texts[number % len(self.texts)]
            begun = time.monotonic()
            translation, problem = client.translate(text)
            mine.append(Outcome(begun, time.monotonic(), text, translation, problem))
        client.close()
        with self.lock:
            self.outcomes += mine

    def take(self):
        """The number of the next request and when to send it. Requests that all clients are late with are left out."""
        with self.lock:
            number, now = self.asked, time.monotonic()
            self.asked += 1
            if self.rate is None:
                return number, now
            self.next = max(self.next, now - 1.0) + 1.0 / self.rate
            return number, self.next

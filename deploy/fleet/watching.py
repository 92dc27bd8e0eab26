"""The state of the replicas during an attack: their health, their memory, and what the balancer says of them."""

import http.client
import os
import re
import threading
import time
from pathlib import Path


class Probe:
    """Asks a path of a replica again and again on one connection: the seconds of each answer, and the failures."""

    def __init__(self, port, path, every=0.02):
        self.port, self.path, self.every = port, path, every
        self.seconds, self.failures = [], 0
        self.stopping = threading.Event()
        self.thread = threading.Thread(target=self.run, daemon=True)
        self.thread.start()

    def run(self):
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        while not self.stopping.wait(self.every):
            begun = time.perf_counter()
            try:
                connection.request("GET", self.path)
                response = connection.getresponse()
                response.read()
                self.failures += response.status != 200
            except (OSError, http.client.HTTPException):
                self.failures += 1
                connection.close()
            self.seconds.append(time.perf_counter() - begun)
        connection.close()

    def stop(self):
        self.stopping.set()
        self.thread.join()
        return self.seconds


def resident_mebibytes(pid, name="VmRSS"):
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith(name + ":"):
            return int(line.split()[1]) // 1024
    return 0


class Memory:
    """The greatest resident size of the replicas while it watches."""

    def __init__(self, replicas):
        self.replicas = replicas
        self.most = 0
        self.stopping = threading.Event()
        self.thread = threading.Thread(target=self.run, daemon=True)
        self.thread.start()

    def run(self):
        while not self.stopping.wait(0.2):
            for one in self.replicas:
                try:
                    self.most = max(self.most, resident_mebibytes(one.process.pid))
                except OSError:
                    pass

    def stop(self):
        self.stopping.set()
        self.thread.join()
        return self.most


class BalancerLog:
    """The balancer's messages about replicas from a moment on."""

    def __init__(self, path):
        self.path = Path(path)
        self.start = self.path.stat().st_size if self.path.exists() else 0

    def outages(self):
        with open(self.path, "rb") as file:
            file.seek(self.start)
            text = file.read().decode("utf-8", "replace")
        lines = [line.strip() for line in text.splitlines()]
        return sorted({line for line in lines if re.search(r"Server dragoman/\S+ is DOWN", line)})


def load_average():
    return os.getloadavg()[0]

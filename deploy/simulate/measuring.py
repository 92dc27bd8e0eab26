"""Requests to running servers: one at a time with the server's own figures, or many at the times of a trace."""

import heapq
import http.client
import json
import os
import selectors
import socket
import sys
import time
from pathlib import Path

sys.path.append(str(Path(__file__).resolve().parent.parent / "rolling"))
from replicas import Replica, free_ports  # noqa: E402

TICKS = os.sysconf("SC_CLK_TCK")


def cpu_seconds(pid):
    """Seconds of all cores that the threads of a process have used, to the nanosecond."""
    total = 0
    for task in Path(f"/proc/{pid}/task").iterdir():
        try:
            total += int((task / "schedstat").read_text().split()[0])
        except OSError:
            pass  # The thread has ended.
    return total / 1e9


def running_threads(pid):
    """Threads of a process that run or want a core."""
    count = 0
    for task in Path(f"/proc/{pid}/task").iterdir():
        try:
            count += (task / "stat").read_text().rsplit(")", 1)[1].split()[0] == "R"
        except OSError:
            pass
    return count


def busy_seconds():
    """Seconds that all processes of this machine together have used its cores."""
    fields = [int(one) for one in Path("/proc/stat").read_text().split("\n", 1)[0].split()[1:9]]
    return (sum(fields) - fields[3] - fields[4]) / TICKS


class Server:
    """A replica with a log of its own, whose lines are found by request id."""

    def __init__(self, options, folder, flags):
        [self.port] = free_ports(1)
        self.path = Path(folder) / f"server-{self.port}.log"
        self.log = open(self.path, "w")
        command = [options.dragoman, "serve", *flags]
        self.replica = Replica(command, self.port, self.log)
        self.lines = {}
        self.read_bytes = 0
        self.requests = 0
        begun = time.monotonic()
        self.replica.start()
        self.replica.wait_ready()
        self.ready_seconds = time.monotonic() - begun
        self.connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)

    @property
    def cpu(self):
        return cpu_seconds(self.replica.process.pid)

    def ask(self, text, pair):
        """(seconds that the client waited, the request's line of the log)"""
        self.requests += 1
        name = f"simulate-{self.requests}"
        body = json.dumps({"q": text, "source": pair[0], "target": pair[1]})
        begun = time.perf_counter()
        self.connection.request(
            "POST", "/translate", body, {"Content-Type": "application/json", "X-Request-Id": name})
        response = self.connection.getresponse()
        data = response.read()
        seconds = time.perf_counter() - begun
        if response.status != 200:
            raise SystemExit(f"simulate: {text}: found status {response.status} {data[:100]!r}, expected 200")
        return seconds, name

    def line(self, name, seconds=5):
        """The line of a request, which is written a moment after its answer."""
        end = time.monotonic() + seconds
        while name not in self.lines:
            if time.monotonic() > end:
                raise SystemExit(f"simulate: {self.path}: found no line of {name}, expected one within {seconds} s")
            with open(self.path) as file:
                file.seek(self.read_bytes)
                text = file.read()
            whole = text.rfind("\n") + 1
            self.read_bytes += len(text[:whole].encode())
            for line in text[:whole].splitlines():
                if line.startswith("{"):
                    one = json.loads(line)
                    self.lines[one.get("id")] = one
            time.sleep(0.01)
        return self.lines[name]

    def stop(self):
        self.connection.close()
        self.replica.discard()
        self.log.close()


class Connection:
    def __init__(self, port):
        self.socket = socket.create_connection(("127.0.0.1", port), timeout=10)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.begun = None
        self.held = b""

    def send(self, message, begun):
        self.begun, self.held = begun, b""
        self.socket.sendall(message)

    def receive(self):
        """The status once the answer is whole, 0 if the connection broke, else None."""
        data = self.socket.recv(65536)
        if not data:
            return 0
        self.held += data
        head, separator, body = self.held.partition(b"\r\n\r\n")
        if not separator:
            return None
        place = head.lower().find(b"content-length:")
        length = int(head[place + 15:].split(b"\r\n", 1)[0]) if place >= 0 else 0
        return int(head[9:12]) if len(body) >= length else None


def play(port, arrivals, bodies, warm_seconds=0.0):
    """Sends bodies at their times, whether or not others are answered: (outcomes, CPU seconds of this client).

    An outcome is (time of the trace, seconds from that time to the answer, status)."""
    selector = selectors.DefaultSelector()
    free = [Connection(port) for _ in range(32)]
    waiting = [(when, number) for number, when in enumerate(arrivals)]
    heapq.heapify(waiting)
    messages = [
        b"POST /translate HTTP/1.1\r\nHost: simulate\r\nContent-Type: application/json\r\n"
        b"Content-Length: %d\r\n\r\n" % len(body) + body for body in bodies]
    outcomes, in_flight = [], 0
    used, begin = time.process_time(), time.perf_counter() + 0.1
    while waiting or in_flight:
        now = time.perf_counter() - begin
        while waiting and waiting[0][0] <= now:
            when, number = heapq.heappop(waiting)
            one = free.pop() if free else Connection(port)
            one.send(messages[number], when)
            selector.register(one.socket, selectors.EVENT_READ, one)
            in_flight += 1
        pause = waiting[0][0] - (time.perf_counter() - begin) if waiting else 10.0
        for key, _ in selector.select(max(0.0, pause)):
            one = key.data
            status = one.receive()
            if status is None:
                continue
            selector.unregister(one.socket)
            in_flight -= 1
            outcomes.append((one.begun, time.perf_counter() - begin - one.begun, status))
            if status:
                free.append(one)
            else:
                one.socket.close()
    used = time.process_time() - used
    for one in free:
        one.socket.close()
    return [one for one in outcomes if one[0] >= warm_seconds], used

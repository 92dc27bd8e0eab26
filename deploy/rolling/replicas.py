"""Servers on loopback, each a process that can be stopped, killed and started again on its port."""

import signal
import socket
import subprocess
import time

from client import is_ready


def free_ports(count):
    """Ports that nobody has now."""
    sockets = [socket.socket() for _ in range(count)]
    try:
        for one in sockets:
            one.bind(("127.0.0.1", 0))
        return [one.getsockname()[1] for one in sockets]
    finally:
        for one in sockets:
            one.close()


def wait_until(condition, seconds, what):
    end = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > end:
            raise SystemExit(f"rolling-check: {what}: not after {seconds} s")
        time.sleep(0.02)


class Replica:
    def __init__(self, command, port, log):
        self.command = [*command, "--host", "127.0.0.1", "--port", str(port)]
        self.port = port
        self.log = log
        self.process = None

    def start(self):
        self.process = subprocess.Popen(self.command, stdout=self.log, stderr=self.log)

    def wait_ready(self, seconds=60):
        def ready():
            if self.process.poll() is not None:
                raise SystemExit(f"rolling-check: the replica on port {self.port} ended with {self.process.returncode}")
            return is_ready(self.port)

        wait_until(ready, seconds, f"the replica on port {self.port} is ready")

    def end(self, how, seconds=60):
        """Sends the signal and waits. The exit status, negative for a signal."""
        self.process.send_signal(how)
        return self.process.wait(timeout=seconds)

    def discard(self):
        if self.process is not None and self.process.poll() is None:
            self.end(signal.SIGKILL)

"""HAProxy and nginx with the configurations beside this folder: only addresses are put in, and the line for each
replica as often as there are replicas."""

import os
import re
import shutil
import signal
import subprocess
from pathlib import Path

from replicas import wait_until
from client import is_ready

DEPLOY = Path(__file__).resolve().parent.parent


class Balancer:
    """`lines` matches one line a replica with its address as the group `address`, `bind` the address to listen on."""

    def __init__(self, name, source, lines, bind, command):
        self.name, self.source, self.lines, self.bind, self.command = name, source, lines, bind, command
        self.process = None
        self.port = None

    def configuration(self, port, replicas):
        text = (DEPLOY / self.source).read_text(encoding="utf-8")
        out, seen = [], 0
        for line in text.splitlines():
            match = re.match(self.lines, line)
            if match is None:
                seen = 0
                out.append(re.sub(self.bind, lambda found: f"{found[1]}127.0.0.1:{port}", line))
                continue
            seen += 1
            if seen > 1:
                continue
            start, end = match.span("address")
            for number, replica in enumerate(replicas, 1):
                replaced = f"{line[:start]}127.0.0.1:{replica}{line[end:]}"
                out.append(replaced.replace("dragoman-1", f"dragoman-{number}"))
        return "\n".join(out) + "\n"

    def start(self, folder, port, replicas, log):
        path = Path(folder) / f"{self.name}.conf"
        text = self.configuration(port, replicas).replace("/tmp/dragoman-nginx", f"{folder}/nginx")
        path.write_text(text, encoding="utf-8")
        program = shutil.which(self.name, path=os.environ.get("PATH", "") + ":/usr/sbin:/usr/local/sbin")
        if program is None:
            raise SystemExit(f"rolling-check: found no {self.name}, expected it to be installed")
        environment = {**os.environ, "DRAGOMAN_FIGURES_BIND": f"unix@{folder}/figures"}
        self.port = port
        self.process = subprocess.Popen(
            [program, *self.command, str(path)], stdout=log, stderr=log, env=environment)
        wait_until(self.passes_on, 30, f"{self.name} passes requests on")

    def passes_on(self):
        if self.process.poll() is not None:
            raise SystemExit(f"rolling-check: {self.name} ended with {self.process.returncode}; see its log (--keep)")
        return is_ready(self.port)

    def stop(self):
        if self.process is not None and self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            self.process.wait(timeout=60)


def balancer(name):
    if name == "haproxy":
        return Balancer(
            name, "haproxy/haproxy.cfg", r'  server \S+ (?P<address>"\$\{DRAGOMAN_\d[^"]*")',
            r'(  bind )"\$\{DRAGOMAN_BIND[^"]*"', ["-db", "-f"])
    return Balancer(
        name, "nginx/nginx.conf", r"    server (?P<address>127\.0\.0\.1:\d+)", r"(    listen )\d+",
        ["-g", "daemon off;", "-c"])

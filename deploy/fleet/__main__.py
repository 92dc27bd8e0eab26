"""Starts replicas behind HAProxy as it is shipped, attacks them beside normal traffic, and judges what that did."""

import argparse
import os
import subprocess
import sys
import time
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent
sys.path.append(str(HERE.parent / "rolling"))

from attacks import ATTACKS  # noqa: E402
from balancers import balancer  # noqa: E402
from load import Load  # noqa: E402
from replicas import Replica, free_ports  # noqa: E402
from report import conclude, spread  # noqa: E402
from watching import BalancerLog, Memory, Probe, load_average  # noqa: E402
import texts  # noqa: E402

# The address of normal clients; those of the attacks are others.
NORMAL = "127.0.1.1"


def arguments():
    parser = argparse.ArgumentParser(prog="fleet-check", description=__doc__)
    parser.add_argument("--attacks", help="names with commas, of " + ", ".join(ATTACKS) + "; all if absent")
    parser.add_argument("--dragoman", default=str(ROOT / ".build/release/dragoman"), help="the program")
    parser.add_argument("--model", default=str(ROOT / "models/en-fr"), help="folder of a model from English to French")
    parser.add_argument("--pivot", metavar="PT=DIR",
                        help="a language and the folder of a model from it to English, for the attack `pivots`")
    parser.add_argument("--replicas", type=int, default=3)
    parser.add_argument("--workers", type=int, default=1, help="of each replica")
    parser.add_argument("--serve", default="", help="further flags of `dragoman serve`, separated by spaces")
    parser.add_argument("--rate", type=float, default=5, help="normal requests a second")
    parser.add_argument("--seconds", type=float, default=60, help="length of each attack")
    parser.add_argument("--idle-seconds", type=float, default=20, help="length of the normal traffic before them")
    parser.add_argument("--growth", type=float, default=5, help="p95 of normal requests against the idle fleet's")
    parser.add_argument("--health-ms", type=float, default=20, help="p99 of health and readiness")
    parser.add_argument("--keep", help="folder for configuration and logs; a temporary one if absent")
    options = parser.parse_args()
    names = options.attacks.split(",") if options.attacks else [
        name for name in ATTACKS if name != "pivots" or options.pivot]
    unknown = [name for name in names if name not in ATTACKS]
    if unknown:
        parser.error(f"--attacks: found {unknown[0]}, expected some of {', '.join(ATTACKS)}")
    if "pivots" in names and not options.pivot:
        parser.error("--attacks: found pivots, expected --pivot with it")
    if "pivots" not in names and not options.attacks:
        print("fleet-check: pivots are left out: they need --pivot", file=sys.stderr)
    options.names = names
    return options


class Fleet:
    def __init__(self, options, folder):
        self.options, self.folder = options, folder
        command = [options.dragoman, "serve", "--model", options.model, "--workers", str(options.workers),
                   "--trusted-proxy", "127.0.0.1", "--log", "none", *options.serve.split()]
        self.pivot = "pt"
        if options.pivot:
            self.pivot, directory = options.pivot.split("=", 1)
            command += ["--model", directory]
        *self.ports, self.front = free_ports(options.replicas + 1)
        self.log = open(Path(folder) / "replicas.log", "w")
        self.balancer_log = open(Path(folder) / "balancer.log", "w")
        self.replicas = [Replica(command, port, self.log) for port in self.ports]
        self.balancer = balancer("haproxy")

    def __enter__(self):
        for one in self.replicas:
            one.start()
        for one in self.replicas:
            one.wait_ready()
        self.balancer.start(self.folder, self.front, self.ports, self.balancer_log)
        return self

    def __exit__(self, *_):
        self.balancer.stop()
        for one in self.replicas:
            one.discard()

    def normal_traffic(self, during):
        """The outcomes of normal requests while `during` runs."""
        load = Load(self.front, ("en", "fr"), texts.made(), 32, self.options.rate, NORMAL)
        load.start()
        during()
        return load.stop()

    def observe(self, during):
        """The figures of everything that can be seen while `during` runs."""
        log, memory = BalancerLog(Path(self.folder) / "balancer.log"), Memory(self.replicas)
        probes = [Probe(port, path) for port in self.ports for path in ("/health", "/health/ready")]
        outcomes = self.normal_traffic(during)
        health = [seconds for probe in probes for seconds in probe.stop()]
        failed = [one for one in outcomes if one.problem is not None]
        return {
            "requests": len(outcomes), "lost": len(failed), "problems": sorted({one.problem for one in failed}),
            "seconds": spread([one.ended - one.begun for one in outcomes if one.problem is None]),
            "health": spread(health), "healthFailures": sum(probe.failures for probe in probes),
            "down": log.outages(), "ended": sum(one.process.poll() is not None for one in self.replicas),
            "mebibytes": memory.stop(),
        }

    def attack(self, name):
        """(figures, what the attackers saw)"""
        seconds = self.options.seconds
        program = [sys.executable, str(HERE / "attacks.py"), name, str(self.front), str(seconds), self.pivot]
        seen = []

        def during():
            # The attackers' own work is none of the fleet's: it yields to the replicas, which share these cores.
            attackers = subprocess.Popen(program, stdout=subprocess.PIPE, text=True, preexec_fn=lambda: os.nice(10))
            seen.append(attackers.communicate(timeout=seconds + 60)[0].strip())

        return self.observe(during), seen[0]


def faults(found, idle, options):
    """Everything that an attack may not do."""
    limit = options.growth * idle["seconds"]["p95"]
    checks = [
        (found["down"], f"{len(found['down'])} times a replica was marked down"),
        (found["ended"], f"{found['ended']} replicas ended"),
        (found["lost"], f"{found['lost']} normal requests were lost: {', '.join(found['problems'])}"),
        (found["seconds"].get("p95", float("inf")) > limit,
         f"p95 of normal requests: found {found['seconds'].get('p95')} s, expected at most {limit:.3f} s"),
        (found["health"]["p99"] > options.health_ms / 1000,
         f"p99 of health: found {1000 * found['health']['p99']:.1f} ms, expected at most {options.health_ms:g} ms"),
        (found["healthFailures"], f"{found['healthFailures']} health checks failed"),
    ]
    return [text for is_wrong, text in checks if is_wrong]


HEADER = ("| attack | attackers saw | normal requests | lost | p50 ms | p95 ms | max ms | health p99 ms | max ms "
          "| down | MiB | load |\n|---|---|---|---|---|---|---|---|---|---|---|---|")


def row(name, found, seen):
    def milliseconds(spread, key):
        return f"{1000 * spread[key]:.1f}" if spread else "none"

    cells = [name, seen or "", found["requests"], found["lost"], *(
        milliseconds(found["seconds"], key) for key in ("p50", "p95", "max")), *(
        milliseconds(found["health"], key) for key in ("p99", "max")), len(found["down"]), found["mebibytes"],
        f"{load_average():.1f}"]
    return "| " + " | ".join(str(cell) for cell in cells) + " |"


def check(options, folder):
    wrong = []
    print(HEADER)
    for name in options.names:
        # Each attack meets fresh replicas.
        with Fleet(options, folder) as fleet:
            fleet.normal_traffic(lambda: time.sleep(2))
            idle = fleet.observe(lambda: time.sleep(options.idle_seconds))
            print(row("(none)", idle, ""), flush=True)
            found, seen = fleet.attack(name)
        print(row(name, found, seen), flush=True)
        for line in found["down"]:
            print(f"{name}: {line}", file=sys.stderr)
        wrong += [f"{name}: {text}" for text in faults(found, idle, options)]
    for text in wrong:
        print(text, file=sys.stderr)
    return not wrong


conclude("fleet-check", check, arguments())

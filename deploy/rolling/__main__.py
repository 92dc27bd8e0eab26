"""Starts replicas and a balancer, loads them, ends and restarts one replica after another, and judges the answers."""

import argparse
import itertools
import json
import signal
import sys
import time
from pathlib import Path

import texts
from balancers import balancer
from client import Client
from load import Load
from replicas import Replica, free_ports
from report import Restart, conclude, judge

ROOT = Path(__file__).resolve().parent.parent.parent


def arguments():
    parser = argparse.ArgumentParser(prog="rolling-check", description=__doc__)
    parser.add_argument("--balancer", choices=["haproxy", "nginx"], default="haproxy")
    parser.add_argument("--dragoman", default=str(ROOT / ".build/release/dragoman"), help="the program")
    parser.add_argument("--model", default=str(ROOT / "models/en-fr"), help="folder of the model")
    parser.add_argument("--pair", default="en-fr", help="its languages")
    parser.add_argument("--replicas", type=int, default=3)
    parser.add_argument("--workers", type=int, default=1, help="of each replica")
    parser.add_argument("--serve", default="", help="further flags of `dragoman serve`, separated by spaces")
    parser.add_argument("--clients", type=int, default=32, help="connections that are kept")
    parser.add_argument("--load", type=float, default=0.8, help="share of the rate without pauses")
    parser.add_argument("--calibrate", type=float, default=10, help="seconds to measure that rate")
    parser.add_argument("--seconds", type=float, default=60, help="length of the run")
    parser.add_argument("--every", type=float, default=3, help="seconds from a replica's return to the next one's end")
    parser.add_argument("--signals", default="TERM", help="TERM, KILL, or both with a comma: in turn")
    parser.add_argument("--input", help="texts, one per line; made up if absent")
    parser.add_argument("--keep", help="folder for configuration and logs; a temporary one if absent")
    return parser.parse_args()


def alone(port, pair, inputs):
    """The translation of each text with nothing else in flight."""
    client = Client(port, *pair)
    expected = {}
    for text in inputs:
        expected[text], problem = client.translate(text)
        if problem is not None:
            raise SystemExit(f"rolling-check: {text}: {problem}, expected a translation")
    client.close()
    return expected


def saturation(options, port, pair, inputs):
    """Requests a second that all clients reach without a pause."""
    load = Load(port, pair, inputs, options.clients)
    load.start()
    time.sleep(options.calibrate)
    reached = len([one for one in load.stop() if one.problem is None]) / options.calibrate
    if reached == 0:
        raise SystemExit("rolling-check: found no answer within the calibration, expected some")
    return reached


def roll(options, replicas):
    """Ends one replica after another, each with the next of the signals, until the time is over."""
    signals = [signal.Signals[f"SIG{name.strip()}"] for name in options.signals.split(",")]
    # Of three replicas and two signals, each replica gets each signal.
    turns = itertools.cycle([(number, how) for how in signals for number in range(len(replicas))])
    end = time.monotonic() + options.seconds
    restarts = []
    while time.monotonic() + options.every < end:
        time.sleep(options.every)
        number, how = next(turns)
        begun = time.monotonic()
        status = replicas[number].end(how)
        ended = time.monotonic()
        replicas[number].start()
        replicas[number].wait_ready()
        restarts.append(Restart(number, how, begun, ended, time.monotonic(), status))
    time.sleep(max(0.0, end - time.monotonic()))
    return restarts


def check(options, folder):
    pair = options.pair.split("-", 1)
    inputs = texts.read(options.input) if options.input else texts.made()
    command = [options.dragoman, "serve", "--model", options.model, "--workers", str(options.workers)]
    *ports, front = free_ports(options.replicas + 1)
    with open(Path(folder) / "replicas.log", "w") as log, open(Path(folder) / "balancer.log", "w") as balancer_log:
        replicas = [Replica(command + options.serve.split(), port, log) for port in ports]
        before = balancer(options.balancer)
        try:
            for replica in replicas:
                replica.start()
            for replica in replicas:
                replica.wait_ready()
            expected = alone(ports[0], pair, inputs)
            before.start(folder, front, ports, balancer_log)
            reached = saturation(options, front, pair, inputs)
            load = Load(front, pair, inputs, options.clients, rate=reached * options.load)
            load.start()
            restarts = roll(options, replicas)
            figures, examples, is_good = judge(load.stop(), expected, restarts)
        finally:
            before.stop()
            for replica in replicas:
                replica.discard()
    print(json.dumps({"balancer": options.balancer, "saturation": round(reached, 1), **figures}, indent=2))
    for text, found, wanted in examples:
        print(f"{text}: found {found}, expected {wanted}", file=sys.stderr)
    return is_good


conclude("rolling-check", check, arguments())

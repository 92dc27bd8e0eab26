"""Simulates replicas of Dragoman behind balancers, by constants measured on one machine."""

import argparse
import json
import os
import sys
from pathlib import Path

import self_test
from calibrating import calibrate
from comparing import HEADER, compare, is_near
from constants import Constants
from questions import BALANCING, NEEDED, SCALING, STORED, Scenario, balancing, needed, scaling, stores, table
import traffic
from balancing import RULES

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent


def arguments():
    parser = argparse.ArgumentParser(prog="simulate", description=__doc__)
    parser.add_argument("--self-test", action="store_true", help="test the simulator itself, in a few seconds")
    parser.add_argument("--constants", default=str(HERE / "constants.json"), help="file of measured constants")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--workers", type=int, default=2, help="of each replica, and its cores")
    commands = parser.add_subparsers(dest="command", metavar="COMMAND")

    run = commands.add_parser("run", help="one fleet under one load")
    run.add_argument("--replicas", type=int, default=3)
    run.add_argument("--rule", choices=RULES, default="least-connections")
    run.add_argument("--rate", type=float, required=True, help="requests a second")
    run.add_argument("--shape", choices=["constant", "day", "bursts"], default="constant",
                     help="--rate is the greatest of a day, and the lowest of bursts")
    run.add_argument("--seconds", type=float, default=60.0)
    run.add_argument("--balancers", type=int, default=1)
    run.add_argument("--models", type=int, default=1, help="asked for by Zipf's law")
    run.add_argument("--stored", type=int, help="models for which a replica has memory; all if absent")
    run.add_argument("--slow", type=float, default=1.0, help="speed of the first replica")
    run.add_argument("--deaths", type=int, default=0, help="replicas that end, one after another")

    for name, text in (("balancing", "p95 by the rule of the balancer, for one pair"),
                       ("stores", "p95 and loads by the rule of the balancer, for stores of many models"),
                       ("needed", "replicas that a rate needs"), ("scaling", "the autoscaler's rule")):
        one = commands.add_parser(name, help=text)
        one.add_argument("--replicas", type=int, default=6)
        if name == "needed":
            one.add_argument("--rates", dest="needed", type=float, nargs="+", default=[50, 200, 1000, 5000])
        if name == "scaling":
            one.add_argument("--seconds", type=float, default=2400.0, help="length of a day, and of the bursts")
            one.add_argument("--traffic", choices=["day", "bursts"], nargs="+", default=["day", "bursts"])
            one.add_argument("--targets", type=rule, nargs="+", default=[(100.0, 0.9)], metavar="SENTENCES:SHARE",
                             help="rules: sentences that wait, and the share of CPU")

    for name, text in (("calibrate", "measures the constants on this machine, and writes their file"),
                       ("compare", "measures 1 and 3 replicas here, and simulates them; exit status 1 beyond 15 %%")):
        one = commands.add_parser(name, help=text)
        one.add_argument("--dragoman", default=str(ROOT / ".build/release/dragoman"), help="the program")
        one.add_argument("--model", default=str(ROOT / "models/en-fr"), help="folder of the model")
        one.add_argument("--pair", default="en-fr", help="its languages")
        one.add_argument("--input", help="texts, one per line; made up if absent")
        one.add_argument("--serve", default="", help="further flags of `dragoman serve`, separated by spaces")
        one.add_argument("--cores", type=int, default=os.cpu_count(), help="of this machine")
        if name == "compare":
            one.add_argument("--loads", type=float, nargs="+", default=[0.25, 0.5, 0.75],
                             help="shares of the rate that the simulated replica can answer")
            one.add_argument("--tries", type=int, default=3, help="while other processes take over a tenth of a core")
            one.add_argument("--keep", help="file to keep the measurements in")
            one.add_argument("--measured", help="such a file: simulates again, and measures nothing")
            one.add_argument("--seconds", type=float, default=15.0)
            one.add_argument("--warm", type=float, default=2.0)
    options = parser.parse_args()
    if options.command is None and not options.self_test:
        parser.error("expected a command, or --self-test")
    return options


def rule(text):
    sentences, share = text.split(":")
    return float(sentences), float(share)


def simulate(options, constants):
    """The figures of one fleet."""
    scenario = Scenario(options, constants)

    def events(fleet):
        for number in range(options.deaths):
            time = 5.0 + options.seconds * (number + 0.5) / options.deaths
            fleet.clock.at(time, lambda number=number: fleet.kill(number % options.replicas, 1.0))

    shape = traffic.constant(options.rate)
    if options.shape == "day":
        shape = traffic.day(options.rate, options.seconds)
    if options.shape == "bursts":
        shape = traffic.bursty(scenario.random(), options.rate, until=options.seconds)
    found = scenario.run(
        options.replicas, options.rule, options.rate, options.seconds, options.models, options.stored, events, shape,
        balancers=options.balancers, speeds=(options.slow,))
    return {"capacityOfAReplica": round(scenario.capacity, 1), **found}


def main():
    options = arguments()
    if options.self_test:
        sys.exit(self_test.run())
    if options.command == "calibrate":
        calibrate(options).write(options.constants)
        return
    constants = Constants.read(options.constants)
    if options.command == "compare":
        print(HEADER)
        sys.exit(0 if is_near(compare(options, constants)) else 1)
    if options.command == "run":
        print(json.dumps(simulate(options, constants), indent=2))
        return
    scenario = Scenario(options, constants)
    print(f"A replica answers {scenario.capacity:.0f} requests a second.\n")
    if options.command == "balancing":
        table(BALANCING, balancing(scenario))
    if options.command == "stores":
        table(STORED, stores(scenario))
    if options.command == "needed":
        table(NEEDED, needed(scenario))
    if options.command == "scaling":
        table(SCALING, scaling(scenario))


main()

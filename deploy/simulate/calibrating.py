"""Measures the constants of a model on this machine, against servers that it starts."""

import json
import platform
import re
import statistics
import sys
import tempfile
from pathlib import Path

from constants import Constants, fit
from measuring import Server, cpu_seconds, play

sys.path.append(str(Path(__file__).resolve().parent.parent / "rolling"))
from balancers import balancer  # noqa: E402
from replicas import free_ports  # noqa: E402
import texts  # noqa: E402


# Requests of each kind; the median counts.
REPEATS = 9


def sentences_of(text):
    return re.findall(r"[^.]+\.", text)


def calibrate(options):
    pair = options.pair.split("-", 1)
    requests = texts.read(options.input) if options.input else texts.made()
    found = Constants(machine=f"{platform.machine()}, {processor()}")
    with tempfile.TemporaryDirectory(prefix="simulate-") as folder:
        flags = ["--model", options.model, "--pair", options.pair, *options.serve.split()]
        server = Server(options, folder, [*flags, "--workers", "1"])
        try:
            found.start = round(server.ready_seconds, 3)
            overhead = measure_overhead(server, pair, found)
            alone = measure_model(server, requests, pair, found, overhead)
            measure_hop(server, requests, pair, found)
            measure_balancer(server, pair, found, folder)
        finally:
            server.stop()
        if options.workers > 1:
            measure_lone_worker(options, folder, flags, pair, found, alone)
        measure_load(options, folder, pair, found)
    return found


def processor():
    for line in Path("/proc/cpuinfo").read_text().splitlines():
        if line.startswith("model name"):
            return line.split(":", 1)[1].strip()
    return "unknown processor"


def quick(values):
    """The value that a fifth stays below: other processes only ever make a measurement longer."""
    return sorted(values)[len(values) // 5]


class Sample:
    """Requests of one sentence, several times in each: seconds of a core for the encoder and for all steps."""

    def __init__(self, server, sentence, count, pair, overhead, repeats):
        asked = []
        for _ in range(repeats):
            before = server.cpu
            name = server.ask([sentence] * count, pair)[1]
            asked.append((server.cpu - before - overhead, name))
        lines = [server.line(name) for _, name in asked]
        shares = [line["encodeMs"] / max(1e-9, line["encodeMs"] + line["decodeMs"]) for line in lines]
        work, share = quick([cpu for cpu, _ in asked]), statistics.median(shares)
        self.count, self.encode, self.decode = count, work * share, work * (1 - share)
        self.source, self.target = lines[0]["sourceTokens"] // count, lines[0]["targetTokens"] // count
        self.rows = lines[0]["batchSize"]
        self.seconds = quick([(line["encodeMs"] + line["decodeMs"]) / 1000 for line in lines])


def measure_overhead(server, pair, found):
    """Work of the server per request without the model's, and of the client that plays traces."""
    count = 800
    body = json.dumps({"q": "...", "source": pair[0], "target": pair[1]}).encode()
    used = server.cpu
    _, client = play(server.port, [one / 400 for one in range(count)], [body] * count)
    work = (server.cpu - used) / count
    found.request = found.answer = work / 2
    found.client = client / count
    return work


def measure_model(server, requests, pair, found, overhead):
    """Steps and passes by one to several equal sentences at once, and the lengths of all sentences.

    A search takes more or fewer steps than its translation has tokens, so that each sentence has a number of steps that
    agrees with its time alone."""
    alone = {}
    for text in requests:
        for sentence in sentences_of(text):
            if sentence.strip() not in alone:
                alone[sentence.strip()] = Sample(server, sentence.strip(), 1, pair, overhead, 2)
    ordered = sorted(alone, key=lambda one: alone[one].decode)
    chosen = [ordered[i * (len(ordered) - 1) // 7] for i in range(8)]
    found.beam = alone[ordered[0]].rows
    most = max(1, found.max_rows // found.beam)
    samples = {one: [Sample(server, one, count, pair, overhead, REPEATS)
                     for count in sorted({1, 2, 3, most // 2, most}) if 1 <= count <= most] for one in chosen}
    steps = {one: float(alone[one].target) for one in chosen}
    for _ in range(8):
        rows = [(steps[one], steps[one] * each.count * found.beam) for one in chosen for each in samples[one]]
        found.step, found.step_row = fit(rows, [each.decode for one in chosen for each in samples[one]])
        for one in chosen:
            steps[one] = statistics.mean(
                each.decode / (found.step + found.step_row * each.count * found.beam) for each in samples[one])
        # Steps and their time are only known as a product: on average there are as many as tokens.
        ratio = sum(alone[one].target for one in chosen) / sum(steps.values())
        steps = {one: ratio * value for one, value in steps.items()}
    every = [each for one in chosen for each in samples[one]]
    found.encode, found.encode_token = fit(
        [(1, each.source * each.count) for each in every], [each.encode for each in every])
    errors = [each.decode / steps[one] / (found.step + found.step_row * each.count * found.beam) - 1
              for one in chosen for each in samples[one]]
    print(f"steps: greatest error {100 * max(map(abs, errors)):.1f} %", file=sys.stderr)
    one_step = found.step + found.step_row * found.beam
    lengths = {one: [each.source, max(1, round(each.decode / one_step))] for one, each in alone.items()}
    found.requests = [[lengths[one.strip()] for one in sentences_of(text)] for text in requests]
    return {one: samples[one][0] for one in chosen}


def measure_hop(server, requests, pair, found):
    """Time of a request beside its work, one request at a time: it is on the way between threads four times."""
    delays = []
    for text in requests[::3]:
        seconds, name = server.ask(text, pair)
        line = server.line(name)
        delays.append(seconds - (line["encodeMs"] + line["decodeMs"] + line["queueMs"]) / 1000)
    found.hop = max(0.0, quick(delays) - found.request - found.answer) / 4


def measure_balancer(server, pair, found, folder):
    """Work of HAProxy per request: requests that no model sees."""
    with open(Path(folder) / "balancer.log", "w") as log:
        before = balancer("haproxy")
        [port] = free_ports(1)
        before.start(folder, port, [server.port], log)
        try:
            body = json.dumps({"q": "...", "source": pair[0], "target": pair[1]}).encode()
            count = 800
            used = cpu_seconds(before.process.pid)
            play(port, [one / 400 for one in range(count)], [body] * count)
            found.balancer = (cpu_seconds(before.process.pid) - used) / count
        finally:
            before.stop()


def measure_lone_worker(options, folder, flags, pair, found, alone):
    """The same sentences in a server whose only busy worker has further cores."""
    server = Server(options, folder, [*flags, "--workers", str(options.workers)])
    try:
        shares = []
        for sentence, before in alone.items():
            after = Sample(server, sentence, 1, pair, 0.0, REPEATS)
            shares.append(after.seconds / (before.encode + before.decode))
        share = statistics.median(shares)
        print(f"a lone worker with further cores takes {100 * share:.0f} % of its time", file=sys.stderr)
        # Above 100 % other programs have the further cores, and the constants are those without them.
        if share <= 1.0:
            found.lone_share, found.lone_cores = share, options.workers
    finally:
        server.stop()


def measure_load(options, folder, pair, found):
    """The first request for a model of a store, against the second."""
    store = Path(folder) / "store"
    store.mkdir()
    (store / pair_name(pair)).symlink_to(Path(options.model).resolve())
    server = Server(options, folder, ["--models", str(store), "--pair", options.pair, "--workers", "1"])
    try:
        text = "A dog."
        first = server.ask(text, pair)[0]
        found.load = max(0.0, first - statistics.median(server.ask(text, pair)[0] for _ in range(5)))
        server.connection.request("GET", "/metrics")
        for line in server.connection.getresponse().read().decode().splitlines():
            if line.startswith("dragoman_model_bytes"):
                found.model_bytes = int(float(line.rsplit(" ", 1)[1]))
    finally:
        server.stop()


def pair_name(pair):
    return f"{pair[0]}-{pair[1]}"

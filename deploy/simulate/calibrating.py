"""Measures the constants of a model on this machine, against servers that it starts."""

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
            lengths = sentence_lengths(server, requests, pair)
            found.requests = [[lengths[one.strip()] for one in sentences_of(text)] for text in requests]
            samples = measure_model(server, lengths, pair, found)
            measure_requests(server, requests, pair, found)
            measure_balancer(server, requests, pair, found, folder)
        finally:
            server.stop()
        if options.workers > 1:
            measure_lone_worker(options, folder, flags, pair, samples, found)
        measure_load(options, folder, pair, found)
    return found


def processor():
    for line in Path("/proc/cpuinfo").read_text().splitlines():
        if line.startswith("model name"):
            return line.split(":", 1)[1].strip()
    return "unknown processor"


def sentence_lengths(server, requests, pair):
    """Source and target tokens of each sentence."""
    names = {}
    for text in requests:
        for sentence in sentences_of(text):
            sentence = sentence.strip()
            if sentence not in names:
                names[sentence] = server.ask(sentence, pair)[1]
    lines = {sentence: server.line(name) for sentence, name in names.items()}
    return {sentence: [line["sourceTokens"], line["targetTokens"]] for sentence, line in lines.items()}


def spread_sentences(lengths, count):
    """Sentences from the shortest to the longest."""
    ordered = sorted(lengths, key=lambda one: lengths[one])
    return [ordered[i * (len(ordered) - 1) // (count - 1)] for i in range(count)]


def measure_model(server, lengths, pair, found):
    """Steps and passes, by one to several equal sentences at once: [(row of the step, milliseconds, …)]"""
    chosen = spread_sentences(lengths, 8)
    names = [(sentence, 1, server.ask(sentence, pair)[1]) for sentence in chosen[:1]]
    found.beam = server.line(names[0][2])["batchSize"]
    most = max(1, found.max_rows // found.beam)
    counts = sorted({1, 2, 3, most // 2, most} & set(range(1, most + 1)))
    names = [(sentence, count, server.ask([sentence] * count, pair)[1])
             for _ in range(REPEATS) for sentence in chosen for count in counts]
    samples = {}
    for sentence, count, name in names:
        line = server.line(name)
        samples.setdefault((sentence, count), []).append((line["encodeMs"] / 1000, line["decodeMs"] / 1000))
    steps, step_times, passes, pass_times = [], [], [], []
    for (sentence, count), times in samples.items():
        source, target = lengths[sentence]
        rows = count * found.beam
        steps.append([target, target * rows, target * rows * source])
        step_times.append(statistics.median(decode for _, decode in times))
        passes.append([1, source * count])
        pass_times.append(statistics.median(encode for encode, _ in times))
    found.step, found.step_row, found.step_token = fit(steps, step_times)
    found.encode, found.encode_token = fit(passes, pass_times)
    errors = [abs(sum(a * b for a, b in zip(row, (found.step, found.step_row, found.step_token))) / time - 1)
              for row, time in zip(steps, step_times)]
    print(f"steps: mean error {100 * statistics.mean(errors):.1f} %", file=sys.stderr)
    return samples


def measure_requests(server, requests, pair, found):
    """Work and time of a request beside the model's, one request at a time."""
    cpu = server.cpu
    asked = [(*server.ask(text, pair), len(text)) for _ in range(2) for text in requests]
    cpu = server.cpu - cpu
    model = delay = 0.0
    delays = []
    for seconds, name, _ in asked:
        line = server.line(name)
        busy = (line["encodeMs"] + line["decodeMs"]) / 1000
        model += busy
        delays.append(seconds - busy - line["queueMs"] / 1000)
    work = max(0.0, cpu - model) / len(asked)
    found.request = found.answer = work / 2
    delay = statistics.median(delays)
    found.hop = max(0.0, delay - work) / 4
    print(f"a request: {1e6 * work:.0f} µs of work beside the model's, {1e6 * delay:.0f} µs of time", file=sys.stderr)


def measure_balancer(server, requests, pair, found, folder):
    """Work of HAProxy, and of the client that plays traces, per request: requests that no model sees."""
    with open(Path(folder) / "balancer.log", "w") as log:
        before = balancer("haproxy")
        [port] = free_ports(1)
        before.start(folder, port, [server.port], log)
        try:
            body = b'{"q": "...", "source": "%b", "target": "%b"}' % (pair[0].encode(), pair[1].encode())
            count = 1200
            used = cpu_seconds(before.process.pid)
            outcomes, client = play(port, [one / 400 for one in range(count)], [body] * count)
            found.balancer = (cpu_seconds(before.process.pid) - used) / count
            found.client = client / count
        finally:
            before.stop()


def measure_lone_worker(options, folder, flags, pair, samples, found):
    """The same sentences in a server whose only busy worker has further cores."""
    server = Server(options, folder, [*flags, "--workers", str(options.workers)])
    try:
        names = {key: [server.ask([key[0]] * key[1], pair)[1] for _ in range(REPEATS)]
                 for key in samples if key[1] == 1}
        shares = []
        for key, asked in names.items():
            lines = [server.line(name) for name in asked]
            time = statistics.median((line["encodeMs"] + line["decodeMs"]) / 1000 for line in lines)
            shares.append(time / statistics.median(encode + decode for encode, decode in samples[key]))
        found.lone_share = statistics.median(shares)
        found.lone_cores = options.workers
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

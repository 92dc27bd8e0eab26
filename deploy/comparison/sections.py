"""Measures each part of the comparison; a row that fails says why and the others go on."""

import subprocess
import sys

import sentencepiece

import lengths
import processes
import rows
from turns import compared, in_turn

# The time to import the peer's modules is Python's, not the engine's.
IMPORTS = "import ctranslate2, sentencepiece; print(open('/proc/self/status').read(), flush=True)"


class Sections:
    def __init__(self, engines, texts, runs, share):
        self.engines, self.texts, self.runs, self.share = engines, texts, runs, share

    def every(self, names):
        """Yields the kind of a row, the row and what was found, for the rows of these names."""
        for kind, measure, all_rows in (
            ("speed", self.speed, rows.SPEED), ("memory", self.memory, rows.MEMORY),
            ("start", self.start, rows.START), ("length", self.length, rows.GROWTH),
        ):
            for row in all_rows:
                if row.name in names:
                    yield kind, row, self.guarded(measure, row)

    def guarded(self, measure, row):
        try:
            return measure(row)
        except (processes.EngineFailure, OSError, ValueError, LookupError, subprocess.CalledProcessError) as error:
            return {"error": (str(error) or type(error).__name__).replace(f"{self.engines.root}/", "")}

    def speed(self, row):
        text = self.texts.lines(max(row.batch, round(row.sentences * self.share)))
        way = self.best_way(row, text)
        mine, theirs = [], []

        def ours():
            mine.append(processes.measurement(self.engines.ours(row, text), row.workers))
            return row.rate(mine[-1])

        def peer():
            theirs.append(processes.measurement(self.engines.theirs(row, text, way), row.workers))
            return row.rate(theirs[-1])

        found = compared(in_turn(ours, peer, self.runs))
        check_alike(row, mine[-1], theirs[-1])
        return found | {
            "unit": row.unit, "peerWay": list(way), "same": self.engines.same(row.peer),
            "details": {"dragoman": mine[-1], "peer": theirs[-1]},
        }

    def best_way(self, row, text):
        """fxtranslate takes a sentence or a long text: whichever is faster stands for many sentences."""
        if row.peer != "fxtranslate" or row.batch == 1:
            return ()

        def rate(way):
            return row.rate(processes.measurement(self.engines.theirs(row, text, way), row.workers))

        return max([(), ("--whole",)], key=rate)

    def memory(self, use):
        row = rows.Row(use.name, use.work, "opus", use.precision, rows.CT2, 192, batch=32)
        text = self.texts.lines(max(row.batch, round(row.sentences * self.share)))

        def side(command):
            return lambda: processes.resident(command, 1)

        pairs = in_turn(side(self.engines.ours(row, text)), side(self.engines.theirs(row, text)), self.runs)
        found = {
            when: compared([(ours[when], theirs[when]) for ours, theirs in pairs]) for when in ("working", "peak")
        }
        return found | {"unit": "bytes", "python": self.imports()["peakBytes"]}

    def start(self, use):
        text = self.texts.lines(1)

        def side(command):
            return lambda: processes.seconds_to_first_line(command, text)

        pairs = in_turn(
            side(self.engines.first_of_ours(use.precision)), side(self.engines.first_of_theirs(use.precision)),
            self.runs)
        return compared(pairs) | {"unit": "s", "python": self.imports()["seconds"]}

    def imports(self):
        """The time that Python takes before the peer does anything: the least of a few."""
        command = [sys.executable, "-c", IMPORTS]
        status = subprocess.run(command, capture_output=True, text=True, check=True).stdout
        return {
            "seconds": min(processes.seconds_to_first_line(command) for _ in range(3)),
            "peakBytes": processes.kilobytes(status, "VmHWM") * 1024,
        }

    def length(self, growth):
        model = self.engines.folder("opus")
        pieces = sentencepiece.SentencePieceProcessor(f"{model}/source.spm")
        found = []
        for tokens in rows.SOURCE_LENGTHS:
            entry = {"sourceTokens": tokens, "multiplications": lengths.multiplications(model, tokens)}
            for batch, count in rows.GROWTH_SENTENCES.items():
                made = lengths.sentences(pieces, self.texts.source, tokens, count)
                entry[f"batch{batch}"] = self.milliseconds(growth, batch, self.texts.written(made), tokens * count)
            found.append(entry)
        return {"unit": "ms a sentence", "lengths": found}

    def milliseconds(self, growth, batch, text, tokens):
        """Of one sentence, the median of all runs."""
        row = rows.Row(growth.name, growth.name, "opus", growth.precision, rows.CT2, 0, batch=batch)
        results = [processes.measurement(self.engines.ours(row, text), row.workers) for _ in range(self.runs)]
        for result in results:
            if result["sourceTokens"] != tokens:
                raise processes.EngineFailure(f"found {result['sourceTokens']} source tokens, expected {tokens}")
        times = sorted(result["seconds"] / result["sentences"] for result in results)
        return times[len(times) // 2] * 1000


def check_alike(row, mine, theirs):
    """Checks that both got the same input and, with a forced length, wrote as many tokens."""
    for name in ("sentences", "sourceTokens") + (("targetTokens",) if row.length else ()):
        if mine[name] != theirs[name]:
            raise processes.EngineFailure(
                f"{name}: dragoman has {mine[name]}, {row.peer} {theirs[name]}, expected the same")

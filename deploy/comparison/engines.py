"""The commands that run each engine on the same text, threads and lengths."""

import os
import pathlib
import subprocess
import sys

import opus_shape

HERE = pathlib.Path(__file__).parent
# The variables that hold CTranslate2 and the library of its products to an instruction set.
LIMITS = {
    "avx2": {"CT2_FORCE_CPU_ISA": "AVX2", "ONEDNN_MAX_CPU_ISA": "AVX2"},
    "avx-vnni": {"CT2_FORCE_CPU_ISA": "AVX2", "ONEDNN_MAX_CPU_ISA": "AVX2_VNNI"},
}
# CTranslate2's own default, for a model that ends its translations itself.
LONGEST_OF_OTHERS = 256


class Engines:
    """The engines. Models are made or converted when a row first asks for them."""

    def __init__(self, root, home, dragoman, model=None, instruction_set=None):
        self.root, self.home, self.dragoman = pathlib.Path(root), pathlib.Path(home), dragoman
        self.model, self.instruction_set = model, instruction_set
        os.environ.update(LIMITS.get(instruction_set, {}))

    def folder(self, model):
        if model != "opus":
            return self.root / "models" / model
        return pathlib.Path(self.model) if self.model else self.opus()

    def opus(self):
        folder = self.home / "opus-shape"
        return prepared("opus_shape.py", folder, self.root / "models/zoo/en-fr-captions", made=folder)

    def output(self, engine):
        return self.home / f"output-{engine}.txt"

    def ours(self, row, text):
        command = [
            self.dragoman, "bench", "--model", self.folder(row.model), "--input", text, "--precision", row.precision,
            "--batch-size", row.batch, "--beam", row.beam, "--workers", row.workers,
            "--output", self.output("dragoman"),
        ]
        if self.instruction_set:
            command += ["--instruction-set", self.instruction_set]
        return command + (["--length", row.length] if row.length else [])

    def theirs(self, row, text, way=()):
        if row.peer == "fxtranslate":
            return [
                sys.executable, HERE / "run_fxtranslate.py", "--model", self.folder(row.model), "--input", text,
                "--output", self.output("fxtranslate"), *way,
            ]
        folder = self.folder(row.model)
        command = [
            sys.executable, HERE / "run_ctranslate2.py", "--model", self.converted(row.model, row.precision),
            "--tokenizer", folder, "--input", text, "--output", self.output("ctranslate2"),
            "--batch", row.batch, "--beam", row.beam, "--workers", row.workers,
        ]
        return command + (["--length", row.length] if row.length else [])

    def converted(self, model, precision):
        folder = self.folder(model)
        made = self.home / f"{folder.name}-ct2-{precision}"
        return prepared("to_ctranslate2.py", folder, precision, made, made=made)

    def first_of_ours(self, precision):
        return [
            self.dragoman, "translate", "--model", self.folder("opus"), "--precision", precision, "--beam", 1,
        ]

    def first_of_theirs(self, precision):
        return [
            sys.executable, HERE / "first_ctranslate2.py", self.converted("opus", precision), self.folder("opus"),
            LONGEST_OF_OTHERS if self.model else opus_shape.LONGEST,
        ]

    def same(self, peer):
        """The share of sentences that both translated alike when they last ran."""
        mine, theirs = (self.output(name).read_text(encoding="utf-8").splitlines() for name in ("dragoman", peer))
        return sum(ours == other for ours, other in zip(mine, theirs)) / max(len(mine), len(theirs))


def prepared(program, *arguments, made):
    """Runs it in a process of its own: what this one holds would slow the start of those that are measured."""
    subprocess.run([sys.executable, HERE / program, *arguments], check=True)
    return made

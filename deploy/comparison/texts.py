"""The sentences that all engines are given."""

import itertools
import pathlib


class Texts:
    def __init__(self, source, home):
        self.source = [line.strip() for line in pathlib.Path(source).read_text(encoding="utf-8").splitlines()]
        self.source = [line for line in self.source if line]
        if not self.source:
            raise ValueError(f"{source}: found no text, expected a sentence a line")
        self.file = pathlib.Path(home) / "input.txt"

    def lines(self, count):
        """A file of that many sentences; from the beginning again where there are fewer."""
        return self.written(itertools.islice(itertools.cycle(self.source), count))

    def written(self, lines):
        self.file.write_text("".join(line + "\n" for line in lines), encoding="utf-8")
        return self.file

"""The rows of the table: one comparison each."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Row:
    name: str
    work: str
    model: str
    precision: str
    peer: str
    # Sentences: enough for a second or more of work on each side.
    sentences: int
    batch: int
    beam: int = 1
    workers: int = 1
    # Target tokens forced; none: the model's own lengths, and sentences are counted instead of tokens.
    length: int | None = 20

    @property
    def unit(self):
        return "tokens/s" if self.length else "sentences/s"

    def rate(self, result):
        return result["targetTokens" if self.length else "sentences"] / result["seconds"]


OPUS = "OPUS-MT's shape"
CT2, FX = "ctranslate2", "fxtranslate"

SPEED = [
    Row("f32-1", f"{OPUS}, float32, one at a time", "opus", "float32", CT2, 32, batch=1),
    Row("f32-32", f"{OPUS}, float32, batches of 32", "opus", "float32", CT2, 192, batch=32),
    Row("f32-64", f"{OPUS}, float32, batches of 64", "opus", "float32", CT2, 192, batch=64),
    Row("int8-1", f"{OPUS}, int8, one at a time", "opus", "int8", CT2, 64, batch=1),
    Row("int8-32", f"{OPUS}, int8, batches of 32", "opus", "int8", CT2, 384, batch=32),
    Row("int8-64", f"{OPUS}, int8, batches of 64", "opus", "int8", CT2, 384, batch=64),
    Row("int8-beam", f"{OPUS}, int8, batches of 32, beam 4", "opus", "int8", CT2, 96, batch=32, beam=4),
    Row("en-fr", "models/zoo/en-fr-captions, int8, batches of 32, two workers, own lengths", "zoo/en-fr-captions", "int8",
        CT2, 1536, batch=32, workers=2, length=None),
    Row("firefox-1", "Firefox en-pt, 8 bits, one at a time, own lengths", "en-pt", "int8", FX, 384, batch=1,
        length=None),
    Row("firefox-many", "Firefox en-pt, 8 bits, many at once, own lengths", "en-pt", "int8", FX, 384, batch=64,
        length=None),
]


@dataclass(frozen=True)
class Use:
    """Memory or time to start, where less is better."""

    name: str
    work: str
    precision: str


MEMORY = [
    Use("memory-f32", f"{OPUS}, float32, batches of 32", "float32"),
    Use("memory-int8", f"{OPUS}, int8, batches of 32", "int8"),
]
START = [
    Use("start-f32", f"{OPUS}, float32", "float32"),
    Use("start-int8", f"{OPUS}, int8", "int8"),
]


@dataclass(frozen=True)
class Growth:
    """The time that longer sources take: ours alone."""

    name: str
    work: str
    precision: str


GROWTH = [
    Growth("length-f32", f"{OPUS}, float32, source lengths", "float32"),
    Growth("length-int8", f"{OPUS}, int8, source lengths", "int8"),
]
SOURCE_LENGTHS = (32, 64, 128, 256)
# Sentences of each length, by the sentences of a batch.
GROWTH_SENTENCES = {1: 4, 32: 32}

NAMES = [row.name for row in SPEED + MEMORY + START + GROWTH]

"""The student's text as ids, in a file that every worker maps, and batches of it."""

import random

import numpy as np

from batches import grouped, padded
from student_corpus import Mixture

LONGEST = 100  # pieces on either side, with </s>
CURLY = 0.1  # share of the English sentences whose apostrophes become typographic ones


class Encoded:
    """One side of a source: the ids of all sentences in a row, and the end of each."""

    def __init__(self, ids, ends):
        self.ids, self.ends = ids, ends

    def __len__(self):
        return len(self.ends)

    def at(self, i):
        return self.ids[self.ends[i - 1] if i else 0:self.ends[i]].tolist()


def encode(sources, source_pieces, target_pieces, file):
    """Writes {name: pairs of texts} as ids. Pairs with a side longer than LONGEST are left out."""
    arrays, random_ = {}, random.Random(1)
    for name, pairs in sources.items():
        texts = [source.replace("'", "’") if "'" in source and random_.random() < CURLY else source
                 for source, _ in pairs]
        sides = [source_pieces.encode(texts, num_threads=2), target_pieces.encode([t for _, t in pairs], num_threads=2)]
        rows = [(a + [0], b + [0]) for a, b in zip(*sides) if 0 < len(a) < LONGEST and 0 < len(b) < LONGEST]
        for side, part in zip("st", zip(*rows)):
            arrays[f"{name}.{side}"] = np.concatenate([np.asarray(row, np.uint16) for row in part])
            arrays[f"{name}.{side}.ends"] = np.cumsum([len(row) for row in part])
    np.savez(file, **arrays)


def read(file):
    """{name: (English side, French side)}"""
    arrays = np.load(file)
    names = sorted(key.removesuffix(".s") for key in arrays.files if key.endswith(".s"))
    return {name: tuple(Encoded(arrays[f"{name}.{side}"], arrays[f"{name}.{side}.ends"]) for side in "st")
            for name in names}


def chunks(data, state, size, last=False):
    """Yields (state of the mixture before this chunk, encoded pairs) without end."""
    mixture = Mixture({name: len(sides[0]) for name, sides in data.items()}, state)
    while True:
        before = dict(mixture.state)
        yield before, [tuple(side.at(i) for side in data[name]) for name, i in mixture.chunk(size, last)]


def batched(pairs, tokens, random_):
    """[(source (B, S), target (B, T))] in random order, padded with -1, each of at most `tokens` with padding.

    Pairs are sorted by the target's length in steps of two, then by the source's, alternately up and down, so that both
    sides of a batch have nearly one length: 93 % of it is text, where sorting by the target alone leaves 80 %."""
    def place(pair):
        column = int(len(pair[1]) + 2 * random_.random()) // 2
        row = len(pair[0]) + random_.random()
        return column, row if column % 2 else -row

    groups = grouped(sorted(pairs, key=place), tokens)
    random_.shuffle(groups)
    return [tuple(padded(side, -1) for side in zip(*group)) for group in groups]

"""Parallel text for the English-French model: reading, normalising, and holding sentences out before training."""

import hashlib
from pathlib import Path

PLAIN = str.maketrans({"\u202f": " ", "\u00a0": " ", "\u2019": "'"})


def normalise(text):
    """One spelling for spaces and apostrophes: the corpora mix several."""
    return " ".join(text.translate(PLAIN).split())


def read_tatoeba(data):
    lines = (data / "tatoeba" / "en-fr.tsv").read_text(encoding="utf-8").splitlines()
    return [tuple(normalise(side) for side in line.split("\t")[:2]) for line in lines if "\t" in line]


def read_multi30k(data, split, target="fr"):
    files = [data / "multi30k" / f"{split}.{code}" for code in ("en", target)]
    sides = [file.read_text(encoding="utf-8").splitlines() for file in files]
    return [(normalise(source), normalise(target)) for source, target in zip(*sides, strict=True)]


def is_held_out(source):
    """About 1.3 % of English sentences, chosen by their own text, so every run and every machine agrees."""
    digest = hashlib.sha256(source.lower().encode()).digest()
    return int.from_bytes(digest[:4], "little") % 75 == 0


def split_tatoeba(data):
    """(training pairs, held-out pairs). No English or French sentence of the held-out part is in the training part,
    and the held-out part has each English sentence once."""
    training, held_out = [], {}
    for source, target in read_tatoeba(data):
        if is_held_out(source):
            held_out.setdefault(source, target)
        else:
            training.append((source, target))
    sources, targets = set(held_out), set(held_out.values())
    training = [pair for pair in training if pair[0] not in sources and pair[1] not in targets]
    return training, list(held_out.items())


def training_pairs(data):
    data = Path(data)
    return split_tatoeba(data)[0] + read_multi30k(data, "train")

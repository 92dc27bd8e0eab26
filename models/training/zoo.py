"""Trains models/zoo: seven English-German models of seven architectures on the same data, one after another.

    zoo.py DATA OUT [--only en-de-gru …] [--minutes 60]

DATA has multi30k/train.{en,de}, val.{en,de} and test_2016_flickr.{en,de}. OUT/NAME becomes a folder that the server
loads: weights in float16, settings, vocabulary and a card with the scores. Progress is kept in OUT/NAME/state.pt after
every epoch; the same command goes on where it was stopped. --minutes stops at the first epoch that ends later.
"""

import argparse
import math
import time
from pathlib import Path

import sentencepiece

from corpus import read_multi30k
from export import export
from families import FAMILIES, VOCABULARY
from trainer import Trainer
from vocabulary import train_vocabulary


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--only", nargs="+", choices=FAMILIES, default=list(FAMILIES))
    parser.add_argument("--minutes", type=float, default=math.inf)
    options = parser.parse_args()
    deadline = time.monotonic() + options.minutes * 60
    pairs, held_out, test = (
        read_multi30k(options.data, split, "de") for split in ("train", "val", "test_2016_flickr"))
    vocabulary = options.out / "vocabulary"
    if not (vocabulary / "vocab.json").exists():
        vocabulary.mkdir(parents=True, exist_ok=True)
        train_vocabulary(pairs, vocabulary, VOCABULARY)
    pieces = sentencepiece.SentencePieceProcessor(str(vocabulary / "source.spm"))
    for name in options.only:
        folder = options.out / name
        folder.mkdir(exist_ok=True)
        trainer = Trainer(name, FAMILIES[name], pairs, held_out, pieces, folder)
        before = trainer.epoch
        trainer.train(deadline)
        if trainer.done and (trainer.epoch > before or not (folder / "README.md").exists()):
            export(trainer, vocabulary, held_out, test)


if __name__ == "__main__":
    main()

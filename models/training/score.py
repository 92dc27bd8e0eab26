"""Scores translations of an English-French or French-English model with sacreBLEU (cased, detokenized).

    score.py sources DATA SET > sources.txt
    dragoman translate --model models/en-fr < sources.txt > translations.txt
    score.py bleu DATA SET < translations.txt

SET is `flickr` (Multi30k test_2016_flickr), `tatoeba` (the part of Tatoeba that training never saw), `flores-dev` or
`newstest2013`. The references of the last two are as they were published. `--into-english` turns a set round.
"""

import argparse
import sys
from pathlib import Path

from corpus import normalise, read_multi30k, split_tatoeba

PUBLISHED = ("flores-dev", "newstest2013")


def read_set(data, name):
    """(sources, references)"""
    if name in PUBLISHED:
        files = [data / "en-fr-dev" / f"{name}.{code}" for code in ("en", "fr")]
        return tuple(file.read_text(encoding="utf-8").split("\n")[:-1] for file in files)
    pairs = read_multi30k(data, "test_2016_flickr") if name == "flickr" else split_tatoeba(data)[1]
    return tuple(map(list, zip(*pairs)))


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("action", choices=["sources", "bleu"])
    parser.add_argument("data", type=Path)
    parser.add_argument("set", choices=["flickr", "tatoeba", *PUBLISHED])
    parser.add_argument("--into-english", action="store_true")
    options = parser.parse_args()
    sources, references = read_set(options.data, options.set)[::-1 if options.into_english else 1]
    if options.action == "sources":
        print("\n".join(sources))
        return
    import sacrebleu
    hypotheses = [normalise(line) for line in sys.stdin.read().splitlines()]
    if len(hypotheses) != len(references):
        sys.exit(f"{options.set}: found {len(hypotheses)} translations, expected {len(references)}")
    for metric in (sacrebleu.BLEU(), sacrebleu.CHRF()):
        print(metric.corpus_score(hypotheses, [references]), metric.get_signature(), sep="\n")


if __name__ == "__main__":
    main()

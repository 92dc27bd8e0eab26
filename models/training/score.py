"""Scores translations of the English-French model with sacreBLEU (cased, detokenized).

    score.py sources DATA flickr|tatoeba > sources.txt
    dragoman translate --model models/en-fr < sources.txt > translations.txt
    score.py bleu DATA flickr|tatoeba < translations.txt

`flickr` is Multi30k test_2016_flickr; `tatoeba` is the part of Tatoeba that training never saw.
"""

import argparse
import sys
from pathlib import Path

from corpus import normalise, read_multi30k, split_tatoeba


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("action", choices=["sources", "bleu"])
    parser.add_argument("data", type=Path)
    parser.add_argument("set", choices=["flickr", "tatoeba"])
    options = parser.parse_args()
    pairs = read_multi30k(options.data, "test_2016_flickr") if options.set == "flickr" else split_tatoeba(options.data)[1]
    if options.action == "sources":
        print("\n".join(source for source, _ in pairs))
        return
    import sacrebleu
    hypotheses = [normalise(line) for line in sys.stdin.read().splitlines()]
    if len(hypotheses) != len(pairs):
        sys.exit(f"{options.set}: found {len(hypotheses)} translations, expected {len(pairs)}")
    metric = sacrebleu.BLEU()
    print(metric.corpus_score(hypotheses, [[target for _, target in pairs]]), metric.get_signature(), sep="\n")


if __name__ == "__main__":
    main()

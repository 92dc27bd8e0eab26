"""Prints the scores of a zoo's models side by side, from their scores.json.

    zoo_table.py models/zoo
"""

import json
import sys
from pathlib import Path

from families import FAMILIES
from scoring import BUCKETS


def main():
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    lengths = list(BUCKETS)
    print("| model | val | test greedy | test beam 4 |", " | ".join(f"{name} words" for name in lengths),
          "| passes | core-minutes |")
    print("|---" * (6 + len(lengths)) + "|")
    for name in FAMILIES:
        file = Path(sys.argv[1]) / name / "scores.json"
        if file.exists():
            print(row(name, json.loads(file.read_text(encoding="utf-8")), lengths))


def row(name, scores, lengths):
    greedy = scores["greedy"]
    values = [scores["validation"]["bleu"], greedy["bleu"], scores["beam"]["bleu"]]
    values += [greedy["buckets"][length][1] for length in lengths]
    cells = [name, *(f"{value:.1f}" for value in values), str(scores["epochs"]), f"{scores['coreMinutes']:.0f}"]
    return "| " + " | ".join(cells) + " |"


if __name__ == "__main__":
    main()

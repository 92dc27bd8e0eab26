"""Texts to translate: short and long ones, one sentence and several, all different."""

import itertools

WHO = ["A man", "A woman", "Two dogs", "A little girl in a red coat", "The old teacher", "Several people"]
DOES = ["is waiting", "are running", "sleeps", "is reading a newspaper", "walked home slowly", "sang together"]
WHERE = ["in the snow", "near the river", "behind the large house", "on the platform of a busy station"]


def made():
    """144 texts; every third has a second sentence, every ninth two more."""
    sentences = [f"{a} {b} {c}." for a, b, c in itertools.product(WHO, DOES, WHERE)]
    count = len(sentences)
    texts = []
    for i, sentence in enumerate(sentences):
        parts = [sentence]
        if i % 3 == 0:
            parts.append(sentences[(7 * i + 5) % count])
        if i % 9 == 0:
            parts += [sentences[(11 * i + 3) % count], sentences[(13 * i + 1) % count]]
        texts.append(" ".join(parts))
    return texts


def read(path):
    """The lines of a file that are not empty, each once."""
    with open(path, encoding="utf-8") as file:
        lines = list(dict.fromkeys(line.strip() for line in file if line.strip()))
    if not lines:
        raise SystemExit(f"rolling-check: {path}: found no text, expected at least one line")
    return lines

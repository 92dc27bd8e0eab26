#!/usr/bin/env python3
"""Adds words to the language detector, and sets how sure it is of short and long texts.

    add_words.py CORPUS OUTPUT --held-out FOLDER

CORPUS holds words/LANGUAGE.txt, `word<TAB>frequency` a line: what gather_languages.py writes; common_words has the
languages without one, most frequent words first, and greetings. OUTPUT is a model that
train_languages.py wrote; its words are replaced. FOLDER has `news`, `treebank`, `single-words` and `word-pairs` that
nothing is trained on: the first half of each sets the confidence. NumPy and SciPy are all it needs; it takes some five
minutes.

A word has a level for each language: the logarithm of its frequency. The most frequent words of each language are all
listed, the others if their letters alone do not tell the language. Languages have a prior by their share of the web.
"""

import argparse
from collections import Counter
from pathlib import Path

import numpy as np
from scipy.optimize import minimize

from language_model import (
    LOWER, PRIORS, SCRIPT, SCRIPTS, SETTING, WORDS, Evidence, Model, held_out, log_softmax, piece, sharpness, untrained, words)

# Words of each language that are all listed, and that are looked at.
LISTED, SEEN = 2_000, 12_000
# The probability from which the letters of a word tell its language, and the language's least part of its frequency.
SURE, OWN = 0.9, 0.9
# The frequency of level 0, the factor from one level to the next, and the highest level.
LEAST, FACTOR, HIGHEST = 2e-6, 1.3, 7
# The lists in the tree, and what each word of a greeting adds to its frequency.
COMMON, SPOKEN = Path(__file__).parent / "common_words", 1e-4
# Percent of the web's pages by language, as far as they are known; all others have the last value.
SHARES = {
    "en": 50, "es": 6, "de": 5.5, "ru": 4.5, "fr": 4.4, "ja": 5, "zh-Hans": 4, "zh-Hant": 0.5, "pt": 3, "it": 2.7, "tr": 2,
    "nl": 2, "pl": 1.8, "fa": 1.3, "vi": 1.1, "id": 1.1, "cs": 1, "uk": 0.6, "ar": 0.6, "hu": 0.5, "ro": 0.4, "sv": 0.5,
    "da": 0.4, "fi": 0.3, "sk": 0.3, "bg": 0.2, "hr": 0.2, "nb": 0.2, "sr": 0.2, "hi": 0.2, "": 0.1,
}
CYRILLIC = dict(zip(
    "lj nj dž a b v g d đ e ž z i j k l m n o p r s t ć u f h c č š".split(), "љњџабвгдђежзијклмнопрстћуфхцчш"))
# The weight of a short text in the fit, and the most texts of a language.
SHORT_WEIGHT, MOST_TEXTS = 3, 400


def frequencies(corpus, code, number):
    """The frequency of each word of one script. Serbian words are Croatian ones in Cyrillic letters."""
    found = Counter()
    path = corpus / "words" / f"{'hr' if code == 'sr' else code}.txt"
    if path.exists():
        rows = [line.split("\t") for line in path.read_text("utf-8").splitlines()]
        for word, share in rows:
            for part in runs(cyrillic(word) if code == "sr" else word, number):
                found[part] += float(share)
    else:
        listed = COMMON / f"{code}.txt"
        for rank, word in enumerate(dict.fromkeys(listed.read_text("utf-8").split())):
            for part in runs(word, number):
                found[part] += 0.03 / (rank + 2)
    for word in greetings().get(code, []):
        for part in runs(word, number):
            found[part] += SPOKEN
    return found


def greetings():
    """What people say to each other, which written text seldom has, by language."""
    rows = (line.split("\t") for line in (COMMON / "greetings.tsv").read_text("utf-8").splitlines())
    return {code: phrases.split() for code, phrases in rows}


def cyrillic(word):
    for latin, letter in CYRILLIC.items():
        word = word.replace(latin, letter)
    return word


def runs(word, number):
    """The runs of a script's letters in a word, in lower case."""
    kept = "".join(
        chr(LOWER[ord(c)]) if ord(c) < 1 << 16 and SCRIPT[ord(c)] == number else " " for c in word)
    return kept.split()


def levels(script, counts, number):
    """The listed words of a script: their hashes, and for each its languages and levels."""
    ranks = {}
    for found in counts:
        for rank, (word, _) in enumerate(found.most_common(SEEN)):
            ranks[word] = min(ranks.get(word, SEEN), rank)
    candidates = sorted(ranks)
    sure = np.exp(log_softmax(Evidence(script, candidates, number).logits(*sharpness(script))))
    hashes, _ = words(candidates, number)
    rows = {}
    for i, word in enumerate(candidates):
        shares = np.array([found.get(word, 0) for found in counts])
        best = shares.argmax()
        if ranks[word] >= LISTED and sure[i, best] > SURE and shares[best] > OWN * shares.sum():
            continue
        row = np.round(np.log(np.maximum(shares, 1e-12) / LEAST) / FACTOR).clip(0, HIGHEST).astype(int)
        if row.any():
            rows[int(hashes[i])] = [(language, int(level)) for language, level in enumerate(row) if level]
    order = sorted(rows)
    return np.array(order, np.uint32), [rows[value] for value in order]


def texts_of(folder, languages):
    """Texts of the fit, the number of each one's language, and its weight."""
    texts, labels, weights = [], [], []
    for source, code, lines in held_out(folder):
        if source in SETTING and code in languages:
            long = source not in WORDS
            lines = lines[0::2][:MOST_TEXTS]
            if long:
                lines = [piece(line, code) for line in lines]
            if code[:2] in ("ja", "zh"):
                lines = [line[:2 + i % 30] for i, line in enumerate(lines)]
            texts += lines
            labels += [languages.index(code)] * len(lines)
            weights += [1 if long else SHORT_WEIGHT] * len(lines)
    return texts, np.array(labels), np.array(weights)


def fit(script, number, folder):
    """Sets how sure a script's answers are: the likelihood of the right language is to be greatest, all being as likely
    beforehand as in FOLDER."""
    texts, labels, weights = texts_of(folder, script["languages"])
    evidence = Evidence(script, texts, number)
    free = slice(0, 4 if len(script["words"]) else 2)
    start = np.array([np.log(1.5), 0.05, np.log(1.2), np.log(0.5)])

    def values(known):
        every = start.copy()
        every[free] = known
        return np.exp(every[0]), every[1], np.exp(every[2]), np.exp(every[3])

    def loss(known):
        chances = log_softmax(evidence.logits(*values(known), prior=0))[np.arange(len(labels)), labels]
        return -(chances * weights).sum() / weights.sum()

    found = minimize(loss, start[free], method="Nelder-Mead", options=dict(maxiter=250))
    script.update(zip(("scale", "power", "word_scale", "word_fade"), values(found.x)))
    print(SCRIPTS[number][0], len(script["words"]), "words", np.round(sharpness(script), 4), round(found.fun, 4), flush=True)


def main():
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("corpus", type=Path)
    arguments.add_argument("output", type=Path)
    arguments.add_argument("--held-out", type=Path, required=True)
    given = arguments.parse_args()
    scripts = Model.read(given.output).scripts
    scripts += [untrained(number) for number in range(len(scripts), len(SCRIPTS))]
    for number, script in enumerate(scripts):
        if not script["longest"]:
            continue
        script["words"], script["pairs"] = np.zeros(0, np.uint32), []
        script["priors"] = np.array(
            [round(PRIORS * 0.5 * np.log(SHARES.get(code, SHARES[""]) / SHARES[""])) for code in script["languages"]])
        fit(script, number, given.held_out)
        if SCRIPTS[number][0] != "han":
            counts = [frequencies(given.corpus, code, number) for code in script["languages"]]
            script["words"], script["pairs"] = levels(script, counts, number)
            fit(script, number, given.held_out)
    Model(scripts).write(given.output)
    print(given.output, given.output.stat().st_size, "bytes")


if __name__ == "__main__":
    main()

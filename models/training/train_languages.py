#!/usr/bin/env python3
"""Trains the language detector: logistic regression over hashed n-grams of letters, a script at a time.

    train_languages.py CORPUS OUTPUT [--only SCRIPT]

CORPUS holds SOURCE/LANGUAGE.txt, a sentence a line, and words/LANGUAGE.txt, `word<TAB>frequency` a line: what
gather_languages.py writes. OUTPUT is the model that the program takes in (Sources/CResources/files/languages.bin).
add_words.py then adds words and sets the confidence. NumPy and PyTorch are all it needs; it takes some ten minutes.
"""

import argparse
from pathlib import Path

import numpy as np
import torch

from language_model import SCRIPTS, Model, grams, piece, random, untrained

SNIPPETS, CANDIDATES = 14_000, 1 << 22


def snippets(corpus, code, count):
    """Pieces of lines, and rows of words drawn by their frequency: one half of each where there are both."""
    sources = [path for path in sorted(corpus.glob(f"*/{code}.txt")) if path.parent.name != "words"]
    lines = {path: [line for line in path.read_text("utf-8").splitlines() if line] for path in sources}
    shares = np.array([len(lines[path]) ** 0.5 for path in sources])
    listed = corpus / "words" / f"{code}.txt"
    drawn = count // 2 if listed.exists() else 0
    taken = []
    for path, part in zip(sources, random.multinomial(count - drawn, shares / shares.sum())):
        taken += [piece(lines[path][i], code) for i in random.integers(0, len(lines[path]), part)]
    if drawn:
        rows = [line.split("\t") for line in listed.read_text("utf-8").splitlines()]
        chances = np.array([float(row[1]) for row in rows])
        chances /= chances.sum()
        ends = np.cumsum(random.integers(3, 22, drawn))
        words = [rows[i][0] for i in random.choice(len(rows), ends[-1], p=chances)]
        space = "" if code in ("ja", "zh-Hans", "zh-Hant") else " "
        taken += [space.join(words[start:end]) for start, end in zip(np.concatenate(([0], ends)), ends)]
    return taken


def chosen(hashes, labels, languages, count):
    """The n-grams that say most: those with the largest p(n-gram, language) log(p(n-gram | language) / p(n-gram))."""
    buckets = (hashes % CANDIDATES).astype(np.int64)
    counts = np.stack([np.bincount(buckets[labels == i], minlength=CANDIDATES) for i in range(languages)])
    shares = (counts + 0.02) / counts.sum(1, keepdims=True)
    mean = shares.mean(0)
    worth = (shares * np.abs(np.log(shares / mean))).max(0)
    known, first = np.unique(buckets, return_index=True)
    best = known[np.argsort(-worth[known])[:count]]
    return np.sort(hashes[first[np.searchsorted(known, best)]])


class Bags:
    """Texts as the numbers of their listed n-grams."""

    def __init__(self, texts, number, longest, listed):
        parts, owners, base = [], [], 0
        for start in range(0, len(texts), 20_000):
            hashes, owner = grams(texts[start:start + 20_000], number, longest)
            at = np.minimum(np.searchsorted(listed, hashes), len(listed) - 1)
            kept = listed[at] == hashes
            order = np.argsort(owner[kept], kind="stable")
            parts.append(at[kept][order].astype(np.int32))
            owners.append(owner[kept][order] + start)
        self.features, owners = np.concatenate(parts), np.concatenate(owners)
        self.starts = np.searchsorted(owners, np.arange(len(texts) + 1))

    def logits(self, table, rows):
        """(rows, languages): sums of weights over the root of their number."""
        counts = self.starts[rows + 1] - self.starts[rows]
        offsets = np.concatenate(([0], np.cumsum(counts)[:-1]))
        index = np.repeat(self.starts[rows] - offsets, counts) + np.arange(counts.sum())
        sums = torch.nn.functional.embedding_bag(
            torch.from_numpy(self.features[index]), table, torch.from_numpy(offsets.astype(np.int32)), mode="sum")
        return sums / torch.from_numpy(np.maximum(counts, 1)).float().sqrt()[:, None]


def trained(bags, labels, features, languages, epochs):
    """Weights (n-grams, languages)."""
    table = torch.zeros(features, languages, requires_grad=True)
    steps = epochs * (len(labels) // 512 + 1)
    optimiser = torch.optim.Adam([table], lr=0.02)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimiser, 0.03, total_steps=steps, pct_start=0.1)
    for epoch in range(epochs):
        order, total = random.permutation(len(labels)), 0.0
        for start in range(0, len(order), 512):
            rows = order[start:start + 512]
            loss = torch.nn.functional.cross_entropy(
                bags.logits(table, rows), torch.from_numpy(labels[rows]), label_smoothing=0.01)
            optimiser.zero_grad()
            (loss + 1e-6 * table.square().sum()).backward()
            optimiser.step()
            schedule.step()
            total += loss.item() * len(rows)
        print(f"  epoch {epoch + 1}: {total / len(order):.4f}", flush=True)
    return table.detach()


def quantised(table):
    """The weights in steps of 1/127 of the largest, less what all languages share, and the step."""
    table = table - table.mean(1, keepdim=True)
    step = table.abs().quantile(0.9999).item() / 127
    return (table / step).round().clamp(-127, 127).to(torch.int8).numpy(), step


def fit_script(corpus, number):
    _, _, longest, count, _ = SCRIPTS[number]
    script = untrained(number)
    languages = script["languages"]
    if not longest:
        return script
    print(SCRIPTS[number][0], flush=True)
    texts, labels = [], []
    for label, code in enumerate(languages):
        drawn = snippets(corpus, code, SNIPPETS)
        texts += drawn
        labels += [label] * len(drawn)
    labels = np.array(labels)
    sample = random.permutation(len(texts))[:60_000]
    hashes, owners = grams([texts[i] for i in sample], number, longest)
    script["listed"] = chosen(hashes, labels[sample][owners], len(languages), count)
    bags = Bags(texts, number, longest, script["listed"])
    table = trained(bags, labels, len(script["listed"]), len(languages), 5)
    script["weights"], script["step"] = quantised(table)
    return script


def main():
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("corpus", type=Path)
    arguments.add_argument("output", type=Path)
    arguments.add_argument("--only", choices=[name for name, *_ in SCRIPTS], help="leave the others in OUTPUT as they are")
    given = arguments.parse_args()
    torch.manual_seed(7)
    there = Model.read(given.output).scripts if given.only else [None] * len(SCRIPTS)
    model = Model([
        there[number] if given.only not in (None, name) else fit_script(given.corpus, number)
        for number, (name, *_) in enumerate(SCRIPTS)])
    model.write(given.output)
    print(given.output, given.output.stat().st_size, "bytes")


if __name__ == "__main__":
    main()

#!/usr/bin/env python3
"""Trains the language detector: logistic regression over hashed n-grams of letters, a script at a time.

    train_languages.py CORPUS OUTPUT [--held-out FOLDER] [--only SCRIPT]

CORPUS holds SOURCE/LANGUAGE.txt, a sentence a line, and words/LANGUAGE.txt, `word<TAB>frequency` a line: what
gather_languages.py writes. OUTPUT is the model that the program takes in (Sources/CResources/files/languages.bin).
FOLDER has sources that nothing is trained on, in the same layout: half of each language's `news` sets the confidence,
everything else is scored. NumPy and PyTorch are all it needs; it takes some ten minutes.
"""

import argparse
import struct
from pathlib import Path

import numpy as np
import torch

# (script, weight of a letter, longest n-gram, n-grams kept, languages); the order of the file.
SCRIPTS = [
    ("latin", 1, 5, 10_000, "ca cs da de en es et fi fr hr hu id it lt lv nb nl pl pt ro sk sl sv sw tr vi"),
    ("cyrillic", 1, 5, 3_500, "bg ru sr uk"),
    ("arabic", 1, 5, 2_500, "ar fa ur"),
    ("devanagari", 1, 5, 1_500, "hi mr"),
    ("han", 2, 2, 3_500, "ja zh-Hans zh-Hant"),
    ("bengali", 1, 0, 0, "bn"), ("greek", 1, 0, 0, "el"), ("hangul", 2, 0, 0, "ko"), ("hebrew", 1, 0, 0, "he"),
    ("tamil", 1, 0, 0, "ta"), ("telugu", 1, 0, 0, "te"), ("thai", 1, 0, 0, "th"),
]
# Code points, first and last, of each script's letters and marks: the same table as LetterTable.swift.
RANGES = [
    (0x41, 0x5A, 0), (0x61, 0x7A, 0), (0xC0, 0xD6, 0), (0xD8, 0xF6, 0), (0xF8, 0x24F, 0), (0x1E00, 0x1EFF, 0),
    (0x400, 0x481, 1), (0x48A, 0x52F, 1),
    (0x610, 0x61A, 2), (0x620, 0x65F, 2), (0x66E, 0x6D3, 2), (0x6D5, 0x6EF, 2), (0x6FA, 0x6FF, 2),
    (0x750, 0x77F, 2), (0xFB50, 0xFDFF, 2), (0xFE70, 0xFEFC, 2),
    (0x900, 0x963, 3), (0x971, 0x97F, 3),
    (0x3005, 0x3007, 4), (0x3041, 0x3096, 4), (0x309D, 0x309F, 4), (0x30A1, 0x30FA, 4), (0x30FC, 0x30FF, 4),
    (0x3400, 0x4DBF, 4), (0x4E00, 0x9FFF, 4), (0xF900, 0xFAFF, 4), (0xFF66, 0xFF9F, 4),
    (0x980, 0x9E3, 5), (0x370, 0x3FF, 6), (0x1F00, 0x1FFF, 6),
    (0x1100, 0x11FF, 7), (0x3130, 0x318F, 7), (0xAC00, 0xD7AF, 7),
    (0x591, 0x5F4, 8), (0xFB1D, 0xFB4F, 8), (0xB82, 0xBE5, 9), (0xC00, 0xC65, 10), (0xE01, 0xE4E, 11),
]
SEED, MULTIPLIER, CANDIDATES = 0x811C9DC5, 0x9E3779B1, 1 << 22
SNIPPETS, LENGTHS = 14_000, (12, 160)
random = np.random.default_rng(7)


def tables():
    """Of each code point up to 0xFFFF its script, or 255, and its lower case."""
    script = np.full(1 << 16, 255, np.uint8)
    for first, last, number in RANGES:
        script[first:last + 1] = number
    lower = np.arange(1 << 16, dtype=np.uint32)
    for first, last, step in [(0x41, 0x5A, 32), (0xC0, 0xDE, 32), (0x410, 0x42F, 32), (0x400, 0x40F, 80)]:
        lower[first:last + 1] += step
    for first, last, odd in [(0x100, 0x137, 0), (0x139, 0x148, 1), (0x14A, 0x177, 0), (0x179, 0x17E, 1),
                             (0x1A0, 0x1A5, 0), (0x1AF, 0x1B0, 1), (0x1CD, 0x1DC, 1), (0x1DE, 0x1EF, 0),
                             (0x1F8, 0x21F, 0), (0x222, 0x233, 0), (0x460, 0x481, 0), (0x48A, 0x4BF, 0),
                             (0x4D0, 0x52F, 0), (0x1E00, 0x1E95, 0), (0x1EA0, 0x1EFF, 0)]:
        upper = np.arange(first, last + 1)
        upper = upper[upper % 2 == odd]
        lower[upper] = upper + 1
    lower[0x130], lower[0x178] = 0x69, 0xFF
    return script, lower


SCRIPT, LOWER = tables()


def letters(texts, number):
    """The texts' letters of one script in one array, lower case, runs of anything else as one 0, and a 0 at both ends;
    with the text that each belongs to."""
    points = [np.frombuffer(text.encode("utf-32-le"), np.uint32) for text in texts]
    owner = np.repeat(np.arange(len(points)), [len(p) + 2 for p in points])
    flat = np.concatenate([np.concatenate(([0], p, [0])) for p in points]).astype(np.uint32)
    flat = np.where(flat > 0xFFFF, 0, flat)
    flat = np.where(SCRIPT[flat] == number, LOWER[flat], 0)
    kept = np.ones(len(flat), bool)
    kept[1:] = (flat[1:] != 0) | (flat[:-1] != 0) | (owner[1:] != owner[:-1])
    return flat[kept], owner[kept]


def grams(texts, number, longest):
    """Hashes of all n-grams, and the text of each. One never goes over a boundary, but may begin and end with it."""
    flat, owner = letters(texts, number)
    found, owners = [], []
    value = np.full(len(flat), SEED, np.uint32)
    whole = np.ones(len(flat), bool)
    for length in range(1, min(longest, len(flat)) + 1):
        end = len(flat) - length + 1
        last = flat[length - 1:]
        value = (value[:end] ^ last) * np.uint32(MULTIPLIER)
        value ^= value >> np.uint32(15)
        whole = whole[:end] & (owner[:end] == owner[length - 1:])
        if length > 2:
            whole &= flat[length - 2:end + length - 2] != 0
        real = whole & ((flat[:end] != 0) if length == 1 else True)
        found.append(value[real])
        owners.append(owner[:end][real])
    return np.concatenate(found), np.concatenate(owners)


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


def piece(line, code):
    """Some of a line, from one space to another where the language has them."""
    length = int(np.exp(random.uniform(*np.log(LENGTHS))))
    if len(line) <= length:
        return line
    start = random.integers(0, len(line) - length)
    if code[:2] in ("ja", "zh", "th"):
        return line[start:start + length]
    start = line.rfind(" ", 0, start + 1) + 1
    end = line.find(" ", start + length)
    return line[start:end if end > 0 else None]


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


class Model:
    """What the program has, for scoring."""

    def __init__(self, scripts):
        self.scripts = scripts
        self.languages = [code for script in scripts for code in script["languages"]]

    def probabilities(self, texts):
        """(texts, languages)."""
        shares = np.zeros((len(texts), len(self.scripts)))
        for i, text in enumerate(texts):
            points = np.frombuffer(text.encode("utf-32-le"), np.uint32)
            found = SCRIPT[np.where(points > 0xFFFF, 0, points)]
            shares[i] = [(found == n).sum() * s["weight"] for n, s in enumerate(self.scripts)]
        shares = shares ** 2
        shares /= np.maximum(shares.sum(1, keepdims=True), 1e-9)
        columns = []
        for number, script in enumerate(self.scripts):
            part = self.within(texts, number) if script["longest"] else np.ones((len(texts), 1))
            columns.append(part * shares[:, number:number + 1])
        return np.concatenate(columns, 1)

    def within(self, texts, number):
        script = self.scripts[number]
        bags = Bags(texts, number, script["longest"], script["listed"])
        logits = bags.logits(torch.from_numpy(script["weights"]).float() * script["step"], np.arange(len(texts)))
        counts = np.maximum(np.diff(bags.starts), 1)
        sharpness = script["scale"] * counts ** script["power"]
        return torch.softmax(logits * torch.from_numpy(sharpness)[:, None], 1).numpy()

    def write(self, path):
        out = b"DLD1" + struct.pack("<I", len(self.scripts))
        for script in self.scripts:
            names = " ".join(script["languages"]).encode()
            out += struct.pack("<BBBBI", script["weight"], script["longest"], len(script["languages"]), len(names),
                               len(script["listed"]))
            out += struct.pack("<fff", script["step"], script["scale"], script["power"]) + names
            out += script["listed"].astype("<u4").tobytes() + script["weights"].tobytes()
        path.write_bytes(out)


    @classmethod
    def read(cls, path):
        data, at, scripts = path.read_bytes(), 8, []
        for _ in range(struct.unpack_from("<I", data, 4)[0]):
            weight, longest, count, names, grams = struct.unpack_from("<BBBBI", data, at)
            step, scale, power = struct.unpack_from("<fff", data, at + 8)
            at += 20
            languages = data[at:at + names].decode().split()
            listed = np.frombuffer(data, "<u4", grams, at + names)
            weights = np.frombuffer(data, np.int8, grams * count, at + names + 4 * grams).reshape(grams, count)
            at += names + (4 + count) * grams
            scripts.append(dict(weight=weight, longest=longest, languages=languages, step=step, scale=scale,
                                power=power, listed=listed, weights=weights.copy()))
        return cls(scripts)


def fit_script(corpus, number):
    _, weight, longest, count, names = SCRIPTS[number]
    languages = names.split()
    script = dict(weight=weight, longest=longest, languages=languages, step=1.0, scale=1.0, power=0.0,
                  listed=np.zeros(0, np.uint32), weights=np.zeros((0, len(languages)), np.int8))
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


def held_out(folder):
    """(source, language, texts)."""
    for path in sorted(folder.glob("*/*.txt")):
        yield path.parent.name, path.stem, [line for line in path.read_text("utf-8").splitlines() if line]


def calibrate(model, folder, only):
    """Sets how sure each script's answers are, by half of `news` in pieces of all lengths: the likelihood of the right
    language is to be greatest."""
    for number, script in enumerate(model.scripts):
        if not script["longest"] or only not in (None, SCRIPTS[number][0]):
            continue
        texts, labels = [], []
        for label, code in enumerate(script["languages"]):
            lines = [line for source, name, found in held_out(folder) if name == code and source in ("news", "treebank")
                     for line in found[0::2]]
            texts += [piece(line, code) for line in lines[:1000]]
            labels += [label] * len(lines[:1000])
        bags = Bags(texts, number, script["longest"], script["listed"])
        logits = bags.logits(torch.from_numpy(script["weights"]).float() * script["step"], np.arange(len(texts)))
        counts, target = torch.from_numpy(np.maximum(np.diff(bags.starts), 1)), torch.tensor(labels)
        known = torch.zeros(2, requires_grad=True)
        optimiser = torch.optim.LBFGS([known], max_iter=100)

        def closure():
            optimiser.zero_grad()
            loss = torch.nn.functional.cross_entropy(
                logits * (known[0].exp() * counts ** known[1])[:, None], target)
            loss.backward()
            return loss

        optimiser.step(closure)
        script["scale"], script["power"] = known[0].exp().item(), known[1].item()
        print(SCRIPTS[number][0], "scale", script["scale"], "power", script["power"])


def report(model, folder):
    """Accuracy by source and language on sentences of 40 letters and more (16 in Chinese, Japanese and Korean, which
    say as much with fewer), and whether the confidence is true."""
    sure, right, short = [], [], []
    for source, code, texts in held_out(folder):
        texts = texts[1::2] if source in ("news", "treebank") else texts
        texts = [text for text in texts if len(text) >= (16 if code[:2] in ("zh", "ja", "ko") else 40)]
        if not texts or code not in model.languages:
            continue
        chances = model.probabilities(texts)
        guesses = chances.argmax(1)
        hits = guesses == model.languages.index(code)
        wrong = [model.languages[g] for g in guesses[~hits]]
        confusions = sorted(((wrong.count(w), w) for w in set(wrong)), reverse=True)[:3]
        print(f"{source}\t{code}\t{hits.mean() * 100:.2f} %\t{len(texts)}\t{confusions}")
        sure.append(chances.max(1))
        right.append(hits)
        pieces = [piece(text, code)[:40] for text in texts]
        chances = model.probabilities(pieces)
        short.append((chances.max(1), chances.argmax(1) == model.languages.index(code)))
    print(f"all, mean of rows: {np.mean([hits.mean() for hits in right]) * 100:.2f} %")
    reliability("whole sentences", np.concatenate(sure), np.concatenate(right))
    reliability("at most 40 letters", *(np.concatenate(column) for column in zip(*short)))


def reliability(name, sure, right):
    print(f"{name}: {right.mean() * 100:.2f} % right")
    error, edges = 0.0, [0, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.99, 1.01]
    for low, high in zip(edges, edges[1:]):
        inside = (sure >= low) & (sure < high)
        if inside.any():
            error += inside.mean() * abs(sure[inside].mean() - right[inside].mean())
            print(f"  {low:.2f}-{min(high, 1):.2f}: {inside.sum()} said {sure[inside].mean():.3f} "
                  f"were {right[inside].mean():.3f}")
    print(f"  expected calibration error {error * 100:.2f} %")


def main():
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("corpus", type=Path)
    arguments.add_argument("output", type=Path)
    arguments.add_argument("--held-out", type=Path)
    arguments.add_argument("--score", action="store_true", help="train nothing, score OUTPUT as it is")
    arguments.add_argument("--only", choices=[name for name, *_ in SCRIPTS], help="leave the others in OUTPUT as they are")
    given = arguments.parse_args()
    torch.manual_seed(7)
    if given.score:
        model = Model.read(given.output)
    else:
        there = Model.read(given.output).scripts if given.only else [None] * len(SCRIPTS)
        model = Model([
            there[number] if given.only not in (None, name) else fit_script(given.corpus, number)
            for number, (name, *_) in enumerate(SCRIPTS)])
        model.write(given.output)
        if given.held_out:
            calibrate(model, given.held_out, given.only)
            model.write(given.output)
    print(given.output, given.output.stat().st_size, "bytes")
    if given.held_out:
        report(model, given.held_out)


if __name__ == "__main__":
    main()

#!/usr/bin/env python3
"""The language detector as the program has it, and its scores.

    language_model.py MODEL [--held-out FOLDER] [--short FILE...]

MODEL is Sources/CResources/files/languages.bin, which train_languages.py and add_words.py make. FOLDER holds
SOURCE/LANGUAGE.txt, a sentence a line, that nothing was trained on; the first half of `news` and `treebank` set the
confidence. FILE has a short text a line, after the codes that are right and a tab. NumPy is all it needs.
"""

import argparse
import struct
from pathlib import Path

import numpy as np

# (script, weight of a letter, longest n-gram, n-grams kept, languages); the order of the file.
SCRIPTS = [
    ("latin", 1, 5, 10_000, "ca cs da de en es et fi fr hr hu id it lt lv nb nl pl pt ro sk sl sv sw tr vi"),
    ("cyrillic", 1, 5, 3_500, "bg ru sr uk"),
    ("arabic", 1, 5, 2_500, "ar fa ur"),
    ("devanagari", 1, 5, 1_500, "hi mr"),
    ("han", 2, 2, 3_500, "ja zh-Hans zh-Hant"),
    ("bengali", 1, 0, 0, "bn"), ("greek", 1, 0, 0, "el"), ("hangul", 2, 0, 0, "ko"), ("hebrew", 1, 0, 0, "he"),
    ("tamil", 1, 0, 0, "ta"), ("telugu", 1, 0, 0, "te"), ("thai", 1, 0, 0, "th"), ("georgian", 1, 0, 0, "ka"),
    ("armenian", 1, 0, 0, "hy"), ("gujarati", 1, 0, 0, "gu"), ("gurmukhi", 1, 0, 0, "pa"), ("kannada", 1, 0, 0, "kn"),
    ("malayalam", 1, 0, 0, "ml"), ("sinhala", 1, 0, 0, "si"), ("khmer", 1, 0, 0, "km"), ("lao", 1, 0, 0, "lo"),
    ("burmese", 1, 0, 0, "my"), ("ethiopic", 1, 0, 0, "am"),
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
    (0x10A0, 0x10FF, 12), (0x1C90, 0x1CBF, 12), (0x531, 0x587, 13), (0xFB13, 0xFB17, 13), (0xA81, 0xAE3, 14),
    (0xA01, 0xA4D, 15), (0xA59, 0xA75, 15), (0xC80, 0xCE3, 16), (0xD00, 0xD63, 17), (0xD7A, 0xD7F, 17),
    (0xD81, 0xDDF, 18), (0x1780, 0x17D3, 19), (0xE81, 0xECD, 20), (0xEDC, 0xEDF, 20), (0x1000, 0x103F, 21),
    (0x1050, 0x109D, 21), (0x1200, 0x137C, 22),
]
SEED, MULTIPLIER = 0x811C9DC5, 0x9E3779B1
SHARPNESS = ("scale", "power", "word_scale", "word_fade")
# Steps of a prior to one nat, and the letters of a text in which a prior counts as it is.
PRIORS, LETTERS_OF_WORD = 16, 5
LENGTHS = (12, 160)
# Sources of words alone, and all sources whose first half sets the confidence.
WORDS = ("single-words", "word-pairs")
SETTING = ("news", "treebank", *WORDS)
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


def words(texts, number):
    """The hash of each word of one script with the boundaries around it, and the text that it belongs to. ß counts as
    ss, as in lists of words without capitals."""
    flat, owner = letters(texts, number)
    hashes, owners, value = [], [], None
    for letter, text in zip(flat.tolist(), owner.tolist()):
        if letter or value is not None:
            value = hashed(SEED, 0) if value is None else value
            value = hashed(hashed(value, ord("s")), ord("s")) if letter == ord("ß") else hashed(value, letter)
        if not letter and value is not None:
            hashes.append(value)
            owners.append(text)
            value = None
    return np.array(hashes, np.uint32), np.array(owners, np.int64)


def hashed(value, letter):
    product = ((value ^ letter) * MULTIPLIER) & 0xFFFFFFFF
    return product ^ product >> 15


def log_softmax(logits):
    logits = logits - logits.max(1, keepdims=True)
    return logits - np.log(np.exp(logits).sum(1, keepdims=True))


class Evidence:
    """What texts show of one script: sums of weights of n-grams and of levels of words, with their numbers."""

    def __init__(self, script, texts, number):
        languages = len(script["languages"])
        self.prior = script["priors"] / PRIORS
        self.grams, self.gram_count = np.zeros((len(texts), languages)), np.zeros(len(texts))
        self.words, self.word_count = np.zeros((len(texts), languages)), np.zeros(len(texts))
        self.letters = np.zeros(len(texts))
        levels = table_levels(script)
        for start in range(0, len(texts), 5_000):
            part = texts[start:start + 5_000]
            flat, owner = letters(part, number)
            self.letters[start:start + len(part)] = np.bincount(owner[flat != 0], minlength=len(part))
            self.sum(self.grams, self.gram_count, grams(part, number, script["longest"]), start,
                     script["listed"], script["weights"] * script["step"])
            self.sum(self.words, self.word_count, words(part, number), start, script["words"], levels)

    @staticmethod
    def sum(sums, counts, found, start, listed, values):
        hashes, owners = found
        if not len(listed) or not len(hashes):
            return
        at = np.minimum(np.searchsorted(listed, hashes), len(listed) - 1)
        kept = listed[at] == hashes
        np.add.at(sums, owners[kept] + start, values[at[kept]])
        np.add.at(counts, owners[kept] + start, 1)

    def logits(self, scale, power, word_scale, word_fade, prior=1):
        """(texts, languages). N-grams count by a power of their number, words less the more there are, and what is
        known of a language beforehand less the longer the text is."""
        count = np.maximum(self.gram_count, 1)
        logits = self.grams * (scale * count ** (power - 0.5))[:, None]
        logits += self.words * (word_scale / (1 + word_fade * np.maximum(self.word_count - 1, 0)))[:, None]
        return logits + prior * self.prior / np.sqrt(np.maximum(self.letters / LETTERS_OF_WORD, 1))[:, None]


def table_levels(script):
    """(words, languages)."""
    levels = np.zeros((len(script["words"]), len(script["languages"])))
    for row, pairs in enumerate(script["pairs"]):
        for language, level in pairs:
            levels[row, language] = level
    return levels


class Model:
    """What the program has."""

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
            part = np.ones((len(texts), 1))
            if script["longest"]:
                part = np.exp(log_softmax(Evidence(script, texts, number).logits(*sharpness(script))))
            columns.append(part * shares[:, number:number + 1])
        return np.concatenate(columns, 1)

    def write(self, path):
        out = b"DLD2" + struct.pack("<I", len(self.scripts))
        for script in self.scripts:
            names = " ".join(script["languages"]).encode()
            out += struct.pack("<BBBBI", script["weight"], script["longest"], len(script["languages"]), len(names),
                               len(script["listed"]))
            out += struct.pack("<5f", script["step"], *sharpness(script)) + names
            out += script["priors"].astype(np.int8).tobytes()
            out += script["listed"].astype("<u4").tobytes() + script["weights"].tobytes()
            out += packed_words(script)
        path.write_bytes(out)

    @classmethod
    def read(cls, path):
        data, at, scripts = path.read_bytes(), 8, []
        for _ in range(struct.unpack_from("<I", data, 4)[0]):
            weight, longest, count, names, grams = struct.unpack_from("<BBBBI", data, at)
            step, *sharp = struct.unpack_from("<5f", data, at + 8)
            at += 28
            languages = data[at:at + names].decode().split()
            at += names
            priors = np.frombuffer(data, np.int8, count, at).copy()
            at += count
            listed = np.frombuffer(data, "<u4", grams, at)
            weights = np.frombuffer(data, np.int8, grams * count, at + 4 * grams).reshape(grams, count)
            at += (4 + count) * grams
            words, pairs, at = unpacked_words(data, at)
            scripts.append(dict(
                weight=weight, longest=longest, languages=languages, step=step, listed=listed, weights=weights.copy(),
                priors=priors, words=words, pairs=pairs, **dict(zip(SHARPNESS, sharp))))
        return cls(scripts)


def untrained(number):
    """A script that tells its languages by nothing yet."""
    _, weight, longest, _, names = SCRIPTS[number]
    languages = names.split()
    return dict(weight=weight, longest=longest, languages=languages, step=1.0, listed=np.zeros(0, np.uint32),
                weights=np.zeros((0, len(languages)), np.int8), priors=np.zeros(len(languages), np.int8),
                words=np.zeros(0, np.uint32), pairs=[], scale=1.0, power=0.0, word_scale=1.0, word_fade=1.0)


def sharpness(script):
    return [script[name] for name in SHARPNESS]


def packed_words(script):
    """The words by the number of their languages: for each number, how many words; for each word the distance of its
    hash from the one before, seven bits a byte, and a byte per language: its number and, in the upper three bits, the
    level."""
    rows = {}
    for value, pairs in zip(script["words"].tolist(), script["pairs"]):
        rows.setdefault(len(pairs), []).append((value, pairs))
    out = struct.pack("<I", max(rows, default=0))
    for count in range(1, max(rows, default=0) + 1):
        out += struct.pack("<I", len(rows.get(count, [])))
        last, part = 0, bytearray()
        for value, pairs in rows.get(count, []):
            distance, last = value - last, value
            while distance > 127:
                part.append(distance & 127 | 128)
                distance >>= 7
            part.append(distance)
            part += bytes(level << 5 | language for language, level in pairs)
        out += bytes(part)
    return out


def unpacked_words(data, at):
    rows, counts = [], struct.unpack_from("<I", data, at)[0]
    at += 4
    for count in range(1, counts + 1):
        number, last = struct.unpack_from("<I", data, at)[0], 0
        at += 4
        for _ in range(number):
            shift = 0
            while True:
                last += (data[at] & 127) << shift
                shift, at = shift + 7, at + 1
                if data[at - 1] < 128:
                    break
            rows.append((last, [(byte & 31, byte >> 5) for byte in data[at:at + count]]))
            at += count
    rows.sort()
    return np.array([value for value, _ in rows], np.uint32), [pairs for _, pairs in rows], at


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


def held_out(folder):
    """(source, language, texts)."""
    for path in sorted(folder.glob("*/*.txt")):
        yield path.parent.name, path.stem, [line for line in path.read_text("utf-8").splitlines() if line]


def report(model, folder):
    """Accuracy by source and language on sentences of 40 letters and more (16 in Chinese, Japanese and Korean, which
    say as much with fewer), and whether the confidence is true."""
    sure, right, short = [], [], []
    for source, code, texts in held_out(folder):
        texts = texts[1::2] if source in SETTING else texts
        if source in WORDS and code in model.languages:
            hits = model.probabilities(texts).argmax(1) == model.languages.index(code)
            print(f"{source}\t{code}\t{hits.mean() * 100:.2f} %\t{len(texts)}")
            continue
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


def short(model, path):
    """Accuracy on short texts: lines of `languages<TAB>text`; any of the languages is right."""
    rows = [line.split("\t") for line in path.read_text("utf-8").splitlines()]
    guesses = [model.languages[i] for i in model.probabilities([text for _, text in rows]).argmax(1)]
    wrong = [(text, said, guess) for (said, text), guess in zip(rows, guesses) if guess not in said.split()]
    print(f"{path.name}: {len(rows) - len(wrong)} of {len(rows)} right")
    for text, said, guess in wrong:
        print(f"  {text}: {guess}, not {said}")


def main():
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("model", type=Path)
    arguments.add_argument("--held-out", type=Path)
    arguments.add_argument("--short", type=Path, nargs="*", default=[])
    given = arguments.parse_args()
    model = Model.read(given.model)
    for path in given.short:
        short(model, path)
    if given.held_out:
        report(model, given.held_out)


if __name__ == "__main__":
    main()

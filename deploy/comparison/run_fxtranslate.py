"""One measurement of fxtranslate in a process of its own, on one thread; prints one JSON object.

It takes text, not tokens: what SentencePiece needs for the same text is measured as well and taken off, so that
tokenization counts on neither side.
"""

import argparse
import json
import pathlib
import time

import fxtranslate
import sentencepiece


def arguments():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--model", required=True)
    parser.add_argument("--input", required=True)
    parser.add_argument("--output", required=True)
    parser.add_argument("--whole", action="store_true", help="give all lines as one text")
    return parser.parse_args()


def only(folder, pattern):
    found = list(pathlib.Path(folder).glob(pattern))
    if len(found) != 1:
        raise FileNotFoundError(f"{folder}: found {len(found)} files {pattern}, expected one")
    return found[0]


def load(folder):
    words = only(folder, "vocab.*.spm").read_bytes()
    return fxtranslate.Translator(
        only(folder, "model.*.bin").read_bytes(), words, words, only(folder, "lex.*.bin").read_bytes())


def timed(work):
    start = time.perf_counter()
    return work(), time.perf_counter() - start


def main():
    given = arguments()
    engine = load(given.model)
    pieces = sentencepiece.SentencePieceProcessor(str(only(given.model, "vocab.*.spm")))
    lines = pathlib.Path(given.input).read_text(encoding="utf-8").splitlines()
    engine.translate("A sentence to warm up.")

    if given.whole:
        text, seconds = timed(lambda: engine.translate_long("\n".join(lines)))
        translations = text.splitlines()
    else:
        translations, seconds = timed(lambda: [engine.translate(line) for line in lines])
    source, encoding = timed(lambda: [pieces.encode(line) for line in lines])
    target = [pieces.encode(line) for line in translations]
    _, decoding = timed(lambda: [pieces.decode(tokens) for tokens in target])

    pathlib.Path(given.output).write_text("".join(line + "\n" for line in translations), encoding="utf-8")
    print(json.dumps({
        "seconds": seconds - encoding - decoding, "tokenizationSeconds": encoding + decoding,
        "sentences": len(lines), "sourceTokens": sum(len(tokens) + 1 for tokens in source),
        "targetTokens": sum(map(len, target)), "backend": engine.backend(),
    }))


if __name__ == "__main__":
    main()

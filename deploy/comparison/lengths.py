"""The cost of longer sources: sentences of given lengths, and the growth of the arithmetic alone."""

import itertools

import opus_shape
from checkpoint import read_json

MOST_WORDS = 100_000


def sentence(pieces, words, tokens):
    """Words joined to a sentence of that many tokens, its end included; those that are too long are left out."""
    text = ""
    for word in itertools.islice(words, MOST_WORDS):
        longer = f"{text} {word}".strip()
        count = len(pieces.encode(longer)) + 1
        if count <= tokens:
            text = longer
        if count == tokens:
            return text
    raise ValueError(f"found no {tokens} tokens in {MOST_WORDS} words, expected shorter words")


def sentences(pieces, lines, tokens, count):
    words = itertools.cycle(" ".join(lines).split())
    return [sentence(pieces, words, tokens) for _ in range(count)]


def multiplications(model, source, target=opus_shape.LONGEST):
    """Of one greedy translation, every product of the model and of attention counted."""
    settings = read_json(model, "config.json")
    width, inner = settings["d_model"], settings["encoder_ffn_dim"]
    encoder = settings["encoder_layers"] * (
        source * (4 * width**2 + 2 * width * inner) + 2 * source**2 * width)
    width_inner = 2 * width * settings["decoder_ffn_dim"]
    attended = sum(2 * (step + 1 + source) * width for step in range(target))
    decoder = settings["decoder_layers"] * (
        2 * source * width**2 + target * (6 * width**2 + width_inner) + attended)
    return encoder + decoder + target * width * settings["vocab_size"]

"""A checkpoint of the shape that OPUS-MT's models have, with random weights: speed depends on the shape alone.

Words and tokenizer are those of models/zoo/en-fr-captions, filled up to OPUS-MT's size. The weights are as before
training (Glorot and Bengio 2010), so that no word stands out as it does after training: the hard case for an engine
that only looks for the best. The end of sentence is never chosen before the last step, so that a translation is as
long as it may be.
"""

import json
import pathlib
import shutil
import sys

import numpy

from checkpoint import read_json, read_words, write_tensors

WIDTH, INNER, LAYERS, HEADS, WORDS = 512, 2048, 6, 8, 58101
PAD = WORDS - 1
# Steps of a translation whose length nothing forces; one more with the start token, as Hugging Face counts.
LONGEST = 20
BIAS_SPREAD = 0.02

CONFIGURATION = {
    "model_type": "marian", "architectures": ["MarianMTModel"], "vocab_size": WORDS, "decoder_vocab_size": WORDS,
    "d_model": WIDTH, "encoder_layers": LAYERS, "decoder_layers": LAYERS, "encoder_ffn_dim": INNER,
    "decoder_ffn_dim": INNER, "encoder_attention_heads": HEADS, "decoder_attention_heads": HEADS,
    "activation_function": "swish", "max_position_embeddings": 512, "scale_embedding": True,
    "normalize_before": False, "static_position_embeddings": True, "share_encoder_decoder_embeddings": True,
    "tie_word_embeddings": True, "eos_token_id": 0, "pad_token_id": PAD, "decoder_start_token_id": PAD,
}
GENERATION = {
    "eos_token_id": 0, "forced_eos_token_id": 0, "pad_token_id": PAD, "decoder_start_token_id": PAD,
    "bad_words_ids": [[PAD]], "num_beams": 1, "max_length": LONGEST + 1,
}


def make(folder, tokenizer):
    """Writes the folder if it is missing or older than this program; `tokenizer` is models/zoo/en-fr-captions."""
    folder, tokenizer = pathlib.Path(folder), pathlib.Path(tokenizer)
    last = folder / "config.json"
    if last.exists() and last.stat().st_mtime > pathlib.Path(__file__).stat().st_mtime:
        return
    folder.mkdir(parents=True, exist_ok=True)
    for name in ("source.spm", "target.spm"):
        shutil.copy(tokenizer / name, folder / name)
    settings = read_json(tokenizer, "tokenizer_config.json")
    write(folder / "tokenizer_config.json", settings)
    write(folder / "vocab.json", {word: number for number, word in enumerate(words(tokenizer))})
    write(folder / "generation_config.json", GENERATION)
    write_tensors(folder / "model.safetensors", tensors())
    write(last, CONFIGURATION)


def write(path, value):
    path.write_text(json.dumps(value, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


def words(tokenizer):
    known = [word for word in read_words(tokenizer) if word != "<pad>"]
    return known + [f"filler{number}" for number in range(len(known), PAD)] + ["<pad>"]


def tensors():
    random = numpy.random.default_rng(0)

    def normal(spread, *shape):
        return random.standard_normal(shape, dtype=numpy.float32) * numpy.float32(spread)

    table = normal(WIDTH**-0.5, WORDS, WIDTH)
    table[PAD] = 0
    bias = normal(BIAS_SPREAD, 1, WORDS)
    bias[0, 0] = -100
    made = {"model.shared.weight": table, "final_logits_bias": bias}
    for side, attentions in (("encoder", ["self_attn"]), ("decoder", ["self_attn", "encoder_attn"])):
        for layer in range(LAYERS):
            made |= layer_tensors(f"model.{side}.layers.{layer}", attentions, normal)
    return made


def layer_tensors(prefix, attentions, normal):
    shapes = {"fc1": (INNER, WIDTH), "fc2": (WIDTH, INNER)}
    norms = ["final_layer_norm"]
    for attention in attentions:
        shapes |= {f"{attention}.{part}_proj": (WIDTH, WIDTH) for part in ("q", "k", "v", "out")}
        norms.append(f"{attention}_layer_norm")
    made = {}
    for name, shape in shapes.items():
        made[f"{prefix}.{name}.weight"] = normal((2 / sum(shape)) ** 0.5, *shape)
        made[f"{prefix}.{name}.bias"] = normal(BIAS_SPREAD, shape[0])
    for name in norms:
        made[f"{prefix}.{name}.weight"] = 1 + normal(BIAS_SPREAD, WIDTH)
        made[f"{prefix}.{name}.bias"] = normal(BIAS_SPREAD, WIDTH)
    return made


if __name__ == "__main__":
    make(*sys.argv[1:])

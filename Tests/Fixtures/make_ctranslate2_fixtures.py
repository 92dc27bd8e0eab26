"""Makes `ctranslate2/`: tiny CTranslate2 folders of every kind of TransformerSpec, with CTranslate2's own answers.

Packages: ctranslate2 4.8.5, numpy 2.4.6, torch 2.15 (for bfloat16). Run here: `python3 make_ctranslate2_fixtures.py`. Weights come from a fixed seed.
`python3 make_ctranslate2_fixtures.py FOLDER…` writes only the answers, `expected.json`, into folders that exist, such as
`ctranslate2/aren-i8` and `ctranslate2/aren-v1-i16`. These are CTranslate2's own test models (its `tests/data/models`, MIT):
Arabic names to Latin letters, of container versions 2 and 1.
"""

import json
import os
import random
import shutil
import sys

import ctranslate2
import numpy as np
from ctranslate2.specs import common_spec, model_spec, transformer_spec

D, F, V, HEADS, POSITIONS = 16, 24, 30, 4, 40
HERE = os.path.dirname(os.path.abspath(__file__))
KINDS = common_spec.Activation


def fill(spec, numbers, width):
    """Fills norms and relative positions."""
    for name, value in list(vars(spec).items()):
        if name.startswith("_"):
            continue
        for part in value if isinstance(value, list) else [value]:
            if isinstance(part, model_spec.LayerSpec):
                fill(part, numbers, width)
        if value is not None:
            continue
        if name == "gamma":
            spec.gamma = (1 + 0.1 * numbers.standard_normal(D)).astype(np.float32)
        elif name == "beta":
            spec.beta = (0.1 * numbers.standard_normal(D)).astype(np.float32)
        elif name.startswith("relative_position"):
            setattr(spec, name, (0.5 * numbers.standard_normal((7, width))).astype(np.float32))
        elif name == "relative_attention_bias":
            spec.relative_attention_bias = numbers.standard_normal((8, HEADS)).astype(np.float32)
        elif name == "relative_attention_max_distance":
            spec.relative_attention_max_distance = np.dtype("int32").type(9)


def build(name, quantization=None, *, width=D // HEADS, bias=True, positions=True, tied=True, shared=True, scale=None,
          start="</s>", bos="<s>", lines=False, changes=None, **kind):
    numbers = np.random.default_rng(sum(name.encode()))
    spec = transformer_spec.TransformerSpec.from_config((1, 2), HEADS, **kind)
    fill(spec, numbers, width)
    matrix = lambda rows, columns: (0.5 * numbers.standard_normal((rows, columns))).astype(np.float32)

    def linear(layer, outputs, inputs):
        layer.weight = matrix(outputs, inputs)
        if bias:
            layer.bias = (0.1 * numbers.standard_normal(outputs)).astype(np.float32)

    inner = HEADS * width
    for side in (spec.encoder, spec.decoder):
        table = side.embeddings[0] if isinstance(side.embeddings, list) else side.embeddings
        table.weight = matrix(V, D)
        if positions and hasattr(side, "position_encodings"):
            side.position_encodings.encodings = matrix(POSITIONS, D)
        if scale is not None:
            side.scale_embeddings = scale
        for layer in side.layer:
            attentions = [(layer.self_attention, [(3 * inner, D), (D, inner)])]
            if hasattr(layer, "attention"):
                attentions.append((layer.attention, [(inner, D), (2 * inner, D), (D, inner)]))
            for attention, shapes in attentions:
                for part, shape in zip(attention.linear, shapes):
                    linear(part, *shape)
                if kind.get("relative_attention_bias"):
                    attention.queries_scale = np.dtype("float32").type(1)
            linear(layer.ffn.linear_0, F, D)
            linear(layer.ffn.linear_1, D, F)
            if hasattr(layer.ffn, "linear_0_noact"):
                linear(layer.ffn.linear_0_noact, F, D)
    if shared:
        spec.encoder.embeddings[0].weight = spec.decoder.embeddings.weight
    linear(spec.decoder.projection, V, D)
    if tied:
        spec.decoder.projection.weight = spec.decoder.embeddings.weight
    if changes:
        changes(spec)
    special = list(dict.fromkeys([bos, "</s>", "<unk>", "<pad>", "<s>"]))
    tokens = [f"t{index}" for index in range(V - len(special))] + special
    spec.register_source_vocabulary(tokens)
    spec.register_target_vocabulary(tokens if shared else tokens[::-1])
    spec.config.unk_token, spec.config.bos_token, spec.config.eos_token = "<unk>", bos, "</s>"
    spec.config.decoder_start_token = start
    spec.validate()
    spec.optimize(quantization=quantization)
    folder = os.path.join(HERE, "ctranslate2", name)
    shutil.rmtree(folder, ignore_errors=True)
    os.makedirs(folder)
    spec.save(folder)
    if lines:
        with open(os.path.join(folder, "shared_vocabulary.json"), encoding="utf-8") as file:
            pieces = json.load(file)
        os.remove(os.path.join(folder, "shared_vocabulary.json"))
        with open(os.path.join(folder, "shared_vocabulary.txt"), "w", encoding="utf-8") as file:
            file.writelines(piece + "\n" for piece in pieces)


def vocabulary(folder, side):
    for name in (f"shared_vocabulary", f"{side}_vocabulary"):
        path = os.path.join(folder, name)
        if os.path.exists(path + ".json"):
            with open(path + ".json", encoding="utf-8") as file:
                return json.load(file)
        if os.path.exists(path + ".txt"):
            with open(path + ".txt", encoding="utf-8") as file:
                return file.read().split("\n")[:-1]
    raise SystemExit(f"no vocabulary in {folder}")


def expect(folder):
    """Writes CTranslate2's scores of random targets, and its translations, greedily and by beam."""
    random.seed(5)
    config = {"decoder_start_token": "<s>", "eos_token": "</s>"}
    if os.path.exists(os.path.join(folder, "config.json")):
        with open(os.path.join(folder, "config.json"), encoding="utf-8") as file:
            config = json.load(file)
    ends = config["decoder_start_token"] != "<s>" or config["eos_token"] != "</s>"
    plain = lambda side: [piece for piece in vocabulary(folder, side) if not piece.startswith("<")]
    sentence = lambda side, length: [random.choice(plain(side)) for _ in range(length)]
    if "aren" in folder:
        sources, targets = [list("آتزمون"), list("آتشيسون"), list("آزا")], [list("atzmon"), list("achison"), list("azza")]
    else:
        sources = [sentence("source", length) for length in (3, 1, 20, 7)]
        targets = [sentence("target", length) for length in (4, 9, 18, 1)]
    given = [source + ["</s>"] if ends else source for source in sources]
    result = {"sources": sources, "targets": targets}
    for key, compute in (("float32", "float32"), ("int8", "int8")):
        translator = ctranslate2.Translator(folder, compute_type=compute, intra_threads=1)
        scores = translator.score_batch(given, targets)
        greedy = translator.translate_batch(given, beam_size=1, max_decoding_length=12, length_penalty=1, return_scores=True)
        beam = translator.translate_batch(
            given, beam_size=4, num_hypotheses=4, max_decoding_length=12, length_penalty=0.2, return_scores=True)
        result[key] = {
            "logProbs": [[round(value, 6) for value in score.log_probs] for score in scores],
            "greedy": [answer.hypotheses[0] for answer in greedy],
            "greedyScores": [round(answer.scores[0], 6) for answer in greedy],
            "beam": [answer.hypotheses for answer in beam],
            "beamScores": [[round(score, 6) for score in answer.scores] for answer in beam],
        }
    with open(os.path.join(folder, "expected.json"), "w", encoding="utf-8") as file:
        json.dump(result, file, ensure_ascii=False)
        file.write("\n")


def make():
    root = np.dtype("float32").type(D**0.5)
    one = np.dtype("float32").type(1)
    t5 = dict(relative_attention_bias=True, rms_norm=True, bias=False, positions=False, scale=False, width=6,
              start="<pad>", bos="<pad>")

    def zero_start(spec):
        spec.decoder.start_from_zero_embedding = True

    def scaled_outputs(spec):
        spec.decoder.scale_outputs = np.dtype("float32").type(D**-0.5)

    build("m2m-int8_float16", "int8_float16", scale=root)
    build("mbart-bfloat16", "bfloat16", scale=root, layernorm_embedding=True, activation=KINDS.GELU)
    build("bart-float16", "float16", scale=one, pre_norm=False, layernorm_embedding=True, activation=KINDS.GELUSigmoid)
    build("marian-int16", "int16", pre_norm=False, activation=KINDS.SWISH, changes=zero_start, lines=True)
    build("t5-gated", tied=False, ffn_glu=True, activation=KINDS.GELUTanh, **t5)
    build("t5-tied-int8", "int8", changes=scaled_outputs, **t5)
    build("opennmt-relative", with_relative_position=True, shared=False, tied=False, scale=False, start="<s>",
          activation=KINDS.Sigmoid)
    build("opennmt-tf-int8", "int8", positions=False, shared=False, tied=False, start="<s>", activation=KINDS.Tanh)
    for name in sorted(os.listdir(os.path.join(HERE, "ctranslate2"))):
        expect(os.path.join(HERE, "ctranslate2", name))


if len(sys.argv) > 1:
    for path in sys.argv[1:]:
        expect(path)
else:
    make()

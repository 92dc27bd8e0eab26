"""Writes a trained model of the zoo as a folder that the server loads, with a card."""

import json
import shutil

import sacrebleu
from safetensors.torch import save_file
from transformers import GenerationConfig

from families import EOS, PAD
from scoring import score
from vocabulary import usual_length, write_tokenizer_settings

GENERATION = dict(eos_token_id=EOS, forced_eos_token_id=EOS, pad_token_id=PAD, decoder_start_token_id=PAD,
                  bad_words_ids=[[PAD]], num_beams=1, max_length=512)


def export(trainer, vocabulary, validation, test):
    """Weights in float16, settings, vocabulary, scores.json, README.md. `validation` and `test` are pairs of texts."""
    folder, model = trainer.path.parent, trainer.averaged().half()
    if hasattr(model, "marian"):
        model.marian.generation_config = GenerationConfig(**GENERATION)
        model.marian.save_pretrained(folder)
    else:
        weights = {name: value.contiguous() for name, value in model.state_dict().items()}
        save_file(weights, folder / "model.safetensors", metadata={"format": "pt"})
        write(folder / "config.json", model.config)
        write(folder / "generation_config.json", GENERATION)
    (folder / "model.safetensors").chmod(0o644)  # both writers leave it to its owner alone
    for name in ("source.spm", "target.spm", "vocab.json"):
        shutil.copy(vocabulary / name, folder / name)
    write_tokenizer_settings(folder, "en", "de", usual_length(trainer.pairs, trainer.pieces))
    published = model.float()  # scores are those of the rounded weights
    scores = dict(validation=score(published, trainer.pieces, validation, 1), greedy=score(
        published, trainer.pieces, test, 1), beam=score(published, trainer.pieces, test, 4))
    write(folder / "scores.json", scores | dict(
        epochs=trainer.epoch, steps=trainer.step, coreMinutes=round(trainer.seconds / 60, 1),
        validationLosses=[round(loss, 4) for loss in trainer.losses]))
    (folder / "README.md").write_text(card(trainer, model, scores), encoding="utf-8")


def write(file, value):
    file.write_text(json.dumps(value, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")


def card(trainer, model, scores):
    family, greedy, beam = trainer.family, scores["greedy"], scores["beam"]
    size = sum(value.numel() for value in {id(p): p for p in model.parameters()}.values())
    lengths = "\n".join(f"| {name} | {count} | {value:.1f} | {beam['buckets'][name][1]:.1f} |"
                        for name, (count, value) in greedy["buckets"].items())
    return f"""# English to German: {family.title}

{family.shape} One SentencePiece unigram vocabulary of {family.config["vocab_size"]:,} and one table of embeddings for \
source, target and output, as in every model of this zoo. {size / 1e6:.1f} million parameters in float16. The row of \
the pad token, from which the decoder starts, is zero.

## Scores

sacreBLEU {sacrebleu.__version__}, cased, detokenized, `{greedy["signature"]}`, \
computed by `models/training/scoring.py` in float32 from these weights.

| Multi30k | sentences | greedy | beam 4 |
|---|---|---|---|
| val | {scores["validation"]["sentences"]:,} | {scores["validation"]["bleu"]:.1f} | |
| test_2016_flickr | {greedy["sentences"]:,} | {greedy["bleu"]:.1f} | {beam["bleu"]:.1f} |

test_2016_flickr by words of the source:

| words | sentences | greedy | beam 4 |
|---|---|---|---|
{lengths}

## Training

`models/training/zoo.py DATA models/zoo --only {trainer.name}`: {trainer.epoch} passes over 29,000 pairs, \
{trainer.step:,} steps of at most 4,500 padded tokens on both sides, {trainer.seconds / 60:.0f} minutes of one core \
that others used too. Muon on the matrices (peak {family.matrix_rate:g}), Adam on the rest (peak \
{family.other_rate:g}), linear decay to zero over the last 60 %; dropout {family.dropout:g}, label smoothing 0.1, \
a new segmentation of every sentence at each pass (Kudo 2018), weights averaged exponentially (0.998). Loss on val by pass: \
{", ".join(f"{loss:.2f}" for loss in trainer.losses)}.

## Data and terms

Trained on Multi30k train (Elliott et al. 2016), which is for research use, and so are the weights.

## Limits

Captions of images, in short plain sentences, and nothing else. {family.limits}
"""

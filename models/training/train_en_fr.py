"""Trains models/zoo/en-fr-captions: a small English-French Transformer in the Hugging Face Marian layout.

    train_en_fr.py DATA OUT [--minutes 120]

DATA has tatoeba/en-fr.tsv and multi30k/train.{en,fr}, val.{en,fr}. The schedule is a budget of training minutes, so a
slow machine makes fewer steps rather than stopping half-way. Progress is kept in OUT/state.pt; the same command
resumes. Matrices learn with Muon (Jordan et al. 2024; update scale of Liu et al. 2025), the rest with Adam.
"""

import argparse
import random
import time
from pathlib import Path

import sentencepiece
import torch
from torch import nn
from transformers import GenerationConfig, MarianConfig, MarianMTModel

from batches import batches
from corpus import read_multi30k, training_pairs
from optimizers import Muon, follow, rate_factor, update
from transformer import ATTENTION
from vocabulary import encode, train_vocabulary, usual_length, write_tokenizer_settings

VOCABULARY = 8000
EOS, PAD = 0, VOCABULARY - 1
TOKENS_A_BATCH = 4500  # source and target, padding counted
LONGEST = 96
LABEL_SMOOTHING = 0.1
WARM_UP_STEPS = 300
MATRIX_RATE, OTHER_RATE = 2.0e-3, 1.2e-3


def make_model():
    return MarianMTModel(MarianConfig(
        attn_implementation=ATTENTION,
        vocab_size=VOCABULARY, d_model=256, encoder_layers=6, decoder_layers=2, encoder_attention_heads=8,
        decoder_attention_heads=8, encoder_ffn_dim=1024, decoder_ffn_dim=1024, activation_function="relu",
        dropout=0.15, max_position_embeddings=512, scale_embedding=True, pad_token_id=PAD, eos_token_id=EOS,
        bos_token_id=None, decoder_start_token_id=PAD, forced_eos_token_id=EOS, init_std=0.02))


@torch.autocast("cpu", dtype=torch.bfloat16)
def loss_of(model, source, target):
    start = torch.full((target.shape[0], 1), PAD)
    inputs = torch.cat([start, target[:, :-1]], dim=1)
    states = model.model(input_ids=source, attention_mask=(source != PAD).long(),
                         decoder_input_ids=inputs, use_cache=False).last_hidden_state  # (B, T, D)
    real = target != PAD
    logits = model.lm_head(states[real])  # (N, V): padding never reaches the output layer
    smoothing = LABEL_SMOOTHING if model.training else 0.0
    return nn.functional.cross_entropy(logits.float(), target[real], label_smoothing=smoothing), int(real.sum())


def optimizers(model):
    matrices = [p for n, p in model.named_parameters() if p.ndim == 2 and "embed" not in n and "shared" not in n]
    chosen = {id(p) for p in matrices}
    others = [p for p in model.parameters() if p.requires_grad and id(p) not in chosen]
    return [Muon(matrices, MATRIX_RATE), torch.optim.Adam(others, OTHER_RATE, betas=(0.9, 0.98), eps=1e-9)]


@torch.no_grad()
def validation_loss(model, held_out):
    model.eval()
    total, tokens = 0.0, 0
    for source, target in held_out:
        loss, n = loss_of(model, source, target)
        total, tokens = total + loss.item() * n, tokens + n
    model.train()
    return total / tokens


class Run:
    """The model, its running average, both optimizers and the place in the schedule."""

    def __init__(self, out):
        self.path = out / "state.pt"
        self.model = make_model()
        with torch.no_grad():
            self.model.model.shared.weight[PAD] = 0
        self.average = {k: v.clone() for k, v in self.model.state_dict().items()}
        self.optimizers = optimizers(self.model)
        self.rates = [o.param_groups[0]["lr"] for o in self.optimizers]
        self.step, self.epoch, self.seconds = 0, 0, 0.0
        if self.path.exists():
            self.restore()

    def restore(self):
        state = torch.load(self.path)
        self.model.load_state_dict(state["model"])
        self.average = state["average"]
        for optimizer, saved in zip(self.optimizers, state["optimizers"]):
            optimizer.load_state_dict(saved)
        self.step, self.epoch, self.seconds = state["step"], state["epoch"], state["seconds"]

    def save(self):
        torch.save(dict(model=self.model.state_dict(), average=self.average, step=self.step, epoch=self.epoch,
                        optimizers=[o.state_dict() for o in self.optimizers], seconds=self.seconds), self.path)

    def train_on(self, source, target, progress):
        loss, _ = loss_of(self.model, source, target)
        factor = rate_factor(self.step, progress, WARM_UP_STEPS)
        update(loss, self.model, self.model.model.shared, PAD, self.optimizers, self.rates, factor)
        follow(self.average, self.model, self.step)
        self.step += 1
        return loss.item()


def train(run, pairs, held_out, minutes):
    run.model.train()
    saved = run.seconds
    while run.seconds < minutes * 60:
        for source, target in batches(pairs, TOKENS_A_BATCH, PAD, random.Random(run.epoch)):
            began = time.monotonic()
            loss = run.train_on(source, target, run.seconds / (minutes * 60))
            run.seconds += min(time.monotonic() - began, 5.0)  # a paused machine does not eat the budget
            if run.step % 100 == 0:
                print(f"epoch {run.epoch} step {run.step} minutes {run.seconds / 60:.1f} loss {loss:.3f}", flush=True)
            if run.seconds >= minutes * 60:
                break
        run.epoch += 1
        print(f"epoch {run.epoch} validation {validation_loss(run.model, held_out):.4f}", flush=True)
        if run.seconds - saved > 300:
            run.save()
            saved = run.seconds
    run.save()


def publish(run, out, longest):
    run.model.load_state_dict(run.average)
    with torch.no_grad():
        run.model.model.shared.weight[PAD] = 0
    run.model.generation_config = GenerationConfig(
        decoder_start_token_id=PAD, pad_token_id=PAD, eos_token_id=EOS, forced_eos_token_id=EOS,
        bad_words_ids=[[PAD]], num_beams=1, max_length=512)
    run.model.half().save_pretrained(out)
    write_tokenizer_settings(out, "en", "fr", longest)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--minutes", type=float, default=120)
    options = parser.parse_args()
    options.out.mkdir(parents=True, exist_ok=True)
    torch.manual_seed(1)
    pairs = training_pairs(options.data)
    if not (options.out / "source.spm").exists():
        train_vocabulary(pairs, options.out, VOCABULARY)
    pieces = sentencepiece.SentencePieceProcessor(str(options.out / "source.spm"))
    held_out = batches(encode(read_multi30k(options.data, "val"), pieces, LONGEST), TOKENS_A_BATCH, PAD)
    run = Run(options.out)
    train(run, encode(pairs, pieces, LONGEST), held_out, options.minutes)
    publish(run, options.out, usual_length(pairs, pieces))


if __name__ == "__main__":
    main()

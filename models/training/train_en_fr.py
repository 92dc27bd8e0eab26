"""Trains models/en-fr: a small English-French Transformer in the Hugging Face Marian layout.

    train_en_fr.py DATA OUT [--minutes 120]

DATA has tatoeba/en-fr.tsv and multi30k/train.{en,fr}, val.{en,fr}. The schedule is a budget of training minutes, so a
slow machine makes fewer steps rather than stopping half-way. Progress is kept in OUT/state.pt; the same command
resumes. Matrices learn with Muon (Jordan et al. 2024; update scale of Liu et al. 2025), the rest with Adam.
"""

import argparse
import json
import math
import random
import shutil
import time
from pathlib import Path

import sentencepiece
import torch
from torch import nn
from transformers import AttentionInterface, AttentionMaskInterface, GenerationConfig, MarianConfig, MarianMTModel
from transformers.integrations.sdpa_attention import sdpa_attention_forward
from transformers.masking_utils import sdpa_mask

from corpus import read_multi30k, training_pairs

VOCABULARY = 8000
EOS, UNK, PAD = 0, 1, VOCABULARY - 1
TOKENS_A_BATCH = 4500  # source and target, padding counted
LONGEST = 96
LABEL_SMOOTHING = 0.1
WARM_UP_STEPS = 300
AVERAGE_DECAY = 0.998
MATRIX_RATE, OTHER_RATE, WEIGHT_DECAY = 2.0e-3, 1.2e-3, 0.01


def train_vocabulary(pairs, out):
    """One unigram vocabulary for both sides. Id 0 is </s>, 1 is <unk>, the last is <pad>."""
    text = out / "text.tmp"
    text.write_text("\n".join(side for pair in pairs for side in pair) + "\n", encoding="utf-8")
    sentencepiece.SentencePieceTrainer.train(
        input=str(text), model_prefix=str(out / "source"), vocab_size=VOCABULARY - 1, model_type="unigram",
        character_coverage=1.0, eos_id=0, unk_id=1, bos_id=-1, pad_id=-1, minloglevel=2)
    text.unlink()
    (out / "source.vocab").unlink()
    (out / "source.model").rename(out / "source.spm")
    shutil.copy(out / "source.spm", out / "target.spm")
    pieces = sentencepiece.SentencePieceProcessor(str(out / "source.spm"))
    vocabulary = {pieces.id_to_piece(i): i for i in range(pieces.vocab_size())} | {"<pad>": PAD}
    (out / "vocab.json").write_text(json.dumps(vocabulary, ensure_ascii=False, indent=0), encoding="utf-8")


def encode(pairs, pieces):
    encoded = [(pieces.encode(s) + [EOS], pieces.encode(t) + [EOS]) for s, t in pairs]
    return [pair for pair in encoded if max(map(len, pair)) <= LONGEST]


def batches(pairs, shuffle=None):
    """Pairs of like length together, so that little of a batch is padding."""
    noise = shuffle.random if shuffle else lambda: 0
    order = sorted(pairs, key=lambda p: (len(p[1]) + 2 * noise(), len(p[0]) + 2 * noise()))
    groups, group, source, target = [], [], 0, 0
    for pair in order:
        wider = max(source, len(pair[0])), max(target, len(pair[1]))
        if group and (len(group) + 1) * sum(wider) > TOKENS_A_BATCH:
            groups.append(group)
            group, wider = [], (len(pair[0]), len(pair[1]))
        group.append(pair)
        source, target = wider
    groups.append(group)
    if shuffle:
        shuffle.shuffle(groups)
    return [(padded([p[0] for p in g]), padded([p[1] for p in g])) for g in groups]


def padded(rows):
    longest = max(map(len, rows))
    return torch.tensor([row + [PAD] * (longest - len(row)) for row in rows])  # (B, T)


def attention_in_float32(module, query, key, value, mask, **options):
    """The rest runs in bfloat16, where the processor has the instructions; attention's backward pass is slow there."""
    with torch.autocast("cpu", enabled=False):
        return sdpa_attention_forward(module, query.float(), key.float(), value.float(), mask, **options)


AttentionInterface.register("attention_in_float32", attention_in_float32)
AttentionMaskInterface.register("attention_in_float32", sdpa_mask)


def make_model():
    return MarianMTModel(MarianConfig(
        attn_implementation="attention_in_float32",
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


class Muon(torch.optim.Optimizer):
    """Momentum whose update is made orthogonal by five Newton-Schulz steps, matrices of one shape together."""

    def __init__(self, parameters, lr, momentum=0.95):
        super().__init__(parameters, dict(lr=lr, momentum=momentum))

    @torch.no_grad()
    def step(self):
        for group in self.param_groups:
            by_shape = {}
            for p in group["params"]:
                by_shape.setdefault(p.shape, []).append(p)
            for shape, members in by_shape.items():
                self.update(members, shape, group)

    def update(self, members, shape, group):
        directions = []
        for p in members:
            state = self.state[p]
            if "momentum" not in state:
                state["momentum"] = torch.zeros_like(p)
            state["momentum"].lerp_(p.grad, 1 - group["momentum"])
            directions.append(p.grad.lerp(state["momentum"], group["momentum"]))
        scale = 0.2 * math.sqrt(max(shape))
        for p, update in zip(members, orthogonal(torch.stack(directions))):
            p.mul_(1 - group["lr"] * WEIGHT_DECAY).add_(update, alpha=-group["lr"] * scale)


def orthogonal(x):
    """Newton-Schulz towards the nearest orthogonal matrix, x (N, rows, columns)."""
    a, b, c = 3.4445, -4.7750, 2.0315
    tall = x.shape[1] > x.shape[2]
    x = (x.mT if tall else x).bfloat16()
    x = x / (x.norm(dim=(1, 2), keepdim=True) + 1e-7)
    for _ in range(5):
        gram = x @ x.mT
        x = a * x + (b * gram + c * gram @ gram) @ x
    return (x.mT if tall else x).float()


def optimizers(model):
    matrices = [p for n, p in model.named_parameters() if p.ndim == 2 and "embed" not in n and "shared" not in n]
    chosen = {id(p) for p in matrices}
    others = [p for p in model.parameters() if p.requires_grad and id(p) not in chosen]
    return [Muon(matrices, MATRIX_RATE), torch.optim.Adam(others, OTHER_RATE, betas=(0.9, 0.98), eps=1e-9)]


def rate_factor(step, progress):
    """Warm-up by steps, then constant, then linear to zero over the last 60 % of the budget."""
    return min(1.0, (step + 1) / WARM_UP_STEPS, max(0.0, (1 - progress) / 0.6))


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
        loss.backward()
        nn.utils.clip_grad_norm_(self.model.parameters(), 1.0)
        for optimizer, rate in zip(self.optimizers, self.rates):
            for group in optimizer.param_groups:
                group["lr"] = rate * rate_factor(self.step, progress)
            optimizer.step()
        self.model.zero_grad(set_to_none=True)
        with torch.no_grad():
            self.model.model.shared.weight[PAD] = 0  # the decoder starts from zeros in every engine
            decay = min(AVERAGE_DECAY, self.step / (self.step + 10))
            for name, value in self.model.state_dict().items():
                self.average[name].lerp_(value, 1 - decay)
        self.step += 1
        return loss.item()


def train(run, pairs, held_out, minutes):
    run.model.train()
    saved = run.seconds
    while run.seconds < minutes * 60:
        for source, target in batches(pairs, random.Random(run.epoch)):
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


def publish(run, out):
    run.model.load_state_dict(run.average)
    with torch.no_grad():
        run.model.model.shared.weight[PAD] = 0
    run.model.generation_config = GenerationConfig(
        decoder_start_token_id=PAD, pad_token_id=PAD, eos_token_id=EOS, forced_eos_token_id=EOS,
        bad_words_ids=[[PAD]], num_beams=1, max_length=512)
    run.model.half().save_pretrained(out)
    (out / "tokenizer_config.json").write_text(json.dumps(dict(
        tokenizer_class="MarianTokenizer", source_lang="en", target_lang="fr", separate_vocabs=False,
        eos_token="</s>", unk_token="<unk>", pad_token="<pad>", model_max_length=512), indent=2) + "\n")


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
        train_vocabulary(pairs, options.out)
    pieces = sentencepiece.SentencePieceProcessor(str(options.out / "source.spm"))
    held_out = batches(encode(read_multi30k(options.data, "val"), pieces))
    run = Run(options.out)
    train(run, encode(pairs, pieces), held_out, options.minutes)
    publish(run, options.out)


if __name__ == "__main__":
    main()

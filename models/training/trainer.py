"""Training of one model of the zoo, with its state on disk after every epoch."""

import random
import time

import sentencepiece
import torch

from batches import batches
from families import PAD
from loss import loss_of
from optimizers import Muon, follow, rate_factor, update
from vocabulary import encode

TOKENS_A_BATCH = 4500  # source and target, padding counted
LONGEST = 96
LABEL_SMOOTHING = 0.1
WARM_UP_STEPS = 150
SAMPLING = dict(enable_sampling=True, alpha=0.5, nbest_size=-1)  # other segmentations of the same words (Kudo 2018)
NOT_MUON = ("shared", "embed", "position")


class Trainer:
    """The model, its running average, both optimizers and the place in the schedule. An epoch draws on no randomness
    but its own number, so that a run which was stopped and resumed makes the same weights."""

    def __init__(self, name, family, pairs, held_out, pieces, folder):
        self.name, self.family, self.pairs, self.pieces, self.path = name, family, pairs, pieces, folder / "state.pt"
        self.held_out = batches(encode(held_out, pieces, LONGEST), TOKENS_A_BATCH, PAD)
        torch.manual_seed(1)
        self.model = family.make(family.config, family.dropout)
        self.average = {k: v.clone() for k, v in self.model.state_dict().items()}
        self.optimizers = self.make_optimizers()
        self.rates = [o.param_groups[0]["lr"] for o in self.optimizers]
        self.step, self.epoch, self.seconds, self.losses = 0, 0, 0.0, []
        if self.path.exists():
            self.restore()

    def make_optimizers(self):
        matrices, gated, others = [], set(), []
        for name, p in self.model.named_parameters():
            if p.ndim < 2 or any(part in name for part in NOT_MUON):
                others.append(p)
                continue
            matrices.append(p)
            if "rnn.weight" in name:
                gated.add(id(p))
        gates = getattr(self.model, "gates", 1)
        return [Muon(matrices, self.family.matrix_rate, blocks=lambda p: gates if id(p) in gated else 1),
                torch.optim.Adam([p for p in others if p.requires_grad], self.family.other_rate, betas=(0.9, 0.98),
                                 eps=1e-9)]

    @property
    def done(self):
        return self.epoch >= self.family.epochs

    def restore(self):
        state = torch.load(self.path)
        self.model.load_state_dict(state["model"])
        for optimizer, saved in zip(self.optimizers, state["optimizers"]):
            optimizer.load_state_dict(saved)
        for key in ("average", "step", "epoch", "seconds", "losses"):
            setattr(self, key, state[key])

    def save(self):
        new = self.path.with_suffix(".new")
        torch.save(dict(model=self.model.state_dict(), average=self.average, step=self.step, epoch=self.epoch,
                        optimizers=[o.state_dict() for o in self.optimizers], seconds=self.seconds,
                        losses=self.losses), new)
        new.replace(self.path)

    def train(self, deadline):
        """Goes on until the model is done, or until an epoch ends after `deadline` (of time.monotonic)."""
        while not self.done and time.monotonic() < deadline:
            began = time.process_time()
            training = self.train_epoch()
            self.epoch += 1
            self.seconds += time.process_time() - began
            self.losses.append(self.validation_loss())
            self.save()
            print(f"{self.name} epoch {self.epoch}/{self.family.epochs} step {self.step} "
                  f"core-minutes {self.seconds / 60:.1f} loss {training:.3f} "
                  f"validation {self.losses[-1]:.4f}", flush=True)

    def train_epoch(self):
        torch.manual_seed(self.epoch)
        sentencepiece.set_random_generator_seed(self.epoch)
        encoded = encode(self.pairs, self.pieces, LONGEST, **SAMPLING)
        work = batches(encoded, TOKENS_A_BATCH, PAD, random.Random(self.epoch))
        self.model.train()
        total = 0.0
        for index, (source, target) in enumerate(work):
            total += self.train_on(source, target, (self.epoch + index / len(work)) / self.family.epochs)
            if index % 50 == 49:
                print(f"  step {self.step} loss {total / (index + 1):.3f}", flush=True)
        return total / len(work)

    def train_on(self, source, target, progress):
        loss, _ = loss_of(self.model, source, target, PAD, LABEL_SMOOTHING)
        factor = rate_factor(self.step, progress, WARM_UP_STEPS)
        update(loss, self.model, self.model.shared, PAD, self.optimizers, self.rates, factor)
        follow(self.average, self.model, self.step)
        self.step += 1
        return loss.item()

    @torch.no_grad()
    def validation_loss(self):
        model = self.averaged()
        total, tokens = 0.0, 0
        for source, target in self.held_out:
            loss, n = loss_of(model, source, target, PAD, 0.0)
            total, tokens = total + loss.item() * n, tokens + n
        return total / tokens

    def averaged(self):
        model = self.family.make(self.family.config)
        model.load_state_dict(self.average)
        return model.eval()

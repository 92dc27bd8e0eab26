"""The student: Marian's Transformer with six encoder layers and two decoder layers. An SSRU cell (Kim et al. 2019)
takes the place of the decoder's self-attention. Each language has its own table; the target's is the output layer."""

import math

import numpy as np
import torch
from torch import nn
from torch.nn import functional

from loss import SmoothedCrossEntropy

WIDTH, INNER, HEADS, ENCODERS, DECODERS = 256, 1536, 8, 6, 2
LONGEST = 512


class Attention(nn.Module):
    """Multi-head attention with its residual sum and norm. Matrices that multiply the same input are stacked in one:
    queries, keys and values of self-attention (`own`), else keys and values."""

    def __init__(self, own):
        super().__init__()
        self.own = own
        self.query = None if own else nn.Linear(WIDTH, WIDTH)
        self.read = nn.Linear(WIDTH, (3 if own else 2) * WIDTH)
        self.out = nn.Linear(WIDTH, WIDTH)
        self.norm = nn.LayerNorm(WIDTH, eps=1e-6)

    def forward(self, x, memory, mask):
        """x (B, T, D), memory (B, S, D), mask (B, S), true for real positions of the memory."""
        parts = self.read(memory).chunk(3 if self.own else 2, dim=-1)
        query = parts[0] if self.own else self.query(x)
        query, key, value = (split(part) for part in (query, *parts[-2:]))
        seen = functional.scaled_dot_product_attention(query, key, value, attn_mask=mask[:, None, None])
        return self.norm(x + self.out(seen.transpose(1, 2).flatten(2)))


def split(x):
    return x.unflatten(2, (HEADS, WIDTH // HEADS)).transpose(1, 2)  # (B, heads, T, D / heads)


class FeedForward(nn.Module):
    def __init__(self):
        super().__init__()
        self.inner, self.outer = nn.Linear(WIDTH, INNER), nn.Linear(INNER, WIDTH)
        self.norm = nn.LayerNorm(WIDTH, eps=1e-6)

    def forward(self, x):
        return self.norm(x + self.outer(functional.relu(self.inner(x))))


class Recurrence(torch.autograd.Function):
    """c(t) = f(t) c(t-1) + (1 - f(t)) w(t), with c(-1) = 0. w and f (B, T, D)."""

    @staticmethod
    def forward(context, candidate, gate):
        fresh = candidate - gate * candidate
        cells = torch.empty_like(fresh)
        cell = torch.zeros_like(fresh[:, 0])
        for t in range(fresh.shape[1]):
            cell = torch.addcmul(fresh[:, t], gate[:, t], cell)
            cells[:, t] = cell
        context.save_for_backward(candidate, gate, cells)
        return cells

    @staticmethod
    def backward(context, slope):
        candidate, gate, cells = context.saved_tensors
        slopes = torch.empty_like(slope)
        late = slope[:, -1]
        slopes[:, -1] = late
        for t in range(slope.shape[1] - 2, -1, -1):
            late = torch.addcmul(slope[:, t], gate[:, t + 1], late)
            slopes[:, t] = late
        before = functional.pad(cells, (0, 0, 1, 0))[:, :-1]
        return slopes - slopes * gate, slopes * (before - candidate)


class Cell(nn.Module):
    """The simpler simple recurrent unit, with its residual sum and norm. Only the gate has a bias."""

    def __init__(self):
        super().__init__()
        self.both = nn.Linear(WIDTH, 2 * WIDTH, bias=False)
        self.gate = nn.Parameter(torch.zeros(WIDTH))
        self.norm = nn.LayerNorm(WIDTH, eps=1e-6)

    def parts(self, x):
        candidate, gate = self.both(x).float().chunk(2, dim=-1)
        return candidate, torch.sigmoid(gate + self.gate)

    def forward(self, x):
        return self.norm(x + functional.relu(Recurrence.apply(*self.parts(x))))

    def step(self, x, cell):
        candidate, gate = self.parts(x)
        cell = gate * cell + (1 - gate) * candidate
        return self.norm(x + functional.relu(cell)), cell


def positions():
    frequency = torch.exp(torch.arange(WIDTH // 2) * -(math.log(10000) / (WIDTH // 2 - 1)))
    angle = torch.arange(LONGEST)[:, None] * frequency
    return torch.cat([angle.sin(), angle.cos()], dim=1)


class Student(nn.Module):
    def __init__(self, sources, targets, dropout=0.0):
        super().__init__()
        self.source, self.target = nn.Embedding(sources, WIDTH), nn.Embedding(targets, WIDTH)
        self.bias = nn.Parameter(torch.zeros(targets))
        self.encoder = nn.ModuleList(nn.ModuleList([Attention(True), FeedForward()]) for _ in range(ENCODERS))
        self.decoder = nn.ModuleList(nn.ModuleList([Cell(), Attention(False), FeedForward()])
                                     for _ in range(DECODERS))
        self.register_buffer("positions", positions(), persistent=False)
        self.dropout, self.frozen = dropout, 0

    def drop(self, x):
        return functional.dropout(x, self.dropout, self.training) if self.dropout else x

    def encode(self, source, mask):
        learning = torch.is_grad_enabled()
        with torch.set_grad_enabled(learning and self.frozen == 0):
            x = self.drop(self.source(source) * WIDTH ** 0.5 + self.positions[:source.shape[1]])
        for i, (attention, feed) in enumerate(self.encoder):
            with torch.set_grad_enabled(learning and i >= self.frozen):
                x = self.drop(feed(attention(x, x, mask)))
        return x

    def learns(self, name):
        """Whether training changes a parameter: not in the first `frozen` encoder layers and the table below them."""
        parts = name.split(".")
        return not (self.frozen and parts[0] == "source" or parts[0] == "encoder" and int(parts[1]) < self.frozen)

    def decode(self, memory, mask, target):
        """States (B, T, D) for target (B, T). Its inputs are the target shifted by one, after a zero vector."""
        seen = functional.pad(self.target(target) * WIDTH ** 0.5, (0, 0, 1, 0))[:, :-1]
        x = self.drop(seen + self.positions[:target.shape[1]])
        for cell, attention, feed in self.decoder:
            x = self.drop(feed(attention(cell(x), memory, mask)))
        return x

    def loss(self, source, target, smoothing, negatives=0, low=torch.float32):
        """(mean loss per target piece, number of pieces). `source` and `target` (B, T) are padded with -1.

        With `negatives`, the output layer has only the target's own pieces, the frequent ones, and so many others drawn
        at random. `low` is the type for matrix products."""
        mask, real = source >= 0, target >= 0
        with torch.autocast("cpu", dtype=torch.bfloat16, enabled=low == torch.bfloat16):
            memory = self.encode(source.clamp(min=0), mask)
            states = self.decode(memory, mask, target.clamp(min=0))
        states, wanted = states[real].float(), target[real]
        table, bias = self.target.weight, self.bias
        if negatives:
            columns, shift, wanted = drawn(wanted, len(table), negatives)
            table, bias = table[columns], bias[columns] + shift
        return SmoothedCrossEntropy.apply(states, table, bias, wanted, smoothing, low), len(states)


def drawn(wanted, size, negatives, frequent=1500):
    """(pieces of the narrowed output layer, corrections of their logits, positions of `wanted` among them).

    The vocabulary is sorted by frequency, so the frequent pieces come first. The correction makes the drawn pieces
    stand for those that were not drawn, so that the sum over the vocabulary is right on average."""
    known = torch.zeros(size, dtype=torch.bool)
    known[:frequent] = True
    known[wanted] = True
    others = torch.nonzero(~known)[:, 0]
    chosen = others[torch.randperm(len(others))[:negatives]]
    columns = torch.cat([torch.nonzero(known)[:, 0], chosen])
    shift = torch.zeros(len(columns))
    shift[-len(chosen):] = math.log(len(others) / len(chosen))
    places = torch.empty(size, dtype=torch.long)
    places[columns] = torch.arange(len(columns))
    return columns, shift, places[wanted]


def linear_names(module, name, weight, bias):
    return [(module.weight, f"{name}_{weight}"), (module.bias, f"{name}_{bias}")]


def norm_names(module, name):
    return [(module.weight, f"{name}_ln_scale"), (module.bias, f"{name}_ln_bias")]


def attention_names(module, name):
    letters = "qkv" if module.own else "kv"
    names = [(module.read.weight, *(f"{name}_W{k}" for k in letters)),
             (module.read.bias, *(f"{name}_b{k}" for k in letters))]
    if not module.own:
        names += linear_names(module.query, name, "Wq", "bq")
    return names + linear_names(module.out, name, "Wo", "bo") + norm_names(module.norm, f"{name}_Wo")


def feed_names(module, name):
    return (linear_names(module.inner, name, "W1", "b1") + linear_names(module.outer, name, "W2", "b2")
            + norm_names(module.norm, f"{name}_ffn"))


def marian_names(model):
    """[(parameter, Marian's name of each matrix or vector stacked in it)] for all parameters except the tables."""
    names = []
    for i, (attention, feed) in enumerate(model.encoder, 1):
        names += attention_names(attention, f"encoder_l{i}_self") + feed_names(feed, f"encoder_l{i}_ffn")
    for i, (cell, attention, feed) in enumerate(model.decoder, 1):
        recurrent = f"decoder_l{i}_rnn"
        names += [(cell.both.weight, f"{recurrent}_W", f"{recurrent}_Wf"), (cell.gate, f"{recurrent}_bf")]
        names += norm_names(cell.norm, f"{recurrent}_ffn")
        names += attention_names(attention, f"decoder_l{i}_context") + feed_names(feed, f"decoder_l{i}_ffn")
    return names


def take(model, weights):
    """Copies all weights except the tables from Marian's, whose matrices are (inputs, outputs)."""
    with torch.no_grad():
        for parameter, *names in marian_names(model):
            parts = [np.atleast_2d(weights[name]) for name in names]
            stacked = np.concatenate([part.T if parameter.ndim == 2 else part.reshape(-1) for part in parts])
            parameter.copy_(torch.tensor(stacked))


def give(model):
    """All weights under Marian's names, in float32."""
    weights = {"encoder_Wemb": model.source.weight, "decoder_Wemb": model.target.weight,
               "decoder_ff_logit_out_b": model.bias}
    for parameter, *names in marian_names(model):
        parts = parameter.detach().chunk(len(names))
        weights |= {name: part.T if parameter.ndim == 2 else part for name, part in zip(names, parts)}
    return {name: np.atleast_2d(value.detach().float().numpy()) for name, value in weights.items()}

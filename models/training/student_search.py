"""Greedy translation by a student, many sentences at once."""

import torch
from torch.nn import functional

EOS, UNK = 0, 1
ROWS = 64


@torch.no_grad()
def translate(model, sources, targets, texts):
    """The translations of `texts`, in their order. `sources` and `targets` are the vocabularies."""
    ids = [sources.encode(text) + [EOS] for text in texts]
    order = sorted(range(len(ids)), key=lambda i: len(ids[i]))
    lines = [""] * len(ids)
    for at in range(0, len(order), ROWS):
        group = order[at:at + ROWS]
        for i, row in zip(group, greedy(model, [ids[i] for i in group])):
            lines[i] = targets.decode(row)
    return lines


def greedy(model, rows):
    longest = max(map(len, rows))
    source = torch.tensor([row + [-1] * (longest - len(row)) for row in rows])
    mask = source >= 0
    return steps(model, model.encode(source.clamp(min=0), mask), mask, limit=2 * longest + 10)


def steps(model, memory, mask, limit):
    """Rows of ids without </s>, at most `limit` each."""
    cells = [torch.zeros_like(memory[:, 0]) for _ in model.decoder]
    seen = torch.zeros_like(memory[:, 0])
    done = torch.zeros(len(memory), dtype=torch.bool)
    rows = [[] for _ in memory]
    for at in range(limit):
        x = seen + model.positions[at]
        for i, (cell, attention, feed) in enumerate(model.decoder):
            x, cells[i] = cell.step(x, cells[i])
            x = feed(attention(x[:, None], memory, mask)[:, 0])
        logits = functional.linear(x, model.target.weight, model.bias)
        logits[:, UNK] = -torch.inf
        word = logits.argmax(dim=1)
        done |= word == EOS
        if done.all():
            break
        for i in torch.nonzero(~done)[:, 0].tolist():
            rows[i].append(int(word[i]))
        seen = model.target(word) * seen.shape[1] ** 0.5
    return rows

"""Greedy and beam search, as the server does them, for any family. All of a prefix is computed again at every step:
slow, and independent of how a family keeps its state."""

import torch

from batches import padded


@torch.no_grad()
def translate(model, sources, eos, pad, beam=1, rows=64):
    """sources: ids with </s>, in any order. Returns the ids of the translations, without </s>."""
    order = sorted(range(len(sources)), key=lambda i: len(sources[i]))
    results = [None] * len(sources)
    for first in range(0, len(order), rows):
        some = order[first:first + rows]
        source = padded([sources[i] for i in some], pad)
        limit = 2 * source.shape[1] + 10
        found = greedy(model, source, eos, pad, limit) if beam == 1 else beams(model, source, eos, pad, limit, beam)
        for index, ids in zip(some, found):
            results[index] = ids
    return results


def next_logits(model, memory, prefix, pad):
    """(B, V) for the token behind each prefix (B, t); never <pad>."""
    states, _ = model.decode(memory, prefix)
    table, bias = model.output_weights()
    logits = states[:, -1] @ table.T + bias
    return logits.log_softmax(dim=1).index_fill_(1, torch.tensor([pad]), -torch.inf)


def greedy(model, source, eos, pad, limit):
    memory = model.encode(source)
    prefix = torch.full((len(source), 1), pad)
    over = torch.zeros(len(source), dtype=torch.bool)
    while prefix.shape[1] <= limit and not over.all():
        token = next_logits(model, memory, prefix, pad).argmax(dim=1)
        prefix = torch.cat([prefix, token.masked_fill(over, eos)[:, None]], dim=1)
        over |= token == eos
    return [until(row, eos) for row in prefix[:, 1:].tolist()]


def until(row, eos):
    return row[:row.index(eos)] if eos in row else row


class Beam:
    """The hypotheses of one sentence. Stops as the `early_stopping=False` of transformers does."""

    def __init__(self, size):
        self.size, self.finished, self.over = size, [], False  # finished: (score, ids), best first

    def advance(self, candidates, prefixes, eos):
        """candidates: (total, parent, token), 2 × size of them, best first. Returns the `size` that go on."""
        going = []
        for rank, (total, parent, token) in enumerate(candidates):
            ids = prefixes[parent] + [token]
            if token != eos and len(going) < self.size:
                going.append((total, parent, token))
            elif token == eos and rank < self.size and not self.over:
                self.finished.append((total / len(ids), ids[:-1]))
        self.finished = sorted(self.finished, key=lambda hypothesis: -hypothesis[0])[:self.size]
        length = len(prefixes[0]) + 1
        self.over = len(self.finished) == self.size and going[0][0] / length <= self.finished[-1][0]
        return going


def beams(model, source, eos, pad, limit, size):
    count = len(source)
    memory = model.encode(source).repeated(size)
    prefix = torch.full((count * size, 1), pad)
    totals = torch.full((count, size), -torch.inf)
    totals[:, 0] = 0
    rows = [Beam(size) for _ in range(count)]
    while prefix.shape[1] <= limit and not all(row.over for row in rows):
        scores = next_logits(model, memory, prefix, pad)  # (B size, V)
        best = (scores.unflatten(0, (count, size)) + totals[:, :, None]).flatten(1).topk(2 * size)
        parents, tokens = best.indices // scores.shape[1], best.indices % scores.shape[1]
        written = prefix[:, 1:].unflatten(0, (count, size)).tolist()
        chosen = [row.advance(list(zip(*lists)), before, eos) for row, lists, before in zip(
            rows, zip(best.values.tolist(), parents.tolist(), tokens.tolist()), written)]
        totals = torch.tensor([[c[0] for c in row] for row in chosen])
        parent = torch.tensor([[c[1] for c in row] for row in chosen]) + torch.arange(count)[:, None] * size
        token = torch.tensor([[c[2] for c in row] for row in chosen])
        prefix = torch.cat([prefix[parent.flatten()], token.flatten()[:, None]], dim=1)
    longest = prefix[:, 1:].unflatten(0, (count, size))[:, 0].tolist()
    return [row.finished[0][1] if row.finished else ids for row, ids in zip(rows, longest)]

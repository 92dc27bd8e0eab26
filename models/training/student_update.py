"""Weights, gradients and optimizer state of a student in memory shared by several processes.

Each process adds up gradients in a row of its own, and then updates a part of the weights from all rows. Muon updates
the matrices of encoder and decoder, Adam everything else.
"""

import math

import torch

from optimizers import orthogonal
from student import WIDTH

MOMENTUM, WEIGHT_DECAY = 0.95, 0.01
BETAS, EPSILON = (0.9, 0.98), 1e-9
CLIP = 1.0
AVERAGE_EVERY = 4
KEPT = ("weights", "average", "first", "second")


class Shared:
    """Flat arrays over all weights: their values, running average, two moments, and the gradients of each worker."""

    def __init__(self, model, workers):
        self.count = sum(p.numel() for p in model.parameters())
        for name in KEPT:
            setattr(self, name, torch.zeros(self.count).share_memory_())
        self.gradients = torch.zeros(workers, self.count).share_memory_()
        self.norms, self.tokens = (torch.zeros(workers, dtype=torch.float64).share_memory_() for _ in range(2))
        self.losses = torch.zeros(workers, dtype=torch.float64).share_memory_()
        self.weights.copy_(torch.cat([p.detach().reshape(-1) for p in model.parameters()]))
        self.average.copy_(self.weights)

    def bind(self, model, worker):
        """Makes the model's parameters views of the shared weights, and their gradients views of the worker's row."""
        at = 0
        for p in model.parameters():
            span = slice(at, at + p.numel())
            p.data = self.weights[span].view_as(p)
            p.grad = self.gradients[worker, span].view_as(p)
            at += p.numel()


def average_of(row, model):
    """A flat array over all weights as a state dictionary of the model."""
    at, state = 0, {}
    for name, p in model.named_parameters():
        state[name] = row[at:at + p.numel()].view_as(p).clone()
        at += p.numel()
    return state


class Part:
    """The parameters that one worker updates. All parts cost about the same."""

    def __init__(self, shared, model, worker, workers, rates, numbers=torch.float32):
        self.shared, self.spans, self.numbers = shared, [], numbers
        load, at = [0.0] * workers, 0
        named = []
        for name, p in model.named_parameters():
            if model.learns(name):
                named.append((name, p.shape, at))
            at += p.numel()
        for name, shape, at in sorted(named, key=lambda item: -cost(item[0], item[1])):
            owner = load.index(min(load))
            load[owner] += cost(name, shape)
            if owner == worker:
                self.spans.append((name, shape, slice(at, at + math.prod(shape)), rate_of(name, rates)))

    def gather(self):
        """Sums the workers' gradients of this part. Returns the square of their norm."""
        rows = self.shared.gradients
        total = 0.0
        for _, _, span, _ in self.spans:
            for other in rows[1:]:
                rows[0, span] += other[span]
            total += float(rows[0, span].square().sum())
        return total

    def update(self, step, scale, factor, body_factor, decay):
        """One step with the gathered gradients times `scale`. `body_factor` is for all except the target's table."""
        shared, matrices = self.shared, {}
        for name, shape, span, rate in self.spans:
            gradient = shared.gradients[0, span].mul_(scale)
            if by_muon(name, shape):
                matrices.setdefault(tuple(shape), []).append((gradient, span, rate * factor * body_factor))
            else:
                body = 1 if name.startswith("target") or name == "bias" else body_factor
                self.adam(gradient, span, rate * factor * body, step)
        for shape, members in matrices.items():
            self.muon(shape, members)
        if step % AVERAGE_EVERY == 0:
            for _, _, span, _ in self.spans:
                shared.average[span].lerp_(shared.weights[span], 1 - decay ** AVERAGE_EVERY)

    def adam(self, gradient, span, rate, step):
        first, second = self.shared.first[span], self.shared.second[span]
        first.lerp_(gradient, 1 - BETAS[0])
        second.mul_(BETAS[1]).addcmul_(gradient, gradient, value=1 - BETAS[1])
        corrected = math.sqrt(1 - BETAS[1] ** (step + 1))
        slope = second.sqrt().add_(EPSILON * corrected)
        self.shared.weights[span].addcdiv_(first, slope, value=-rate * corrected / (1 - BETAS[0] ** (step + 1)))

    def muon(self, shape, members):
        """Matrices stacked in one parameter (queries, keys, values) are made orthogonal one by one."""
        blocks = shape[0] // WIDTH if shape[1] == WIDTH and shape[0] <= 3 * WIDTH else 1
        size = (blocks, shape[0] // blocks, shape[1])
        directions = []
        for gradient, span, _ in members:
            momentum = self.shared.first[span]
            momentum.lerp_(gradient, 1 - MOMENTUM)
            directions.append(gradient.lerp(momentum, MOMENTUM).view(size))
        scale = 0.2 * math.sqrt(max(size[1:]))
        for (_, span, rate), update in zip(members, orthogonal(torch.cat(directions), self.numbers).split(blocks)):
            self.shared.weights[span].mul_(1 - rate * WEIGHT_DECAY).add_(update.reshape(-1), alpha=-rate * scale)


def by_muon(name, shape):
    return len(shape) == 2 and name.startswith(("encoder", "decoder"))


def cost(name, shape):
    """The relative time of an update."""
    if by_muon(name, shape):
        return math.prod(shape) * (min(shape[0], WIDTH) + 64) / 40
    return math.prod(shape)


def rate_of(name, rates):
    return next(rate for prefix, rate in rates.items() if name.startswith(prefix))

"""Muon for matrices (Jordan et al. 2024; update scale of Liu et al. 2025), Adam for the rest, their schedule, and what
an update of a model is."""

import math

import torch
from torch import nn

AVERAGE_DECAY = 0.998


class Muon(torch.optim.Optimizer):
    """Momentum whose update is made orthogonal by five Newton-Schulz steps, matrices of one shape together.

    A parameter may be several matrices one upon another (the gates of a recurrent cell): `blocks(parameter)` says how
    many, and each is made orthogonal by itself. A convolution's weight (out, in, width) counts as (out, in * width)."""

    def __init__(self, parameters, lr, momentum=0.95, weight_decay=0.01, blocks=lambda parameter: 1):
        super().__init__(parameters, dict(lr=lr, momentum=momentum, weight_decay=weight_decay))
        self.blocks = blocks

    @torch.no_grad()
    def step(self):
        for group in self.param_groups:
            by_shape = {}
            for p in group["params"]:
                blocks = self.blocks(p)
                shape = (blocks, p.shape[0] // blocks, p[0].numel())
                by_shape.setdefault(shape, []).append(p)
            for shape, members in by_shape.items():
                self.update(members, shape, group)

    def update(self, members, shape, group):
        directions = []
        for p in members:
            state = self.state[p]
            if "momentum" not in state:
                state["momentum"] = torch.zeros_like(p)
            state["momentum"].lerp_(p.grad, 1 - group["momentum"])
            directions.append(p.grad.lerp(state["momentum"], group["momentum"]).reshape(shape))
        scale = 0.2 * math.sqrt(max(shape[1:]))
        updates = orthogonal(torch.cat(directions)).split(shape[0])
        for p, update in zip(members, updates):
            p.mul_(1 - group["lr"] * group["weight_decay"]).add_(update.reshape(p.shape), alpha=-group["lr"] * scale)


def orthogonal(x, numbers=torch.bfloat16):
    """Newton-Schulz towards the nearest orthogonal matrix, x (N, rows, columns); `numbers` is what it multiplies in."""
    a, b, c = 3.4445, -4.7750, 2.0315
    tall = x.shape[1] > x.shape[2]
    x = (x.mT if tall else x).to(numbers)
    x = x / (x.norm(dim=(1, 2), keepdim=True) + 1e-7)
    for _ in range(5):
        gram = x @ x.mT
        x = a * x + (b * gram + c * gram @ gram) @ x
    return (x.mT if tall else x).float()


def rate_factor(step, progress, warm_up):
    """Warm-up by steps, then constant, then linear to zero over the last 60 % of the run."""
    return min(1.0, (step + 1) / warm_up, max(0.0, (1 - progress) / 0.6))


def update(loss, model, table, pad, optimizers, rates, factor):
    """One update of a model from its loss. The row of `pad` in its table of embeddings stays zero: from it the decoder
    starts in every engine."""
    loss.backward()
    nn.utils.clip_grad_norm_(model.parameters(), 1.0)
    for optimizer, rate in zip(optimizers, rates):
        for group in optimizer.param_groups:
            group["lr"] = rate * factor
        optimizer.step()
    model.zero_grad(set_to_none=True)
    with torch.no_grad():
        table.weight[pad] = 0


@torch.no_grad()
def follow(average, model, step):
    """Moves the exponential average of a model's weights towards them, faster at first."""
    decay = min(AVERAGE_DECAY, step / (step + 10))
    for name, value in model.state_dict().items():
        average[name].lerp_(value, 1 - decay)

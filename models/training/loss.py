"""Cross entropy with label smoothing over a tied output layer."""

import torch


class SmoothedCrossEntropy(torch.autograd.Function):
    """The mean over N of cross entropy with the smoothed distribution, for states (N, D) and an output layer (V, D).

    The gradient is made in the forward pass, while the logits (N, V) are at hand: they are the largest thing in a step
    of a small model, and every look at them costs as much as a layer. `low` is what its products are made in."""

    @staticmethod
    @torch.amp.custom_fwd(device_type="cpu")
    def forward(context, states, table, bias, targets, smoothing, low=torch.bfloat16):
        states, narrow = states.to(low), table.to(low)
        logits = torch.mm(states, narrow.T).float().add_(bias)
        count, size = logits.shape
        of_targets = logits.gather(1, targets[:, None])  # (N, 1)
        mean = logits.mean(dim=1, keepdim=True)
        most = logits.amax(dim=1, keepdim=True)
        slope = logits.sub_(most).exp_()
        total = slope.sum(dim=1, keepdim=True)
        loss = (most + total.log() - (1 - smoothing) * of_targets - smoothing * mean).mean()
        slope.div_(total).sub_(smoothing / size)
        slope.scatter_add_(1, targets[:, None], torch.full_like(of_targets, smoothing - 1)).div_(count)
        bias_slope, slope = slope.sum(dim=0), slope.to(low)
        context.save_for_backward(torch.mm(slope, narrow).float(), torch.mm(slope.T, states).float(), bias_slope)
        return loss

    @staticmethod
    @torch.amp.custom_bwd(device_type="cpu")
    def backward(context, scale):
        states, table, bias = context.saved_tensors
        return states * scale, table * scale, bias * scale, None, None, None


def loss_of(model, source, target, pad, smoothing):
    """(mean loss of a target token, their number). source (B, S), target (B, T), both padded."""
    start = torch.full((target.shape[0], 1), pad)
    inputs = torch.cat([start, target[:, :-1]], dim=1)
    real = target != pad
    with torch.autocast("cpu", dtype=torch.bfloat16):
        states, _ = model.decode(model.encode(source), inputs)
    table, bias = model.output_weights()
    return SmoothedCrossEntropy.apply(states[real].float(), table, bias, target[real], smoothing), int(real.sum())

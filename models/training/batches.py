"""Batches of pairs of like length."""

import torch


def batches(pairs, tokens, pad, shuffle=None):
    """Pairs of like length together, so that little of a batch is padding: [(source (B, S), target (B, T))], each of at
    most `tokens` on both sides with padding. `shuffle` (random.Random) varies the company and the order."""
    noise = shuffle.random if shuffle else lambda: 0
    order = sorted(pairs, key=lambda p: (len(p[1]) + 2 * noise(), len(p[0]) + 2 * noise()))
    groups = grouped(order, tokens)
    if shuffle:
        shuffle.shuffle(groups)
    return [(padded([p[0] for p in g], pad), padded([p[1] for p in g], pad)) for g in groups]


def grouped(order, tokens):
    """The pairs in their order, in groups of at most `tokens` on both sides with padding."""
    groups, group, source, target = [], [], 0, 0
    for pair in order:
        wider = max(source, len(pair[0])), max(target, len(pair[1]))
        if group and (len(group) + 1) * sum(wider) > tokens:
            groups.append(group)
            group, wider = [], (len(pair[0]), len(pair[1]))
        group.append(pair)
        source, target = wider
    groups.append(group)
    return groups


def padded(rows, pad):
    longest = max(map(len, rows))
    return torch.tensor([row + [pad] * (longest - len(row)) for row in rows])  # (B, T)

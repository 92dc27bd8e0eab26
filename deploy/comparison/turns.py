"""Measures two sides in turn, so that what the machine does otherwise falls on both."""

from statistics import median


def in_turn(ours, theirs, runs):
    """Pairs of measurements; the order alternates. One measurement of each comes before and does not count."""
    ours(), theirs()
    pairs = []
    for number in range(runs):
        if number % 2:
            peer, mine = theirs(), ours()
        else:
            mine, peer = ours(), theirs()
        pairs.append((mine, peer))
    return pairs


def compared(pairs):
    """Both medians, the ratio of them, and the least and greatest ratio of a pair."""
    mine, peer = (median(side) for side in zip(*pairs))
    ratios = [ours / theirs for ours, theirs in pairs]
    return {
        "dragoman": mine, "peer": peer, "ratio": mine / peer, "least": min(ratios), "greatest": max(ratios),
        "runs": [list(pair) for pair in pairs],
    }

"""The first values of a new target table, from the table of a teacher that translates into another language.

The teacher's decoder produces states that match its own target's vectors. So the training text is translated with the
teacher, the pieces of that translation are aligned with those of the new language (IBM model 1, Brown et al. 1993), and
each new piece starts as the mean of the old pieces it is aligned with. The student then translates a little before its
first step.
"""

import numpy as np
import torch

NULL_SHARE = 0.2  # how much a new piece may be aligned with nothing
LEAST_SHARE = 0.02  # smaller shares of a piece are noise
TRUSTED = 3  # expected alignments that a mean is trusted from


def links(rows):
    """All links between two lists of ids in every pair: old ids, new ids, and the position of each link's new id."""
    old, new, place, start = [], [], [], 0
    for a, b in rows:
        old.append(np.tile(np.asarray(a), len(b)))
        new.append(np.repeat(np.asarray(b), len(a)))
        place.append(np.repeat(np.arange(start, start + len(b)), len(a)))
        start += len(b)
    return tuple(np.concatenate(part) for part in (old, new, place))


def expected_counts(rows, olds, news, turns=6):
    """Three arrays over the pairs of pieces that occur together: old id, new id, expected number of alignments."""
    old, new, place = links(rows)
    keys, which = np.unique(old.astype(np.int64) * news + new, return_inverse=True)
    key_old, key_new = keys // news, keys % news
    chance = np.ones(len(keys))
    nothing = np.bincount(new, minlength=news) + 1.0
    nothing *= NULL_SHARE / nothing.sum()
    first_links = np.flatnonzero(np.diff(place, prepend=-1))
    for _ in range(turns):
        share = chance[which]
        total = np.bincount(place, share) + nothing[new[first_links]]
        count = np.bincount(which, share / total[place], minlength=len(keys))
        chance = count / np.bincount(key_old, count, minlength=olds)[key_old]
    return key_old, key_new, count


def mean_rows(rows, table, bias, news):
    """(vectors, biases, expected alignments) of the new pieces."""
    old, new, count = expected_counts(rows, len(table), news)
    total = np.bincount(new, count, minlength=news)
    keep = count / total[new] > LEAST_SHARE
    places = np.stack([new[keep], old[keep]])
    shares = torch.sparse_coo_tensor(places, torch.tensor(count[keep], dtype=torch.float32), (news, len(table)),
                                     check_invariants=True)
    shares = shares.coalesce()
    weight = torch.sparse.sum(shares, dim=1).to_dense()
    scale = 1 / weight.clamp(min=1e-9)[:, None]
    mean = torch.sparse.mm(shares, table) * scale
    norms = torch.sparse.mm(shares, table.norm(dim=1, keepdim=True)) * scale  # a mean is shorter than what it is of
    mean *= 0.9 * norms / mean.norm(dim=1, keepdim=True).clamp(min=1e-9)
    return mean, (torch.sparse.mm(shares, bias[:, None]) * scale)[:, 0], weight


def keeps_its_vector(piece):
    """Whether a piece of both vocabularies means the same in both: </s>, numbers, punctuation, capitalised words."""
    is_name = piece[:1] == "▁" and piece[1:2].isupper() and not piece[2:].isupper()
    return is_name or any(c.isdigit() for c in piece) or not any(c.isalpha() for c in piece)


def new_table(rows, table, bias, old_pieces, new_pieces):
    """(vectors, biases) of the new vocabulary. `rows` are pairs of ids: the teacher's translation of a sentence, and
    the sentence in the new language. A piece with few alignments uses also the vector of an old piece spelled alike."""
    known = {piece: i for i, piece in enumerate(old_pieces)}
    start, start_bias, weight = mean_rows(rows, table, bias, len(new_pieces))
    same = 0
    for i, piece in enumerate(new_pieces):
        if piece in known and (i == 0 or keeps_its_vector(piece)):
            start[i], start_bias[i] = table[known[piece]], bias[known[piece]]
            same += 1
        elif weight[i] < TRUSTED:
            spelled = table[known[piece]] if piece in known else 0.3 * torch.randn(table.shape[1]) * table.std()
            start[i] = (weight[i] * start[i] + spelled) / (weight[i] + 1)
            start_bias[i] = bias.median()
    print(f"{len(new_pieces)} pieces: {same} keep a vector, {int((weight >= TRUSTED).sum())} have alignments")
    return start, start_bias

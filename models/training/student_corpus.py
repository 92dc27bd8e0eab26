"""The text that the English-French student is trained on: its sources, their shares, and an endless mixture of them."""

import gzip
import random
from pathlib import Path

from corpus import is_held_out, normalise, read_multi30k, split_tatoeba

LAW_PAIRS = 60_000

# How often each source is read while a source of weight 1 is read once: in the long run, and during the cool-down.
# A source that is not listed has weight 1.
SHARES = {
    "tatoeba": (1.6, 1.2), "diabla": (2, 2), "huggingface-subtitles": (2, 2), "freedroidrpg": (1.5, 1),
    "wesnoth": (1.2, 0.8), "african-storybook": (2, 3), "novels": (1, 0.7), "bilinguator": (1.5, 1.5),
    "bible": (0.3, 0.1), "canada-digital": (2.5, 3), "canada-sites": (1.5, 2), "canada-playbook": (2, 3),
    "ud-pud": (3, 6), "tico-19": (3, 6), "opensource-guide": (2, 3), "mozilla-www": (2, 3),
    "privacyguides": (1.5, 1.5), "debian-handbook": (1.5, 1), "huggingface-course": (1.5, 1),
    "laws-canada": (0.5, 0.3), "debian-descriptions": (0.4, 0.2), "debian-programs": (0.25, 0.15),
    "php-docs": (0.15, 0.05), "python-docs": (0.4, 0.2), "libreoffice-help": (0.3, 0.1), "gimp-help": (0.2, 0.1),
    "esco": (0.2, 0.1), "tldr": (0.1, 0), "react": (0.5, 0.3), "multi30k": (1.2, 1.2), "copying": (1.2, 1),
    "nouns": (0.6, 0.3),
}


def read_sources(data):
    """{name: pairs of texts} from the folders `en-fr-general`, `multi30k` and `tatoeba` of DATA.

    Sentences of the Multi30k test set and of the held-out part of Tatoeba are left out, on either side."""
    data = Path(data)
    held_out = split_tatoeba(data)[1]
    unseen = {side for pair in held_out + read_multi30k(data, "test_2016_flickr") for side in pair}
    sources = {}
    for file in sorted((data / "en-fr-general").glob("*.tsv.gz")):
        with gzip.open(file, "rt", encoding="utf-8") as lines:
            pairs = [tuple(normalise(side) for side in line.split("\t")[:2]) for line in lines]
        name = file.name.removesuffix(".tsv.gz")
        sources[name] = [pair for pair in pairs if not unseen.intersection(pair)
                         and not (name == "tatoeba" and is_held_out(pair[0]))]
    random.Random(1).shuffle(sources["laws-canada"])
    del sources["laws-canada"][LAW_PAIRS:]
    sources["multi30k"] = read_multi30k(data, "train")
    return sources


class Mixture:
    """An endless sequence of chunks, in which each source has its share.

    A source is read to its end, in an order of its own, before any pair of it comes back in another order. `state` maps
    each source to the number of pairs read so far, so that a stopped run continues with new pairs."""

    def __init__(self, sizes, state=None):
        self.sizes = sizes
        self.state = dict(state or {})
        self.shuffled = None, []  # the last order made, and its key

    def chunk(self, pairs, last=False):
        """[(source, index)], about `pairs` of them. `last` selects the shares of the cool-down."""
        weights = {name: size * SHARES.get(name, (1, 1))[last] for name, size in self.sizes.items()}
        total = sum(weights.values())
        chosen = []
        for name in sorted(weights):
            start = self.state.get(name, 0.0)
            end = start + pairs * weights[name] / total
            chosen += [(name, self.at(name, i)) for i in range(int(start), int(end))]
            self.state[name] = end
        return chosen

    def at(self, name, position):
        size = self.sizes[name]
        return self.order(name, position // size)[position % size]

    def order(self, name, turn):
        key = f"{name} {turn}"
        if self.shuffled[0] != key:
            indices = list(range(self.sizes[name]))
            random.Random(key).shuffle(indices)
            self.shuffled = key, indices
        return self.shuffled[1]

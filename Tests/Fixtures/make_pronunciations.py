"""Words and what the Python packages g2p-en 2.1.0 and g2p-fa 1.1.0 make of them, one a line, with a tab between.

    python make_pronunciations.py g2p-en < WORDS > pronunciations/g2p-en.tsv     (g2p-en, inflect, nltk)
    python make_pronunciations.py g2p-fa < WORDS > pronunciations/g2p-fa.tsv     (g2p-fa, torch)

Of g2p-en it is the model's answer, where the package would look most words up in a dictionary. g2p-fa is told to leave
out what it left out at random when it was trained, or it would answer differently each time.
"""

import sys


def english():
    import nltk

    class NoDictionary:
        @staticmethod
        def dict():
            return {}

    nltk.data.find = lambda *_, **__: None  # the dictionary and the tagger are not needed
    import nltk.corpus
    nltk.corpus.cmudict = NoDictionary
    from g2p_en import G2p
    package = G2p()
    return lambda word: " ".join(package.predict(word))


def persian():
    import torch
    from g2p_fa import G2P_Fa
    torch.set_grad_enabled(False)
    package = G2P_Fa()
    package.model.eval()
    return package


say = {"g2p-en": english, "g2p-fa": persian}[sys.argv[1]]()
for line in sys.stdin:
    word = line.rstrip("\n")
    print(word, say(word), sep="\t")

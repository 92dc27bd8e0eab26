"""sacreBLEU of a model of the zoo, cased and detokenized, also by the length of the source."""

import sacrebleu

from families import EOS, PAD
from search import translate

BUCKETS = {"1–8": range(1, 9), "9–12": range(9, 13), "13–16": range(13, 17), "17–20": range(17, 21),
           "21+": range(21, 10_000)}  # words of the source between spaces


def translations(model, pieces, sources, beam):
    ids = translate(model, [pieces.encode(source) + [EOS] for source in sources], EOS, PAD, beam)
    return [pieces.decode(row) for row in ids]


def bleu(hypotheses, references):
    metric = sacrebleu.BLEU()
    return metric.corpus_score(hypotheses, [references]).score, str(metric.get_signature())


def by_length(sources, hypotheses, references):
    """{bucket: (sentences, BLEU)}"""
    scores = {}
    for name, words in BUCKETS.items():
        chosen = [i for i, source in enumerate(sources) if len(source.split()) in words]
        if chosen:
            value, _ = bleu([hypotheses[i] for i in chosen], [references[i] for i in chosen])
            scores[name] = (len(chosen), value)
    return scores


def score(model, pieces, pairs, beam):
    sources, references = zip(*pairs)
    hypotheses = translations(model, pieces, sources, beam)
    total, signature = bleu(hypotheses, list(references))
    return dict(bleu=total, signature=signature, beam=beam, sentences=len(pairs),
                buckets=by_length(sources, hypotheses, references))

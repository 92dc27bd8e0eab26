"""Vocabularies of a student that starts from a teacher's weights.

The source's is the teacher's, without the pieces that its language never uses. The target's is new, but shares the
pieces of numbers and names with the teacher's, with the same scores. A number then has the same pieces on both sides,
and their equal vectors let the model copy it.
"""

import io
import re
from collections import Counter

import sentencepiece
from sentencepiece import sentencepiece_model_pb2

SPACE = "▁"
DIGIT = re.compile(r"\d")
NUMBER = re.compile(SPACE + r"?[\d.,:/%+()-]*\d[\d.,:/%+()-]*")
CAPITALISED = re.compile(r"(?<=[a-zé,] )[A-Z][a-z]+\b")  # within a sentence, where only names are


def read_model(file):
    model = sentencepiece_model_pb2.ModelProto()
    model.ParseFromString(file.read_bytes())
    return model


def processor(model):
    return sentencepiece.SentencePieceProcessor(model_proto=model.SerializeToString())


def with_pieces(model, pieces):
    """A copy of the model with only these pieces, after </s> and <unk>."""
    copy = sentencepiece_model_pb2.ModelProto()
    copy.CopyFrom(model)
    del copy.pieces[:]
    copy.pieces.extend([*model.pieces[:2], *pieces])
    copy.trainer_spec.vocab_size = len(copy.pieces)
    copy.trainer_spec.input[:] = []
    copy.trainer_spec.model_prefix = ""
    return copy


def pruned(model, texts, least=2):
    """The model without pieces that occur in these texts less than `least` times.

    ASCII characters stay, so that any English text can be spelled. The texts themselves are segmented as before."""
    used = Counter()
    for ids in processor(model).encode(texts, num_threads=2):
        used.update(ids)
    kept = [piece for i, piece in enumerate(model.pieces) if i > 1
            and (used[i] >= least or len(piece.piece) == 1 and piece.piece.isascii())]
    return with_pieces(model, kept)


def trained(texts, size, like):
    """A new unigram vocabulary of `size`, with the normalisation, numbers and names of the model `like`."""
    file = io.BytesIO()
    sentencepiece.SentencePieceTrainer.train(
        sentence_iterator=iter(texts), model_writer=file, vocab_size=size, model_type="unigram",
        character_coverage=0.9999, split_digits=True, normalization_rule_name="nmt_nfkc", eos_id=0, unk_id=1, bos_id=-1,
        pad_id=-1, num_threads=2, minloglevel=2)
    own = sentencepiece_model_pb2.ModelProto()
    own.ParseFromString(file.getvalue())
    shared = shared_pieces(texts, like, {piece.piece for piece in own.pieces})
    taken = {piece.piece for piece in shared}
    rest = [piece for piece in own.pieces[2:] if piece.piece not in taken and not DIGIT.search(piece.piece)]
    rest.sort(key=lambda piece: (len(piece.piece) > 1, -piece.score))  # every character stays
    pieces = shared + rest[:size - 2 - len(shared)]
    pieces.sort(key=lambda piece: -piece.score)
    own.normalizer_spec.CopyFrom(like.normalizer_spec)
    return with_pieces(own, pieces)


def shared_pieces(texts, like, own, names=1200):
    """Pieces of the model `like`: the space, the numbers in these texts, and the most frequent names that are not among
    `own` pieces."""
    used, capitals = Counter(), Counter()
    for ids in processor(like).encode(texts, num_threads=2):
        used.update(ids)
    for text in texts:
        capitals.update(CAPITALISED.findall(text))
    known = {piece.piece: i for i, piece in enumerate(like.pieces)}
    numbers = [piece for piece in like.pieces[2:] if piece.piece == SPACE or NUMBER.fullmatch(piece.piece) and (
        used[known[piece.piece]] > 2 or len(piece.piece) < 4)]
    found = [SPACE + name for name, count in capitals.most_common() if count > 2]
    return numbers + [like.pieces[known[name]] for name in found if name in known and name not in own][:names]

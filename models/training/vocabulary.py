"""One SentencePiece vocabulary for both languages, in the files of a Marian checkpoint."""

import json
import math
import shutil

import sentencepiece

EOS, UNK = 0, 1  # the last id is <pad>
USUAL = 0.999  # of the sentences of a training are no longer than what its model is used for


def train_vocabulary(pairs, out, size):
    """A unigram vocabulary of `size` ids with <pad>. Writes source.spm, target.spm (the same) and vocab.json."""
    text = out / "text.tmp"
    text.write_text("\n".join(side for pair in pairs for side in pair) + "\n", encoding="utf-8")
    sentencepiece.SentencePieceTrainer.train(
        input=str(text), model_prefix=str(out / "source"), vocab_size=size - 1, model_type="unigram",
        character_coverage=1.0, eos_id=EOS, unk_id=UNK, bos_id=-1, pad_id=-1, minloglevel=2)
    text.unlink()
    (out / "source.vocab").unlink()
    (out / "source.model").rename(out / "source.spm")
    shutil.copy(out / "source.spm", out / "target.spm")
    pieces = sentencepiece.SentencePieceProcessor(str(out / "source.spm"))
    vocabulary = {pieces.id_to_piece(i): i for i in range(pieces.vocab_size())} | {"<pad>": size - 1}
    (out / "vocab.json").write_text(json.dumps(vocabulary, ensure_ascii=False, indent=0), encoding="utf-8")


def encode(pairs, pieces, longest, **sampling):
    """Ids of both sides with </s>, without pairs longer than `longest`. `sampling` is SentencePiece's own."""
    def ids(text):
        return pieces.encode(text, **sampling) + [EOS]
    encoded = [(ids(source), ids(target)) for source, target in pairs]
    return [pair for pair in encoded if max(map(len, pair)) <= longest]


def usual_length(pairs, pieces):
    """Tokens with </s> that USUAL of the sources do not exceed: for longer ones a model learns little."""
    lengths = sorted(len(pieces.encode(source)) + 1 for source, _ in pairs)
    return lengths[math.ceil(USUAL * len(lengths)) - 1]


def write_tokenizer_settings(out, source, target, longest):
    """`longest` is the number of tokens with </s> that longer sentences are cut to."""
    (out / "tokenizer_config.json").write_text(json.dumps(dict(
        tokenizer_class="MarianTokenizer", source_lang=source, target_lang=target, separate_vocabs=False,
        eos_token="</s>", unk_token="<unk>", pad_token="<pad>", model_max_length=longest), indent=2) + "\n")

"""Makes the vocabularies beside this script, small enough for the models in `../marian-toy`: 64 pieces and 80.
Needs: pip install sentencepiece==0.2.3

`expected.json` holds what an independent implementation translates with them: tokenized by its own reading of the
vocabulary, decoded greedily, at most 2.5 target tokens a source token.
"""

import io
import pathlib

import sentencepiece

HERE = pathlib.Path(__file__).parent
SOURCE = """the interpreter at the gate reads every letter before the caravan may pass
she wrote the longest letters to her sister in the northern mountains
a translator weighs words as a merchant weighs saffron, grain by grain
the lowest bidder lost, the newest one won, and the widest river froze
another caravan passed the mountains in winter and the merchant waited for letters
her sister reads words in the river and weighs the letters of the interpreter
""".splitlines()
TARGET = """l'interprète à la porte lit chaque lettre avant que la caravane ne passe
elle écrivait de longues lettres à sa soeur dans les montagnes du nord
un traducteur pèse les mots comme un marchand pèse le safran, grain à grain
le fleuve était gelé, la neige tombait, et personne n'attendait plus
""".splitlines()


def make(name, text, size):
    model = io.BytesIO()
    sentencepiece.SentencePieceTrainer.train(
        sentence_iterator=iter(text), model_writer=model, vocab_size=size, model_type="unigram",
        normalization_rule_name="identity", eos_id=0, unk_id=1, bos_id=-1, pad_id=-1, num_threads=1, minloglevel=2)
    (HERE / name).write_bytes(model.getvalue())
    assert sentencepiece.SentencePieceProcessor(model_proto=model.getvalue()).get_piece_size() == size


make("vocab.spm", SOURCE, 64)
make("trgvocab.spm", SOURCE + TARGET, 80)

"""Makes the BPE models and the Marian folder beside this script, with what the `sentencepiece` and `transformers`
libraries make of some texts. Needs: pip install sentencepiece==0.2.3 transformers==5.23.0 torch

The `toy_*.spm` models with `toy_spm_expected.json` were made in the same way, with sentencepiece 0.2.3.
"""

import json
import pathlib

import sentencepiece
from transformers import MarianTokenizer

HERE = pathlib.Path(__file__).parent
CORPUS = """the interpreter at the gate reads every letter before the caravan may pass
she wrote the longest letters to her sister in the northern mountains
a translator weighs words as a merchant weighs saffron, grain by grain
the lowest bidder lost, the newest one won, and the widest river froze
l'interprète à la porte lit chaque lettre avant que la caravane ne passe
elle écrivait de longues lettres à sa sœur dans les montagnes du nord
un traducteur pèse les mots comme un marchand pèse le safran
le fleuve était gelé, la neige tombait, et personne n'attendait plus
""" * 3
TEXTS = [
    "", " ", "   ", "a", "the letter", "  the   letters  ", "the newest letters, the lowest words",
    "l'interprète était à la porte", "unseen: zebra QUIZ 42", "日本語", "the日本語letter", "a\u2581b", "\u2581", "e\u0301te\u0301",
    "emoji \U0001f600\U0001f600 run", "\x00nul", "tab\tand\nnewline", "<s> the </s> <unk>", "<keep>the<keep> letter",
    "northern mountains" * 8, "wwwwwwwwwwwwwwwwwwwwwwww", "in the the the thethethe", "pèse\u00a0les mots", "<0x41>", ",,, , ,",
]


def varint(n):
    n &= (1 << 64) - 1
    out = bytearray()
    while n > 127:
        out.append(n & 127 | 128)
        n >>= 7
    return bytes(out + bytes([n]))


def mark_unused(path, every):
    """Rewrites a model so that each `every`-th NORMAL piece is UNUSED (field 3 of a piece, 5)."""
    blob, out, position, seen = path.read_bytes(), bytearray(), 0, 0

    def read():
        nonlocal position
        value = shift = 0
        while True:
            byte = blob[position]
            position += 1
            value |= (byte & 127) << shift
            shift += 7
            if byte < 128:
                return value

    while position < len(blob):
        key, length = read(), read()  # every top-level field is a message
        body = blob[position:position + length]
        position += length
        if key >> 3 == 1 and b"\x18" not in body[-2:-1]:
            seen += 1
            if seen % every == 0:
                body += varint(3 << 3) + varint(5)
        out += varint(key) + varint(len(body)) + body
    path.write_bytes(out)


def train(name, **options):
    corpus = HERE / "corpus.tmp"
    corpus.write_text(CORPUS)
    prefix = HERE / name
    sentencepiece.SentencePieceTrainer.train(
        input=str(corpus), model_prefix=str(prefix), hard_vocab_limit=False, minloglevel=2, **options)
    corpus.unlink()
    prefix.with_suffix(".vocab").unlink()
    return prefix.with_suffix(".model").rename(prefix.with_suffix(".spm"))


def cases(path):
    processor = sentencepiece.SentencePieceProcessor(model_file=str(path))
    return [
        {"text": text, "ids": processor.encode(text), "pieces": processor.encode(text, out_type=str),
         "decoded": processor.decode(processor.encode(text))}
        for text in TEXTS
    ]


def marian():
    folder = HERE / "marian"
    folder.mkdir(exist_ok=True)
    source = train("marian/source", model_type="unigram", vocab_size=50, normalization_rule_name="identity")
    target = train("marian/target", model_type="unigram", vocab_size=70, normalization_rule_name="identity")
    pieces = ["</s>", "<unk>", ">>fra<<", ">>spa_Latn<<"]
    for path in (source, target):
        processor = sentencepiece.SentencePieceProcessor(model_file=str(path))
        pieces += [processor.id_to_piece(i) for i in range(3, processor.get_piece_size(), 1)]
    pieces = list(dict.fromkeys(pieces)) + ["日本語", "<pad>"]
    (folder / "vocab.json").write_text(json.dumps({piece: i for i, piece in enumerate(pieces)}))
    (folder / "tokenizer_config.json").write_text('{"separate_vocabs": false, "source_lang": "en"}\n')
    tokenizer = MarianTokenizer.from_pretrained(folder)
    tokenizer.punc_normalizer = lambda text: text
    texts = [text for text in TEXTS if "</s>" not in text]
    texts += [">>fra<< the letter", ">>spa_Latn<<the letter", ">>deu<< words", "日本語"]
    encoded = [{"text": text, "ids": tokenizer(text).input_ids} for text in texts]
    targets = [{"text": text, "ids": tokenizer(text_target=text).input_ids} for text in texts if ">>" not in text]
    steps = [[(7 * i + 13 * j) % len(pieces) for i in range(j)] for j in range(1, 40)]
    decoded = [{"ids": ids, "text": tokenizer.decode(ids, skip_special_tokens=True)}
               for ids in steps + [case["ids"] for case in encoded]]
    return {"source": encoded, "target": targets, "decoded": decoded}


plain = train("bpe", model_type="bpe", vocab_size=160, normalization_rule_name="identity")
fallback = train("bpe_bytes", model_type="bpe", vocab_size=400, byte_fallback=True, normalization_rule_name="identity",
                 user_defined_symbols=["<keep>", "tt"], remove_extra_whitespaces=False)
unused = train("bpe_unused", model_type="bpe", vocab_size=160, normalization_rule_name="identity")
mark_unused(unused, every=3)
expected = {path.name: cases(path) for path in (plain, fallback, unused)}
(HERE / "bpe_expected.json").write_text(json.dumps(expected, indent=0, ensure_ascii=False) + "\n")
(HERE / "marian_expected.json").write_text(json.dumps(marian(), ensure_ascii=False) + "\n")

"""Makes `tokenizer_json/`: a folder per kind of `tokenizer.json`, with the ids and texts of the `tokenizers` library.

Packages: tokenizers 0.23.3. Run here: `python3 make_tokenizer_json.py`. `unigram` has the character map of
`toy_nfkc.spm`, which lies beside this script.
"""

import base64
import json
import os
import shutil

from tokenizers import AddedToken, Regex, Tokenizer, decoders, models, normalizers, pre_tokenizers, processors, trainers

HERE = os.path.dirname(os.path.abspath(__file__))
CORPUS = """the interpreter at the gate reads every letter before the caravan may pass
she wrote the longest letters to her sister in the northern mountains
le fleuve était gelé, la neige tombait, et personne n'attendait plus
un traducteur pèse les mots comme un marchand pèse le safran
""".split("\n") * 3
TEXTS = [
    "the letter", "the letters", "the newest letters, the lowest words", "l'interprète était à la porte",
    "unseen: zebra QUIZ 42", "日本語", "the日本語letter", "日 本", "emoji 😀😀 run", "pèse les mots", "in the the thethethe",
    "e\u0301te\u0301", "n" * 20, ",,, , ,", "a", "northern mountains" * 4, "the   letter",
]
CHARACTERS = ["ﬁne Ｌｅｔｔｅｒ①", "the\u200bletter", "ÉTÉ ΣΑΣ İI", "a\u00a0b\u2003c", "\u1112\u1161\u11ab", "nai\u0308ve ½"]


def charsmap():
    """Field 2 of field 3 of a SentencePiece model."""
    def fields(data):
        position = 0

        def number():
            nonlocal position
            value = shift = 0
            while True:
                byte = data[position]
                position += 1
                value |= (byte & 127) << shift
                shift += 7
                if byte < 128:
                    return value
        while position < len(data):
            key = number()
            if key & 7 == 2:
                length = number()
                yield key >> 3, data[position:position + length]
                position += length
            elif key & 7 == 5:
                position += 4
            else:
                number()
    with open(os.path.join(HERE, "toy_nfkc.spm"), "rb") as file:
        rules = next(body for number, body in fields(file.read()) if number == 3)
    return next(body for number, body in fields(rules) if number == 2)


def save(name, tool, texts=TEXTS):
    folder = os.path.join(HERE, "tokenizer_json", name)
    shutil.rmtree(folder, ignore_errors=True)
    os.makedirs(folder)
    path = os.path.join(folder, "tokenizer.json")
    tool.save(path, pretty=False)
    expected = []
    for text in texts:
        ids = tool.encode(text).ids
        expected.append({"text": text, "ids": ids, "decoded": tool.decode(ids)})
    with open(os.path.join(folder, "expected.json"), "w", encoding="utf-8") as file:
        json.dump(expected, file, ensure_ascii=False)


def closed(tool, before=()):
    """Ends a text with `</s>`, as models of translation expect it."""
    special = [(token, tool.token_to_id(token)) for token in (*before, "</s>")]
    tool.post_processor = processors.TemplateProcessing(
        single=" ".join((*before, "$A", "</s>")), special_tokens=special)
    tool.decoder = decoders.Metaspace()
    return tool


def bpe(name, fuse, fallback):
    special = ["<s>", "<pad>", "</s>", "<unk>"]
    tool = Tokenizer(models.BPE(unk_token="<unk>", fuse_unk=fuse, byte_fallback=fallback))
    tool.pre_tokenizer = pre_tokenizers.Metaspace()
    tool.normalizer = normalizers.Replace(Regex(" {2,}"), " ")
    alphabet = [f"<0x{byte:02X}>" for byte in range(256)] if fallback else []
    tool.train_from_iterator(
        CORPUS, trainers.BpeTrainer(vocab_size=160, special_tokens=special + alphabet, show_progress=False))
    if fallback:  # byte pieces are pieces of the model, not tokens of texts
        data = json.loads(tool.to_str())
        data["added_tokens"] = [token for token in data["added_tokens"] if token["content"] in special]
        tool = Tokenizer.from_str(json.dumps(data))
    languages = [f"q{letter}q_Latn" for letter in "abcdefghijklmnopqrstuvwxyz"] + ["eng_Latn", "fra_Latn"]
    tool.add_special_tokens(languages)
    tool = closed(tool, ["eng_Latn"])
    if fallback:
        tool.decoder = decoders.Sequence(
            [decoders.Replace("▁", " "), decoders.ByteFallback(), decoders.Fuse(), decoders.Strip(" ", 1, 0)])
    save(name, tool)


def unigram(name):
    tool = Tokenizer(models.Unigram())
    tool.normalizer = normalizers.Sequence(
        [normalizers.Precompiled(charsmap()), normalizers.Replace(Regex(" {2,}"), " ")])
    tool.pre_tokenizer = pre_tokenizers.Sequence([pre_tokenizers.WhitespaceSplit(), pre_tokenizers.Metaspace()])
    tool.train_from_iterator(
        CORPUS, trainers.UnigramTrainer(
            vocab_size=120, special_tokens=["<pad>", "</s>", "<unk>"], unk_token="<unk>", show_progress=False))
    tool.add_tokens([AddedToken("<keep>", normalized=False)])
    save(name, closed(tool))


def unicode(name, steps):
    """Characters changed by Unicode's tables, as in the recipes of `tokenizers` itself."""
    tool = Tokenizer(models.Unigram())
    tool.normalizer = normalizers.Sequence(steps)
    tool.pre_tokenizer = pre_tokenizers.Metaspace()
    tool.train_from_iterator(
        CORPUS, trainers.UnigramTrainer(
            vocab_size=120, special_tokens=["<pad>", "</s>", "<unk>"], unk_token="<unk>", show_progress=False))
    save(name, closed(tool), TEXTS + CHARACTERS)


def converted(name):
    """The steps that transformers 5.24 makes of a SentencePiece model."""
    tool = Tokenizer(models.BPE(unk_token="<unk>", fuse_unk=True))
    tool.pre_tokenizer = pre_tokenizers.Sequence([pre_tokenizers.Metaspace(split=False)])
    tool.normalizer = normalizers.Sequence([
        normalizers.Precompiled(charsmap()), normalizers.Replace(Regex(r"\A +| +\z"), ""),
        normalizers.Replace(Regex(" {2,}"), " "), normalizers.Replace(" ", "▁"),
        normalizers.Replace(Regex(r"\A▁"), "▁▁")])
    tool.train_from_iterator(
        CORPUS, trainers.BpeTrainer(vocab_size=160, special_tokens=["<s>", "<pad>", "</s>", "<unk>"],
                                    show_progress=False))
    tool = closed(tool)
    tool.decoder = decoders.Sequence([decoders.Replace("▁", " "), decoders.Fuse(), decoders.Strip(" ", 1, 0)])
    save(name, tool, TEXTS + CHARACTERS + ["▁gelé"])


bpe("bpe", fuse=False, fallback=False)
bpe("bpe-fused", fuse=True, fallback=False)
bpe("bpe-bytes", fuse=True, fallback=True)
unigram("unigram")
unicode("unicode", [
    normalizers.Nmt(), normalizers.NFKC(), normalizers.Replace(Regex(" {2,}"), " "), normalizers.Lowercase()])
unicode("accents", [normalizers.NFD(), normalizers.StripAccents(), normalizers.NFC(), normalizers.Lowercase()])
converted("converted")

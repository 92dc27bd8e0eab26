"""Makes `transformers/`: tiny checkpoints of M2M-100, NLLB-200, SMaLL-100, mBART-50, mBART-25, T5, MADLAD-400 and umT5,
with their tokenizers and the answers of `transformers`.

Packages: transformers 5.24.0, torch 2.15, sentencepiece 0.2.3, protobuf, ctranslate2 4.8.5. Run here: `python3 make_transformers_fixtures.py`.
Weights come from a fixed seed. The SentencePiece models are trained on the text below.
"""

import json
import os
import shutil

import sentencepiece
import torch
import transformers
from ctranslate2.converters.transformers import M2M100Loader, TransformersConverter

CODES = transformers.models.nllb.tokenization_nllb.FAIRSEQ_LANGUAGE_CODES
HERE = os.path.dirname(os.path.abspath(__file__))
CORPUS = """the interpreter at the gate reads every letter before the caravan may pass
she wrote the longest letters to her sister in the northern mountains
le fleuve était gelé, la neige tombait, et personne n'attendait plus
""" * 4
TEXTS = ["the letter", "she wrote to her sister, in the snow", "le fleuve était gelé"]
D, F, HEADS = 16, 24, 4


def train(folder, name, **options):
    path = os.path.join(folder, "corpus.txt")
    with open(path, "w", encoding="utf-8") as file:
        file.write(CORPUS)
    prefix = os.path.join(folder, "trained")
    sentencepiece.SentencePieceTrainer.train(
        input=path, model_prefix=prefix, hard_vocab_limit=False, num_threads=1, minloglevel=2,
        normalization_rule_name="identity", **options)
    os.remove(path)
    os.remove(prefix + ".vocab")
    os.rename(prefix + ".model", os.path.join(folder, name))


def write(folder, name, value):
    with open(os.path.join(folder, name), "w", encoding="utf-8") as file:
        json.dump(value, file, ensure_ascii=False)


def checkpoint(folder, model):
    """Saves a model whose every number matters."""
    numbers = torch.Generator().manual_seed(7)
    with torch.no_grad():
        for name, value in model.named_parameters():
            noise = torch.randn(value.shape, generator=numbers)
            value.copy_(1 + 0.1 * noise if "norm" in name and name.endswith("weight") else
                        0.1 * noise if value.dim() == 1 else 0.45 * noise)
    model.eval()
    model.save_pretrained(folder)


def answer(folder, sources, lead):
    """Writes the sources, and what the model makes of them. `lead` has per source the ids that the decoder starts with:
    its start, and a language for models that are told it."""
    model = transformers.AutoModelForSeq2SeqLM.from_pretrained(folder, dtype=torch.float32).eval()
    V, pad, end = model.config.vocab_size, model.config.pad_token_id, model.config.eos_token_id
    width = max(len(source["ids"]) for source in sources)
    ids = torch.tensor([source["ids"] + [pad] * (width - len(source["ids"])) for source in sources])
    mask = (torch.arange(width)[None] < torch.tensor([[len(source["ids"])] for source in sources])).long()
    numbers = torch.Generator().manual_seed(3)
    free = [torch.randint(5, V, (length,), generator=numbers).tolist() + [end] for length in (4, 1, 7)]
    targets = [lead[i][1:] + free[i] for i in range(len(sources))]
    longest = max(len(target) for target in targets)
    fed = torch.tensor([lead[i][:1] + target[:-1] + [pad] * (longest - len(target)) for i, target in enumerate(targets)])
    with torch.no_grad():
        logits = model(input_ids=ids, attention_mask=mask, decoder_input_ids=fed).logits.log_softmax(-1)
    for i, source in enumerate(sources):
        source["target"] = targets[i]
        source["logProbs"] = [logits[i, t, token].item() for t, token in enumerate(targets[i])]
        options = dict(
            input_ids=ids[i:i + 1], attention_mask=mask[i:i + 1], decoder_start_token_id=lead[i][0],
            max_new_tokens=12, return_dict_in_generate=True, output_scores=True, do_sample=False,
            forced_bos_token_id=lead[i][1] if len(lead[i]) > 1 else None, forced_eos_token_id=None, length_penalty=1.0)

        def kept(row):
            row = row.tolist()[1:]
            return row[:row.index(end) + 1] if end in row else row

        greedy = model.generate(num_beams=1, **options)
        source["greedy"] = kept(greedy.sequences[0])
        beam = model.generate(num_beams=4, num_return_sequences=4, early_stopping=False, **options)
        source["beam"] = [kept(row) for row in beam.sequences]
        source["beamScores"] = beam.sequences_scores.tolist()
    write(folder, "expected.json", sources)


def make(name, config, tokenizer, lead, pairs, files, cls):
    folder = os.path.join(HERE, "transformers", name)
    shutil.rmtree(folder, ignore_errors=True)
    os.makedirs(folder)
    files(folder)
    tool = tokenizer(folder)
    size = (len(tool) + (108 if hasattr(tool, "get_lang_id") else 0) + 7) // 8 * 8  # M2M-100's languages are beyond its length
    checkpoint(folder, cls(config(size)))
    sources, leads = [], []
    for text, (source, target) in zip(TEXTS, pairs):
        ids, start = lead(tool, text, source, target)
        sources.append({"text": text, "source": source, "target_language": target, "ids": ids, "lead": start})
        leads.append(start)
    answer(folder, sources, leads)
    for waste in ("tokenizer.json",):
        path = os.path.join(folder, waste)
        if os.path.exists(path):
            os.remove(path)


def marked(tool, text, source, target):
    tool.src_lang = source
    return tool(text)["input_ids"], [2, tool.convert_tokens_to_ids(target)]


class NLLB:
    """Ids by fairseq's rule, with which the checkpoints were published: those of SentencePiece are moved by one, then
    the languages follow. (transformers 5 numbers `<mask>` before them if it reads a SentencePiece model.)"""

    def __init__(self, folder, legacy):
        self.pieces = sentencepiece.SentencePieceProcessor(model_file=os.path.join(folder, "sentencepiece.bpe.model"))
        self.legacy = legacy

    def __len__(self):
        return len(self.pieces) + 2 + len(CODES)

    def language(self, code):
        return len(self.pieces) + 1 + CODES.index(code)

    def read(self, text, source, target):
        words = [3 if piece == 0 else piece + 1 for piece in self.pieces.encode(text)]
        mark = [self.language(source)]
        return (words + [2] + mark if self.legacy else mark + words + [2]), [2, self.language(target)]


def bart(kind, **options):
    return lambda size: kind(
        vocab_size=size, d_model=D, encoder_layers=1, decoder_layers=2, encoder_attention_heads=HEADS,
        decoder_attention_heads=HEADS, encoder_ffn_dim=F, decoder_ffn_dim=F, max_position_embeddings=40,
        scale_embedding=True, **options)


def t5(kind, **options):
    return lambda size: kind(
        vocab_size=size, d_model=D, d_kv=5, d_ff=F, num_layers=2, num_decoder_layers=2, num_heads=HEADS,
        relative_attention_num_buckets=8, relative_attention_max_distance=9, **options)


def spm(name, **options):
    def files(folder):
        train(folder, name, **options)
    return files


def m2m_files(folder):
    train(folder, "sentencepiece.bpe.model", vocab_size=90, model_type="bpe", character_coverage=1.0)
    pieces = sentencepiece.SentencePieceProcessor(model_file=os.path.join(folder, "sentencepiece.bpe.model"))
    words = ["<s>", "<pad>", "</s>", "<unk>"] + [pieces.id_to_piece(i) for i in range(3, len(pieces))][::-1]
    write(folder, "vocab.json", {word: i for i, word in enumerate(words)})


def m2m(folder):
    return transformers.M2M100Tokenizer(
        os.path.join(folder, "vocab.json"), os.path.join(folder, "sentencepiece.bpe.model"))


def configured(files, **settings):
    def all_files(folder):
        files(folder)
        write(folder, "tokenizer_config.json", settings)
    return all_files


def main():
    bpe = spm("sentencepiece.bpe.model", vocab_size=90, model_type="bpe", character_coverage=1.0)
    unigram = spm("sentencepiece.bpe.model", vocab_size=90, model_type="unigram", character_coverage=1.0)

    make("m2m", bart(transformers.M2M100Config, activation_function="relu", decoder_start_token_id=2), m2m,
         lambda tool, text, source, target: (
             setattr(tool, "src_lang", source) or tool(text)["input_ids"], [2, tool.get_lang_id(target)]),
         [("en", "fr"), ("en", "zh"), ("fr", "en")], configured(m2m_files, tokenizer_class="M2M100Tokenizer"),
         transformers.M2M100ForConditionalGeneration)
    # SMaLL-100 has a tokenizer of its own: the target comes first, and the translation is free.
    make("small", bart(transformers.M2M100Config, activation_function="relu", decoder_start_token_id=2), m2m,
         lambda tool, text, source, target: (
             setattr(tool, "src_lang", target) or tool(text)["input_ids"], [2]),
         [("en", "fr"), ("en", "zh"), ("fr", "en")], configured(m2m_files, tokenizer_class="SMALL100Tokenizer"),
         transformers.M2M100ForConditionalGeneration)
    pairs = [("eng_Latn", "fra_Latn"), ("eng_Latn", "zho_Hant"), ("fra_Latn", "eng_Latn")]
    for name, legacy in (("nllb", False), ("nllb-legacy", True)):
        make(name, bart(transformers.M2M100Config, activation_function="relu", decoder_start_token_id=2),
             lambda folder: NLLB(folder, legacy), lambda tool, *request: tool.read(*request), pairs,
             configured(bpe, tokenizer_class="NllbTokenizer", legacy_behaviour=legacy),
             transformers.M2M100ForConditionalGeneration)
    pairs = [("en_XX", "fr_XX"), ("en_XX", "zh_CN"), ("fr_XX", "en_XX")]
    make("mbart50", bart(transformers.MBartConfig, activation_function="gelu", decoder_start_token_id=2),
         transformers.MBart50Tokenizer.from_pretrained, marked, pairs,
         configured(unigram, tokenizer_class="MBart50Tokenizer"), transformers.MBartForConditionalGeneration)
    make("mbart25", bart(transformers.MBartConfig, activation_function="relu"),
         transformers.MBartTokenizer.from_pretrained,
         lambda tool, text, source, target: (
             setattr(tool, "src_lang", source) or tool(text)["input_ids"], [tool.convert_tokens_to_ids(target)]),
         pairs, configured(unigram, tokenizer_class="MBartTokenizer"), transformers.MBartForConditionalGeneration)

    def plain(tool, text, source, target):
        return tool(text)["input_ids"], [0]

    t5_pieces = spm("spiece.model", vocab_size=90, pad_id=0, eos_id=1, unk_id=2, bos_id=-1)
    for name, kind, model, options in (
            ("t5", transformers.T5Config, transformers.T5ForConditionalGeneration, {}),
            ("umt5", transformers.UMT5Config, transformers.UMT5ForConditionalGeneration, {})):
        make(name, t5(kind, decoder_start_token_id=0, pad_token_id=0, eos_token_id=1, **options),
             lambda folder: transformers.T5Tokenizer.from_pretrained(folder, extra_ids=3), plain,
             [("en", "fr")] * 3, configured(t5_pieces, tokenizer_class="T5Tokenizer", extra_ids=3), model)
    codes = ["<2en>", "<2fr>", "<2zh_Latn>", "<2pt>"]
    madlad = spm("spiece.model", vocab_size=96, unk_id=0, bos_id=1, eos_id=2, user_defined_symbols=codes)
    make("madlad", t5(transformers.T5Config, feed_forward_proj="gated-gelu", tie_word_embeddings=False,
                      decoder_start_token_id=0, pad_token_id=1, eos_token_id=2),
         lambda folder: sentencepiece.SentencePieceProcessor(model_file=os.path.join(folder, "spiece.model")),
         lambda tool, text, source, target: ([tool.piece_to_id(f"<2{target}>")] + tool.encode(text) + [2], [0]),
         [("en", "fr"), ("en", "zh_Latn"), ("fr", "pt")],
         configured(madlad, tokenizer_class="T5Tokenizer", extra_ids=0, legacy=False),
         transformers.T5ForConditionalGeneration)
    convert()


def convert():
    """Converts `m2m` by CTranslate2, whose answers are those of the original."""
    source, folder = (os.path.join(HERE, "transformers", name) for name in ("m2m", "m2m-ctranslate2"))
    pieces = m2m(source)
    with open(os.path.join(source, "config.json"), encoding="utf-8") as file:
        size = json.load(file)["vocab_size"]
    words = sorted(pieces.encoder, key=pieces.encoder.get) + [pieces.get_lang_token(code) for code in pieces.lang_code_to_id]
    words += [f"madeupword{number}" for number in range(size - len(words))]
    # With transformers 5 the converter does not find the languages itself.
    M2M100Loader.get_vocabulary = lambda *_: list(words)
    shutil.rmtree(folder, ignore_errors=True)
    TransformersConverter(source, copy_files=["sentencepiece.bpe.model", "expected.json"]).convert(folder)


if __name__ == "__main__":
    main()
